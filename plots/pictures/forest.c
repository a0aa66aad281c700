// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of forest.gp: one comparison, a row for each ratio. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "plots/figures/text.h"
#include "panel.h"
#include "tsv.h"

#define ROW_HEIGHT 21
#define MARGINS 106 /* above and below the rows */
#define CASE_GAP 0.4 /* rows between two cases */

struct line {
	const struct comparison *row;
	char *label;
	double place; /* downwards from 0, in rows */
	char *usual; /* only in the first of a case: what comes above it */
};

static bool has_place(const struct compare_report *report, size_t index,
		      enum forest_part part)
{
	const struct comparison *row = &report->rows[index];
	bool unchanged = row->verdict == VERDICT_UNCHANGED;

	if (part != FOREST_ALL && unchanged != (part == FOREST_UNCHANGED))
		return false;
	return !group_repeats(report, index) &&
	       verdict_is_of_cost(row->verdict) && isfinite(row->ratio) &&
	       row->ratio > 0;
}

size_t forest_rows(const struct compare_report *report, enum forest_part part)
{
	size_t count = 0;

	for (size_t i = 0; i < report->count; i++)
		count += has_place(report, i, part);
	return count;
}

/* What matters most first: a verdict, then what is open, then by size. */
static int compare_importance(const void *a, const void *b)
{
	static const int ranks[] = {
		[VERDICT_REGRESSION] = 0,
		[VERDICT_IMPROVEMENT] = 0,
		[VERDICT_INCONCLUSIVE] = 1,
		[VERDICT_UNCHANGED] = 2,
	};
	const struct comparison *left = ((const struct line *)a)->row;
	const struct comparison *right = ((const struct line *)b)->row;
	double size = fabs(log(left->ratio)), other = fabs(log(right->ratio));
	int order = ranks[left->verdict] - ranks[right->verdict];

	if (!order)
		order = (size < other) - (size > other);
	return order ? order : (left > right) - (left < right);
}

static int compare_cells(const void *a, const void *b)
{
	const struct comparison *left = ((const struct line *)a)->row;
	const struct comparison *right = ((const struct line *)b)->row;
	int order = cell_order(left->base_cell, right->base_cell);

	return order ? order : (left > right) - (left < right);
}

/* At most @limit lines, case by case. */
static struct line *choose(const struct compare_report *report,
			   enum forest_part part, size_t limit, size_t *count)
{
	struct line *lines = calloc(report->count + 1, sizeof(*lines));

	*count = 0;
	if (!lines)
		return NULL;
	for (size_t i = 0; i < report->count; i++)
		if (has_place(report, i, part))
			lines[(*count)++].row = &report->rows[i];
	qsort(lines, *count, sizeof(*lines), compare_importance);
	if (*count > limit)
		*count = limit;
	qsort(lines, *count, sizeof(*lines), compare_cells);
	return lines;
}

static int label_lines(struct line *lines, size_t count,
		       const struct figures *figures)
{
	double place = 0;

	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = lines[i].row->base_cell;
		const char *before =
			i ? lines[i - 1].row->base_cell->name : NULL;

		if (!before || strcmp(cell->name, before)) {
			lines[i].usual = usual_text(
				figures_chapter(figures, cell->name), NULL);
			if (!lines[i].usual)
				return -ENOMEM;
			place += before ? 1 + CASE_GAP : 1;
			place += *lines[i].usual ? 1 : 0;
		}
		lines[i].place = place++;
		lines[i].label =
			chapter_row_label(figures_chapter(figures, cell->name),
					  cell, lines[i].row->metric);
		if (!lines[i].label)
			return -ENOMEM;
	}
	return 0;
}

static struct ticks ratio_ticks(const struct line *lines, size_t count,
				double threshold)
{
	double low = 1, high = 1;
	struct ticks ticks;

	for (size_t i = 0; i < count; i++) {
		const struct comparison *row = lines[i].row;

		low = fmin(low, row->ratio);
		high = fmax(high, row->ratio);
		if (row->low > 0)
			low = fmin(low, row->low);
		if (isfinite(row->high))
			high = fmax(high, row->high);
	}
	ticks_ratios(&ticks, low, high, fmax(2 * threshold, 0.002));
	return ticks;
}

