// SPDX-License-Identifier: GPL-2.0-or-later
/* The first page: every series, its last change, and where all of them are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plots/figures/text.h"
#include "plots/report/html.h"
#include "results/format.h"
#include "site_parts.h"

/* More columns are no longer looked at; those with most changes stay. */
#define COLUMNS 60

struct columns {
	size_t *changes; /* at each run */
	size_t *runs; /* that have a column */
	size_t count;
	size_t least; /* changes of those that have one; 0: all runs */
};

static int choose_columns(const struct site *site,
			  const struct site_changes *changes,
			  struct columns *columns)
{
	size_t wanted = 0;

	columns->changes = calloc(site->run_count + 1, sizeof(size_t));
	columns->runs = calloc(site->run_count + 1, sizeof(size_t));
	if (!columns->changes || !columns->runs)
		return -1;
	for (size_t i = 0; i < changes->count; i++)
		columns->changes[site_change_run(&changes->items[i])]++;
	/* All that fit, else those with a change, else with more of them. */
	columns->least = 0;
	do {
		wanted = 0;
		for (size_t i = 0; i < site->run_count; i++)
			wanted += columns->changes[i] >= columns->least;
	} while (wanted > COLUMNS && ++columns->least <= site->history->count);
	for (size_t i = 0; i < site->run_count; i++)
		if (columns->changes[i] >= columns->least)
			columns->runs[columns->count++] = i;
	return 0;
}

/* A series with its changes, in @first to @first + count of @of. */
struct line {
	const struct history_series *series;
	const struct site_change **of; /* by run */
	size_t count;
	double size; /* of the last change, as a logarithm; 0: none */
};

static int by_size(const void *a, const void *b)
{
	const struct line *left = a, *right = b;

	if (left->size != right->size)
		return left->size < right->size ? 1 : -1;
	return strcmp(left->series->name, right->series->name);
}

static void write_heads(FILE *stream, const struct site *site,
			const struct columns *columns)
{
	fputs("<thead><tr><th scope=\"col\" aria-sort=\"none\">"
	      "<button data-sort=\"name\">series</button></th>"
	      "<th scope=\"col\" class=\"number\" aria-sort=\"descending\">"
	      "<button data-sort=\"size\">last change</button></th>"
	      "<th scope=\"col\" aria-sort=\"none\">"
	      "<button data-sort=\"when\">since</button></th>"
	      "<th scope=\"col\" class=\"number\">now</th>",
	      stream);
	for (size_t i = 0; i < columns->count; i++) {
		fputs("<th scope=\"col\" class=\"run\">", stream);
		site_link_run(stream, site, "", columns->runs[i]);
		fputs("</th>", stream);
	}
	fputs("</tr></thead>\n", stream);
}

static void write_now(FILE *stream, const struct history_series *series)
{
	double now = series->points[series->count - 1];
	struct format_scale scale = format_scale(series->unit, fabs(now));
	char text[64];

	html_print(
		stream,
		"<td class=\"number\">%s <span class=\"unit\">%s</span></td>",
		format_number(now * scale.factor, text, sizeof(text)),
		scale.unit);
}

static void write_heat(FILE *stream, const struct line *line, size_t run)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct history_change *change = line->of[i]->change;
		double ratio = site_ratio(change);
		char text[64];

		if (site_change_run(line->of[i]) != run)
			continue;
		snprintf(text, sizeof(text), "%+.3g", (ratio - 1) * 100);
		if (isnan(ratio))
			snprintf(text, sizeof(text), "new level");
		html_heat(stream, ratio, change->regression, text);
		return;
	}
	fputs("<td></td>", stream);
}

