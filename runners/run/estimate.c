// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "runners/vm/kernel_kind.h"
#include "target_kind.h"

/*
 * By `mmgauge run try` on a lean kernel, 214 cells in 24 s of two idle cores, and
 * by the sizes of its results. On the wall clock a trial samples for as long as
 * it may, at most.
 */
#define BOOT_SECONDS 3
#define EXACT_CELL_SECONDS 0.1
#define WALL_CELL_SECONDS 0.2
#define TRIAL_KIB 4

bool estimate_cached(const char *spec, const struct kbuild_options *kbuild)
{
	const struct kbuild_options plain = { 0 };
	const char *argument;
	const struct kernel_kind *kind = kernel_kind_of(spec, &argument);

	return kind && kind->is_cached &&
	       kind->is_cached(argument, kbuild ? kbuild : &plain);
}

static void add_kernel(struct run_estimate *estimate,
		       const struct target *target)
{
	struct kbuild_options kbuild = target->kbuild;
	const char *argument;
	const struct kernel_kind *kind =
		kernel_kind_of(target->spec, &argument);

	/* What it refuses was refused before. */
	configuration_kbuild(&target->configuration, &kbuild, NULL);
	if (!kind || estimate_cached(target->spec, &kbuild))
		return;
	estimate->missing++;
	estimate->make_seconds += kind->make_seconds;
	estimate->make_mib += kind->make_mib + kind->first_mib;
}

struct run_estimate run_estimate(const struct run *run, unsigned int boots)
{
	struct run_estimate estimate = { 0 };
	double cells = (double)run->plan.count;

	for (size_t i = 0; i < run->target_count; i++) {
		const struct target *target = &run->targets[i];
		double trials = cells * boots;

		add_kernel(&estimate, target);
		estimate.seconds +=
			target->instructions ?
				trials * EXACT_CELL_SECONDS :
				trials * (run->max_time + WALL_CELL_SECONDS);
		if (target->kind->reboots)
			estimate.seconds += BOOT_SECONDS * boots;
		estimate.result_kib += (unsigned int)(TRIAL_KIB * trials);
	}
	return estimate;
}
