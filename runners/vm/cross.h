/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests of another architecture than this machine's. */
#ifndef MMGAUGE_CROSS_H
#define MMGAUGE_CROSS_H

#include <limits.h>

#include "kernel.h"

/* In the cache, a folder each. */
#define AGENTS "agents"
#define AGENTS_MAX 8
#define AGENT_STAMP "mmgauge-agent"
#define LIBRARIES "libraries"
#define LIBRARIES_STAMP "packages"

/*
 * Is what runs and builds them installed? -ENOENT: the line names all packages
 * that are not.
 */
int cross_check(const struct arch *arch, struct error *err);

/*
 * The agent for @arch, built if the sources or the compiler are new; @path gets
 * it. The libraries that are linked into it come from the distribution's
 * packages of @arch, which are unpacked in the cache and not installed.
 */
int cross_agent(const struct arch *arch, char path[PATH_MAX], kernel_note note,
		void *data, struct error *err);

#endif
