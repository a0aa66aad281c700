// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of tails.gp: quantiles of operations timed one by one. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "results/stats/stats.h"
#include "plots/figures/tails.h"
#include "plots/figures/text.h"
#include "panel.h"
#include "tsv.h"

#define COLUMNS 3 /* as in tails.gp, and the two heights */
#define HEADING 86
#define CELL_HEIGHT 190
#define LABEL 46 /* characters above a chart */
#define FLAT 1.001 /* a weight below is no tail */
#define STEPS 24 /* points to a factor of ten */

/* A cell and its operations in each result. */
struct chart {
	const struct row *row;
	double **samples;
	size_t *counts;
	double weight; /* p99 over the median, the largest of any subject */
};

struct charts {
	struct chart *items;
	size_t count;
	size_t all; /* of which the most remarkable are here */
	size_t subjects;
	double low;
	double high;
	size_t longest; /* operations of one subject in one chart */
};

static int fill_chart(struct chart *chart, const struct row *row,
		      size_t subjects)
{
	int ret = 0;

	chart->row = row;
	chart->samples = calloc(subjects, sizeof(*chart->samples));
	chart->counts = calloc(subjects, sizeof(*chart->counts));
	if (!chart->samples || !chart->counts)
		return -ENOMEM;
	for (size_t s = 0; s < subjects && !ret; s++) {
		double *samples;
		size_t count;

		ret = tail_samples(row, s, &samples, &count);
		chart->samples[s] = samples;
		chart->counts[s] = count;
		if (!ret && count && samples[count / 2] > 0)
			chart->weight = fmax(
				chart->weight,
				stats_sorted_quantile(samples, count, 0.99) /
					samples[count / 2]);
	}
	return ret;
}

static int heavier(const void *a, const void *b)
{
	const struct chart *left = a, *right = b;

	if (left->weight != right->weight)
		return left->weight < right->weight ? 1 : -1;
	return (left->row > right->row) - (left->row < right->row);
}

static int earlier(const void *a, const void *b)
{
	const struct chart *left = a, *right = b;

	return (left->row > right->row) - (left->row < right->row);
}

static void free_chart(struct chart *chart, size_t subjects)
{
	for (size_t s = 0; s < subjects && chart->samples; s++)
		free(chart->samples[s]);
	free(chart->samples);
	free(chart->counts);
}

static void find_range(struct charts *charts)
{
	charts->low = INFINITY;
	charts->high = -INFINITY;
	for (size_t i = 0; i < charts->count; i++) {
		for (size_t s = 0; s < charts->subjects; s++) {
			size_t count = charts->items[i].counts[s];
			double *samples = charts->items[i].samples[s];

			if (!count)
				continue;
			charts->low = fmin(charts->low, samples[0]);
			charts->high = fmax(charts->high, samples[count - 1]);
			if (count > charts->longest)
				charts->longest = count;
		}
	}
	if (!tsv_plottable(charts->low) || !tsv_plottable(charts->high))
		charts->low = charts->high = 0;
}

static int charts_make(const struct chapter *chapter, size_t subjects,
		       struct charts *charts)
{
	int ret = 0;

	*charts = (struct charts){ .all = tail_rows(chapter),
				   .subjects = subjects };
	charts->items = calloc(charts->all, sizeof(*charts->items));
	if (!charts->items)
		return -ENOMEM;
	for (size_t i = 0; i < chapter->count && !ret; i++)
		if (is_tail(&chapter->rows[i]))
			ret = fill_chart(&charts->items[charts->count++],
					 &chapter->rows[i], subjects);
	qsort(charts->items, charts->count, sizeof(*charts->items), heavier);
	/* Where every operation costs the same one chart says it for all. */
	while (charts->count > TAIL_CHARTS ||
	       (charts->count > 1 &&
		charts->items[charts->count - 1].weight < FLAT))
		free_chart(&charts->items[--charts->count], subjects);
	qsort(charts->items, charts->count, sizeof(*charts->items), earlier);
	find_range(charts);
	return ret;
}

static void charts_free(struct charts *charts)
{
	for (size_t i = 0; i < charts->count; i++)
		free_chart(&charts->items[i], charts->subjects);
	free(charts->items);
}

/* Where the share @rest of the operations takes longer. */
static double place(double rest)
{
	return -log10(rest);
}

