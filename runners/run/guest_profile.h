/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot's profile on its way from the plugin into the trials. Whatever goes
 * wrong with it is told once, and the run goes on without.
 */
#ifndef MMGAUGE_GUEST_PROFILE_H
#define MMGAUGE_GUEST_PROFILE_H

#include "run.h"

struct guest_profile;
struct vm;
struct vm_options;

/* Whether every target's emulator can do it; else a line, and none is made. */
void guest_profile_check(struct run *run);

/* Of targets that are ready: which have DWARF, where it is wanted; or lines. */
void guest_profile_inlined(struct run *run);

/* The guest is to be started with the plugin, if it is to have a profile. */
void guest_profile_ask(const struct run *run, const struct target *target,
		       struct vm_options *options);

/* Of a guest that was started with the plugin. NULL: told, and none. */
struct guest_profile *guest_profile_open(const struct vm *vm, struct run *run,
					 const struct target *target);

/* Modules that the agent's @payload tells of. */
void guest_profile_modules(struct guest_profile **profile,
			   const json_t *payload);

/* Give the trial of @reply, cell number @cell of the boot's plan, its own. */
void guest_profile_trial(struct guest_profile **profile, uint64_t cell,
			 const struct bench_case *bench_case, json_t *reply);

void guest_profile_close(struct guest_profile **profile);

#endif
