// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots of a guest: plans in, frames out, and what to do when it dies. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/clock.h"
#include "paths.h"
#include "run.h"

/* Seconds of the host. An emulated instruction takes some 20 to 50 ns. */
#define BOOT_LIMIT 120.0
#define TRIAL_GRACE 60.0
#define EMULATION_FACTOR 100.0
#define SLICE 0.25

/* A kernel that dies so often before its first trial will not come up. */
#define BOOT_TRIES 2

struct boot {
	struct run *run;
	struct target *target;
	unsigned int number;
	size_t *cells; /* of the guest's plan, by index in it */
	size_t count;
	long current; /* index in the plan of what runs now, -1: none */
	bool greeted;
	bool progressed; /* a trial was recorded */
};

static char *make_plan(const struct boot *boot)
{
	json_t *plan = json_array();
	char *text;

	for (size_t i = 0; i < boot->count; i++)
		json_array_append_new(plan, run_request(boot->run, boot->target,
							boot->cells[i],
							boot->number));
	text = json_dumps(plan, JSON_COMPACT);
	json_decref(plan);
	return text;
}

/*
 * Every second boot runs them backwards: what a cell owes to those before it
 * then shows as a difference between boots.
 */
static void collect_cells(struct boot *boot)
{
	size_t all = boot->run->plan.count;

	boot->count = 0;
	for (size_t i = 0; i < all; i++) {
		size_t cell = boot->number % 2 ? all - 1 - i : i;

		if (!run_is_done(boot->run, boot->target, cell, boot->number))
			boot->cells[boot->count++] = cell;
	}
}

static double time_limit(const struct boot *boot)
{
	double trial = 2 * boot->run->max_time;

	if (!boot->greeted)
		return BOOT_LIMIT;
	if (boot->target->accelerator != ACCELERATOR_KVM)
		trial *= EMULATION_FACTOR;
	return trial + TRIAL_GRACE;
}

/* Wait in slices, so that a signal is noticed at once. */
static int wait_for(const struct boot *boot, struct vm *vm,
		    enum vm_event *event, enum frame_type *type,
		    json_t **payload)
{
	uint64_t deadline = clock_nanoseconds(CLOCK_MONOTONIC) +
			    (uint64_t)(time_limit(boot) * 1e9);

	do {
		if (*boot->run->stop)
			return -EINTR;
		*event = vm_wait(vm, SLICE, type, payload);
	} while (*event == VM_TIMEOUT &&
		 clock_nanoseconds(CLOCK_MONOTONIC) < deadline);
	return *boot->run->stop ? -EINTR : 0;
}

/* The index of a frame, or -1 when the guest makes it up. */
static long frame_index(const struct boot *boot, const json_t *payload)
{
	const json_t *index = json_object_get(payload, "index");
	json_int_t value = json_integer_value(index);

	return json_is_integer(index) && value >= 0 &&
			       (size_t)value < boot->count ?
		       (long)value :
		       -1;
}

static int take_frame(struct boot *boot, enum frame_type type,
		      const json_t *payload, struct error *err)
{
	struct run *run = boot->run;
	long index = frame_index(boot, payload);
	char label[512];

	if (type == FRAME_HELLO) {
		boot->greeted = true;
		return run_greet(boot->target, payload, err);
	}
	if (type == FRAME_DONE || index < 0)
		return 0;
	if (type == FRAME_BEGIN) {
		boot->current = index;
		progress_cell(&run->progress, boot->target->name,
			      run_label(run, boot->cells[index], label,
					sizeof(label)));
		return 0;
	}
	boot->current = -1;
	boot->progressed = true;
	/* A frame sent twice must not count twice. */
	if (run_is_done(run, boot->target, boot->cells[index], boot->number))
		return 0;
	return run_record(run, boot->target, boot->cells[index], boot->number,
			  payload, err);
}

static void explain(const struct boot *boot, const struct vm *vm,
		    enum vm_event event, char *reason, size_t size)
{
	static const char *const what[] = {
		[VM_TIMEOUT] = "the guest hung",
		[VM_CRASHED] = "the guest's kernel crashed",
		[VM_EXITED] = "QEMU ended",
	};
	char tail[500], cause[300];

	vm_console_tail(vm, tail, sizeof(tail));
	vm_crash_line(vm, cause, sizeof(cause));
	snprintf(reason, size, "%s%s%s%s: last lines of the console: %s",
		 what[event], boot->greeted ? "" : " before it was up",
		 *cause ? ": " : "", cause, tail);
}

/*
 * One QEMU until its plan is done or it dies. 0; the cell that ran when it
 * died is recorded as crashed.
 */
static int run_vm(struct boot *boot, struct vm *vm, char *reason, size_t size,
		  struct error *err)
{
	for (;;) {
		enum frame_type type;
		enum vm_event event;
		json_t *payload = NULL;
		int ret = wait_for(boot, vm, &event, &type, &payload);

		if (!ret && event == VM_FRAME)
			ret = take_frame(boot, type, payload, err);
		json_decref(payload);
		if (ret)
			return ret;
		if (event == VM_FRAME && type == FRAME_DONE)
			return 0;
		if (event == VM_FRAME)
			continue;
		explain(boot, vm, event, reason, size);
		if (boot->current < 0)
			return 0;
		boot->progressed = true;
		return run_record_crash(boot->run, boot->target,
					boot->cells[boot->current],
					boot->number, reason, err);
	}
}

static int boot_once(struct boot *boot, char *reason, size_t size,
		     struct error *err)
{
	const struct target *target = boot->target;
	struct vm_options options = {
		.kernel = &target->kernel,
		.agent = paths_agent(),
		.accelerator = target->accelerator,
		.cpus = target->cpus,
		.memory_mib = target->memory_mib,
		.far_memory_mib = target->far_memory_mib,
	};
	char *plan = make_plan(boot);
	struct vm *vm = NULL;
	int ret;

	if (!plan)
		return error_set(err, -ENOMEM, "plan: out of memory");
	options.plan = plan;
	boot->current = -1;
	boot->greeted = boot->progressed = false;
	ret = vm_start(&options, &vm, err);
	if (!ret)
		ret = run_vm(boot, vm, reason, size, err);
	vm_stop(vm);
	free(plan);
	return ret;
}

static int give_up(struct boot *boot, const char *reason, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < boot->count && !ret; i++)
		if (!run_is_done(boot->run, boot->target, boot->cells[i],
				 boot->number))
			ret = run_record_crash(boot->run, boot->target,
					       boot->cells[i], boot->number,
					       reason, err);
	return ret;
}

int run_guest_boot(struct run *run, struct target *target, unsigned int number,
		   struct error *err)
{
	struct boot boot = { .run = run, .target = target, .number = number };
	char reason[1000] = "";
	unsigned int failures = 0;
	int ret = 0;

	boot.cells = calloc(run->plan.count, sizeof(*boot.cells));
	if (!boot.cells)
		return error_set(err, -ENOMEM, "plan: out of memory");
	for (collect_cells(&boot); boot.count && !ret; collect_cells(&boot)) {
		ret = boot_once(&boot, reason, sizeof(reason), err);
		failures = boot.progressed ? 0 : failures + 1;
		if (!ret && failures >= BOOT_TRIES)
			ret = give_up(&boot, reason, err);
	}
	free(boot.cells);
	return ret;
}