static void write_line(FILE *stream, const struct site *site,
		       const struct columns *columns, const struct line *line)
{
	const struct site_change *last =
		line->count ? line->of[line->count - 1] : NULL;

	html_print(stream, "<tr data-name=\"%s\" ", line->series->name);
	fprintf(stream, "data-size=\"%.9g\" data-when=\"%zu\">", line->size,
		last ? site_change_run(last) + 1 : 0);
	fputs("<th scope=\"row\">", stream);
	site_link_series(stream, "", line->series->name);
	fputs("</th>", stream);
	if (last) {
		site_size(stream, last->change);
		fputs("<td>", stream);
		site_link_run(stream, site, "", site_change_run(last));
		if (*site->runs[site_change_run(last)].title)
			html_print(stream, " <small>%s</small>",
				   site->runs[site_change_run(last)].title);
		if (site->acknowledged(last->series, last->change, site->data))
			fputs(" <span class=\"known\">acknowledged</span>",
			      stream);
		fputs("</td>", stream);
	} else {
		fputs("<td class=\"number same\">unchanged</td><td></td>",
		      stream);
	}
	write_now(stream, line->series);
	for (size_t i = 0; i < columns->count; i++)
		write_heat(stream, line, columns->runs[i]);
	fputs("</tr>\n", stream);
}

/* By series; the changes of each in a part of @of. */
static struct line *make_lines(const struct site *site,
			       const struct site_changes *changes,
			       const struct site_change **of)
{
	const struct history *history = site->history;
	struct line *lines = calloc(history->count + 1, sizeof(*lines));
	size_t at = 0;

	for (size_t s = 0; lines && s < history->count; s++) {
		struct line *line = &lines[s];

		line->series = &history->series[s];
		line->of = of + at;
		at += line->series->change_count;
	}
	for (size_t i = 0; lines && i < changes->count; i++) {
		struct line *line =
			&lines[changes->items[i].series - history->series];
		double ratio = site_ratio(changes->items[i].change);

		line->of[line->count++] = &changes->items[i];
		line->size = isnan(ratio) ? INFINITY : fabs(log(ratio));
	}
	if (lines && history->count)
		qsort(lines, history->count, sizeof(*lines), by_size);
	return lines;
}

static bool is_of_cell(const struct history_series *a,
		       const struct history_series *b)
{
	const char *metric = strrchr(a->name, ' ');
	size_t length = metric ? (size_t)(metric - a->name) + 1 : 0;

	return length && !strncmp(a->name, b->name, length) &&
	       !strchr(b->name + length, ' ');
}

/* One figure by two units: what is told per something is the repetition. */
static bool says_the_same(const struct history_series *series,
			  const struct history_series *other)
{
	double unit = series->points[0] / other->points[0];

	if (!strcmp(series->unit, other->unit) || !strchr(series->unit, '/') ||
	    strchr(other->unit, '/') || series->count != other->count)
		return false;
	for (size_t i = 0; i < series->count; i++)
		if (series->runs[i] != other->runs[i] ||
		    !(fabs(series->points[i] / other->points[i] / unit - 1) <
		      1e-9))
			return false;
	return true;
}

/* The series of a cell are neighbours. */
static bool repeats(const struct history *history,
		    const struct history_series *series)
{
	size_t at = (size_t)(series - history->series);

	for (size_t i = at; i-- > 0 && is_of_cell(series, &history->series[i]);)
		if (says_the_same(series, &history->series[i]))
			return true;
	for (size_t i = at + 1;
	     i < history->count && is_of_cell(series, &history->series[i]); i++)
		if (says_the_same(series, &history->series[i]))
			return true;
	return false;
}

/* To the front what is to be shown; how many that are. */
static size_t drop_repeats(const struct history *history, struct line *lines)
{
	size_t kept = 0;

	for (size_t i = 0; i < history->count; i++)
		if (!repeats(history, lines[i].series))
			lines[kept++] = lines[i];
	return kept;
}

