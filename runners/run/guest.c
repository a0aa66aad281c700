// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "guest.h"
#include "guest_profile.h"
#include "record.h"
#include "runners/base/paths.h"
#include "runners/vm/qemu.h"
#include "several.h"

/*
 * Seconds of the host. An emulated instruction takes some 20 to 50 ns where the
 * machine has nothing else to do; a boot then takes BOOT_USUAL. How much longer
 * it took is how much longer a trial may: on the exact clock both are so many
 * instructions, however long the host lets them wait.
 */
#define BOOT_LIMIT 240.0
#define BOOT_USUAL 4.0
#define RESTORE_USUAL 0.6 /* from a snapshot */
#define GUEST_GRACE 45.0 /* set-up, at the usual speed */
#define EMULATION_FACTOR 100.0
#define STOPPED_LIMIT 10.0

static char *make_plan(const struct guest *guest)
{
	json_t *plan = json_array();
	char *text;

	for (size_t i = 0; i < guest->count; i++)
		json_array_append_new(
			plan, run_request(guest->run, guest->target,
					  guest->cells[i], guest->boot));
	text = json_dumps(plan, JSON_COMPACT);
	json_decref(plan);
	return text;
}

static double now(void)
{
	return (double)clock_nanoseconds(CLOCK_MONOTONIC) * 1e-9;
}

