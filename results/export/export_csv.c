// SPDX-License-Identifier: GPL-2.0-or-later
/* RFC 4180: a line for each sample. */
#include <inttypes.h>
#include <string.h>

#include "export.h"

static void print_text(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', stream);
		fputc(*text, stream);
	}
	fputc('"', stream);
}

static void print_sample(FILE *stream, const struct export_sample *sample)
{
	print_text(stream, sample->label);
	fputc(',', stream);
	print_text(stream, sample->metric->name);
	fputc(',', stream);
	print_text(stream, sample->metric->unit);
	fprintf(stream, ",%s,%u,%u,%" PRIu64 ",%zu,%.17g\n",
		sample->metric->higher_is_better ? "higher" : "lower",
		sample->trial->boot, sample->trial->trial, sample->trial->batch,
		sample->number, sample->value);
}

static void print_head(FILE *stream, const struct result *result)
{
	(void)result;
	fputs("cell,metric,unit,better,boot,trial,batch,sample,value\n",
	      stream);
}

const struct export_format export_format_csv = {
	.name = "csv",
	.head = print_head,
	.sample = print_sample,
};