static void write_band(FILE *stream, const struct ticks *x,
		       const struct ticks *y, double threshold)
{
	double low = fmax(1 - threshold, x->low);
	double high = fmin(1 + threshold, x->high);
	const double corners[4][2] = {
		{ low, y->low },
		{ high, y->low },
		{ high, y->high },
		{ low, y->high },
	};

	for (size_t i = 0; i < 4; i++) {
		tsv_number(stream, corners[i][0], '\t');
		tsv_number(stream, corners[i][1], '\n');
	}
}

static void write_line(FILE *stream, const struct line *line,
		       const struct ticks *x)
{
	const struct comparison *row = line->row;
	/* An unknown interval is none; one without end reaches the edge. */
	bool known = !isnan(row->low) && !isnan(row->high);
	char change[64], text[80];

	tsv_number(stream, -line->place, '\t');
	fprintf(stream, "%s\t", verdict_name(row->verdict));
	text_tsv(stream, line->label, LABEL_LIMIT);
	format_change(row->ratio, change, sizeof(change));
	fprintf(stream, "\t%s\t", text_signed(change, text, sizeof(text)));
	tsv_number(stream, row->ratio, '\t');
	tsv_number(stream, known ? fmax(row->low, x->low) : row->ratio, '\t');
	tsv_number(stream, known ? fmin(row->high, x->high) : row->ratio, '\n');
}

/* Two rows above its first line, or one when there is nothing to say. */
static void write_case(FILE *stream, const struct line *line)
{
	tsv_number(stream, (*line->usual ? 2 : 1) - line->place, '\t');
	tsv_heading(stream, line->row->base_cell->name, line->usual);
}

static void write_blocks(FILE *stream, const struct line *lines, size_t count,
			 const struct ticks *x, const struct ticks *y,
			 double threshold)
{
	tsv_corners(stream, x, y);
	tsv_block(stream);
	tsv_ticks(stream, x);
	tsv_block(stream);
	write_band(stream, x, y, threshold);
	tsv_block(stream);
	for (size_t i = 0; i < count; i++)
		if (lines[i].usual)
			write_case(stream, &lines[i]);
	tsv_block(stream);
	for (size_t i = 0; i < count; i++)
		write_line(stream, &lines[i], x);
}

/* Above the rows: who is compared with whom, and how. */
static int write_title(FILE *stream, const struct group *group,
		       size_t comparison)
{
	const struct compare_report *report = &group->comparisons[comparison];
	char *title = group_title(group, comparison);
	char *method = format_string("change of the median, %s, threshold %g "
				     "%%",
				     group_clock(group),
				     report->options.threshold * 100);
	int ret = title && method ? 0 : -ENOMEM;

	if (!ret)
		tsv_heading(stream, title, method);
	free(title);
	free(method);
	return ret;
}

static void free_line(struct line *line)
{
	free(line->label);
	free(line->usual);
}

int forest_write(FILE *stream, struct panel *panel, const struct group *group,
		 size_t comparison, enum forest_part part, size_t limit)
{
	const struct compare_report *report = &group->comparisons[comparison];
	double threshold = report->options.threshold;
	struct ticks x, y = { .high = 0.8 };
	size_t count, longest = 24;
	struct line *lines = choose(report, part, limit, &count);
	int ret = -ENOMEM;

	if (!lines)
		return ret;
	ret = label_lines(lines, count, &group->figures);
	if (ret)
		goto free_lines;
	for (size_t i = 0; i < count; i++)
		longest = fmax(longest, text_width(lines[i].label));
	x = ratio_ticks(lines, count, threshold);
	y.low = -(count ? lines[count - 1].place : 0) - 0.8;
	ret = write_title(stream, group, comparison);
	if (ret)
		goto free_lines;
	tsv_block(stream);
	write_blocks(stream, lines, count, &x, &y, threshold);
	*panel = (struct panel){
		.kind = PANEL_FOREST,
		.height =
			MARGINS + (unsigned int)(ROW_HEIGHT * (y.high - y.low)),
		.left = tsv_label_column(longest),
	};
	ret = ferror(stream) ? -EIO : 0;
free_lines:
	for (size_t i = 0; i < count; i++)
		free_line(&lines[i]);
	free(lines);
	return ret;
}
