// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenMetrics 1.0 text: the level of each cell, as a gauge for each metric and
 * unit, and what the run was as an info metric that shares its label `run`.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "export_find.h"
#include "results/level.h"

#define FAMILIES_MAX 256

struct family {
	const char *metric, *unit;
	char name[160]; /* ends in the unit, as it has to */
	char base_unit[64];
};

/* Names have letters, digits and _; what is something else, _. */
static char *put_name(char *to, const char *end, const char *text)
{
	for (; *text && to < end; text++)
		*to++ = isalnum((unsigned char)*text) ? *text : '_';
	*to = '\0';
	return to;
}

/* "s/page" as "seconds_per_page". */
static void put_unit(char *to, size_t size, const char *unit)
{
	static const struct {
		const char *unit, *name;
	} names[] = {
		{ "s", "seconds" },
		{ "instruction", "instructions" },
		{ "byte", "bytes" },
	};
	size_t length = strcspn(unit, "/");
	const char *end = to + size - 1;
	char head[48];

	snprintf(head, sizeof(head), "%.*s", (int)length, unit);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(head, names[i].unit))
			snprintf(head, sizeof(head), "%s", names[i].name);
	to = put_name(to, end, head);
	if (unit[length] && unit[length + 1]) {
		to = put_name(to, end, "_per_");
		put_name(to, end, unit + length + 1);
	}
}

static void put_text(FILE *stream, const char *label, const char *text)
{
	fprintf(stream, "%s=\"", label);
	for (; text && *text; text++)
		if (*text == '"' || *text == '\\')
			fprintf(stream, "\\%c", *text);
		else if (*text == '\n')
			fputs("\\n", stream);
		else
			fputc(*text, stream);
	fputc('"', stream);
}

/* An axis may have the name of a label of ours. */
static void put_axes(FILE *stream, const struct cell *cell)
{
	char label[80], number[32];

	for (size_t i = 0; i < cell->axis_count; i++) {
		const struct axis_value *axis = &cell->axes[i];

		put_name(label + snprintf(label, sizeof(label), ",axis_"),
			 label + sizeof(label) - 1, axis->axis);
		snprintf(number, sizeof(number), "%llu",
			 (unsigned long long)axis->number);
		put_text(stream, label, axis->text ? axis->text : number);
	}
}

static void print_info(FILE *stream, const struct result *result)
{
	static const struct export_key labels[] = {
		{ "run", "run/id" },
		{ ",started", "run/started" },
		{ ",release", "subject/release" },
		{ ",commit", "subject/commit" },
		{ ",clock", "clock/kind" },
		{ ",fingerprint", "machine/fingerprint" },
	};

	fputs("# TYPE mmgauge_run info\n"
	      "# HELP mmgauge_run what was measured, on which machine.\n"
	      "mmgauge_run_info{",
	      stream);
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		put_text(stream, labels[i].key,
			 result_text(result, labels[i].path));
	fputs("} 1\n", stream);
}

static void note_family(struct family *families, size_t *count,
			const struct metric *metric)
{
	struct family *family = &families[*count];
	char *end;

	for (size_t i = 0; i < *count; i++)
		if (!strcmp(families[i].metric, metric->name) &&
		    !strcmp(families[i].unit, metric->unit))
			return;
	if (*count == FAMILIES_MAX)
		return;
	family->metric = metric->name;
	family->unit = metric->unit;
	put_unit(family->base_unit, sizeof(family->base_unit), metric->unit);
	end = put_name(family->name, family->name + 60, "mmgauge_");
	end = put_name(end, family->name + 90, metric->name);
	snprintf(end, 66, "_%s", family->base_unit);
	++*count;
}

static void print_cell(FILE *stream, const struct family *family,
		       const struct result *result, const struct cell *cell)
{
	const struct metric *metric =
		trial_metric(&cell->trials[0], family->metric);

	if (!metric || strcmp(metric->unit, family->unit) ||
	    !metric->sample_count)
		return;
	fprintf(stream, "%s{", family->name);
	put_text(stream, "run", result_text(result, "run/id"));
	put_text(stream, ",case", cell->name);
	put_text(stream, ",better",
		 metric->higher_is_better ? "higher" : "lower");
	put_axes(stream, cell);
	fprintf(stream, "} %.17g\n", cell_level(cell, family->metric));
}

/* All of a family stand together. */
static int print(FILE *stream, const struct export_cells *cells)
{
	const struct result *result = cells->result;
	struct family *families = calloc(FAMILIES_MAX, sizeof(*families));
	size_t count = 0;

	if (!families)
		return -ENOMEM;
	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		for (size_t k = 0; export_has(cells, cell) &&
				   k < cell->trials[0].metric_count;
		     k++)
			note_family(families, &count,
				    &cell->trials[0].metrics[k]);
	}
	print_info(stream, result);
	for (size_t f = 0; f < count; f++) {
		fprintf(stream, "# TYPE %s gauge\n# UNIT %s %s\n",
			families[f].name, families[f].name,
			families[f].base_unit);
		for (size_t i = 0; i < result->cell_count; i++)
			if (export_has(cells, &result->cells[i]))
				print_cell(stream, &families[f], result,
					   &result->cells[i]);
	}
	fputs("# EOF\n", stream);
	free(families);
	return 0;
}

const struct export_format export_format_openmetrics = {
	.name = "openmetrics",
	.whole = print,
};
