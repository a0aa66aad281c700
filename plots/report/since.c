// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's account of several runs: what changed, how much, since when. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/format.h"
#include "results/history/history_family.h"
#include "results/stats/changes.h"
#include "html.h"
#include "plots/figures/text.h"
#include "sections.h"

#define SHOWN 40 /* the rest is folded away */

struct since {
	const struct row *row;
	const struct history_series *series;
	const struct history_change *change;
	double ratio;
	size_t place;
};

struct sinces {
	struct since *items;
	size_t count;
};

static int compare_names(const void *key, const void *item)
{
	const struct history_series *series = item;

	return strcmp(key, series->name);
}

static const struct history_series *series_of(const struct history *history,
					      const struct row *row)
{
	char label[512];
	char *name = format_string("%s %s",
				   cell_label(row->cell, label, sizeof(label)),
				   row->metric);
	const struct history_series *series = NULL;

	if (name && history->count)
		series = bsearch(name, history->series, history->count,
				 sizeof(*series), compare_names);
	free(name);
	return series;
}

/* Operations and their bytes change as one. */
static bool repeats(const struct sinces *all, const struct since *since)
{
	for (size_t i = all->count; i-- > 0;) {
		const struct since *before = &all->items[i];

		if (before->row->cell != since->row->cell)
			return false;
		if (before->change->index == since->change->index &&
		    fabs(before->ratio / since->ratio - 1) < 1e-9)
			return true;
	}
	return false;
}

static int add_changes(struct sinces *all, const struct row *row,
		       const struct history_series *series)
{
	for (size_t i = 0; series && i < series->change_count; i++) {
		const struct history_change *change = &series->changes[i];
		struct since since = {
			.row = row,
			.series = series,
			.change = change,
			.ratio = change->after / change->before,
			.place = all->count,
		};
		struct since *items;

		if (repeats(all, &since))
			continue;
		items = array_grow(all->items, all->count, sizeof(*items));
		if (!items)
			return -ENOMEM;
		all->items = items;
		items[all->count++] = since;
	}
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const struct since *left = a, *right = b;
	double size = fabs(log(left->ratio)), other = fabs(log(right->ratio));

	if (!isnan(size) && !isnan(other) && size != other)
		return size < other ? 1 : -1;
	if (isnan(size) != isnan(other))
		return isnan(size) ? 1 : -1;
	return (left->place > right->place) - (left->place < right->place);
}

/* What there is to say against its being chance. */
static void write_noise(FILE *stream, const struct group *group,
			const struct since *since)
{
	const struct history_change *change = since->change;
	const size_t *runs = since->series->runs;
	char text[64];

	if (since->series->exact) {
		fputs("<td class=\"nowrap\">no: exact</td>", stream);
		return;
	}
	snprintf(text, sizeof(text), "%.3g %%", change->probability * 100);
	html_print(stream, "<td>%s sure", text);
	if (change->first != change->last)
		html_print(stream, ", between %s and %s",
			   group->names[runs[change->first]],
			   group->names[runs[change->last]]);
	if (since->series->wandering)
		fputs(", or it wanders slowly", stream);
	fputs("</td>", stream);
}

static void write_when(FILE *stream, const struct group *group,
		       const struct since *since)
{
	const struct history_change *change = since->change;
	const size_t *runs = since->series->runs;

	html_print(stream, "<td class=\"nowrap\">%s",
		   group->names[runs[change->index]]);
	if (change->drift && change->end != change->index)
		html_print(stream, " to %s", group->names[runs[change->end]]);
	if (change->back_after)
		html_print(
			stream, ", gone again with %s",
			group->names[runs[change->index + change->back_after]]);
	fputs("</td>", stream);
}

