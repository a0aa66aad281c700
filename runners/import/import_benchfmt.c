// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Go's benchmark format (golang.org/design/14313-benchmark-format): lines
 * "BenchmarkName/axis=value-CPUs iterations value unit [value unit...]",
 * "key: value" before them, and "Unit name better=higher". What `mmgauge export`
 * adds stands behind #, where no other reader looks.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "results/export/export.h"

#define UNITS_MAX 64

struct reader {
	struct import *import;
	struct import_run *run;
	size_t line;
	bool ours;
	unsigned int boot, trial;
	/* "UNIT better", as the file says of them. */
	struct {
		const char *unit, *better;
	} units[UNITS_MAX];
	size_t unit_count;
	char machine[300];
};

static bool is(const char *text)
{
	return !strncmp(text, "Benchmark", 9) || strstr(text, "\nBenchmark");
}

static int refuse(const struct reader *reader, const char *what,
		  struct error *err)
{
	return error_set(err, -EINVAL, "%s:%zu: %s", reader->import->path,
			 reader->line, what);
}

static char *word(char **rest)
{
	char *at;

	while ((at = strsep(rest, " \t\r")) && !*at)
		;
	return at;
}

/* "key: value" is any reader's; "# key: value" ours. */
static int note_pair(struct reader *reader, char *text, struct error *err)
{
	char *colon = strchr(text, ':');
	const char *value;
	size_t used = strlen(reader->machine);

	if (!colon)
		return 0;
	*colon = '\0';
	value = colon + 1 + strspn(colon + 1, " \t");
	if (!strcmp(text, "cpu") || !strncmp(text, "goarch", 6))
		snprintf(reader->machine + used, sizeof(reader->machine) - used,
			 "%s%.100s", used ? ", " : "", value);
	for (size_t i = 0; export_benchfmt_keys[i].key; i++)
		if (!strcmp(export_benchfmt_keys[i].key, text) &&
		    import_note(reader->run, export_benchfmt_keys[i].path,
				value))
			return import_no_memory(err);
	return 0;
}

static int note_ours(struct reader *reader, char *text, struct error *err)
{
	reader->ours |= !strncmp(text, "run: ", 5);
	if (sscanf(text, "boot %u trial %u", &reader->boot, &reader->trial) ==
	    2)
		return 0;
	return note_pair(reader, text, err);
}

static void note_unit(struct reader *reader, char *rest)
{
	const char *unit = word(&rest), *pair;

	while (unit && (pair = word(&rest)))
		if (!strncmp(pair, "better=", 7) &&
		    reader->unit_count < UNITS_MAX) {
			reader->units[reader->unit_count].unit = unit;
			reader->units[reader->unit_count++].better = pair + 7;
		}
}

static const char *better_of(const struct reader *reader, const char *unit)
{
	for (size_t i = reader->unit_count; i-- > 0;)
		if (!strcmp(reader->units[i].unit, unit))
			return reader->units[i].better;
	return NULL;
}

/* "pin-ns/page" is "pin" in ns/page; what is a unit alone has a usual name. */
static const char *split_unit(char *unit)
{
	for (char *dash = strchr(unit, '-'); dash; dash = strchr(dash + 1, '-'))
		if (import_unit_known(dash + 1)) {
			*dash = '\0';
			return dash + 1;
		}
	return NULL;
}

static int add_value(struct reader *reader, struct import_sample *sample,
		     char *unit, struct error *err)
{
	const char *better = better_of(reader, unit), *own;
	char metric[80];
	int ret;

	own = split_unit(unit);
	if (!own && reader->ours) { /* a unit of somebody's, behind a metric */
		char *dash = strchr(unit, '-');

		if (dash && dash[1]) {
			*dash = '\0';
			own = dash + 1;
		}
	}
	snprintf(metric, sizeof(metric), "%.79s",
		 own ? unit :
		 !strcmp(unit, "ns/op") || !strcmp(unit, "sec/op") ?
		       "operation" :
		 !strcmp(unit, "B/op")	    ? "memory" :
		 !strcmp(unit, "allocs/op") ? "allocations" :
		 !strcmp(unit, "MB/s")	    ? "speed" :
					      unit);
	sample->metric = metric;
	sample->unit = own ? own : unit;
	sample->better = better;
	ret = import_add(reader->import, reader->run, sample, err);
	return ret;
}

