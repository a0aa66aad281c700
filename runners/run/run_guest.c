// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots of a guest: plans in, frames out, and what to do when it dies. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "guest_profile.h"
#include "guest_watch.h"
#include "runners/base/paths.h"
#include "record.h"
#include "run_guest.h"
#include "several.h"

/*
 * Seconds of the host. An emulated instruction takes some 20 to 50 ns where the
 * machine has nothing else to do; a boot then takes BOOT_USUAL. How much longer
 * it took is how much longer a trial may: on the exact clock both are so many
 * instructions, however long the host lets them wait.
 */
#define BOOT_LIMIT 240.0
#define BOOT_USUAL 4.0
#define GUEST_GRACE 45.0 /* set-up, at the usual speed */
#define EMULATION_FACTOR 100.0
#define STOPPED_LIMIT 10.0
#define SLICE 0.25

/* A kernel that dies so often before its first trial will not come up. */
#define BOOT_TRIES 2

struct boot {
	struct run *run;
	struct target *target;
	unsigned int number;
	unsigned int cpus; /* of this guest */
	size_t *cells; /* of the guest's plan, by index in it */
	size_t count;
	bool *crashed; /* once, by cell of the run */
	struct guest_watch watch;
	struct guest_profile *profile; /* NULL: not wanted, or given up */
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

static bool is_due(const struct boot *boot, size_t cell)
{
	return !run_is_done(boot->run, boot->target, cell, boot->number);
}

/* The cells of a boot run in guests of few CPUs first. */
static void choose_cpus(struct boot *boot)
{
	boot->cpus = UINT_MAX;
	for (size_t i = 0; i < boot->run->plan.count; i++) {
		unsigned int cpus = several_cpus(boot->run, boot->target, i);

		if (is_due(boot, i) && cpus < boot->cpus)
			boot->cpus = cpus;
	}
}

/*
 * Every second boot runs them backwards: what a cell owes to those before it
 * then shows as a difference between boots.
 */
static void collect_some(struct boot *boot, bool crashed)
{
	size_t all = boot->run->plan.count;

	for (size_t i = 0; i < all; i++) {
		size_t cell = boot->number % 2 ? all - 1 - i : i;

		if (boot->crashed[cell] == crashed && is_due(boot, cell) &&
		    several_cpus(boot->run, boot->target, cell) == boot->cpus)
			boot->cells[boot->count++] = cell;
	}
}

/* What crashed comes last: should it crash again, no other boot is lost. */
static void collect_cells(struct boot *boot)
{
	boot->count = 0;
	choose_cpus(boot);
	collect_some(boot, false);
	collect_some(boot, true);
}

static double now(void)
{
	return (double)clock_nanoseconds(CLOCK_MONOTONIC) * 1e-9;
}

static void start_watch(struct boot *boot)
{
	double factor = boot->target->accelerator == ACCELERATOR_KVM ?
				1 :
				EMULATION_FACTOR;
	const struct guest_limits usual = {
		.boot = BOOT_LIMIT,
		.boot_usual = BOOT_USUAL,
		.trial = 2 * boot->run->max_time * factor + GUEST_GRACE,
		.stopped = STOPPED_LIMIT,
	};

	guest_watch_start(&boot->watch,
			  boot->run->limits ? boot->run->limits : &usual,
			  boot->count, now());
}

/* The index of a frame, or -1 when it has none. */
static long frame_index(const json_t *payload)
{
	const json_t *index = json_object_get(payload, "index");
	json_int_t value = json_integer_value(index);

	return json_is_integer(index) && value >= 0 && value < LONG_MAX ?
		       (long)value :
		       -1;
}

/*
 * Until something happens that moves the boot on, or its time is up. In slices,
 * so that a signal is noticed at once.
 */
static int wait_for(struct boot *boot, struct vm *vm, enum vm_event *event,
		    enum frame_type *type, json_t **payload)
{
	do {
		*payload = NULL;
		if (*boot->run->stop)
			return -EINTR;
		*event = vm_wait(vm, fmin(SLICE, boot->watch.deadline - now()),
				 type, payload);
		if (*event == VM_FRAME &&
		    !guest_watch_frame(&boot->watch, *type,
				       frame_index(*payload), now())) {
			json_decref(*payload);
			*payload = NULL;
			*event = VM_TIMEOUT;
		}
	} while (*event == VM_TIMEOUT &&
		 !guest_watch_is_over(&boot->watch, vm_is_stopped(vm), now()));
	return *boot->run->stop ? -EINTR : 0;
}

/*
 * A cell crashes only if it does so twice: a host that was too busy for its
 * time limit, or another cell that left the kernel damaged, is not its fault.
 * That it was measured at the second try is the fact `crashes`.
 */
static bool try_again(struct boot *boot, size_t cell, const char *reason)
{
	char text[1400], label[300];

	if (boot->crashed[cell])
		return false;
	boot->crashed[cell] = true;
	snprintf(text, sizeof(text), "%s: %s: once more, in a new boot: %s",
		 boot->target->name,
		 run_label(boot->run, cell, label, sizeof(label)), reason);
	progress_note(text, &boot->run->progress);
	return true;
}

static int take_trial(struct boot *boot, size_t cell, json_t *reply,
		      struct error *err)
{
	const char *status =
		json_string_value(json_object_get(reply, "status"));
	const char *reason =
		json_string_value(json_object_get(reply, "reason"));
	json_t *trial = json_object_get(reply, "trial");

