// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Go's benchmark format, for benchstat and its like: a line for each sample,
 * "BenchmarkPin.fast/kind=pin/batch=512 64 89.39 pin-instruction/page".
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "export.h"

/* A blank ends a name or a value; a control character is nobody's. */
static void print_word(FILE *stream, const char *text)
{
	for (; *text; text++)
		fputc(isgraph((unsigned char)*text) ? *text : '_', stream);
}

const struct export_key export_benchfmt_keys[] = {
	{ "goarch", "machine/architecture" },
	{ "cpu", "machine/cpu_model" },
	{ "kernel", "subject/release" },
	{ "commit", "subject/commit" },
	{ "clock", "clock/kind" },
	{ "run", "run/id" },
	{ "started", "run/started" },
	{ "fingerprint", "machine/fingerprint" },
	{ "accelerator", "machine/accelerator" },
	{ 0 },
};

/*
 * Runs whose keys differ are never held against each other: what benchstat is
 * for, kernels, is told where it does not look, behind #.
 */
static void print_pair(FILE *stream, const struct result *result,
		       const struct export_key *key)
{
	const char *text = result_text(result, key->path);

	if (!text || !*text)
		return;
	fprintf(stream, "%s%s: ",
		!strcmp(key->key, "goarch") || !strcmp(key->key, "cpu") ? "" :
									  "# ",
		key->key);
	for (; *text; text++)
		fputc(iscntrl((unsigned char)*text) ? '_' : *text, stream);
	fputc('\n', stream);
}

/* "pin-instruction/page"; what is named s is taken for sec/op. */
static void print_unit(FILE *stream, const struct metric *metric)
{
	print_word(stream, metric->name);
	fputc('-', stream);
	print_word(stream, strcmp(metric->unit, "s") ? metric->unit : "sec/op");
}

static bool is_same(const struct metric *a, const struct metric *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->unit, b->unit);
}

/* Cells have few kinds of metrics, and each is told once. */
static void print_units(FILE *stream, const struct result *result)
{
	const struct metric *told[64];
	size_t count = 0;

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];
		const struct trial *trial = cell->trials;

		for (size_t k = 0; cell->trial_count && k < trial->metric_count;
		     k++) {
			const struct metric *metric = &trial->metrics[k];
			size_t at = 0;

			while (at < count && !is_same(told[at], metric))
				at++;
			if (at < count || count == 64)
				continue;
			told[count++] = metric;
			fputs("Unit ", stream);
			print_unit(stream, metric);
			fprintf(stream, " better=%s\n",
				metric->higher_is_better ? "higher" : "lower");
		}
	}
}

static void print_head(FILE *stream, const struct result *result)
{
	fputs("goos: linux\n", stream);
	for (size_t i = 0; export_benchfmt_keys[i].key; i++)
		print_pair(stream, result, &export_benchfmt_keys[i]);
	print_units(stream, result);
}

/* "case[a=1,b=2]" as "Case/a=1/b=2": names begin with no small letter. */
static void print_name(FILE *stream, const char *label)
{
	fprintf(stream, "Benchmark%c", toupper((unsigned char)*label));
	for (label += *label != '\0'; *label; label++)
		if (*label == '[' || *label == ',')
			fputc('/', stream);
		else if (*label != ']')
			fputc(isgraph((unsigned char)*label) ? *label : '_',
			      stream);
}

static void print_sample(FILE *stream, const struct export_sample *sample)
{
	if (!sample->number)
		fprintf(stream, "# boot %u trial %u\n", sample->trial->boot,
			sample->trial->trial);
	print_name(stream, sample->label);
	fprintf(stream, " %" PRIu64 " %.17g ",
		sample->trial->batch ? sample->trial->batch : 1, sample->value);
	print_unit(stream, sample->metric);
	fputc('\n', stream);
}

const struct export_format export_format_benchfmt = {
	.name = "benchfmt",
	.head = print_head,
	.sample = print_sample,
};
