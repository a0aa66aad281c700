// SPDX-License-Identifier: GPL-2.0-or-later
/* A page for each series, and one for each subject. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plots/figures/text.h"
#include "plots/report/html.h"
#include "results/format.h"
#include "site_parts.h"

static void write_why(FILE *stream, const struct site *site,
		      const struct site_change *item)
{
	size_t at = item->change->index;
	const struct site_run *base =
		&site->runs[item->series->runs[at ? at - 1 : 0]];
	const struct site_run *new = &site->runs[item->series->runs[at]];

	if (item->why && *item->why)
		html_print(stream, "<td class=\"why\">%s</td>", item->why);
	else if (item->why)
		fputs("<td class=\"why absent\">no function differs</td>",
		      stream);
	else
		html_print(stream,
			   "<td class=\"why absent\">not both were measured "
			   "with --profile: <code>mmgauge compare %s %s"
			   "</code></td>",
			   base->file, new->file);
}

/* A row of a change: of its run on a series' page, or of its series. */
static void write_change(FILE *stream, const struct site *site,
			 const struct site_change *item, bool of_series)
{
	size_t run = site_change_run(item);

	fputs("<tr><th scope=\"row\">", stream);
	if (of_series)
		site_link_run(stream, site, "../", run);
	else
		site_link_series(stream, "../", item->series->name);
	if (of_series && item->change->drift &&
	    item->change->end != item->change->index) {
		fputs(" to ", stream);
		site_link_run(stream, site, "../",
			      item->series->runs[item->change->end]);
	}
	fputs("</th>", stream);
	site_size(stream, item->change);
	site_levels(stream, item);
	site_noise(stream, site, item);
	write_why(stream, site, item);
	if (of_series) {
		fputs("<td>", stream);
		site_commit(stream, site, run);
		fputs("</td>", stream);
	}
	fputs("</tr>\n", stream);
}

static void write_changes_head(FILE *stream, const char *caption,
			       const char *first, bool of_series)
{
	html_print(stream,
		   "<div class=\"wide\"><table class=\"changes\">\n"
		   "<caption>%s</caption>\n<thead><tr>"
		   "<th scope=\"col\">%s</th>"
		   "<th scope=\"col\" class=\"number\">change</th>"
		   "<th scope=\"col\" class=\"number\">from → to</th>"
		   "<th scope=\"col\">noise?</th><th scope=\"col\">why</th>",
		   caption, first);
	if (of_series)
		fputs("<th scope=\"col\">commit</th>", stream);
	fputs("</tr></thead>\n<tbody>\n", stream);
}

static void write_point(FILE *stream, const struct site *site,
			const struct history_series *series, size_t point,
			const struct format_scale *scale)
{
	double value = series->points[point];
	char text[64], shown[80];

	fprintf(stream, "<tr data-v=\"%.17g\"><th scope=\"row\">", value);
	site_link_run(stream, site, "../", series->runs[point]);
	html_print(stream, "</th><td class=\"number\">%s</td>",
		   format_number(value * scale->factor, text, sizeof(text)));
	format_change(series->points[0] > 0 ? value / series->points[0] : NAN,
		      text, sizeof(text));
	html_print(stream, "<td class=\"number\">%s</td>",
		   text_signed(text, shown, sizeof(shown)));
	html_print(stream, "<td>%s</td></tr>\n",
		   site->runs[series->runs[point]].started);
}

static void write_points(FILE *stream, const struct site *site,
			 const struct history_series *series)
{
	double most = 0;
	struct format_scale scale;

	for (size_t i = 0; i < series->count; i++)
		most = fmax(most, fabs(series->points[i]));
	scale = format_scale(series->unit, most);
	html_print(
		stream,
		"<details><summary>All %zu values</summary>\n"
		"<div class=\"wide\"><table id=\"points\" data-unit=\"%s\">\n"
		"<caption>In order of %s.</caption>\n<thead><tr>"
		"<th scope=\"col\">run</th>"
		"<th scope=\"col\" class=\"number\">%s</th>"
		"<th scope=\"col\" class=\"number\">against the first</th>"
		"<th scope=\"col\">when</th></tr></thead>\n<tbody>\n",
		series->count, scale.unit, site->order, scale.unit);
	for (size_t i = 0; i < series->count; i++)
		write_point(stream, site, series, i, &scale);
	fputs("</tbody>\n</table></div></details>\n", stream);
}

