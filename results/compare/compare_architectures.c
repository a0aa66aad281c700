// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_architectures.h"
#include "results/base/cell_index.h"
#include "results/base/median.h"
#include "results/base/profile.h"
#include "results/base/text.h"
#include "results/format.h"
#include "results/width.h"
#include "why.h"

#define SCREEN 40
#define COLUMN 13
#define LABEL_LEAST 28
#define SHOWN_LEAST 0.005 /* of an amount, which has two places */

struct column {
	const struct result *result;
	struct cell_index index;
	char name[24];
	/* Of the metric that is being printed: */
	double median; /* NaN: it has none */
	const char *unit;
	struct profile profile;
	bool profiled;
};

struct sheet {
	FILE *stream;
	struct column *columns;
	size_t count;
	struct axes_said said;
	int room; /* of what a row is */
	size_t lines; /* left; SIZE_MAX: any number */
	int metrics, left; /* printed, and with no more room */
	bool all;
};

/* Kinds that cost what any instruction does. */
static bool is_plain(const char *kind)
{
	static const char *const plain[] = {
		"loads",   "stores", "branches_taken", "conditional_branches",
		"returns", "calls",  "jumps",
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (!strcmp(plain[i], kind))
			return true;
	return false;
}

static void name_column(struct column *columns, size_t at)
{
	const char *name =
		result_text(columns[at].result, "machine/architecture");
	size_t same = 0;

	for (size_t i = 0; i < at; i++) {
		const char *other =
			result_text(columns[i].result, "machine/architecture");

		same += name && other && !strcmp(name, other);
	}
	if (same)
		snprintf(columns[at].name, sizeof(columns[at].name), "%.9s %zu",
			 name, same + 1);
	else
		snprintf(columns[at].name, sizeof(columns[at].name), "%.12s",
			 name ? name : "?");
}

static void print_heads(const struct sheet *sheet, int width)
{
	for (size_t i = 0; i < sheet->count; i++) {
		const struct column *column = &sheet->columns[i];
		const char *release =
			result_text(column->result, "subject/release");
		const char *chosen =
			result_text(column->result, "run/configuration/name");
		const char *cpu =
			result_text(column->result, "machine/cpu_model");
		char first[32], text[500];

		snprintf(first, sizeof(first), "%-12s  ", column->name);
		snprintf(text, sizeof(text), "%.150s%s%.100s, %.150s",
			 release ? release : "?", chosen ? ", " : "",
			 chosen ? chosen : "", cpu ? cpu : "?");
		width_wrap(sheet->stream, first, 14, width, text);
	}
	fprintf(sheet->stream, "\n%*s", sheet->room, "");
	for (size_t i = 0; i < sheet->count; i++)
		width_pad(sheet->stream, sheet->columns[i].name, COLUMN, 1);
	fputc('\n', sheet->stream);
}

static void find_profile(struct column *column, const struct cell *cell,
			 const char *metric, int *ret)
{
	profile_free(&column->profile);
	column->profile = (struct profile){ 0 };
	column->profiled = false;
	for (size_t i = 0;
	     i < cell->trial_count && !column->profiled && *ret >= 0; i++) {
		*ret = profile_of(&cell->trials[i], metric, &column->profile);
		column->profiled = *ret > 0;
	}
}

/* What the run of @column has of it; 0 or -ENOMEM. */
static int look_up(struct column *column, const struct cell *like,
		   const char *name)
{
	const struct metric *metric = NULL;
	const struct cell *cell;
	int ret = cell_index_find(&column->index, like, &cell);

	column->median = NAN;
	column->profiled = false;
	if (ret || !cell || !cell->trial_count)
		return ret;
	metric = trial_metric(&cell->trials[0], name);
	if (!metric || !metric->sample_count)
		return 0;
	column->unit = metric->unit;
	column->median =
		stats_median(metric->samples, metric->sample_count, .95).median;
	find_profile(column, cell, name, &ret);
	return ret < 0 ? ret : 0;
}

static size_t place_of(const struct column *column, const char *kind)
{
	const json_t *kinds = result_value(column->result, "run/profile");
	json_t *name;
	size_t at;

	json_array_foreach (kinds, at, name)
		if (json_string_value(name) &&
		    !strcmp(json_string_value(name), kind))
			return at;
	return SIZE_MAX;
}

/* A unit of the metric's; NaN: there is no such kind, or no profile. */
static double amount_of(const struct column *column, const char *kind)
{
	size_t at = place_of(column, kind);

	if (!column->profiled || at == SIZE_MAX || !column->profile.units)
		return NAN;
	return (double)profile_total(&column->profile, at) /
	       (double)column->profile.units;
}

static bool shows(const struct sheet *sheet, const char *kind)
{
	if (!sheet->all && is_plain(kind))
		return false;
	for (size_t i = 0; i < sheet->count; i++)
		if (amount_of(&sheet->columns[i], kind) >= SHOWN_LEAST)
			return true;
	return false;
}

static void print_kind(const struct sheet *sheet, const char *kind)
{
	char line[4 * 64 + 4], text[32];

	fputs("    ", sheet->stream);
	width_pad(sheet->stream,
		  width_cut(line, sizeof(line), sheet->room - 5, kind),
		  sheet->room - 4, 0);
	for (size_t i = 0; i < sheet->count; i++) {
		double amount = amount_of(&sheet->columns[i], kind);

		width_pad(sheet->stream,
			  isnan(amount) ? "-" : why_amount(amount, text),
			  COLUMN, 1);
	}
	fputc('\n', sheet->stream);
}

/* Those of all columns, each once; how many, which are printed if @print. */
static size_t each_kind(const struct sheet *sheet, bool print)
{
	size_t count = 0;

	for (size_t i = 0; i < sheet->count; i++) {
		const json_t *kinds =
			result_value(sheet->columns[i].result, "run/profile");
		json_t *name;
		size_t at;

		json_array_foreach (kinds, at, name) {
			const char *kind = json_string_value(name);
			bool before = false;

			for (size_t k = 0; kind && k < i && !before; k++)
				before = place_of(&sheet->columns[k], kind) !=
					 SIZE_MAX;
			if (!at || !kind || before || !shows(sheet, kind))
				continue;
			count++;
			if (print)
				print_kind(sheet, kind);
		}
	}
	return count;
}

static int print_metric(const struct sheet *sheet, const struct cell *cell,
			const struct metric *metric)
{
	char *label = axes_label_of(&sheet->said, cell, false);
	char text[450], cut[4 * sizeof(text) + 4], number[64];

	if (!label)
		return -ENOMEM;
	snprintf(text, sizeof(text), "%.300s %.60s, %.40s", label, metric->name,
		 format_scale(metric->unit, 1).unit);
	free(label);
	if (width_of(text) >= sheet->room) {
		width_wrap(sheet->stream, "", 0,
			   sheet->room + COLUMN * (int)sheet->count, text);
		*text = '\0';
	}
	width_pad(sheet->stream, width_cut(cut, sizeof(cut), sheet->room, text),
		  sheet->room, 0);
	for (size_t i = 0; i < sheet->count; i++)
		width_pad(sheet->stream,
			  format_number(sheet->columns[i].median, number,
					sizeof(number)),
			  COLUMN, 1);
	fputc('\n', sheet->stream);
	each_kind(sheet, true);
	return 0;
}

static int take_metric(struct sheet *sheet, const struct cell *cell,
		       const struct metric *metric)
{
	size_t have = 0, lines;
	int ret = 0;

	for (size_t i = 0; i < sheet->count && !ret; i++) {
		ret = look_up(&sheet->columns[i], cell, metric->name);
		have += !isnan(sheet->columns[i].median);
	}
	if (ret || have < 2)
		return ret;
	lines = 2 + each_kind(sheet, false);
	if (sheet->metrics && lines > sheet->lines) {
		sheet->left++;
		return 0;
	}
	if (sheet->lines != SIZE_MAX)
		sheet->lines -= lines < sheet->lines ? lines : sheet->lines;
	sheet->metrics++;
	return print_metric(sheet, cell, metric);
}

static int take_cells(struct sheet *sheet, const struct cell_filter *filter)
{
	const struct result *base = sheet->columns[0].result;
	int ret = 0;

	for (size_t i = 0; i < base->cell_count && !ret; i++) {
		const struct cell *cell = &base->cells[i];
		const struct trial *trial = cell->trials;

		if (!cell->trial_count || !cell_filter_takes(filter, cell))
			continue;
		for (size_t k = 0; k < trial->metric_count && !ret; k++)
			ret = take_metric(sheet, cell, &trial->metrics[k]);
	}
	return ret;
}

static int open_columns(struct sheet *sheet,
			const struct result *const *results, size_t count)
{
	sheet->columns = calloc(count, sizeof(*sheet->columns));
	if (!sheet->columns)
		return -ENOMEM;
	while (sheet->count < count) {
		struct column *column = &sheet->columns[sheet->count];

		column->result = results[sheet->count];
		name_column(sheet->columns, sheet->count);
		sheet->count++;
		if (cell_index_build(column->result, &column->index))
			return -ENOMEM;
	}
	return axes_said_add(&sheet->said, results[0]);
}

static void close_columns(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++) {
		profile_free(&sheet->columns[i].profile);
		cell_index_free(&sheet->columns[i].index);
	}
	free(sheet->columns);
	axes_said_free(&sheet->said);
}

int compare_architectures_print(FILE *stream,
				const struct result *const *results,
				size_t count, const struct cell_filter *filter,
				const struct compare_style *style, bool all)
{
	int width = style->width ? style->width : 80;
	struct sheet sheet = {
		.stream = stream,
		.said = { .is_default = style->is_default },
		.room = width - COLUMN * (int)count,
		.lines = all ? SIZE_MAX : SCREEN - 4 - count,
		.all = all,
	};
	int ret = open_columns(&sheet, results, count);

	if (sheet.room < LABEL_LEAST)
		sheet.room = LABEL_LEAST;
	if (!ret)
		print_heads(&sheet, width);
	if (!ret)
		ret = take_cells(&sheet, filter);
	if (!ret && sheet.left)
		fprintf(stream, "\n%d of %d metrics: --all lists them\n",
			sheet.metrics, sheet.metrics + sheet.left);
	close_columns(&sheet);
	return ret ? ret : sheet.metrics;
}