static void write_map(FILE *stream, const struct site *site,
		      const struct columns *columns, struct line *lines)
{
	size_t count = drop_repeats(site->history, lines);

	html_print(
		stream,
		"<p class=\"tools\"><label for=\"filter\">Filter</label> "
		"<input id=\"filter\" type=\"search\" "
		"placeholder=\"pin.fast unpin\" autocomplete=\"off\"> "
		"<output id=\"shown\" for=\"filter\" aria-live=\"polite\">%zu "
		"of %zu series</output></p>\n"
		"<div class=\"wide\"><table id=\"series\">\n<caption>Each "
		"series and its last change, the largest first",
		count, count);
	if (columns->least)
		html_print(stream,
			   "; then in %% where it changed, of the %zu runs "
			   "with %zu changes or more",
			   columns->count, columns->least);
	else
		fputs("; then in % where it changed", stream);
	if (count < site->history->count)
		html_print(stream,
			   "; %zu that say the same per byte or page have "
			   "pages and no row",
			   site->history->count - count);
	fputs(".</caption>\n", stream);
	write_heads(stream, site, columns);
	fputs("<tbody>\n", stream);
	for (size_t i = 0; i < count; i++)
		write_line(stream, site, columns, &lines[i]);
	fputs("</tbody>\n</table></div>\n", stream);
}

static void write_events(FILE *stream, const struct site *site)
{
	if (!site->events->count)
		return;
	fputs("<h2>What kernels do differently</h2>\n<ul>\n", stream);
	for (size_t i = 0; i < site->events->count; i++) {
		const struct history_event *event = &site->events->items[i];

		html_print(stream,
			   "<li><strong class=\"%s\">%s</strong> since ",
			   event->mended ? "better" : "worse",
			   event->mended ? "mended" :
			   event->broken ? "broken" :
					   "behaves differently");
		site_link_run(stream, site, "", event->at);
		html_print(stream, ": <code>%s</code>: %s</li>\n", event->cell,
			   event->text);
	}
	fputs("</ul>\n", stream);
}

static void write_runs(FILE *stream, const struct site *site,
		       const struct columns *columns)
{
	html_print(
		stream,
		"<h2>Runs</h2>\n<details><summary>All %zu, the newest first"
		"</summary>\n<div class=\"wide\"><table id=\"runs\">\n"
		"<caption>In order of %s.</caption>\n<thead><tr>"
		"<th scope=\"col\">run</th>"
		"<th scope=\"col\" class=\"number\">changes</th>"
		"<th scope=\"col\">commit, when</th></tr></thead>\n<tbody>\n",
		site->run_count, site->order);
	for (size_t i = site->run_count; i-- > 0;) {
		fputs("<tr><th scope=\"row\">", stream);
		site_link_run(stream, site, "", i);
		html_print(stream, "</th><td class=\"number\">%zu</td><td>",
			   columns->changes[i]);
		site_commit(stream, site, i);
		fputs("</td></tr>\n", stream);
	}
	fputs("</tbody>\n</table></div></details>\n", stream);
}

static size_t count_changed(const struct site *site)
{
	size_t changed = 0;

	for (size_t i = 0; i < site->history->count; i++)
		changed += site->history->series[i].change_count > 0;
	return changed;
}

void site_overview(FILE *stream, const struct site *site,
		   const struct site_changes *changes,
		   const struct site_assets *assets)
{
	const struct site_change **of = calloc(changes->count + 1, sizeof(*of));
	struct line *lines = of ? make_lines(site, changes, of) : NULL;
	struct columns columns = { 0 };
	char threshold[16];

	snprintf(threshold, sizeof(threshold), "%g", site->threshold * 100);
	site_head(stream, site, assets, site->title, NULL);
	html_print(
		stream,
		"<p class=\"sum\">%zu of %zu series changed over %zu runs in "
		"order of %s, threshold %s %%.</p>\n</header>\n<main>\n",
		count_changed(site), site->history->count, site->run_count,
		site->order, threshold);
	if (lines && !choose_columns(site, changes, &columns)) {
		write_map(stream, site, &columns, lines);
		write_events(stream, site);
		write_runs(stream, site, &columns);
	}
	site_foot(stream, assets);
	free(columns.changes);
	free(columns.runs);
	free(lines);
	free(of);
}
