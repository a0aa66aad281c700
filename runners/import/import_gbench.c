// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Google Benchmark's JSON. Repetitions are samples of one process; aggregates
 * are left to whoever reads the samples. A counter whose unit is known by its
 * name, or by --unit, is a metric, and any other a fact.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/input.h"
#include "import.h"
#include "results/export/export.h"

struct row {
	struct import *import;
	struct import_run *run;
	const json_t *json;
	struct import_sample sample;
};

static bool is(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '{';
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int refuse(const struct row *row, const char *what, struct error *err)
{
	return error_set(err, -EINVAL, "%s: /benchmarks/%zu: %s",
			 row->import->path, row->sample.line, what);
}

/* What --benchmark_out wrote, or `mmgauge export`, with keys of its own. */
static int note_context(struct import_run *run, const json_t *context)
{
	bool ours = !strcmp(text_of(context, "executable"), "mmgauge");
	char machine[300];
	int ret = 0;

	for (size_t i = 0; export_gbench_keys[i].key && ours && !ret; i++)
		ret = import_note(run, export_gbench_keys[i].path,
				  text_of(context, export_gbench_keys[i].key));
	snprintf(machine, sizeof(machine), "%.200s, %d CPUs",
		 text_of(context, "host_name"),
		 (int)json_integer_value(json_object_get(context, "num_cpus")));
	if (!ret && !ours)
		ret = import_note(run, "machine/fingerprint", machine);
	if (!ret && !run->when && *text_of(context, "date")) {
		run->when = strdup(text_of(context, "date"));
		ret = run->when ? 0 : -ENOMEM;
	}
	return ret;
}

static int add_metric(struct row *row, const char *metric, const char *unit,
		      double value, struct error *err)
{
	row->sample.metric = metric;
	row->sample.unit = unit;
	row->sample.value = value;
	return import_add(row->import, row->run, &row->sample, err);
}

static int add_fact(struct row *row, const char *name, double value,
		    struct error *err)
{
	const struct import_name *cell = row->sample.cell;
	struct cell *to = result_cell(&row->run->result, cell->name, cell->axes,
				      cell->axis_count);

	return to && to->trial_count &&
			       trial_add_fact(&to->trials[to->trial_count - 1],
					      name, value) ?
		       import_no_memory(err) :
		       0;
}

static bool is_standard(const char *key)
{
	static const char *const keys[] = {
		"family_index", "per_family_instance_index",
		"repetitions",	"repetition_index",
		"threads",	"iterations",
		"real_time",	"cpu_time",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static int add_counter(struct row *row, const char *key, double value,
		       struct error *err)
{
	struct import_unit unit;
	const char *name = !strcmp(key, "bytes_per_second") ? "B/s" :
			   !strcmp(key, "items_per_second") ? "items/s" :
							      key;

	if (!import_unit(row->import, name, NULL, &unit))
		return add_fact(row, key, value, err);
	return add_metric(row, key, name, value, err);
}

/* Times first: a fact is put beside them. */
static int add_all(struct row *row, struct error *err)
{
	static const char *const times[] = { "real_time", "cpu_time" };
	const json_t *value;
	const char *key;
	int ret = 0;

	for (size_t i = 0; i < 2 && !ret; i++) {
		value = json_object_get(row->json, times[i]);
		if (!json_is_number(value))
			return refuse(row,
				      "no real_time or cpu_time: write it "
				      "with --benchmark_out_format=json",
				      err);
		ret = add_metric(row, times[i], text_of(row->json, "time_unit"),
				 json_number_value(value), err);
	}
	json_object_foreach ((json_t *)row->json, key, value)
		if (!ret && json_is_number(value) && !is_standard(key))
			ret = add_counter(row, key, json_number_value(value),
					  err);
	return ret;
}

/* "cell metric", whose label is its unit; times are told in nanoseconds. */
static int add_ours(struct row *row, char *name, struct error *err)
{
	const json_t *json = row->json;
	const char *unit = text_of(json, "label");
	char *blank = strchr(strchr(name, ']') ? strchr(name, ']') : name, ' ');
	bool time = unit[0] == 's' && (!unit[1] || unit[1] == '/');
	struct import_name cell;
	char theirs[80];
	int ret;

	if (!blank)
		return refuse(row,
			      "no metric behind the name: take what "
			      "`mmgauge export` wrote",
			      err);
	*blank = '\0';
	snprintf(theirs, sizeof(theirs), "%s%.64s", time ? "n" : "", unit);
	row->sample.cell = &cell;
	row->sample.better =
		*text_of(json, "better") ? text_of(json, "better") : "lower";
	row->sample.boot =
		(unsigned int)json_integer_value(json_object_get(json, "boot"));
	row->sample.trial = (unsigned int)json_integer_value(
		json_object_get(json, "trial"));
	ret = import_name_label(&cell, name) ?
		      import_no_memory(err) :
		      add_metric(row, blank + 1, theirs,
				 json_number_value(
					 json_object_get(json, "real_time")),
				 err);
	import_name_free(&cell);
	return ret;
}

static int add_theirs(struct row *row, const char *name, struct error *err)
{
	struct import_name cell;
	int ret =
		import_name_path(&cell, name, ':') ? import_no_memory(err) : 0;

	row->sample.cell = &cell;
	if (!ret && json_is_true(json_object_get(row->json, "error_occurred")))
		ret = import_fail(row->run, &cell,
				  text_of(row->json, "error_message")) ?
			      import_no_memory(err) :
			      0;
	else if (!ret)
		ret = add_all(row, err);
	import_name_free(&cell);
	return ret;
}

static int add_row(struct row *row, bool ours, struct error *err)
{
	const char *name = text_of(row->json, "name");
	char *copy;
	int ret;

	if (!strcmp(text_of(row->json, "run_type"), "aggregate"))
		return 0;
	if (!*name)
		return refuse(row,
			      "no name: write it with "
			      "--benchmark_out_format=json",
			      err);
	copy = strdup(name);
	row->sample.batch = (uint64_t)json_integer_value(
		json_object_get(row->json, "iterations"));
	ret = !copy ? import_no_memory(err) :
	      ours  ? add_ours(row, copy, err) :
		      add_theirs(row, copy, err);
	free(copy);
	return ret;
}

static int read_document(struct import *import, const json_t *document,
			 struct error *err)
{
	const json_t *context = json_object_get(document, "context");
	const json_t *rows = json_object_get(document, "benchmarks"), *json;
	struct import_run *run = import_run(import, "");
	size_t index;
	int ret;

	if (!json_is_object(context) || !json_is_array(rows))
		return error_set(err, -EINVAL,
				 "%s: no context and benchmarks: this is not "
				 "Google Benchmark's JSON: see `mmgauge import "
				 "-h`",
				 import->path);
	if (!run || note_context(run, context))
		return import_no_memory(err);
	json_array_foreach (rows, index, json) {
		struct row row = { import, run, json, { .line = index } };

		ret = add_row(
			&row,
			!strcmp(text_of(context, "executable"), "mmgauge"),
			err);
		if (ret)
			return ret;
	}
	return 0;
}

static int read(struct import *import, char *text, size_t length,
		struct error *err)
{
	json_error_t why;
	json_t *document;
	int ret;

	errno = 0;
	document = json_loadb(text, length, 0, &why);
	if (!document)
		return input_refused(import->path, &why, "mend the file", err);
	ret = read_document(import, document, err);
	json_decref(document);
	return ret;
}

const struct import_format import_format_gbench = {
	.name = "gbench",
	.is = is,
	.read = read,
};
