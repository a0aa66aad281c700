// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "symbol_drafts.h"
#include "results/base/array.h"

/*
 * What compilers and assemblers name for themselves: local labels, marks
 * between code and data (arm64's "$x").
 */
static bool is_label(const char *name, size_t length)
{
	return !length || name[0] == '$' ||
	       (length >= 2 && name[0] == '.' && name[1] == 'L');
}

static bool begins(const char *name, size_t length, const char *with)
{
	size_t wanted = strlen(with);

	return length >= wanted && !memcmp(name, with, wanted);
}

static bool ends(const char *name, size_t length, const char *with)
{
	size_t wanted = strlen(with);

	return length >= wanted &&
	       !memcmp(name + length - wanted, with, wanted);
}

static bool is_one_of(const char *name, size_t length, const char *const *names)
{
	for (; *names; names++)
		if (strlen(*names) == length && !memcmp(*names, name, length))
			return true;
	return false;
}

/*
 * No function begins there: the room before one that CONFIG_CALL_PADDING and
 * CONFIG_CFI_CLANG leave, and what the kernel's linker scripts mark.
 */
static bool is_mark(const char *name, size_t length)
{
	static const char *const marks[] = {
		"_text",      "_stext",	    "_etext",
		"_sinittext", "_einittext", "__indirect_thunk_start",
		NULL,
	};

	return begins(name, length, "__pfx_") ||
	       begins(name, length, "__cfi_") ||
	       (begins(name, length, "__") &&
		(ends(name, length, "text_start") ||
		 ends(name, length, "text_end") ||
		 ends(name, length, "thunk_end"))) ||
	       is_one_of(name, length, marks);
}

static int add_name(struct symbol_drafts *drafts, const char *name,
		    size_t length)
{
	if (drafts->size - drafts->length <= length) {
		size_t size = drafts->size * 2 + length + 4096;
		char *names = realloc(drafts->names, size);

		if (!names)
			return -ENOMEM;
		drafts->names = names;
		drafts->size = size;
	}
	memcpy(drafts->names + drafts->length, name, length);
	drafts->names[drafts->length + length] = '\0';
	drafts->length += length + 1;
	return 0;
}

int drafts_add(struct symbol_drafts *drafts, const struct symbol_draft *draft,
	       const char *name, size_t length)
{
	struct symbol_draft *list;
	size_t place = drafts->length;

	if (is_label(name, length))
		return 0;
	list = array_grow(drafts->drafts, drafts->count, sizeof(*list));
	if (!list)
		return -ENOMEM;
	drafts->drafts = list;
	if (add_name(drafts, name, length))
		return -ENOMEM;
	list += drafts->count++;
	*list = *draft;
	list->name = place;
	list->code = draft->code && !is_mark(name, length);
	return 0;
}

int drafts_add_text(struct symbol_drafts *drafts, uint64_t start, uint64_t size)
{
	struct text_range *texts =
		array_grow(drafts->texts, drafts->text_count, sizeof(*texts));

	if (!texts)
		return -ENOMEM;
	drafts->texts = texts;
	if (size > UINT64_MAX - start)
		size = UINT64_MAX - start;
	texts[drafts->text_count++] =
		(struct text_range){ start, start + size };
	return 0;
}

void drafts_free(struct symbol_drafts *drafts)
{
	free(drafts->drafts);
	free(drafts->names);
	free(drafts->texts);
	*drafts = (struct symbol_drafts){ 0 };
}
