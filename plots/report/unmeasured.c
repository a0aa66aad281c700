// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's account of cells without figures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "html.h"
#include "sections.h"
#include "results/base/text.h"

/* A cell and the subjects that did not measure it, for the same reason. */
struct gap {
	enum cell_status status;
	const char *reason;
	char *label;
	const char *subject;
	char *subjects; /* when collected */
};

struct gaps {
	struct gap *items;
	size_t count;
};

/* The worst status first: their order in the enumeration is by severity. */
static int compare_causes(const struct gap *a, const struct gap *b)
{
	if (a->status != b->status)
		return a->status > b->status ? -1 : 1;
	return strcmp(a->reason, b->reason);
}

static int compare_labels(const void *a, const void *b)
{
	const struct gap *left = a, *right = b;
	int order = compare_causes(left, right);

	return order ? order : strcmp(left->label, right->label);
}

static int compare_subjects(const void *a, const void *b)
{
	const struct gap *left = a, *right = b;
	int order = compare_causes(left, right);

	if (!order)
		order = strcmp(left->subjects, right->subjects);
	return order ? order : strcmp(left->label, right->label);
}

static int add_gap(struct gaps *gaps, const struct cell *cell,
		   const char *subject)
{
	struct gap *items =
		array_grow(gaps->items, gaps->count, sizeof(*items));
	char label[512];

	if (!items)
		return -ENOMEM;
	gaps->items = items;
	items[gaps->count] = (struct gap){
		.status = cell->status,
		.reason = cell->reason ? cell->reason : "no reason given",
		.label = strdup(cell_label(cell, label, sizeof(label))),
		.subject = subject,
	};
	return items[gaps->count++].label ? 0 : -ENOMEM;
}

static int find_gaps(const struct group *group, struct gaps *gaps)
{
	int ret = 0;

	for (size_t i = 0; i < group->count; i++) {
		const struct result *result = group->results[i];

		for (size_t c = 0; c < result->cell_count && !ret; c++)
			if (result->cells[c].status != CELL_OK)
				ret = add_gap(gaps, &result->cells[c],
					      group->names[i]);
	}
	return ret;
}

/* The names of the subjects of @gaps; "all" when that is all there are. */
static char *join_subjects(const struct gap *gaps, size_t count, size_t all)
{
	char *text = NULL;
	size_t size;
	FILE *stream;

	if (count == all && all > 1)
		return strdup("all");
	stream = text_begin(&text, &size);
	if (!stream)
		return NULL;
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%s%s", i ? ", " : "", gaps[i].subject);
	if (!text_finish(stream, &text))
		return text;
	free(text);
	return NULL;
}

/* Sorted by cause and cell: make those of one cell one. */
static int collect(struct gaps *gaps, size_t subject_count)
{
	size_t kept = 0, end;

	for (size_t from = 0; from < gaps->count; from = end) {
		struct gap *gap = &gaps->items[from];

		for (end = from + 1; end < gaps->count; end++)
			if (compare_labels(gap, &gaps->items[end]))
				break;
		gap->subjects = join_subjects(gap, end - from, subject_count);
		if (!gap->subjects)
			return -ENOMEM;
		for (size_t i = from + 1; i < end; i++) {
			free(gaps->items[i].label);
			gaps->items[i].label = NULL;
		}
	}
	for (size_t i = 0; i < gaps->count; i++)
		if (gaps->items[i].label)
			gaps->items[kept++] = gaps->items[i];
	gaps->count = kept;
	return 0;
}

static bool same_line(const struct gap *a, const struct gap *b)
{
	return !compare_causes(a, b) && !strcmp(a->subjects, b->subjects);
}

static void write_gaps(FILE *stream, const struct gaps *gaps)
{
	fputs("<div class=\"wide\"><table>\n<caption>Cells without figures, by "
	      "what became of them.</caption>\n<thead><tr>"
	      "<th scope=\"col\">status</th><th scope=\"col\">reason</th>"
	      "<th scope=\"col\">kernel</th><th scope=\"col\">cells</th></tr>"
	      "</thead>\n<tbody>\n",
	      stream);
	for (size_t i = 0; i < gaps->count; i++) {
		const struct gap *gap = &gaps->items[i];
		bool first = !i || !same_line(gap - 1, gap);

		if (first)
			html_print(stream,
				   "<tr><th scope=\"row\">%s</th>"
				   "<td>%s</td><td>%s</td><td>",
				   cell_status_name(gap->status), gap->reason,
				   gap->subjects);
		html_print(stream, "%s<code>%s</code>", first ? "" : ", ",
			   gap->label);
		if (i + 1 == gaps->count || !same_line(gap, gap + 1))
			fputs("</td></tr>\n", stream);
	}
	fputs("</tbody>\n</table></div>\n", stream);
}

int section_unmeasured(FILE *stream, const struct group *group)
{
	struct gaps gaps = { 0 };
	int ret = find_gaps(group, &gaps);

	if (!ret && gaps.count) {
		qsort(gaps.items, gaps.count, sizeof(*gaps.items),
		      compare_labels);
		ret = collect(&gaps, group->count);
	}
	if (!ret && gaps.count) {
		qsort(gaps.items, gaps.count, sizeof(*gaps.items),
		      compare_subjects);
		fputs("<h3>Not measured</h3>\n", stream);
		write_gaps(stream, &gaps);
	}
	for (size_t i = 0; i < gaps.count; i++) {
		free(gaps.items[i].label);
		free(gaps.items[i].subjects);
	}
	free(gaps.items);
	return ret;
}
