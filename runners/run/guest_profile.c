// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest_profile.h"
#include "runners/base/paths.h"
#include "runners/base/profile_parts.h"
#include "runners/profile/inlines.h"
#include "runners/profile/log.h"
#include "runners/profile/profiler.h"
#include "runners/trial/session.h"
#include "runners/vm/vm.h"

struct guest_profile {
	struct run *run;
	const struct target *target;
	struct profiler *profiler;
	char log[PATH_MAX], drivers[PATH_MAX];
};

/* Whether there is DWARF of the kernel; else a line. */
static void check_inlined(struct run *run, struct target *target)
{
	const struct vm_kernel *kernel = &target->kernel;
	char path[PATH_MAX], text[sizeof((struct error){ 0 }.text) + 300];
	struct error err;

	snprintf(err.text, sizeof(err.text), "%s",
		 *kernel->no_debug ? kernel->no_debug :
				     "the kernel comes without DWARF");

	snprintf(path, sizeof(path), "%.4000s/vmlinux", kernel->debug);
	target->inlined =
		*kernel->debug &&
		!inlines_check(path, *kernel->elf ? kernel->elf : path, &err);
	if (target->inlined)
		return;
	snprintf(text, sizeof(text),
		 "%.128s: inlined functions are told in the symbol that they "
		 "were inlined into: %s",
		 target->name, err.text);
	progress_note(text, &run->progress);
}

void guest_profile_inlined(struct run *run)
{
	for (size_t i = 0; i < run->target_count; i++)
		if (run->profile & PROFILE_INLINED)
			check_inlined(run, &run->targets[i]);
}

static void say(struct run *run, const struct target *target, const char *what)
{
	char text[500];

	snprintf(text, sizeof(text), "%.128s: guests of several CPUs: %s",
		 target->name, what);
	progress_note(text, &run->progress);
}

/* What these guests have no profile of. */
static void check_several(struct run *run, const struct target *target)
{
	if (!target->several.there)
		return;
	if (!target->several.profiles)
		say(run, target,
		    "no profile: their QEMU tells no plugin how far a CPU came: "
		    "install QEMU 9.1 or newer");
	else if (run->profile & PROFILE_LINES)
		say(run, target,
		    "no cache lines: that another CPU takes one away is not "
		    "simulated: measure these with --profile");
}

void guest_profile_check(struct run *run)
{
	bool any = false, none = false;
	struct error err;

	for (size_t i = 0; i < run->target_count && run->profile; i++) {
		const struct target *target = &run->targets[i];
		int ret;

		/* Another has none, whatever a journal says. */
		if (!target->instructions)
			continue;
		ret = vm_plugin_check(target->kernel.arch, NULL, paths_plugin(),
				      &err);
		if (ret > 0 && (ret & PLUGIN_READS))
			run->profile |= PROFILE_TABLES;
		any |= ret >= 0;
		if (ret >= 0) {
			check_several(run, target);
			continue;
		}
		progress_note(err.text, &run->progress);
		/* Kernels of other architectures may have theirs. */
		none |= !target->kernel.arch->plugin;
		if (target->kernel.arch->plugin)
			run->profile = 0;
	}
	if (none && !any)
		run->profile = 0;
}

void guest_profile_ask(const struct run *run, const struct target *target,
		       struct vm_options *options)
{
	bool several = options->cpus > 1;
	size_t used;

	if (!run->profile || !target->kernel.arch->plugin ||
	    (several && !target->several.profiles))
		return;
	options->plugin = paths_plugin();
	options->profiles = true;
	profile_parts_ask(several ? run->profile & ~PROFILE_LINES :
				    run->profile,
			  options->plugin_asks, sizeof(options->plugin_asks));
	used = strlen(options->plugin_asks);
	if (run->caches && !several)
		snprintf(options->plugin_asks + used,
			 sizeof(options->plugin_asks) - used, ",%s",
			 run->caches);
}

static void give_up(struct guest_profile **profile, const struct error *err)
{
	struct run *run = (*profile)->run;
	char text[sizeof(err->text) + 300];

	snprintf(text, sizeof(text), "%.128s: no profile from here on: %s",
		 (*profile)->target->name, err->text);
	progress_note(text, &run->progress);
	guest_profile_close(profile);
}

struct guest_profile *guest_profile_open(const struct vm *vm, struct run *run,
					 const struct target *target)
{
	const struct vm_kernel *kernel = &target->kernel;
	struct guest_profile *profile = calloc(1, sizeof(*profile));
	struct profiler_files files = {
		.arch = kernel->arch->name,
		.kernel = vm_kernel_file(vm),
		.agent = kernel_agent(kernel),
		.module = kernel->module,
		.debug = target->inlined ? kernel->debug : "",
	};
	struct error err = { "out of memory" };

	if (!profile)
		return NULL;
	profile->run = run;
	profile->target = target;
	vm_profile(vm, profile->log);
	files.log = profile->log;
	snprintf(profile->drivers, sizeof(profile->drivers),
		 "%.4000s/../drivers", kernel->build);
	files.drivers = profile->drivers;
	if (profiler_open(&files, &profile->profiler, &err))
		give_up(&profile, &err);
	return profile;
}

void guest_profile_modules(struct guest_profile **profile,
			   const json_t *payload)
{
	const json_t *modules = json_object_get(payload, "modules");
	struct error err = { "" };

	if (*profile && modules &&
	    profiler_modules((*profile)->profiler, modules, &err))
		give_up(profile, &err);
}

void guest_profile_trial(struct guest_profile **profile, uint64_t cell,
			 const struct bench_case *bench_case, json_t *reply)
{
	json_t *trial = json_object_get(reply, "trial"), *found = NULL;
	const char *names[PROFILE_METRICS_MAX] = {
		[TELL_NUMBER_OTHERS] = SESSION_OTHERS,
		[TELL_NUMBER_SYSTEM] = SESSION_SYSTEM,
	};
	struct error err = { "" };

	guest_profile_modules(profile, reply);
	if (!*profile)
		return;
	for (size_t i = 0; i < BENCH_MAX_METRICS && bench_case->metrics[i].name;
	     i++)
		names[i] = bench_case->metrics[i].name;
	if (profiler_cell((*profile)->profiler, cell, names, &found, &err))
		give_up(profile, &err);
	else if (found && trial)
		json_object_set(trial, "profile", found);
	json_decref(found);
}

void guest_profile_close(struct guest_profile **profile)
{
	if (!*profile)
		return;
	profiler_close((*profile)->profiler);
	free(*profile);
	*profile = NULL;
}
