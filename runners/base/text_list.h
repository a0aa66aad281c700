/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an option that may be given more than once was given. */
#ifndef MMGAUGE_TEXT_LIST_H
#define MMGAUGE_TEXT_LIST_H

#include <stddef.h>

struct text_list {
	const char **items;
	size_t count;
};

#endif
