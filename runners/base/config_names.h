/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files the folder of configurations has to be named without a path. */
#ifndef MMGAUGE_CONFIG_NAMES_H
#define MMGAUGE_CONFIG_NAMES_H

#include "results/base/error.h"
#include "text_list.h"

/*
 * The names of all files of @folder of the folder of configurations that end
 * with @ending, in alphabetical order. Free them and the list in every case.
 */
int config_names(const char *folder, const char *ending,
		 struct text_list *names, struct error *err);
void config_names_free(struct text_list *names);

#endif
