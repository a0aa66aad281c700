// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a run begins: its results are named, its journals opened.
 *
 * Every target's journal starts with a header that holds the whole run: each
 * of them alone is enough to go on. Then come the greeting of the agent and
 * one line per finished trial.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "places.h"
#include "results/file_name.h"
#include "results/store/result_file.h"
#include "runners/profile/profiler.h"
#include "runners/trial/cases.h"
#include "record.h"

static json_t *plan_json(const struct run *run)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < run->plan.count; i++) {
		const struct plan_cell *cell = &run->plan.cells[i];

		json_array_append_new(
			cells,
			json_pack("{s:s, s:o}", "case", cell->bench_case->name,
				  "axes",
				  axes_to_json(cell->axes, cell->axis_count)));
	}
	return cells;
}

static json_t *targets_json(const struct run *run)
{
	json_t *targets = json_array();

	for (size_t i = 0; i < run->target_count; i++) {
		const struct target *target = &run->targets[i];

		if (json_array_append_new(
			    targets,
			    json_pack("{s:s, s:b, s:s, s:o, s:o*}", "spec",
				      target->spec, "instructions",
				      target->instructions, "id", target->id,
				      "kbuild", kbuild_to_json(&target->kbuild),
				      "configuration",
				      configuration_to_json(
					      &target->configuration)))) {
			json_decref(targets);
			return NULL; /* a path that is not UTF-8 */
		}
	}
	return targets;
}

/* NULL, which leaves it out, where the number of boots is fixed. */
static json_t *until_json(const struct run *run)
{
	const struct run_until *until = &run->until;

	if (!until->looks)
		return NULL;
	return json_pack("{s:i, s:f, s:f, s:b}", "looks", (int)until->looks,
			 "time_limit", until->time_limit, "threshold",
			 until->threshold, "force", until->force);
}

json_t *run_header(const struct run *run)
{
	return json_pack(
		"{s:s, s:o, s:o, s:i, s:f, s:f, s:I, s:s, s:s, s:O, s:i, s:s*, "
		"s:o*, s:i, s:s*, s:o*}",
		"schema", "mmgauge-journal/1", "targets", targets_json(run),
		"cells", plan_json(run), "boots", (int)run->boots, "precision",
		run->precision, "max_time", run->max_time, "seed",
		(json_int_t)run->seed, "suite", run->plan.suite, "command_line",
		run->command_line, "labels", run->labels, "latency",
		(int)run->latency, "counters", run->counters, "until",
		until_json(run), "profile", (int)run->profile, "caches",
		run->caches, "tune", run->tune ? json_true() : NULL);
}

/* NULL, which leaves it out, where nothing is profiled. */
static json_t *kinds_json(const struct run *run, const struct target *target)
{
	const struct arch *arch = target->kernel.arch;

	return run->profile && arch && arch->plugin ?
		       profiler_kinds(arch->name, run->profile) :
		       NULL;
}

static json_t *run_block(const struct run *run, const struct target *target)
{
	char now[32];
	time_t seconds = time(NULL);

	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:I, s:O, s:s, s:f, s:f, "
		"s:o*, s:o*, s:s*, s:o*, s:o*}",
		"id", target->id, "started", now, "tool_version",
		MMGAUGE_VERSION, "build_type", MMGAUGE_BUILD_TYPE, "suite",
		run->plan.suite, "seed", (json_int_t)run->seed, "labels",
		run->labels, "command_line", run->command_line, "precision",
		run->precision, "max_time", run->max_time, "until_verdict",
		until_json(run), "profile", kinds_json(run, target), "caches",
		run->caches, "inlined", target->inlined ? json_true() : NULL,
		"configuration", configuration_to_json(&target->configuration));
}

static int make_folder(const char *path, struct error *err)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return 0;
	return error_set(err, -errno,
			 "%s: cannot make the folder: %s: give "
			 "another place with -o",
			 path, strerror(errno));
}

int run_check_output(const struct run *run, const char *output,
		     struct error *err)
{
	bool file = output && result_stem(output);
	char folder[PATH_MAX];

	if (!output)
		return store_runs(folder, err);
	if (file && run->target_count > 1)
		return error_set(err, -EINVAL,
				 "-o: %s: one file for %zu targets: give a "
				 "folder",
				 output, run->target_count);
	if (snprintf(folder, sizeof(folder), "%s", output) >=
	    (int)sizeof(folder) - 256)
		return error_set(err, -ENAMETOOLONG,
				 "-o: %s: too long: give a shorter one",
				 output);
	/* A file, and a folder that is to be made, lie in one. */
	if (!access(file ? dirname(folder) : folder, W_OK | X_OK) ||
	    (!file && errno == ENOENT && !access(dirname(folder), W_OK | X_OK)))
		return 0;
	return error_set(err, -errno, "-o: %s: %s: give another place", output,
			 strerror(errno));
}

/* "6.12.117+deb12-amd64+pti+cpus-2": a file's name as it is. */
static void id_name(const struct target *target, char *text, size_t size)
{
	snprintf(text, size, "%s", target->name);
	for (char *at = text; *at; at++)
		*at = *at == ' ' || *at == ',' ? '+' : *at == '=' ? '-' : *at;
}

static int name_result(struct target *target, const char *output,
		       struct error *err)
{
	char folder[PATH_MAX], name[300];
	int ret;

	id_name(target, name, sizeof(name));
	ret = store_new_id(name, target->id, sizeof(target->id), err);
	if (ret)
		return ret;
	if (output && result_stem(output)) {
		store_id_of(output, target->id, sizeof(target->id));
		snprintf(target->path, sizeof(target->path), "%s", output);
		return 0;
	}
	if (output) {
		snprintf(folder, sizeof(folder), "%s", output);
		ret = make_folder(folder, err);
	} else {
		ret = store_runs(folder, err);
	}
	if (ret)
		return ret;
	if (snprintf(target->path, sizeof(target->path), "%s/%s.json", folder,
		     target->id) >= (int)sizeof(target->path))
		return error_set(err, -ENAMETOOLONG,
				 "-o: %s: too long: give a shorter one",
				 output);
	return 0;
}

/* In the order of the plan, whichever guest is done first. */
static int add_cells(const struct run *run, struct target *target)
{
	for (size_t i = 0; i < run->plan.count; i++) {
		const struct plan_cell *cell = &run->plan.cells[i];

		if (!result_cell(&target->result, cell->bench_case->name,
				 cell->axes, cell->axis_count))
			return -ENOMEM;
	}
	return 0;
}

int run_allocate(struct run *run, struct error *err)
{
	for (size_t i = 0; i < run->target_count; i++) {
		struct target *target = &run->targets[i];

		target->done = calloc(run->plan.count * run->boots,
				      sizeof(*target->done));
		target->result.run = run_block(run, target);
		if (!target->done || !target->result.run ||
		    add_cells(run, target))
			return error_set(err, -ENOMEM, "run: out of memory");
	}
	return 0;
}

int run_begin(struct run *run, const char *output, struct error *err)
{
	json_t *header = NULL;
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++)
		ret = name_result(&run->targets[i], output, err);
	if (!ret)
		ret = run_allocate(run, err);
	if (!ret) {
		header = run_header(run);
		if (!header) /* jansson takes UTF-8 only */
			ret = error_set(
				err, -EINVAL,
				"run: the command line or a path is not "
				"UTF-8: use another");
	}
	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];

		ret = journal_open(target->path, &target->journal, err);
		if (!ret)
			ret = journal_append(target->journal, header, err);
	}
	json_decref(header);
	return ret;
}
