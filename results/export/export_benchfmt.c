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

static void print_pair(FILE *stream, const struct result *result,
		       const char *key, const char *path)
{
	const char *text = result_text(result, path);

	if (!text || !*text)
		return;
	fprintf(stream, "%s: ", key);
	for (; *text; text++)
		fputc(iscntrl((unsigned char)*text) ? '_' : *text, stream);
	fputc('\n', stream);
}

static void print_head(FILE *stream, const struct result *result)
{
	fputs("goos: linux\n", stream);
	print_pair(stream, result, "goarch", "machine/architecture");
	print_pair(stream, result, "cpu", "machine/cpu_model");
	print_pair(stream, result, "kernel", "subject/release");
	print_pair(stream, result, "commit", "subject/commit");
	print_pair(stream, result, "clock", "clock/kind");
	print_pair(stream, result, "run", "run/id");
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
	print_name(stream, sample->label);
	fprintf(stream, " %" PRIu64 " %.17g ",
		sample->trial->batch ? sample->trial->batch : 1, sample->value);
	print_word(stream, sample->metric->name);
	fputc('-', stream);
	/* What is named so is taken for seconds, and shown as such. */
	print_word(stream, !strcmp(sample->metric->unit, "s") ?
				   "sec/op" :
				   sample->metric->unit);
	fputc('\n', stream);
}

const struct export_format export_format_benchfmt = {
	.name = "benchfmt",
	.head = print_head,
	.sample = print_sample,
};
