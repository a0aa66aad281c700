// SPDX-License-Identifier: GPL-2.0-or-later
/* What the pages of a site share: names, links, cells of their tables. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "places.h"
#include "plots/figures/text.h"
#include "plots/report/html.h"
#include "results/format.h"
#include "site_parts.h"

#define COMMIT "{commit}"

static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789._-=,[] ";

/* "case+axis-value+axis-value+metric", where that tells all of it. */
char *site_series_name(const char *series, char name[FILE_NAME_SIZE])
{
	char readable[512];
	size_t length = 0;

	if (series[strspn(series, plain)] || strlen(series) >= sizeof(readable))
		return file_name(series, name);
	for (; *series; series++)
		if (*series != ']')
			readable[length++] = strchr("[, ", *series) ? '+' :
					     *series == '='	    ? '-' :
								      *series;
	readable[length] = '\0';
	return file_name(readable, name);
}

/* Lines break between axes. */
static void write_series(FILE *stream, const char *series)
{
	while (*series) {
		size_t length = strcspn(series, "[,");
		char part[256];

		length += series[length] != '\0';
		snprintf(part, sizeof(part), "%.*s", (int)length, series);
		html_print(stream, "%s", part);
		series += strlen(part);
		if (*series)
			fputs("<wbr>", stream);
	}
}

void site_link_series(FILE *stream, const char *up, const char *series)
{
	char name[FILE_NAME_SIZE];

	html_print(stream, "<a href=\"%sseries/%s.html\">", up,
		   site_series_name(series, name));
	write_series(stream, series);
	fputs("</a>", stream);
}

void site_link_run(FILE *stream, const struct site *site, const char *up,
		   size_t run)
{
	html_print(stream, "<a href=\"%srun/%s.html\">%s</a>", up,
		   site->runs[run].page, site->runs[run].name);
}

bool site_is_commit_url(const char *text)
{
	return (!strncmp(text, "https://", 8) ||
		!strncmp(text, "http://", 7)) &&
	       strstr(text, COMMIT);
}

static bool is_commit(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");

	return digits >= 7 && digits <= 64 && !text[digits];
}

void site_commit(FILE *stream, const struct site *site, size_t run)
{
	const struct site_run *from = &site->runs[run];
	const char *place;

	html_print(stream, "%s", from->title);
	if (*from->started)
		html_print(stream, "%s<time>%s</time>",
			   *from->title ? ", " : "", from->started);
	if (!is_commit(from->commit))
		return;
	place = site->commit_url ? strstr(site->commit_url, COMMIT) : NULL;
	if (!place) {
		html_print(stream, " <code>%s</code>", from->commit);
		return;
	}
	fputs(" <a href=\"", stream);
	for (const char *c = site->commit_url; c < place; c++) {
		char one[2] = { *c, '\0' };

		html_print(stream, "%s", one);
	}
	html_print(stream, "%s%s\">commit</a>", from->commit,
		   place + strlen(COMMIT));
}

double site_ratio(const struct history_change *change)
{
	return change->before > 0 && change->after > 0 ?
		       change->after / change->before :
		       NAN;
}

void site_size(FILE *stream, const struct history_change *change)
{
	char text[64], shown[80];

	html_print(stream, "<td class=\"number %s\">%s ",
		   change->regression ? "worse" : "better",
		   change->regression ? "▲" : "▼");
	format_change(site_ratio(change), text, sizeof(text));
	html_print(stream, "%s</td>", text_signed(text, shown, sizeof(shown)));
}

void site_noise(FILE *stream, const struct site *site,
		const struct site_change *item)
{
	const struct history_change *change = item->change;
	const size_t *runs = item->series->runs;
	char text[32];

	fputs("<td>", stream);
	snprintf(text, sizeof(text), "%.3g %%", change->probability * 100);
	html_print(stream, "%s", item->series->exact ? "exact" : text);
	if (!item->series->exact)
		fputs(" sure", stream);
	if (!item->series->exact && change->first != change->last)
		html_print(stream, ", between %s and %s",
			   site->runs[runs[change->first]].name,
			   site->runs[runs[change->last]].name);
	if (item->series->wandering)
		fputs(", or it wanders slowly", stream);
	if (change->back_after)
		html_print(stream, ", went back after %zu", change->back_after);
	if (site->acknowledged(item->series, change, site->data))
		fputs(", <span class=\"known\">acknowledged</span>", stream);
	fputs("</td>", stream);
}

void site_levels(FILE *stream, const struct site_change *item)
{
	const struct history_change *change = item->change;
	struct format_scale scale =
		format_scale(item->series->unit,
			     fmax(fabs(change->before), fabs(change->after)));
	char before[64], after[64];

	format_number(change->before * scale.factor, before, sizeof(before));
	format_number(change->after * scale.factor, after, sizeof(after));
	html_print(stream,
		   "<td class=\"number\">%s → %s <span class=\"unit\">%s"
		   "</span></td>",
		   before, after, scale.unit);
}

void site_head(FILE *stream, const struct site *site,
	       const struct site_assets *assets, const char *title,
	       const char *up)
{
	html_begin(stream);
	html_print(stream, "<title>%s: mmgauge</title>\n<style>\n", title);
	fputs(assets->style, stream);
	fputs("</style>\n</head>\n<body>\n<header>\n<p class=\"over\">",
	      stream);
	if (up)
		html_print(stream, "<a href=\"%sindex.html\">%s</a>", up,
			   site->title);
	else
		fputs("mmgauge site", stream);
	html_print(stream, "</p>\n<h1>%s</h1>\n", title);
}

void site_foot(FILE *stream, const struct site_assets *assets)
{
	html_print(stream,
		   "</main>\n<footer>Made by mmgauge %s from result files; "
		   "every figure can be recomputed from their samples."
		   "</footer>\n<script>\n",
		   MMGAUGE_VERSION);
	fputs(assets->script, stream);
	fputs("</script>\n</body>\n</html>\n", stream);
}
