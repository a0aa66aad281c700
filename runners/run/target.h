/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where cells run, of one of the kinds of target_kind.h, and the result that
 * grows there.
 */
#ifndef MMGAUGE_TARGET_H
#define MMGAUGE_TARGET_H

#include <limits.h>
#include <stdbool.h>

#include "configuration.h"
#include "results/store/store.h"
#include "runners/vm/vm.h"

struct target_kind;
struct ssh_target;

/* What guests of more CPUs than one run in (several.h). */
struct several {
	struct emulator emulator;
	bool there; /* else cells that need one are skipped */
	bool pauses; /* CPUs give way where they wait, and only there */
	bool counts_each; /* mmg_cpus of kmod/mmgauge_uapi.h */
	bool profiles; /* by function */
};

struct target {
	char *spec; /* owned; the caller sets it first */
	const struct target_kind *kind; /* of a prepared target */
	struct kbuild_options
		kbuild; /* of a guest whose kernel is built here */
	bool instructions; /* the clock */
	bool inlined; /* its profile tells inlined functions apart */
	struct vm_kernel kernel; /* of a guest */
	enum accelerator accelerator; /* of a guest */
	char accelerator_reason[256]; /* why not KVM */
	struct configuration configuration;
	struct ssh_target *ssh; /* of another machine */
	unsigned int cpus; /* of a guest by the wall clock */
	struct several several; /* of a guest that counts instructions */
	unsigned int memory_mib; /* of a guest's node with the CPUs */
	unsigned int far_memory_mib; /* of its other node */
	const char *name; /* for people: the release, or "host" */
	char configured
		[300]; /* the same with a configuration, where it has one */

	struct result result;
	char id[128];
	char path[PATH_MAX]; /* of the result file */
	struct journal *journal;
	char plain_emulator[128]; /* without what a configuration chose */
	bool described; /* subject and machine are filled in */
	bool *done; /* cell * boots + boot */
};

/* Whether @spec has the form of a target; -EINVAL with the line otherwise. */
int target_check(const char *spec, struct error *err);

/*
 * Its kind and its clock, and that it can be measured at all, before anything
 * is fetched for it. -EINVAL and the like with the line.
 */
int target_choose(struct target *target, const char *clock, struct error *err);

/*
 * Make the target of @target->spec ready: a guest's kernel and module, its
 * accelerator. @clock is "wall", "instructions" or NULL for what suits the
 * target. @note as in vm/kernel.h.
 */
int target_prepare(struct target *target, const char *clock, kernel_note note,
		   void *data, struct error *err);

/*
 * Fill subject, machine and clock of the result from a FRAME_HELLO's payload
 * and from what the host knows.
 */
int target_describe(struct target *target, const json_t *hello,
		    struct error *err);

void target_release(struct target *target);

#endif