static void start_watch(struct guest *guest)
{
	double factor = guest->target->accelerator == ACCELERATOR_KVM ?
				1 :
				EMULATION_FACTOR;
	const struct guest_limits usual = {
		.boot = BOOT_LIMIT,
		.boot_usual = BOOT_USUAL,
		.trial = 2 * guest->run->max_time * factor + GUEST_GRACE,
		.stopped = STOPPED_LIMIT,
	};

	guest_watch_start(&guest->watch,
			  guest->run->limits ? guest->run->limits : &usual,
			  guest->count, now());
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
 * A cell crashes only if it does so twice: a host that was too busy for its
 * time limit, or another cell that left the kernel damaged, is not its fault.
 * That it was measured at the second try is the fact `crashes`.
 */
static bool try_again(struct guest *guest, size_t cell, const char *reason)
{
	char text[1400], label[300];

	if (guest->crashed[cell])
		return false;
	guest->crashed[cell] = true;
	snprintf(text, sizeof(text), "%s: %s: once more, in a new boot: %s",
		 guest->target->name,
		 run_label(guest->run, cell, label, sizeof(label)), reason);
	progress_note(text, &guest->run->progress);
	return true;
}

static int take_trial(struct guest *guest, size_t cell, json_t *reply,
		      struct error *err)
{
	const char *status =
		json_string_value(json_object_get(reply, "status"));
	const char *reason =
		json_string_value(json_object_get(reply, "reason"));
	json_t *trial = json_object_get(reply, "trial");

	if (status && !strcmp(status, cell_status_name(CELL_CRASHED)) &&
	    try_again(guest, cell, reason ? reason : ""))
		return 0;
	guest_profile_trial(&guest->profile, (uint64_t)frame_index(reply),
			    guest->run->plan.cells[cell].bench_case, reply);
	if (guest->crashed[cell])
		json_object_set_new(json_object_get(trial, "facts"), "crashes",
				    json_integer(1));
	return run_record(guest->run, guest->target, cell, guest->boot, reply,
			  err);
}

/* @payload is that of the next step (guest_watch.h). */
static int take_frame(struct guest *guest, enum frame_type type,
		      json_t *payload, struct error *err)
{
	struct run *run = guest->run;
	long index = frame_index(payload);
	char label[512];

	switch (type) {
	case FRAME_HELLO:
		guest_profile_modules(&guest->profile, payload);
		return guest->describes ?
			       run_greet(guest->target, payload, err) :
			       0;
	case FRAME_BEGIN:
		progress_cell(&run->progress, guest->target->name,
			      run_label(run, guest->cells[index], label,
					sizeof(label)));
		return 0;
	case FRAME_TRIAL:
		guest->progressed = true;
		return take_trial(guest, guest->cells[index], payload, err);
	case FRAME_DONE:
		break;
	}
	return 0;
}

static const char *what_happened(const struct guest *guest, enum vm_event event)
{
	switch (event) {
	case VM_CRASHED:
		return "the guest's kernel crashed";
	case VM_EXITED:
		return "QEMU ended";
	default:
		return guest->watch.stopped_since ?
			       "QEMU was stopped from outside" :
			       "the guest hung";
	}
}

static void explain(struct guest *guest, enum vm_event event)
{
	char tail[500], cause[300], limit[80] = "";
	const char *remedy;

	vm_console_tail(guest->vm, tail, sizeof(tail));
	vm_crash_line(guest->vm, cause, sizeof(cause));
	/* What only needs longer can be given longer. */
	if (event == VM_TIMEOUT && guest->watch.up &&
	    !guest->watch.stopped_since)
		snprintf(limit, sizeof(limit),
			 " or is slow: silent for %.0f s, which grow with "
			 "--max-time",
			 guest_watch_limit(&guest->watch));
	remedy = event == VM_EXITED ? qemu_remedy(tail) : NULL;
	snprintf(guest->reason, sizeof(guest->reason),
		 "%s%s%s%s%s%s%s: last lines of the console: %s",
		 what_happened(guest, event), limit,
		 guest->watch.up ? "" : " before it was up", *cause ? ": " : "",
		 cause, remedy ? ": " : "", remedy ? remedy : "", tail);
}

/* Its end, but for its plan's. */
static int bury(struct guest *guest, enum vm_event event, struct error *err)
{
	size_t cell;

	explain(guest, event);
	if (guest->watch.current < 0)
		return 0;
	guest->progressed = true;
	cell = guest->cells[guest->watch.current];
	if (try_again(guest, cell, guest->reason))
		return 0;
	return run_record_crash(guest->run, guest->target, cell, guest->boot,
				guest->reason, err);
}

/* 1: the plan goes on; what is not its next step is ignored. */
static int take(struct guest *guest, enum frame_type type, json_t *payload,
		struct error *err)
{
	double *usual = &guest->watch.limits.boot_usual;
	int ret;

	if (vm_is_restored(guest->vm))
		*usual = fmin(*usual, RESTORE_USUAL);
	if (!guest_watch_frame(&guest->watch, type, frame_index(payload),
			       now()))
		return 1;
	ret = take_frame(guest, type, payload, err);
	return ret ? ret : type != FRAME_DONE;
}

int guest_look(struct guest *guest, double seconds, struct error *err)
{
	double end = now() + seconds;
	int ret = 1;

	while (ret > 0) {
		enum frame_type type;
		enum vm_event event;
		json_t *payload = NULL;

		if (*guest->run->stop)
			return -EINTR;
		event = vm_wait(guest->vm,
				fmin(end, guest->watch.deadline) - now(), &type,
				&payload);
		if (event == VM_FRAME)
			ret = take(guest, type, payload, err);
		json_decref(payload);
		if (ret <= 0)
			break;
		if (event == VM_CRASHED || event == VM_EXITED ||
		    guest_watch_is_over(&guest->watch, vm_is_stopped(guest->vm),
					now()))
			return bury(guest, event, err);
		if (now() >= end)
			break;
	}
	return ret;
}

static void use_several(const struct target *target, struct vm_options *options)
{
	options->emulator = &target->several.emulator;
	options->counts_cpus = target->several.counts_each;
	if (options->counts_cpus)
		options->plugin = paths_plugin();
}

int guest_start(struct guest *guest, struct error *err)
{
	const struct target *target = guest->target;
	struct vm_options options = {
		.kernel = &target->kernel,
		.agent = kernel_agent(&target->kernel),
		.accelerator = target->accelerator,
		.cpus = guest->cpus,
		.memory_mib = target->memory_mib,
		.far_memory_mib = target->far_memory_mib,
		.quantum_us = target->configuration.quantum_us,
		.boots = guest->run->boots_whole,
		.again = guest->followed || guest->boot + 1 < guest->run->boots,
	};
	const struct configuration *configuration = &target->configuration;
	json_t *settings = configuration_settings(configuration);
	char *plan = make_plan(guest), *text = NULL;
	int ret;

	if (settings)
		text = json_dumps(settings, JSON_COMPACT);
	if (!plan || (settings && !text)) {
		json_decref(settings);
		free(plan);
		return error_set(err, -ENOMEM, "plan: out of memory");
	}
	json_decref(settings);
	options.plan = plan;
	options.settings = text;
	configuration_append(configuration, options.append,
			     sizeof(options.append));
	options.boots_image = configuration_boots_image(configuration);
	options.cpu_model = configuration_model(configuration);
	configuration_cpu(configuration, options.cpu_features,
			  sizeof(options.cpu_features));
	start_watch(guest);
	guest_profile_ask(guest->run, target, &options);
	if (target->instructions && guest->cpus > 1)
		use_several(target, &options);
	ret = vm_start(&options, &guest->vm, err);
	if (!ret && options.profiles)
		guest->profile =
			guest_profile_open(guest->vm, guest->run, target);
	free(plan);
	free(text);
	return ret;
}

void guest_end(struct guest *guest)
{
	guest_profile_close(&guest->profile);
	vm_stop(guest->vm);
	guest->vm = NULL;
}
