// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runners/host/doctor.h"
#include "runners/trial/measure.h"
#include "runners/base/paths.h"
#include "run.h"
#include "runners/base/spawn.h"

/* What a trial on the host may take beyond its own budget. */
#define TRIAL_GRACE 60.0

json_t *run_request(const struct run *run, const struct target *target,
		    size_t cell, unsigned int boot)
{
	const struct plan_cell *from = &run->plan.cells[cell];
	struct measure_request request = {
		.name = (char *)from->bench_case->name,
		.axes = from->axes,
		.axis_count = from->axis_count,
		/*
		 * The host does not reboot: there it is another trial. A guest
		 * is not told its number: with other input, be it a digit, the
		 * ticks fall elsewhere, and no boot would be another's twin.
		 */
		.trial = target->is_vm ? 0 : boot,
		.instructions = target->instructions,
		.precision = run->precision,
		.max_time = run->max_time,
		.latency = run->latency,
		.counters = run->counters,
	};

	return measure_request_to_json(&request);
}

char *run_label(const struct run *run, size_t cell, char *buffer, size_t size)
{
	const struct plan_cell *from = &run->plan.cells[cell];
	const struct cell like = {
		.name = (char *)from->bench_case->name,
		.axes = from->axes,
		.axis_count = from->axis_count,
	};

	return cell_label(&like, buffer, size);
}

static size_t slot(const struct run *run, size_t cell, unsigned int boot)
{
	return cell * run->boots + boot;
}

bool run_is_done(const struct run *run, const struct target *target,
		 size_t cell, unsigned int boot)
{
	return target->done[slot(run, cell, boot)];
}

static int take(struct run *run, struct target *target, size_t cell,
		unsigned int boot, struct measure_reply *reply)
{
	const struct plan_cell *from = &run->plan.cells[cell];
	struct cell *into = result_cell(&target->result, from->bench_case->name,
					from->axes, from->axis_count);
	bool measured =
		reply->status == CELL_OK || reply->status == CELL_INVALID;
	int ret = into ? cell_set_status(into, reply->status, reply->reason) :
			 -ENOMEM;

	if (target->is_vm)
		reply->trial.boot = boot;
	if (!ret && measured && reply->trial.batch)
		ret = cell_add_trial(into, &reply->trial);
	target->done[slot(run, cell, boot)] = true;
	run->progress.done++;
	return ret;
}

int run_record(struct run *run, struct target *target, size_t cell,
	       unsigned int boot, const json_t *reply_json, struct error *err)
{
	struct measure_reply reply;
	json_t *line;
	int ret = measure_reply_from_json(reply_json, &reply, err);

	if (!ret && take(run, target, cell, boot, &reply))
		ret = error_set(err, -ENOMEM, "%s: out of memory",
				target->name);
	trial_free(&reply.trial);
	if (ret || !target->journal)
		return ret;
	line = json_pack("{s:i, s:i, s:O}", "cell", (int)cell, "boot",
			 (int)boot, "reply", reply_json);
	ret = journal_append(target->journal, line, err);
	json_decref(line);
	return ret;
}

int run_record_crash(struct run *run, struct target *target, size_t cell,
		     unsigned int boot, const char *reason, struct error *err)
{
	json_t *reply = json_pack("{s:s, s:s, s:n}", "status",
				  cell_status_name(CELL_CRASHED), "reason",
				  reason, "trial");
	int ret;

	/* A console may print what is no UTF-8. */
	if (!reply)
		reply = json_pack("{s:s, s:s, s:n}", "status",
				  cell_status_name(CELL_CRASHED), "reason",
				  "crashed with an unreadable console",
				  "trial");
	ret = run_record(run, target, cell, boot, reply, err);
	json_decref(reply);
	return ret;
}

int run_greet(struct target *target, const json_t *hello, struct error *err)
{
	bool first = !target->described;
	json_t *line;
	int ret = target_describe(target, hello, err);

	if (ret || !first || !target->journal)
		return ret;
	line = json_pack("{s:O}", "hello", hello);
	ret = journal_append(target->journal, line, err);
	json_decref(line);
	return ret;
}

