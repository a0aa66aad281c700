// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "repeat.h"
#include "results/mail.h"
#include "results/base/text.h"

void repeat_begin(struct repeat *repeat, const char *command)
{
	*repeat = (struct repeat){ 0 };
	repeat->stream = text_begin(&repeat->text, &repeat->size);
	if (!repeat->stream || fputs(command, repeat->stream) < 0)
		repeat->ret = -ENOMEM;
}

static void add(struct repeat *repeat, const char *option, const char *value)
{
	if (repeat->ret)
		return;
	if (option)
		fprintf(repeat->stream, " %s", option);
	repeat->ret = mail_word(repeat->stream, value);
}

void repeat_option(struct repeat *repeat, const char *name, const char *value)
{
	char option[64];

	snprintf(option, sizeof(option), "--%s", name);
	if (value)
		add(repeat, option, value);
}

void repeat_list(struct repeat *repeat, const char *option,
		 const struct text_list *values)
{
	for (size_t i = 0; i < values->count; i++)
		add(repeat, option, values->items[i]);
}

void repeat_words(struct repeat *repeat, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		add(repeat, NULL, argv[i]);
}

char *repeat_end(struct repeat *repeat)
{
	if (repeat->stream && text_finish(repeat->stream, &repeat->text))
		repeat->ret = -ENOMEM;
	if (!repeat->ret)
		return repeat->text;
	free(repeat->text);
	return NULL;
}