	if (status && !strcmp(status, cell_status_name(CELL_CRASHED)) &&
	    try_again(boot, cell, reason ? reason : ""))
		return 0;
	guest_profile_trial(&boot->profile, (uint64_t)frame_index(reply),
			    boot->run->plan.cells[cell].bench_case, reply);
	if (boot->crashed[cell])
		json_object_set_new(json_object_get(trial, "facts"), "crashes",
				    json_integer(1));
	return run_record(boot->run, boot->target, cell, boot->number, reply,
			  err);
}

/* @payload is that of the next step (guest_watch.h). */
static int take_frame(struct boot *boot, enum frame_type type, json_t *payload,
		      struct error *err)
{
	struct run *run = boot->run;
	long index = frame_index(payload);
	char label[512];

	switch (type) {
	case FRAME_HELLO:
		guest_profile_modules(&boot->profile, payload);
		return run_greet(boot->target, payload, err);
	case FRAME_BEGIN:
		progress_cell(&run->progress, boot->target->name,
			      run_label(run, boot->cells[index], label,
					sizeof(label)));
		return 0;
	case FRAME_TRIAL:
		boot->progressed = true;
		return take_trial(boot, boot->cells[index], payload, err);
	case FRAME_DONE:
		break;
	}
	return 0;
}

static const char *what_happened(const struct boot *boot, enum vm_event event)
{
	switch (event) {
	case VM_CRASHED:
		return "the guest's kernel crashed";
	case VM_EXITED:
		return "QEMU ended";
	default:
		return boot->watch.stopped_since ?
			       "QEMU was stopped from outside" :
			       "the guest hung";
	}
}

static void explain(const struct boot *boot, const struct vm *vm,
		    enum vm_event event, char *reason, size_t size)
{
	char tail[500], cause[300], limit[80] = "";

	vm_console_tail(vm, tail, sizeof(tail));
	vm_crash_line(vm, cause, sizeof(cause));
	/* What only needs longer can be given longer. */
	if (event == VM_TIMEOUT && boot->watch.up && !boot->watch.stopped_since)
		snprintf(limit, sizeof(limit),
			 " or is slow: silent for %.0f s, which grow with "
			 "--max-time",
			 guest_watch_limit(&boot->watch));
	snprintf(reason, size, "%s%s%s%s%s: last lines of the console: %s",
		 what_happened(boot, event), limit,
		 boot->watch.up ? "" : " before it was up", *cause ? ": " : "",
		 cause, tail);
}

/*
 * One QEMU until its plan is done or it dies. 0; the cell that ran when it
 * died is tried again or, the second time, recorded as crashed.
 */
static int run_vm(struct boot *boot, struct vm *vm, char *reason, size_t size,
		  struct error *err)
{
	for (;;) {
		enum frame_type type;
		enum vm_event event;
		json_t *payload;
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
		if (boot->watch.current < 0)
			return 0;
		boot->progressed = true;
		if (try_again(boot, boot->cells[boot->watch.current], reason))
			return 0;
		return run_record_crash(boot->run, boot->target,
					boot->cells[boot->watch.current],
					boot->number, reason, err);
	}
}

static void use_several(const struct target *target, struct vm_options *options)
{
	options->emulator = &target->several.emulator;
	options->counts_cpus = target->several.counts_each;
	if (options->counts_cpus)
		options->plugin = paths_plugin();
}

static int boot_once(struct boot *boot, char *reason, size_t size,
		     struct error *err)
{
	const struct target *target = boot->target;
	struct vm_options options = {
		.kernel = &target->kernel,
		.agent = paths_agent(),
		.accelerator = target->accelerator,
		.cpus = boot->cpus,
		.memory_mib = target->memory_mib,
		.far_memory_mib = target->far_memory_mib,
	};
	char *plan = make_plan(boot);
	struct vm *vm = NULL;
	int ret;

	if (!plan)
		return error_set(err, -ENOMEM, "plan: out of memory");
	options.plan = plan;
	boot->progressed = false;
	start_watch(boot);
	/* The profile's windows are of one CPU. */
	if (boot->run->profile && boot->cpus == 1)
		guest_profile_ask(boot->run, &options);
	if (target->instructions && boot->cpus > 1)
		use_several(target, &options);
	ret = vm_start(&options, &vm, err);
	if (!ret && options.profiles)
		boot->profile = guest_profile_open(vm, boot->run, target);
	if (!ret)
		ret = run_vm(boot, vm, reason, size, err);
	guest_profile_close(&boot->profile);
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
	boot.crashed = calloc(run->plan.count, sizeof(*boot.crashed));
	if (!boot.cells || !boot.crashed)
		ret = error_set(err, -ENOMEM, "plan: out of memory");
	else
		collect_cells(&boot);
	for (; boot.count && !ret; collect_cells(&boot)) {
		ret = boot_once(&boot, reason, sizeof(reason), err);
		failures = boot.progressed ? 0 : failures + 1;
		if (!ret && failures >= BOOT_TRIES)
			ret = give_up(&boot, reason, err);
	}
	free(boot.crashed);
	free(boot.cells);
	return ret;
}
