// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Another machine, as it runs. A round is a session of the agent there, which
 * comes and goes with it; the connection stays, and is made anew when lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record.h"
#include "runners/base/paths.h"
#include "runners/trial/cases.h"
#include "ssh_target.h"
#include "target_kind.h"

#define ASK_SECONDS 60.0
#define ANSWER_GRACE 30.0 /* of the agent's own limit for a trial */

/* Seconds between attempts: a machine that boots takes a minute or two. */
static const double pauses[] = { 0.2, 1, 2, 5, 10, 20, 40, 60, 60 };

#define PAUSES (sizeof(pauses) / sizeof(*pauses))

static bool fits(const char *spec)
{
	struct ssh ssh;

	return !ssh_parse(spec, &ssh);
}

static void release(struct target *target)
{
	if (target->ssh)
		ssh_close(&target->ssh->ssh);
	free(target->ssh);
}

static int prepare(struct target *target, kernel_note note, void *data,
		   struct error *err)
{
	struct ssh_target *machine = calloc(1, sizeof(*machine));
	int ret;

	(void)note;
	(void)data;
	if (!machine)
		return error_set(err, -ENOMEM, "run: out of memory");
	target->ssh = machine;
	machine->lost = SIZE_MAX;
	ssh_parse(target->spec, &machine->ssh);
	target->name = machine->ssh.host;
	ret = ssh_open(&machine->ssh, err);
	return ret ? ret : ssh_machine_probe(machine, err);
}

static bool needs_module(const struct plan_cell *cell)
{
	return cases_cell_needs(cell->bench_case, cell->axes,
				cell->axis_count) &
	       BENCH_NEEDS_MODULE;
}

static bool plan_needs_module(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (needs_module(&plan->cells[i]))
			return true;
	return false;
}

static int tune(struct run *run, struct target *target,
		struct ssh_session *session, struct error *err)
{
	json_t *reply, *line;
	size_t i;
	int ret = ssh_session_ask(session, json_pack("{s:s}", "do", "tune"),
				  ASK_SECONDS, &reply, err);

	if (ret)
		return ret;
	json_array_foreach (json_object_get(reply, "lines"), i, line) {
		char text[1024];

		snprintf(text, sizeof(text), "%s: %s", target->name,
			 json_string_value(line));
		if (!target->described)
			progress_note(text, &run->progress);
	}
	return ssh_session_check(session, reply, err);
}

static int hello(struct run *run, struct target *target,
		 struct ssh_session *session, struct error *err)
{
	json_t *reply;
	int ret = ssh_session_ask(session,
				  json_pack("{s:s, s:s*}", "do", "hello",
					    "counters", run->counters),
				  ASK_SECONDS, &reply, err);

	if (ret)
		return ret;
	if (json_object_get(reply, "error"))
		return ssh_session_check(session, reply, err);
	target_note_state(run, target, json_object_get(reply, "machine"));
	ret = run_greet(target, reply, err);
	json_decref(reply);
	return ret;
}

/* What takes the machine down with it must not do so for ever. */
static int lose(struct run *run, struct target *target, size_t cell,
		unsigned int boot, struct error *err)
{
	bool again = target->ssh->lost == cell;
	struct error ignored;

	target->ssh->lost = again ? SIZE_MAX : cell;
	if (again)
		run_record_crash(run, target, cell, boot,
				 "the connection was lost twice while it ran",
				 &ignored);
	return error_set(err, -EPIPE, "%s: the connection was lost",
			 target->spec);
}

/* Why the module is not there is known here only. */
static void add_reason(const struct run *run, const struct target *target,
		       size_t cell, json_t *reply)
{
	const char *status =
		json_string_value(json_object_get(reply, "status"));

	if (*target->ssh->no_module && status &&
	    !strcmp(status, cell_status_name(CELL_SKIPPED)) &&
	    needs_module(&run->plan.cells[cell]))
		json_object_set_new(reply, "reason",
				    json_string(target->ssh->no_module));
}

static int trial(struct run *run, struct target *target,
		 struct ssh_session *session, size_t cell, unsigned int boot,
		 struct error *err)
{
	double seconds = 2 * run->max_time + HOST_GRACE;
	json_t *message = json_pack("{s:s, s:o, s:f}", "do", "trial", "request",
				    run_request(run, target, cell, boot),
				    "seconds", seconds);
	const char *error;
	char label[512];
	json_t *reply;
	int ret;

	progress_cell(&run->progress, target->name,
		      run_label(run, cell, label, sizeof(label)));
	ret = ssh_session_ask(session, message, seconds + ANSWER_GRACE, &reply,
			      err);
	if (ret == -EPIPE || ret == -ETIMEDOUT)
		return lose(run, target, cell, boot, err);
	if (ret)
		return ret;
	error = json_string_value(json_object_get(reply, "error"));
	add_reason(run, target, cell, reply);
	ret = error ? run_record_crash(run, target, cell, boot, error, err) :
		      run_record(run, target, cell, boot, reply, err);
	json_decref(reply);
	return ret;
}

static int session_round(struct run *run, struct target *target,
			 unsigned int number, struct error *err)
{
	struct ssh_target *machine = target->ssh;
	struct ssh_session session;
	int ret = ssh_open(&machine->ssh, err);

	if (!ret)
		ret = ssh_session_start(&machine->ssh, paths_agent(), &session,
					progress_note, &run->progress, err);
	if (ret)
		return ret;
	if (plan_needs_module(&run->plan))
		ret = ssh_machine_load_module(machine, &session, err);
	if (!ret && run->tune)
		ret = tune(run, target, &session, err);
	if (!ret)
		ret = hello(run, target, &session, err);
	for (size_t cell = 0; cell < run->plan.count && !ret; cell++)
		if (!run_is_done(run, target, cell, number))
			ret = trial(run, target, &session, cell, number, err);
	ssh_session_end(&session, progress_note, &run->progress);
	return ret;
}

static int interruptible_sleep(double seconds)
{
	const struct timespec slice = { .tv_nsec = 50 * 1000 * 1000 };

	for (; seconds > 0 && !process_interrupted; seconds -= 0.05)
		nanosleep(&slice, NULL);
	return process_interrupted ? -EINTR : 0;
}

/* Lost, or not made: it may come back. */
static bool may_return(int ret)
{
	return ret == -EPIPE || ret == -EHOSTUNREACH;
}

static int boot(struct run *run, struct target *target, unsigned int number,
		struct error *err)
{
	size_t attempt = 0, done;
	char text[1200];
	int ret;

	if (plan_needs_module(&run->plan))
		ssh_machine_choose_module(target->ssh, progress_note,
					  &run->progress);
	for (;;) {
		done = run->progress.done;
		ret = session_round(run, target, number, err);
		if (run->progress.done > done)
			attempt = 0;
		if (!may_return(ret))
			return ret;
		if (attempt == PAUSES)
			break;
		snprintf(text, sizeof(text), "%s: once more", err->text);
		progress_note(text, &run->progress);
		if (interruptible_sleep(pauses[attempt++]))
			return error_set(err, -EINTR, "interrupted");
	}
	snprintf(text, sizeof(text), "%s", err->text);
	return error_set(err, ret,
			 "%.600s: all finished trials are kept: go on with "
			 "`mmgauge run --resume %.300s`",
			 text, target->path);
}

const struct target_kind target_ssh = {
	.prefix = "ssh:",
	.form = SSH_FORM,
	.summary = "another machine and its kernel, as they run",
	.round = "round",
	.elsewhere = true,
	.fits = fits,
	.prepare = prepare,
	.release = release,
	.boot = boot,
	.memory = target_memory_gib,
};