static void find_ticks(const struct charts *charts, struct ticks *x)
{
	static const struct {
		double rest;
		const char *label;
	} marks[] = {
		{ 0.5, "p50" },	    { 0.1, "p90" },	  { 0.01, "p99" },
		{ 0.001, "p99.9" }, { 0.0001, "p99.99" },
	};

	*x = (struct ticks){ .high = place(0.5 / fmax(1, charts->longest)) };
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		struct tick *tick = &x->items[x->count];

		if (place(marks[i].rest) > x->high)
			break;
		tick->at = place(marks[i].rest);
		snprintf(tick->label, sizeof(tick->label), "%s",
			 marks[i].label);
		x->count++;
	}
}

/* As many points as can be told apart, and the slowest ones all. */
static void write_points(FILE *stream, const double *samples, size_t count,
			 double factor)
{
	double before = -INFINITY;

	for (size_t i = 0; i < count; i++) {
		double at = place(1 - ((double)i + 0.5) / (double)count);

		if (at - before < 1.0 / STEPS && i + 1 < count)
			continue;
		before = at;
		tsv_number(stream, at, '\t');
		tsv_number(stream, samples[i] * factor, '\n');
	}
	if (!count)
		fputs("NaN\tNaN\n", stream);
}

static int write_chart(FILE *stream, const struct chapter *chapter,
		       const struct chart *chart, size_t subjects,
		       double factor)
{
	char *label =
		chapter_label(chapter, chart->row->cell, LABEL_UNUSUAL, NULL);

	if (!label)
		return -ENOMEM;
	tsv_block(stream);
	text_tsv(stream, label, LABEL);
	fputc('\n', stream);
	free(label);
	for (size_t s = 0; s < subjects; s++) {
		tsv_block(stream);
		write_points(stream, chart->samples[s], chart->counts[s],
			     factor);
	}
	return 0;
}

static int write_heading(FILE *stream, const struct chapter *chapter,
			 const struct charts *charts, const char *unit)
{
	char *title = format_string("%s: single operations (%s)", chapter->name,
				    unit);
	char *subtitle = format_string(
		charts->count < charts->all ?
			"quantiles; the %zu of %zu cells with the longest tails, "
			"p99 against p50" :
			"quantiles",
		charts->count, charts->all);

	if (title && subtitle)
		tsv_heading(stream, title, subtitle);
	free(title);
	free(subtitle);
	return title && subtitle ? 0 : -ENOMEM;
}

static int write_blocks(FILE *stream, struct panel *panel,
			const struct chapter *chapter,
			const struct charts *charts,
			const struct subjects *subjects)
{
	double typical = charts->low > 0 ?
				 sqrt(charts->low) * sqrt(charts->high) :
				 fmax(-charts->low, charts->high);
	struct format_scale scale =
		format_scale(charts->items->row->unit, typical);
	struct ticks x, y;
	int ret;

	ticks_values(&y, charts->low * scale.factor,
		     charts->high * scale.factor, false);
	panel->logarithmic = y.logarithmic;
	find_ticks(charts, &x);
	ret = write_heading(stream, chapter, charts, scale.unit);
	tsv_block(stream);
	tsv_corners(stream, &x, &y);
	tsv_block(stream);
	tsv_ticks(stream, &x);
	tsv_block(stream);
	tsv_ticks(stream, &y);
	for (size_t s = 0; s < subjects->count; s++) {
		tsv_block(stream);
		text_tsv(stream, subjects->names[s], LABEL);
		fputs("\nNaN\tNaN\n", stream);
	}
	for (size_t i = 0; i < charts->count && !ret; i++)
		ret = write_chart(stream, chapter, &charts->items[i],
				  subjects->count, scale.factor);
	return ret;
}

int tails_write(FILE *stream, struct panel *panel,
		const struct chapter *chapter, const struct subjects *subjects)
{
	struct charts charts;
	int ret = charts_make(chapter, subjects->count, &charts);

	*panel = (struct panel){
		.kind = PANEL_TAILS,
		.left = 70,
		.series = (unsigned int)charts.count,
		.subjects = (unsigned int)subjects->count,
		.height = HEADING + CELL_HEIGHT * (unsigned int)((charts.count +
								  COLUMNS - 1) /
								 COLUMNS),
	};
	if (!ret)
		ret = write_blocks(stream, panel, chapter, &charts, subjects);
	charts_free(&charts);
	if (ret)
		return ret;
	return ferror(stream) ? -EIO : 0;
}
