/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The caches whose misses a profile counts (configs/caches.json). */
#ifndef MMGAUGE_CACHES_H
#define MMGAUGE_CACHES_H

#include "results/base/error.h"

/*
 * As results have them and the plugin is asked for them,
 * "l1d=BYTES/WAYS,l1i=...,l2=...": *text is to be freed. -EINVAL with the file,
 * what is wrong with it and what to do; -ENOENT, -ENOMEM.
 */
int caches_load(char **text, struct error *err);

#endif
