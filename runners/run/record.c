// SPDX-License-Identifier: GPL-2.0-or-later
/* From a cell of the plan to a request, from a reply to result and journal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/utf8.h"
#include "record.h"
#include "runners/trial/measure.h"
#include "several.h"
#include "target_kind.h"

/*
 * Calls that the module times one by one cost no sample each: so many that one
 * slow one in 64 is more than an accident (results/compare/compare_verdict.c).
 */
#define LATENCY_CALLS 1024

static unsigned int latencies(const struct run *run,
			      const struct bench_case *bench_case)
{
	if (!run->latency || !bench_case->times_calls ||
	    run->latency > LATENCY_CALLS)
		return run->latency;
	return LATENCY_CALLS;
}

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
		.trial = target->kind->reboots ? 0 : boot,
		.instructions = target->instructions,
		.precision = run->precision,
		.max_time = run->max_time,
		.latency = latencies(run, from->bench_case),
		.counters = run->counters,
		.draws = target->instructions &&
			 several_cpus(run, target, cell) > 1,
		.pauses = target->several.pauses &&
			  several_cpus(run, target, cell) > 1,
		.seed = run->seed,
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
	char guest[128];

	several_describe(target, several_cpus(run, target, cell), guest,
			 sizeof(guest));
	if (!ret && *guest && !into->guest) {
		into->guest = strdup(guest);
		ret = into->guest ? 0 : -ENOMEM;
	}

	if (target->kind->reboots)
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
	json_t *reply = measure_crash_to_json(reason);
	int ret = run_record(run, target, cell, boot, reply, err);

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
