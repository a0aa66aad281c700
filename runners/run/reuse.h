/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results of the exact clock by what they depend on: the same kernel, module,
 * agent, plan, seed, configuration, QEMU and mmgauge give the same figures, so
 * that what was measured once need not be again. The cache has them:
 *
 *	measured/KEY/result.json.gz
 */
#ifndef MMGAUGE_REUSE_H
#define MMGAUGE_REUSE_H

#include "run.h"

/* -EINVAL where the run cannot be of that kind. */
int reuse_check(const struct run *run, struct error *err);

/*
 * Of a run that has begun: targets whose result is there already take its cells
 * and are done; `run.reused` is the run that measured them. A target that has
 * none is measured. -ENOMEM is the only error.
 */
int reuse_take(struct run *run, struct error *err);

/* Of a run that is finished: its results, where none of its cells crashed. */
void reuse_keep(const struct run *run);

#endif
