// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's Test Anything Protocol 1 (Documentation/dev-tools/ktap.rst): a
 * test for each case, a subtest for each of its cells, with its figures.
 */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "export_find.h"
#include "results/base/text.h"
#include "results/format.h"
#include "results/level.h"

struct tally {
	size_t cells, skipped, bad;
};

static bool has(const struct export_cells *cells, const struct cell *cell)
{
	return export_wanted(cell, cells->glob, cells->axes, cells->axis_count);
}

/* What follows # is a directive to parsers. */
static void print_text(FILE *stream, const char *text)
{
	char *line = text_line(text);

	for (const char *c = line; c && *c; c++)
		fputc(*c == '#' ? '_' : *c, stream);
	free(line);
}

static void print_figures(FILE *stream, const struct cell *cell)
{
	char quantity[64];

	for (size_t i = 0;
	     cell->trial_count && i < cell->trials[0].metric_count; i++) {
		const struct metric *metric = &cell->trials[0].metrics[i];

		fputs("  # ", stream);
		print_text(stream, metric->name);
		fputs(": ", stream);
		print_text(stream,
			   format_quantity(cell_level(cell, metric->name),
					   metric->unit, quantity,
					   sizeof(quantity)));
		fputc('\n', stream);
	}
}

static void print_result(FILE *stream, const char *indent, bool good,
			 size_t number, const char *name)
{
	fprintf(stream, "%s%s %zu ", indent, good ? "ok" : "not ok", number);
	print_text(stream, name);
}

static void print_cell(FILE *stream, const struct cell *cell, size_t number)
{
	char label[512];

	print_figures(stream, cell);
	print_result(stream, "  ", cell->status <= CELL_SKIPPED, number,
		     cell_label(cell, label, sizeof(label)));
	if (cell->status == CELL_SKIPPED)
		fputs(" # SKIP ", stream);
	else if (cell->status != CELL_OK)
		fprintf(stream, " # %s: ", cell_status_name(cell->status));
	if (cell->reason)
		print_text(stream, cell->reason);
	fputc('\n', stream);
}

static struct tally count(const struct export_cells *cells, const char *name)
{
	const struct result *result = cells->result;
	struct tally tally = { 0 };

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		if (strcmp(cell->name, name) != 0 || !has(cells, cell))
			continue;
		tally.cells++;
		tally.skipped += cell->status == CELL_SKIPPED;
		tally.bad += cell->status > CELL_SKIPPED;
	}
	return tally;
}

static void print_case(FILE *stream, const struct export_cells *cells,
		       const char *name, size_t number)
{
	const struct tally tally = count(cells, name);
	size_t at = 0;

	/* No "# Subtest" before it: a cell may have the name of its case. */
	fprintf(stream, "  KTAP version 1\n  1..%zu\n", tally.cells);
	for (size_t i = 0; i < cells->result->cell_count; i++) {
		const struct cell *cell = &cells->result->cells[i];

		if (!strcmp(cell->name, name) && has(cells, cell))
			print_cell(stream, cell, ++at);
	}
	print_result(stream, "", !tally.bad, number, name);
	fputs(tally.skipped == tally.cells ? " # SKIP every cell\n" : "\n",
	      stream);
}

/* Whether no cell before it is of its case: cells of one may stand apart. */
static bool is_first(const struct export_cells *cells, size_t at)
{
	const struct cell *all = cells->result->cells;
	size_t i = 0;

	if (!has(cells, &all[at]))
		return false;
	while (strcmp(all[i].name, all[at].name) != 0 || !has(cells, &all[i]))
		i++;
	return i == at;
}

static int print(FILE *stream, const struct export_cells *cells)
{
	const struct result *result = cells->result;
	size_t cases = 0, number = 0;

	for (size_t i = 0; i < result->cell_count; i++)
		cases += is_first(cells, i);
	fprintf(stream, "KTAP version 1\n1..%zu\n", cases);
	for (size_t i = 0; i < result->cell_count; i++)
		if (is_first(cells, i))
			print_case(stream, cells, result->cells[i].name,
				   ++number);
	return 0;
}

const struct export_format export_format_ktap = {
	.name = "ktap",
	.unmeasured = true,
	.whole = print,
};
