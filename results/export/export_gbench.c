// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Google Benchmark's JSON, for its compare.py: each sample is a repetition. It
 * knows times only: what is counted in instructions is told in nanoseconds, one
 * each, and labelled.
 */
#include <string.h>

#include "export.h"
#include "results/base/utf8.h"

const struct export_key export_gbench_keys[] = {
	{ "date", "run/started" },
	{ "host_name", "subject/release" },
	{ "run", "run/id" },
	{ "clock", "clock/kind" },
	{ "commit", "subject/commit" },
	{ "architecture", "machine/architecture" },
	{ "fingerprint", "machine/fingerprint" },
	{ "accelerator", "machine/accelerator" },
	{ 0 },
};

static void print_head(FILE *stream, const struct result *result)
{
	json_t *context =
		json_pack("{s:s, s:s, s:i, s:i, s:b, s:[], s:s}", "executable",
			  "mmgauge", "library_version", "mmgauge", "num_cpus",
			  1, "mhz_per_cpu", 1000, "cpu_scaling_enabled", 0,
			  "caches", "library_build_type", "release");

	for (size_t i = 0; export_gbench_keys[i].key; i++) {
		const char *text =
			result_text(result, export_gbench_keys[i].path);

		json_object_set_new(context, export_gbench_keys[i].key,
				    utf8_json(text ? text : ""));
	}
	fputs("{\"context\": ", stream);
	json_dumpf(context, stream, 0);
	json_decref(context);
	fputs(",\n\"benchmarks\": [", stream);
}

/* Times are in seconds, and their rates are per second of something. */
static bool is_time(const char *unit)
{
	return unit[0] == 's' && (!unit[1] || unit[1] == '/');
}

static void print_sample(FILE *stream, const struct export_sample *sample)
{
	const char *unit = sample->metric->unit;
	double time = sample->value * (is_time(unit) ? 1e9 : 1);
	char name[640];
	json_t *row;

	snprintf(name, sizeof(name), "%s %s", sample->label,
		 sample->metric->name);
	row = json_pack(
		"{s:o, s:o, s:s, s:i, s:I, s:i, s:I, s:f, s:f, s:s, "
		"s:o, s:i, s:i, s:s*}",
		"name", utf8_json(name), "run_name", utf8_json(name),
		"run_type", "iteration", "repetitions", 0, "repetition_index",
		(json_int_t)sample->number, "threads", 1, "iterations",
		(json_int_t)sample->trial->batch, "real_time", time, "cpu_time",
		time, "time_unit", "ns", "label", utf8_json(unit), "boot",
		(int)sample->trial->boot, "trial", (int)sample->trial->trial,
		"better", sample->metric->higher_is_better ? "higher" : NULL);
	fputs(sample->first ? "\n" : ",\n", stream);
	json_dumpf(row, stream, 0);
	json_decref(row);
}

static void print_tail(FILE *stream)
{
	fputs("\n]}\n", stream);
}

const struct export_format export_format_gbench = {
	.name = "gbench",
	.head = print_head,
	.sample = print_sample,
	.tail = print_tail,
};
