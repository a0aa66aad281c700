// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report's account of runs that differ in what surrounds the kernel: a heat
 * map, a row a metric, a column a configuration.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "html.h"
#include "plots/figures/text.h"
#include "sections.h"

#define SHOWN 40

struct heat {
	const struct row *row;
	double size; /* of the largest change, a logarithm */
};

static const char *name_of(const struct result *result)
{
	const char *name = result_text(result, "run/configuration/name");

	return name ? name : "default";
}

/* Where all are of one kernel, that goes without saying. */
static const char *column_name(const struct group *group, size_t index)
{
	const char *first = result_text(group->results[0], "subject/release");

	for (size_t i = 1; i < group->count; i++) {
		const char *other =
			result_text(group->results[i], "subject/release");

		if (!first || !other || strcmp(first, other) != 0)
			return group->names[index];
	}
	return name_of(group->results[index]);
}

bool group_is_by_configuration(const struct group *group)
{
	for (size_t i = 1; i < group->count; i++)
		if (strcmp(name_of(group->results[0]),
			   name_of(group->results[i])) != 0)
			return true;
	return false;
}

static double ratio_of(const struct row *row, size_t column)
{
	return row->figures[column].median / row->figures[0].median;
}

static bool is_told(double ratio, double threshold)
{
	return isfinite(ratio) && ratio > 0 && fabs(ratio - 1) > threshold;
}

/* A byte of an operation changes as the operation does. */
static bool repeats(const struct row *row, const struct row *before,
		    size_t columns)
{
	if (!before || before->cell != row->cell)
		return false;
	for (size_t i = 1; i < columns; i++)
		if (!(fabs(ratio_of(row, i) / ratio_of(before, i) - 1) < 1e-9))
			return false;
	return true;
}

static int by_size(const void *a, const void *b)
{
	const struct heat *left = a, *right = b;

	if (left->size != right->size)
		return left->size < right->size ? 1 : -1;
	return (left->row > right->row) - (left->row < right->row);
}

/* The rows that are more than the threshold off in any column. */
static size_t choose(const struct group *group, struct heat *heats)
{
	double threshold = group->comparisons[0].options.threshold;
	const struct row *before = NULL;
	size_t count = 0;

	for (size_t i = 0; i < group->figures.row_count; i++) {
		const struct row *row = &group->figures.rows[i];
		struct heat heat = { .row = row };

		for (size_t j = 1; j < group->count; j++)
			if (is_told(ratio_of(row, j), threshold))
				heat.size = fmax(heat.size,
						 fabs(log(ratio_of(row, j))));
		if (heat.size > 0 && !repeats(row, before, group->count))
			heats[count++] = heat;
		before = row;
	}
	qsort(heats, count, sizeof(*heats), by_size);
	return count;
}

static void write_change(FILE *stream, const struct row *row, size_t column,
			 double threshold)
{
	double ratio = ratio_of(row, column);
	bool worse = (ratio > 1) != row->higher_is_better;
	char text[64], shown[80];

	if (!isfinite(ratio) || ratio <= 0) {
		fputs("<td class=\"heat\">–</td>", stream);
		return;
	}
	format_change(ratio, text, sizeof(text));
	if (is_told(ratio, threshold))
		html_heat(stream, ratio, worse, text);
	else
		html_print(stream, "<td class=\"heat same\">%s</td>",
			   ratio == 1 ?
				   "=" :
				   text_signed(text, shown, sizeof(shown)));
}

static int write_row(FILE *stream, const struct group *group,
		     const struct row *row)
{
	double threshold = group->comparisons[0].options.threshold;
	struct format_scale scale =
		format_scale(row->unit, row->figures[0].median);
	char text[64];
	int ret = section_row_head(stream, group, row->cell, row->metric);

	if (ret)
		return ret;
	html_number(stream, format_number(row->figures[0].median * scale.factor,
					  text, sizeof(text)));
	html_print(stream, "<td class=\"unit\">%s</td>", scale.unit);
	for (size_t i = 1; i < group->count; i++)
		write_change(stream, row, i, threshold);
	fputs("</tr>\n", stream);
	return 0;
}

static int write_table(FILE *stream, const struct group *group,
		       const struct heat *heats, size_t count)
{
	int ret = 0;

	html_print(stream,
		   "<div class=\"wide\"><table>\n<caption>Largest first; the "
		   "first column is %s, the others how they differ from it."
		   "</caption>\n<thead><tr><th scope=\"col\">case</th>"
		   "<th scope=\"col\">cell</th><th scope=\"col\">metric</th>"
		   "<th scope=\"col\" class=\"number\">%s</th>"
		   "<th scope=\"col\">unit</th>",
		   group->names[0], column_name(group, 0));
	for (size_t i = 1; i < group->count; i++)
		html_print(stream, "<th scope=\"col\" class=\"number\">%s</th>",
			   column_name(group, i));
	fputs("</tr></thead>\n<tbody>\n", stream);
	for (size_t i = 0; i < count && !ret; i++)
		ret = write_row(stream, group, heats[i].row);
	fputs("</tbody>\n</table></div>\n", stream);
	return ret;
}

static int write_all(FILE *stream, const struct group *group,
		     const struct heat *heats, size_t count)
{
	size_t shown = count < SHOWN ? count : SHOWN;
	int ret = write_table(stream, group, heats, shown);

	if (ret || shown == count)
		return ret;
	html_print(stream, "<details><summary>%zu more</summary>\n",
		   count - shown);
	ret = write_table(stream, group, heats + shown, count - shown);
	fputs("</details>\n", stream);
	return ret;
}

int section_configurations(FILE *stream, const struct group *group)
{
	struct heat *heats =
		calloc(group->figures.row_count + 1, sizeof(*heats));
	size_t count;
	int ret = 0;

	if (!heats)
		return -ENOMEM;
	count = choose(group, heats);
	fputs("<h3>What each configuration costs</h3>\n", stream);
	if (count)
		ret = write_all(stream, group, heats, count);
	else
		html_print(stream,
			   "<p>Nothing, in %zu metrics of %zu runs.</p>\n",
			   group->figures.row_count, group->count);
	free(heats);
	return ret;
}
