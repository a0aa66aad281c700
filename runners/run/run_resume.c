// SPDX-License-Identifier: GPL-2.0-or-later
/* How an unfinished run is taken up again (run_journal.c). */
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
#include "runners/base/profile_parts.h"
#include "runners/trial/cases.h"
#include "guest_profile.h"
#include "record.h"

static int reload_cell(const json_t *object, struct plan_cell *cell,
		       struct error *err)
{
	const char *name = json_string_value(json_object_get(object, "case"));

	cell->bench_case = name ? cases_find(name) : NULL;
	if (!cell->bench_case)
		return error_set(err, -EINVAL,
				 "journal: no case '%s' here: finish it with "
				 "the mmgauge that began it",
				 name ? name : "");
	return axes_from_json(json_object_get(object, "axes"), &cell->axes,
			      &cell->axis_count, "/cells/axes", err);
}

static int reload_plan(struct run *run, const json_t *cells, struct error *err)
{
	run->plan.cells =
		calloc(json_array_size(cells) + 1, sizeof(*run->plan.cells));
	if (!run->plan.cells)
		return error_set(err, -ENOMEM, "journal: out of memory");
	while (run->plan.count < json_array_size(cells)) {
		size_t i = run->plan.count++;
		int ret = reload_cell(json_array_get(cells, i),
				      &run->plan.cells[i], err);

		if (ret)
			return ret;
	}
	return 0;
}

/*
 * The result lies where its journal does, whatever that says: of a single
 * target it has the same name, of several the target's id in that folder.
 */
static int place_result(struct target *target, const char *journal, bool alone,
			struct error *err)
{
	static const char ending[] = ".journal";
	size_t length = strlen(journal), tail = sizeof(ending) - 1;
	const char *slash = strrchr(journal, '/');
	int folder = slash ? (int)(slash - journal + 1) : 0, wrote;

	if (length > tail && !strcmp(journal + length - tail, ending))
		length -= tail;
	if (!file_name_is_made(target->id))
		return error_set(err, -EINVAL,
				 "journal: '%s' is no run's id: start a new "
				 "run",
				 target->id);
	if (alone)
		wrote = snprintf(target->path, sizeof(target->path), "%.*s",
				 (int)length, journal);
	else
		wrote = snprintf(target->path, sizeof(target->path),
				 "%.*s%s.json", folder, journal, target->id);
	if (wrote >= (int)sizeof(target->path))
		return error_set(err, -ENAMETOOLONG, "%s: path too long",
				 journal);
	return 0;
}

static int reload_targets(struct run *run, const json_t *targets,
			  const char *journal, struct error *err)
{
	run->targets =
		calloc(json_array_size(targets) + 1, sizeof(*run->targets));
	if (!run->targets)
		return error_set(err, -ENOMEM, "journal: out of memory");
	while (run->target_count < json_array_size(targets)) {
		struct target *target = &run->targets[run->target_count];
		const json_t *object =
			json_array_get(targets, run->target_count++);
		const char *spec, *id;
		/* journals from before there was */
		json_t *kbuild = NULL, *configuration = NULL;
		int instructions, ret;

		if (json_unpack((json_t *)object, "{s:s, s:b, s:s, s?o, s?o}",
				"spec", &spec, "instructions", &instructions,
				"id", &id, "kbuild", &kbuild, "configuration",
				&configuration) ||
		    configuration_from_json(configuration,
					    &target->configuration) ||
		    (kbuild && kbuild_from_json(kbuild, &target->kbuild, NULL)))
			return error_set(err, -EINVAL,
					 "journal: damaged targets: start a "
					 "new run");
		target->spec = strdup(spec);
		target->instructions = instructions;
		target->kbuild.debug_info = run->profile & PROFILE_INLINED;
		snprintf(target->id, sizeof(target->id), "%s", id);
		ret = place_result(target, journal,
				   json_array_size(targets) == 1, err);
		if (ret)
			return ret;
	}
	return 0;
}

struct header_reader {
	struct run *run;
	const char *journal;
	struct error *err;
	bool seen;
};