static int add_values(struct reader *reader, struct import_sample *sample,
		      char *rest, struct error *err)
{
	char *count = word(&rest), *value, *unit, *end;
	int ret = 0;

	if (!count)
		return 0; /* "BenchmarkName" alone is told before it runs */
	sample->batch = strtoull(count, &end, 10);
	if (*end || !isdigit((unsigned char)*count) ||
	    sample->batch > INT64_MAX)
		return refuse(reader,
			      "no count of iterations: write NAME COUNT VALUE "
			      "UNIT",
			      err);
	while (!ret && (value = word(&rest))) {
		unit = word(&rest);
		sample->value = strtod(value, &end);
		if (*end || !unit)
			return refuse(reader,
				      "no value and its unit: write NAME COUNT "
				      "VALUE UNIT",
				      err);
		ret = add_value(reader, sample, unit, err);
	}
	return ret;
}

/* "-8" behind a name is how many CPUs Go was given. */
static int cut_cpus(struct import_name *cell, char *path, bool ours)
{
	char *dash = strrchr(path, '-');

	if (ours || !dash || !dash[1] ||
	    dash[1 + strspn(dash + 1, "0123456789")])
		return import_name_path(cell, path, '=');
	*dash = '\0';
	return import_name_path(cell, path, '=') ||
			       import_name_axis(cell, "gomaxprocs", dash + 1) ?
		       -ENOMEM :
		       0;
}

static int note_benchmark(struct reader *reader, char *line, struct error *err)
{
	struct import_name cell = { 0 };
	struct import_sample sample = { .cell = &cell,
					.boot = reader->boot,
					.trial = reader->trial,
					.line = reader->line };
	char *rest = line, *name = word(&rest);
	int ret;

	name += strlen("Benchmark");
	if (reader->ours)
		*name = (char)tolower((unsigned char)*name);
	ret = cut_cpus(&cell, name, reader->ours) ?
		      import_no_memory(err) :
		      add_values(reader, &sample, rest, err);
	import_name_free(&cell);
	return ret;
}

static int note_line(struct reader *reader, char *line, struct error *err)
{
	json_t *text = json_string(line);

	json_decref(text);
	if (!text)
		return refuse(reader, "this is not UTF-8: write UTF-8", err);
	if (!strncmp(line, "# ", 2))
		return note_ours(reader, line + 2, err);
	if (!strncmp(line, "Unit ", 5)) {
		note_unit(reader, line + 5);
		return 0;
	}
	if (!strncmp(line, "Benchmark", 9) && line[9] &&
	    !islower((unsigned char)line[9]))
		return note_benchmark(reader, line, err);
	/* Of all else that stands in a log only pairs are meant for us. */
	return islower((unsigned char)*line) ? note_pair(reader, line, err) : 0;
}

static int read(struct import *import, char *text, size_t length,
		struct error *err)
{
	struct reader reader = { .import = import,
				 .run = import_run(import, "") };
	char *line;
	int ret = reader.run ? 0 : import_no_memory(err);

	(void)length;
	while (!ret && (line = strsep(&text, "\n"))) {
		reader.line++;
		ret = note_line(&reader, line, err);
	}
	if (!ret && *reader.machine &&
	    import_note(reader.run, "machine/fingerprint", reader.machine))
		ret = import_no_memory(err);
	return ret;
}

const struct import_format import_format_benchfmt = {
	.name = "benchfmt",
	.is = is,
	.read = read,
};