/* Figures of a tuned or a noisy host say so, here (once) and in the result. */
static void note_state(struct run *run, bool first, json_t *machine)
{
	json_t *state = doctor_brief();
	size_t advice = json_array_size(json_object_get(state, "advice"));
	char text[128];

	if (first && json_is_true(json_object_get(state, "tuned")))
		progress_note("host: tuned: `mmgauge tune --restore` undoes it",
			      &run->progress);
	if (first && advice) {
		snprintf(text, sizeof(text),
			 "host: %zu settings make noise: see `mmgauge doctor`",
			 advice);
		progress_note(text, &run->progress);
	}
	json_object_update(machine, state);
	json_decref(state);
}

static int host_hello(struct run *run, struct target *target, struct error *err)
{
	json_t *hello;
	int ret = spawn_agent(paths_agent(), "hello", NULL, 10, run->stop,
			      &hello, err);

	if (ret)
		return ret;
	note_state(run, !target->described, json_object_get(hello, "machine"));
	ret = run_greet(target, hello, err);
	json_decref(hello);
	return ret;
}

static int host_trial(struct run *run, struct target *target, size_t cell,
		      unsigned int boot, struct error *err)
{
	json_t *request = run_request(run, target, cell, boot), *reply;
	char label[512];
	int ret;

	progress_cell(&run->progress, target->name,
		      run_label(run, cell, label, sizeof(label)));
	ret = spawn_agent(paths_agent(), "trial", request,
			  2 * run->max_time + TRIAL_GRACE, run->stop, &reply,
			  err);
	json_decref(request);
	if (ret == -EINTR || ret == -ENOENT)
		return ret;
	if (ret)
		return run_record_crash(run, target, cell, boot, err->text,
					err);
	ret = run_record(run, target, cell, boot, reply, err);
	json_decref(reply);
	return ret;
}

static int host_boot(struct run *run, struct target *target, unsigned int boot,
		     struct error *err)
{
	int ret = host_hello(run, target, err);

	for (size_t cell = 0; cell < run->plan.count && !ret; cell++)
		if (!run_is_done(run, target, cell, boot))
			ret = host_trial(run, target, cell, boot, err);
	return ret;
}

static void note_boot(struct run *run, const struct target *target,
		      unsigned int boot)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: %s %u of %s%u, %zu cells, %s clock",
		 target->name, target->is_vm ? "boot" : "round", boot + 1,
		 run->until.looks > 1 ? "at most " : "", run->boots,
		 run->plan.count,
		 target->instructions ? "instruction" : "wall");
	progress_note(text, &run->progress);
}

int run_round(struct run *run, unsigned int boot, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];

		note_boot(run, target, boot);
		ret = target->is_vm ? run_guest_boot(run, target, boot, err) :
				      host_boot(run, target, boot, err);
	}
	progress_clear(&run->progress);
	return ret;
}

int run_measure(struct run *run, struct error *err)
{
	int ret = 0;

	for (unsigned int boot = 0; boot < run->boots && !ret; boot++)
		ret = run_round(run, boot, err);
	return ret;
}

/* The clock's own cost, as the first trial found it. */
static void note_overhead(struct target *target)
{
	const struct result *result = &target->result;

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		if (!cell->trial_count)
			continue;
		for (size_t j = 0; j < cell->trials[0].fact_count; j++) {
			const struct fact *fact = &cell->trials[0].facts[j];

			if (strcmp(fact->name, "clock_overhead"))
				continue;
			json_object_set_new(result->clock, "overhead",
					    json_real(fact->value));
			return;
		}
	}
}

int run_finish(struct run *run, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];
		char now[32];
		time_t seconds = time(NULL);

		strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ",
			 gmtime(&seconds));
		json_object_set_new(target->result.run, "finished",
				    json_string(now));
		note_overhead(target);
		ret = result_save(target->path, &target->result, err);
		if (!ret) {
			journal_close(target->journal);
			target->journal = NULL;
			ret = journal_remove(target->path, err);
		}
	}
	return ret;
}

void run_release(struct run *run)
{
	for (size_t i = 0; i < run->target_count; i++)
		target_release(&run->targets[i]);
	free(run->targets);
	plan_free(&run->plan);
	json_decref(run->labels);
	free(run->command_line);
	free(run->counters);
}