static int reload_until(struct run *run, const json_t *object)
{
	struct run_until *until = &run->until;
	int looks, force;

	if (!object)
		return 0;
	if (json_unpack((json_t *)object, "{s:i, s:F, s:F, s:b}", "looks",
			&looks, "time_limit", &until->time_limit, "threshold",
			&until->threshold, "force", &force) ||
	    looks < 1)
		return -EINVAL;
	until->looks = (unsigned int)looks;
	until->force = force;
	return 0;
}

/* Only the first line; a positive return ends the replay. */
static int read_header(const json_t *line, void *data)
{
	struct header_reader *reader = data;
	struct run *run = reader->run;
	const char *schema, *suite, *command_line, *counters = NULL;
	const char *caches = NULL;
	json_t *targets, *cells, *labels, *until = NULL;
	json_int_t seed;
	int boots, latency, tune = 0, ret;

	reader->seen = true;
	if (json_unpack(
		    (json_t *)line,
		    "{s:s, s:o, s:o, s:i, s:F, s:F, s:I, s:s, s:s, s:o, s:i, s?s, "
		    "s?o, s?i, s?s, s?b}",
		    "schema", &schema, "targets", &targets, "cells", &cells,
		    "boots", &boots, "precision", &run->precision, "max_time",
		    &run->max_time, "seed", &seed, "suite", &suite,
		    "command_line", &command_line, "labels", &labels, "latency",
		    &latency, "counters", &counters, "until", &until, "profile",
		    &run->profile, "caches", &caches, "tune", &tune) ||
	    strcmp(schema, "mmgauge-journal/1") || boots < 1 ||
	    reload_until(run, until))
		return error_set(reader->err, -EINVAL,
				 "journal: no header of this version: start a "
				 "new run");
	run->boots = (unsigned int)boots;
	run->latency = (unsigned int)latency;
	run->tune = tune;
	run->seed = (uint64_t)seed;
	run->labels = json_incref(labels);
	snprintf(run->plan.suite, sizeof(run->plan.suite), "%s", suite);
	run->command_line = strdup(command_line);
	run->counters = counters ? strdup(counters) : NULL;
	run->caches = caches ? strdup(caches) : NULL;
	ret = reload_plan(run, cells, reader->err);
	if (!ret)
		ret = reload_targets(run, targets, reader->journal,
				     reader->err);
	return ret ? ret : 1;
}

int run_reload(struct run *run, const char *path, struct error *err)
{
	struct header_reader reader = { .run = run,
					.journal = path,
					.err = err };
	int ret = journal_replay(path, read_header, &reader, err);

	if (ret < 0)
		return ret;
	if (!reader.seen || !run->target_count || !run->plan.count)
		return error_set(err, -EINVAL,
				 "%s: the journal has nothing in it: start a "
				 "new run",
				 path);
	return 0;
}

struct replay {
	struct run *run;
	struct target *target;
	struct error *err;
};

static int replay_line(const json_t *line, void *data)
{
	struct replay *replay = data;
	const json_t *hello = json_object_get(line, "hello");
	json_int_t cell = json_integer_value(json_object_get(line, "cell"));
	json_int_t boot = json_integer_value(json_object_get(line, "boot"));
	const json_t *reply = json_object_get(line, "reply");
	const struct run *run = replay->run;

	if (hello)
		return run_greet(replay->target, hello, replay->err);
	if (!reply)
		return 0; /* the header */
	if (cell < 0 || (size_t)cell >= run->plan.count || boot < 0 ||
	    boot >= (json_int_t)run->boots ||
	    run_is_done(run, replay->target, (size_t)cell, (unsigned int)boot))
		return error_set(replay->err, -EINVAL,
				 "%s.journal: a trial that is not in its plan: "
				 "start a new run",
				 replay->target->path);
	return run_record(replay->run, replay->target, (size_t)cell,
			  (unsigned int)boot, reply, replay->err);
}

int run_replay(struct run *run, struct error *err)
{
	int ret = run_allocate(run, err);

	/* The journals are opened only afterwards: replayed lines stay. */
	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];
		struct replay replay = { run, target, err };

		ret = journal_replay(target->path, replay_line, &replay, err);
		if (!ret)
			ret = journal_open(target->path, &target->journal, err);
	}
	/* What was profiled stays, with the names of its kinds. */
	if (!ret && run->profile)
		guest_profile_check(run);
	run->progress.resumed = run->progress.done;
	return ret;
}
