// SPDX-License-Identifier: GPL-2.0-or-later
/* The host, as it runs: a round is one more trial of every cell. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "record.h"
#include "runners/base/paths.h"
#include "runners/base/spawn.h"
#include "runners/host/facts.h"
#include "target_kind.h"

#define HELLO_LIMIT 60.0

/* Figures of a tuned or a noisy host say so, here (once) and in the result. */
void target_note_state(struct run *run, const struct target *target,
		       const json_t *machine)
{
	size_t advice = json_array_size(json_object_get(machine, "advice"));
	bool here = !target->kind->elsewhere;
	char text[512];

	if (target->described)
		return;
	if (json_is_true(json_object_get(machine, "tuned"))) {
		snprintf(text, sizeof(text), "%s: tuned%s", target->name,
			 here ? ": `mmgauge tune --restore` undoes it" : "");
		progress_note(text, &run->progress);
	}
	if (!advice)
		return;
	snprintf(text, sizeof(text),
		 "%s: %zu settings make noise: see `mmgauge doctor%s%s`",
		 target->name, advice, here ? "" : " --on ",
		 here ? "" : target->spec);
	progress_note(text, &run->progress);
}

static int host_hello(struct run *run, struct target *target, struct error *err)
{
	json_t *hello;
	int ret = spawn_agent(paths_agent(), "hello", NULL, HELLO_LIMIT,
			      run->stop, &hello, err);

	if (ret)
		return ret;
	host_facts(hello);
	target_note_state(run, target, json_object_get(hello, "machine"));
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
			  2 * run->max_time + HOST_GRACE, run->stop, &reply,
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

static int boot(struct run *run, struct target *target, unsigned int number,
		struct error *err)
{
	int ret = host_hello(run, target, err);

	for (size_t cell = 0; cell < run->plan.count && !ret; cell++)
		if (!run_is_done(run, target, cell, number))
			ret = host_trial(run, target, cell, number, err);
	return ret;
}

static bool fits(const char *spec)
{
	return !strcmp(spec, target_host.prefix);
}

static int prepare(struct target *target, kernel_note note, void *data,
		   struct error *err)
{
	(void)note;
	(void)data;
	(void)err;
	target->name = target_host.prefix;
	return 0;
}

unsigned long long target_memory_gib(const struct target *target)
{
	const json_t *bytes =
		json_object_get(target->result.machine, "memory_bytes");

	return (unsigned long long)json_integer_value(bytes) >> 30;
}

const struct target_kind target_host = {
	.prefix = "host",
	.form = "host",
	.summary = "this machine and its kernel, as they run",
	.round = "round",
	.fits = fits,
	.prepare = prepare,
	.boot = boot,
	.memory = target_memory_gib,
};
