/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run would take, for those who ask before. */
#ifndef MMGAUGE_ESTIMATE_H
#define MMGAUGE_ESTIMATE_H

#include "run.h"

struct run_estimate {
	double seconds; /* of measuring, on idle cores; the most there can be */
	size_t missing; /* kernels that are not in the cache */
	unsigned int make_seconds, make_mib; /* of these */
	unsigned int result_kib;
};

/* Whether the kernel of @spec is in the cache, built as @kbuild says (NULL: plainly). */
bool estimate_cached(const char *spec, const struct kbuild_options *kbuild);

/* Of a run that is chosen; @boots as it would have. */
struct run_estimate run_estimate(const struct run *run, unsigned int boots);

#endif
