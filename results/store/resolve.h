/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a user calls a RUN: above the store and its baselines. */
#ifndef MMGAUGE_RESOLVE_H
#define MMGAUGE_RESOLVE_H

#include <limits.h>

#include "results/base/result.h"

/*
 * To a path: `@BASELINE` as baseline_resolve() does it, of several with that
 * name the one of the machine and clock of @like, which may be NULL; anything
 * else, and a file whose name begins so, as store_find() does.
 */
int resolve_run(const char *name, const struct result *like,
		char path[PATH_MAX], struct error *err);

#endif
