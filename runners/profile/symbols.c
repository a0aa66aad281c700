// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "symbol_drafts.h"

/* The strings of one file; they move with their owner only. */
struct strings {
	struct strings *next;
	char *names;
	char *module;
};

struct symbols {
	struct symbol *list; /* by start, apart from each other */
	size_t count;
	struct strings *strings;
};

struct symbols *symbols_new(void)
{
	return calloc(1, sizeof(struct symbols));
}

void symbols_free(struct symbols *symbols)
{
	struct strings *strings, *next;

	if (!symbols)
		return;
	for (strings = symbols->strings; strings; strings = next) {
		next = strings->next;
		free(strings->names);
		free(strings->module);
		free(strings);
	}
	free(symbols->list);
	free(symbols);
}

const struct symbol *symbols_find(const struct symbols *symbols,
				  uint64_t address)
{
	size_t low = 0, high = symbols->count;

	/* The last that begins at @address or below is low - 1. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->list[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - symbols->list[low - 1].start >=
			    symbols->list[low - 1].size)
		return NULL;
	return &symbols->list[low - 1];
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* By address; at one address the name to use first. */
static int compare_drafts(const void *left, const void *right, void *names)
{
	const struct symbol_draft *a = left, *b = right;
	const char *text = names;
	int order = compare_numbers(a->start, b->start);

	if (!order)
		order = b->code - a->code;
	if (!order)
		order = (int)a->bind - (int)b->bind;
	if (!order)
		order = compare_numbers(strlen(text + a->name),
					strlen(text + b->name));
	return order ? order : strcmp(text + a->name, text + b->name);
}

/* The end of the text that @address is in; 0: in none. */
static uint64_t text_end(const struct symbol_drafts *drafts, uint64_t address)
{
	for (size_t i = 0; i < drafts->text_count; i++)
		if (address >= drafts->texts[i].start &&
		    address < drafts->texts[i].end)
			return drafts->texts[i].end;
	return 0;
}

/*
 * How far the function goes whose drafts are from @at up to @next; not above
 * its start when it is in no text, or when nothing says where it ends.
 */
static uint64_t draft_end(const struct symbol_drafts *drafts, size_t at,
			  size_t next)
{
	uint64_t start = drafts->drafts[at].start, size = 0;
	uint64_t following =
		next < drafts->count ? drafts->drafts[next].start : 0;
	uint64_t end = drafts->text_count ? text_end(drafts, start) : following;

	if (following && following < end)
		end = following;
	/* An alias may know the size. */
	for (size_t i = at; i < next && !size; i++)
		size = drafts->drafts[i].size;
	if (size && end > start && size < end - start)
		end = start + size;
	return end;
}

/* Functions out of sorted drafts; @list has room for all. */
static size_t make_functions(const struct symbol_drafts *drafts,
			     const struct strings *strings, struct symbol *list)
{
	size_t count = 0, next;

	for (size_t at = 0; at < drafts->count; at = next) {
		const struct symbol_draft *draft = &drafts->drafts[at];
		uint64_t end;

		next = at + 1;
		while (next < drafts->count &&
		       drafts->drafts[next].start == draft->start)
			next++;
		end = draft_end(drafts, at, next);
		if (draft->code && end > draft->start)
			list[count++] = (struct symbol){
				.name = strings->names + draft->name,
				.module = strings->module,
				.start = draft->start,
				.size = end - draft->start,
			};
	}
	return count;
}

static int compare_starts(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	return compare_numbers(a->start, b->start);
}

static bool overlap(const struct symbol *list, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (list[i].start - list[i - 1].start < list[i - 1].size)
			return true;
	return false;
}

/* Merge what @drafts make into the table; the names move to @strings. */
static int merge(struct symbols *symbols, struct symbol_drafts *drafts,
		 struct strings *strings)
{
	size_t count = symbols->count;
	struct symbol *list = calloc(count + drafts->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	if (count)
		memcpy(list, symbols->list, count * sizeof(*list));
	strings->names = drafts->names;
	count += make_functions(drafts, strings, list + count);
	if (count == symbols->count) {
		free(list);
		return -ENODATA;
	}
	qsort(list, count, sizeof(*list), compare_starts);
	if (overlap(list, count)) {
		free(list);
		return -EEXIST;
	}
	free(symbols->list);
	symbols->list = list;
	symbols->count = count;
	drafts->names = NULL;
	return 0;
}

int symbols_take(struct symbols *symbols, struct symbol_drafts *drafts,
		 const char *module)
{
	struct strings *strings = calloc(1, sizeof(*strings));
	int ret = -ENOMEM;

	if (strings)
		strings->module = strdup(module);
	if (strings && strings->module) {
		if (drafts->count)
			qsort_r(drafts->drafts, drafts->count,
				sizeof(*drafts->drafts), compare_drafts,
				drafts->names);
		ret = merge(symbols, drafts, strings);
	}
	if (!ret) {
		strings->next = symbols->strings;
		symbols->strings = strings;
		return 0;
	}
	if (strings)
		free(strings->module);
	free(strings);
	return ret;
}
