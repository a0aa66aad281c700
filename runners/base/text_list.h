/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts in their order: what an option was given, the words of a command. */
#ifndef MMGAUGE_TEXT_LIST_H
#define MMGAUGE_TEXT_LIST_H

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

struct text_list {
	const char **items; /* a NULL behind the last; NULL of an empty one */
	size_t count;
};

/* @item is not copied. -ENOMEM, @list then stays as it is. */
static inline int text_list_append(struct text_list *list, const char *item)
{
	const char **items =
		reallocarray(list->items, list->count + 2, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count++] = item;
	items[list->count] = NULL;
	return 0;
}

/* @count of @items, each behind @option unless that is NULL. */
static inline int text_list_append_all(struct text_list *list,
				       const char *option,
				       const char *const *items, size_t count)
{
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		if (option)
			ret = text_list_append(list, option);
		if (!ret)
			ret = text_list_append(list, items[i]);
	}
	return ret;
}

/* Frees the list, not the texts. */
static inline void text_list_free(struct text_list *list)
{
	free(list->items);
	*list = (struct text_list){ 0 };
}

#endif