void site_series_page(FILE *stream, const struct site *site,
		      const struct site_changes *changes,
		      const struct site_assets *assets,
		      const struct history_series *series, const char *picture)
{
	site_head(stream, site, assets, series->name, "../");
	html_print(stream,
		   "<p class=\"sum\">%zu changes in %zu runs; %s is better.",
		   series->change_count, series->count,
		   series->higher_is_better ? "more" : "less");
	if (series->by_chance)
		html_print(stream, " %zu more may be chance.",
			   series->by_chance);
	if (series->below)
		fputs(" Some are smaller than the threshold.", stream);
	fputs("</p>\n</header>\n<main>\n", stream);
	if (series->change_count)
		write_changes_head(stream, "Its changes, oldest first.",
				   "since", true);
	for (size_t i = 0; i < changes->count; i++)
		if (changes->items[i].series == series)
			write_change(stream, site, &changes->items[i], true);
	if (series->change_count)
		fputs("</tbody>\n</table></div>\n", stream);
	fputs(picture, stream);
	write_points(stream, site, series);
	site_foot(stream, assets);
}

static void write_events(FILE *stream, const struct site *site, size_t run)
{
	bool any = false;

	for (size_t i = 0; i < site->events->count; i++) {
		const struct history_event *event = &site->events->items[i];

		if (event->at != run)
			continue;
		if (!any)
			fputs("<h2>What it does</h2>\n<ul>\n", stream);
		any = true;
		html_print(stream,
			   "<li><strong class=\"%s\">%s</strong>: <code>%s"
			   "</code>: %s, against ",
			   event->mended ? "better" : "worse",
			   event->mended ? "mended" :
			   event->broken ? "broken" :
					   "behaves differently",
			   event->cell, event->text);
		site_link_run(stream, site, "../", event->before);
		fputs("</li>\n", stream);
	}
	if (any)
		fputs("</ul>\n", stream);
}

static int by_size(const void *a, const void *b)
{
	const struct site_change *const *left = a, *const *right = b;
	double size = fabs(log(site_ratio((*left)->change)));
	double other = fabs(log(site_ratio((*right)->change)));

	if (!isnan(size) && !isnan(other) && size != other)
		return size < other ? 1 : -1;
	if (isnan(size) != isnan(other))
		return isnan(size) ? 1 : -1;
	return (*left > *right) - (*left < *right);
}

static void write_what_changed(FILE *stream, const struct site *site,
			       const struct site_changes *changes, size_t run)
{
	const struct site_change **items =
		calloc(changes->count + 1, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; items && i < changes->count; i++)
		if (site_change_run(&changes->items[i]) == run)
			items[count++] = &changes->items[i];
	if (count) {
		qsort(items, count, sizeof(*items), by_size);
		fputs("<h2>What it changed</h2>\n", stream);
		write_changes_head(stream, "Largest first.", "series", false);
		for (size_t i = 0; i < count; i++)
			write_change(stream, site, items[i], false);
		fputs("</tbody>\n</table></div>\n", stream);
	} else {
		html_print(stream, "<p>No series changed with it.</p>\n");
	}
	free(items);
}

void site_run_page(FILE *stream, const struct site *site,
		   const struct site_changes *changes,
		   const struct site_assets *assets, size_t run)
{
	const struct site_run *from = &site->runs[run];

	site_head(stream, site, assets, from->name, "../");
	fputs("<p class=\"sum\">", stream);
	site_commit(stream, site, run);
	html_print(stream,
		   "</p>\n<p class=\"note\">Kernel %s, run %s, %zu of %zu "
		   "cells measured; file %s.</p>\n",
		   from->release, from->id, from->measured, from->cells,
		   from->file);
	if (run) {
		fputs("<p class=\"note\">Before it: ", stream);
		site_link_run(stream, site, "../", run - 1);
		fputs("</p>\n", stream);
	}
	fputs("</header>\n<main>\n", stream);
	write_events(stream, site, run);
	write_what_changed(stream, site, changes, run);
	site_foot(stream, assets);
}