static int write_since(FILE *stream, const struct group *group,
		       const struct since *since)
{
	const struct history_change *change = since->change;
	struct format_scale scale =
		format_scale(since->row->unit,
			     fmax(fabs(change->before), fabs(change->after)));
	char text[64], shown[80];
	int ret = section_row_head(stream, group, since->row->cell,
				   since->row->metric);

	if (ret)
		return ret;
	html_number(stream, format_number(change->before * scale.factor, text,
					  sizeof(text)));
	html_number(stream, format_number(change->after * scale.factor, text,
					  sizeof(text)));
	html_print(stream,
		   "<td class=\"unit\">%s</td><td class=\"number %s\">%s ",
		   scale.unit, change->regression ? "worse" : "better",
		   change->regression ? "▲" : "▼");
	format_change(since->ratio, text, sizeof(text));
	html_print(stream, "%s</td>", text_signed(text, shown, sizeof(shown)));
	write_when(stream, group, since);
	write_noise(stream, group, since);
	fputs("</tr>\n", stream);
	return 0;
}

static int write_table(FILE *stream, const struct group *group,
		       const struct since *items, size_t count)
{
	int ret = 0;

	fputs("<div class=\"wide\"><table>\n<caption>Largest first; before and "
	      "after are the levels on either side.</caption>\n<thead><tr>"
	      "<th scope=\"col\">case</th><th scope=\"col\">cell</th>"
	      "<th scope=\"col\">metric</th>"
	      "<th scope=\"col\" class=\"number\">before</th>"
	      "<th scope=\"col\" class=\"number\">after</th>"
	      "<th scope=\"col\">unit</th>"
	      "<th scope=\"col\" class=\"number\">change</th>"
	      "<th scope=\"col\">since</th><th scope=\"col\">noise?</th></tr>"
	      "</thead>\n<tbody>\n",
	      stream);
	for (size_t i = 0; i < count && !ret; i++)
		ret = write_since(stream, group, &items[i]);
	fputs("</tbody>\n</table></div>\n", stream);
	return ret;
}

/* Some series cannot have any changes. */
static void write_short(FILE *stream, const struct history *history)
{
	size_t few = 0;

	for (size_t i = 0; i < history->count; i++)
		few += !history->series[i].exact &&
		       history->series[i].count < 2 * CHANGES_SEGMENT_MIN;
	if (few)
		html_print(stream,
			   "<p class=\"open\">%zu series are too short to tell "
			   "change from noise: that takes %u runs.</p>\n",
			   few, 2 * CHANGES_SEGMENT_MIN);
}

static int write_all(FILE *stream, const struct group *group,
		     const struct history *history, const struct sinces *all)
{
	size_t shown = all->count < SHOWN ? all->count : SHOWN;
	int ret = 0;

	fputs("<h3>What changed, how much, since when</h3>\n", stream);
	write_short(stream, history);
	if (!all->count)
		html_print(stream,
			   "<p>Nothing, in %zu series of %zu runs.</p>\n",
			   history->count, group->count);
	else
		ret = write_table(stream, group, all->items, shown);
	if (ret || shown == all->count)
		return ret;
	html_print(stream, "<details><summary>%zu more</summary>\n",
		   all->count - shown);
	ret = write_table(stream, group, all->items + shown,
			  all->count - shown);
	fputs("</details>\n", stream);
	return ret;
}

static int find_changes(struct history *history, size_t runs, double threshold)
{
	int ret = 0;

	for (size_t i = 0; i < history->count && !ret; i++)
		ret = history_find(&history->series[i], threshold);
	if (ret)
		return ret;
	history_control(history, HISTORY_FDR);
	ret = history_place(history, runs, threshold);
	history_mark_back(history);
	return ret;
}

int section_since(FILE *stream, const struct group *group)
{
	double threshold = group->comparisons[0].options.threshold;
	struct sinces all = { 0 };
	struct history history;
	size_t left_out;
	int ret = history_build(group->results, group->count, &history,
				&left_out);

	if (!ret)
		ret = find_changes(&history, group->count, threshold);
	for (size_t i = 0; i < group->figures.row_count && !ret; i++) {
		const struct row *row = &group->figures.rows[i];

		ret = add_changes(&all, row, series_of(&history, row));
	}
	if (!ret && all.count)
		qsort(all.items, all.count, sizeof(*all.items), by_size);
	if (!ret)
		ret = write_all(stream, group, &history, &all);
	free(all.items);
	history_free(&history);
	return ret;
}
