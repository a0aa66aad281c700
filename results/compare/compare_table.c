// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare_table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"

/* By how much, whichever way; what has no ratio matters least. */
static double size_of(double ratio)
{
	return ratio > 0 && isfinite(ratio) ? fabs(log(ratio)) : 0;
}

static double line_size(const struct line *line)
{
	return size_of(line->row->ratio);
}

/*
 * A metric in other units has the ratio of the first. Single operations on a
 * clock without noise are the mean once more, but for the reads of the clock.
 */
static bool says_the_same(const struct comparison *row,
			  const struct comparison *other, bool exact)
{
	double apart = fabs(size_of(row->ratio) - size_of(other->ratio));

	if (row->base_cell != other->base_cell ||
	    row->verdict != other->verdict ||
	    (row->ratio > 1) != (other->ratio > 1))
		return false;
	if (exact && !strncmp(row->metric, "latency", strlen("latency")))
		return apart < fmax(0.005, 0.02 * size_of(other->ratio));
	return strcmp(row->unit, other->unit) && apart < 1e-9;
}

static bool repeats(const struct compare_lines *lines, size_t at, bool exact)
{
	const struct comparison *row = lines->lines[at].row;

	for (size_t i = at; i-- > 0;) {
		const struct comparison *other = lines->lines[i].row;

		if (row->base_cell != other->base_cell)
			return false;
		if (says_the_same(row, other, exact))
			return true;
	}
	return false;
}

static struct family *find_family(struct compare_table *table,
				  const struct family *like)
{
	for (size_t i = 0; i < table->count; i++) {
		struct family *family = &table->families[i];

		if (!strcmp(family->name, like->name) &&
		    !strcmp(family->metric, like->metric) &&
		    !strcmp(family->unit, like->unit) &&
		    family->verdict == like->verdict)
			return family;
	}
	return NULL;
}

static struct family *add_family(struct compare_table *table,
				 const struct family *like)
{
	struct family *grown = find_family(table, like);

	if (grown)
		return grown;
	grown = array_grow(table->families, table->count, sizeof(*grown));
	if (!grown)
		return NULL;
	table->families = grown;
	grown[table->count] = *like;
	grown[table->count].place = table->count;
	return &grown[table->count++];
}

static int add_line(struct compare_table *table, const struct line *line)
{
	const struct comparison *row = line->row;
	struct family *family = add_family(
		table, &(struct family){ .cell = row->base_cell,
					 .name = row->base_cell->name,
					 .metric = row->metric,
					 .unit = row->unit,
					 .verdict = row->verdict });
	const struct line **grown;

	if (!family)
		return -ENOMEM;
	grown = array_grow(family->lines, family->count,
			   sizeof(*family->lines));
	if (!grown)
		return -ENOMEM;
	family->lines = grown;
	family->lines[family->count++] = line;
	return 0;
}

static unsigned int rank_of(enum verdict verdict)
{
	static const unsigned int ranks[] = {
		[VERDICT_REGRESSION] = 0,
		[VERDICT_IMPROVEMENT] = 1,
		[VERDICT_INCONCLUSIVE] = 2,
		[VERDICT_UNCHANGED] = 3,
	};

	return ranks[verdict];
}

/* The family of its verdict, else of the worst; NULL: the case has none. */
static struct family *family_of(struct compare_table *table,
				const struct comparison_group *group)
{
	struct family *found = NULL;

	for (size_t i = 0; i < table->count; i++) {
		struct family *family = &table->families[i];

		if (strcmp(family->name, group->name) ||
		    strcmp(family->metric, group->metric))
			continue;
		if (family->verdict == group->verdict)
			return family;
		if (!found ||
		    rank_of(family->verdict) < rank_of(found->verdict))
			found = family;
	}
	return found;
}

/* A case may show as a whole what none of its cells does alone. */
static int add_group(struct compare_table *table,
		     const struct comparison_group *group)
{
	bool changed = group->verdict == VERDICT_REGRESSION ||
		       group->verdict == VERDICT_IMPROVEMENT;
	struct family *family = family_of(table, group);

	if (changed && (!family || family->verdict != group->verdict)) {
		family = add_family(
			table, &(struct family){ .name = group->name,
						 .metric = group->metric,
						 .unit = "",
						 .verdict = group->verdict });
		if (!family)
			return -ENOMEM;
	}
	if (family)
		family->group = group;
	return 0;
}

/* Whether a row is in the table at all that the group is the mean of. */
static bool is_told(const struct compare_lines *lines,
		    const struct comparison_group *group, bool exact)
{
	bool any = false;

	for (size_t i = 0; i < lines->count; i++) {
		const struct comparison *row = lines->lines[i].row;

		if (strcmp(row->base_cell->name, group->name) ||
		    strcmp(row->metric, group->metric))
			continue;
		if (!repeats(lines, i, exact))
			return true;
		any = true;
	}
	return !any;
}

/* One unit for all rows: that of a typical one. */
static void choose_scale(struct family *family)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < family->count; i++) {
		double base = fabs(family->lines[i]->row->base);

		if (base > 0 && isfinite(base)) {
			sum += log(base);
			count++;
		}
	}
	family->scale = format_scale(family->unit,
				     count ? exp(sum / (double)count) : 0);
}

static int by_line(const void *a, const void *b)
{
	const struct line *left = *(const struct line *const *)a;
	const struct line *right = *(const struct line *const *)b;
	double x = line_size(left), y = line_size(right);

	if (x != y)
		return x < y ? 1 : -1;
	return (left > right) - (left < right);
}

static double family_size(const struct family *family)
{
	return family->count ? line_size(family->lines[0]) :
			       size_of(family->group->ratio);
}

static int by_place(const void *a, const void *b)
{
	const struct family *left = a, *right = b;
	unsigned int x = rank_of(left->verdict), y = rank_of(right->verdict);

	if (x != y)
		return x < y ? -1 : 1;
	return (left->place > right->place) - (left->place < right->place);
}

static int by_size(const void *a, const void *b)
{
	const struct family *left = a, *right = b;
	double x = family_size(left), y = family_size(right);

	if (left->verdict != right->verdict || x == y)
		return by_place(a, b);
	return x < y ? 1 : -1;
}

static void sort(struct compare_table *table, bool by_case)
{
	for (size_t i = 0; i < table->count; i++) {
		struct family *family = &table->families[i];

		choose_scale(family);
		if (!by_case && family->count)
			qsort(family->lines, family->count,
			      sizeof(*family->lines), by_line);
	}
	if (table->count)
		qsort(table->families, table->count, sizeof(*table->families),
		      by_case ? by_place : by_size);
}

int compare_table_make(const struct compare_report *report,
		       const struct compare_lines *lines,
		       const struct compare_style *style,
		       struct compare_table *table)
{
	bool exact = compare_is_exact(report), all = report->options.all;
	int ret;

	*table = (struct compare_table){
		.said = { .is_default = style->is_default },
	};
	ret = axes_said_add(&table->said, report->base);
	if (!ret)
		ret = axes_said_add(&table->said, report->new);
	for (size_t i = 0; i < lines->count && !ret; i++)
		if (!all && repeats(lines, i, exact))
			table->repeats++;
		else
			ret = add_line(table, &lines->lines[i]);
	for (size_t i = 0; i < report->group_count && !ret; i++)
		if (all || is_told(lines, &report->groups[i], exact))
			ret = add_group(table, &report->groups[i]);
	if (!ret)
		sort(table, style->by_case);
	return ret;
}

void compare_table_free(struct compare_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->families[i].lines);
	free(table->families);
	axes_said_free(&table->said);
	table->families = NULL;
	table->count = 0;
}
