// SPDX-License-Identifier: GPL-2.0-or-later
/* The changes of a site, and what makes them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/compare/why.h"
#include "results/format.h"
#include "site_parts.h"

/* Pairs of runs that are taken apart, the newest first: two files each. */
#define PAIRS 100

size_t site_change_run(const struct site_change *change)
{
	return change->series->runs[change->change->index];
}

/* The run before it, of the same series. */
static size_t run_before(const struct site_change *change)
{
	size_t at = change->change->index;

	return change->series->runs[at ? at - 1 : 0];
}

static int compare_items(const void *a, const void *b)
{
	const struct site_change *left = a, *right = b;
	size_t first = site_change_run(left), second = site_change_run(right);

	if (first != second)
		return first < second ? -1 : 1;
	first = run_before(left);
	second = run_before(right);
	if (first != second)
		return first < second ? -1 : 1;
	return (left->series > right->series) - (left->series < right->series);
}

static int collect(const struct site *site, struct site_changes *changes)
{
	for (size_t i = 0; i < site->history->count; i++) {
		const struct history_series *series = &site->history->series[i];

		for (size_t j = 0; j < series->change_count; j++) {
			struct site_change *items = array_grow(
				changes->items, changes->count, sizeof(*items));

			if (!items)
				return -ENOMEM;
			changes->items = items;
			items[changes->count++] = (struct site_change){
				series, &series->changes[j], NULL
			};
		}
	}
	if (changes->count)
		qsort(changes->items, changes->count, sizeof(*changes->items),
		      compare_items);
	return 0;
}

/* The change of the series that a row of a comparison is of. */
static struct site_change *item_of(struct site_change *items, size_t count,
				   const struct comparison *row)
{
	char label[512];
	char *name = row->base_cell && row->metric ?
			     format_string("%s %s",
					   cell_label(row->base_cell, label,
						      sizeof(label)),
					   row->metric) :
			     NULL;
	struct site_change *found = NULL;

	for (size_t i = 0; name && i < count && !found; i++)
		if (!strcmp(items[i].series->name, name))
			found = &items[i];
	free(name);
	return found;
}

static int explain_rows(const struct compare_report *report,
			struct site_change *items, size_t count)
{
	for (size_t i = 0; i < report->count; i++) {
		struct site_change *item =
			item_of(items, count, &report->rows[i]);
		struct why why;
		int ret = item ? why_of(report, &report->rows[i], &why) : 0;

		if (ret < 0)
			return ret;
		if (!ret)
			continue;
		item->why = why_functions_text(&why);
		why_free(&why);
		if (!item->why)
			return -ENOMEM;
	}
	return 0;
}

static int load(const struct site *site, size_t run, struct result *result)
{
	char *path =
		format_string("%s/%s", site->results, site->runs[run].file);
	struct error err;
	int ret = path ? result_load(path, result, &err) : -ENOMEM;

	free(path);
	return ret;
}

/* @items are all between the same two runs. A file that is gone tells nothing. */
static int explain_pair(const struct site *site, struct site_change *items,
			size_t count)
{
	const struct compare_options options = { .threshold = site->threshold,
						 .seed = 1 };
	struct result base = { 0 }, new = { 0 };
	struct compare_report report;
	int ret = load(site, run_before(items), &base);

	if (!ret)
		ret = load(site, site_change_run(items), &new);
	if (!ret)
		ret = compare_results(&base, &new, &options, &report);
	if (!ret) {
		ret = explain_rows(&report, items, count);
		compare_free(&report);
	}
	result_free(&base);
	result_free(&new);
	return ret == -ENOMEM ? ret : 0;
}

static int explain(const struct site *site, struct site_changes *changes)
{
	size_t pairs = 0;
	int ret = 0;

	for (size_t end = changes->count, from; end && !ret; end = from) {
		struct site_change *last = &changes->items[end - 1];

		for (from = end - 1; from; from--)
			if (run_before(&changes->items[from - 1]) !=
				    run_before(last) ||
			    site_change_run(&changes->items[from - 1]) !=
				    site_change_run(last))
				break;
		if (!site->runs[run_before(last)].profile ||
		    !site->runs[site_change_run(last)].profile)
			continue;
		if (pairs++ == PAIRS)
			break;
		ret = explain_pair(site, &changes->items[from], end - from);
	}
	return ret;
}

int site_changes_make(const struct site *site, struct site_changes *changes)
{
	int ret;

	*changes = (struct site_changes){ 0 };
	ret = collect(site, changes);
	return ret ? ret : explain(site, changes);
}

void site_changes_free(struct site_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free(changes->items[i].why);
	free(changes->items);
}
