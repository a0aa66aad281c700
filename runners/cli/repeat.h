/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command as a shell takes it, for who wants to do the same again. */
#ifndef MMGAUGE_REPEAT_H
#define MMGAUGE_REPEAT_H

#include <stdio.h>

#include "runners/base/text_list.h"

struct repeat {
	FILE *stream;
	char *text;
	size_t size;
	int ret; /* the first error; what follows it does nothing */
};

/* @command is words that need no quotes. */
void repeat_begin(struct repeat *repeat, const char *command);

/* --@name @value; nothing where @value is NULL. */
void repeat_option(struct repeat *repeat, const char *name, const char *value);

/* The same for each of @values; @option with its dashes. */
void repeat_list(struct repeat *repeat, const char *option,
		 const struct text_list *values);

void repeat_words(struct repeat *repeat, int argc, char **argv);

/* To be freed; NULL when out of memory. */
char *repeat_end(struct repeat *repeat);

#endif
