/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must hold when nobody uses the module: each tells of a fault by itself. */
#ifndef FUZZ_CHECKS_H
#define FUZZ_CHECKS_H

#include <stdbool.h>

/* What fails at random: quietly, and whatever is asked for. */
void checks_setup_failures(void);

/* Pins, users, threads and pages that are left. */
void checks_idle(bool first);

/* kmemleak, where the kernel has it: memory that nothing points to. */
void checks_leaks(void);

bool module_load(void);
/* A RAM disk, for kernels that have it as a module. */
void module_load_disk(void);
/* Within some seconds, for whoever has a file open may still be ending. */
bool module_unload(void);

/* @count times, with processes that use it meanwhile. */
void module_loads(unsigned int count, unsigned long seed);

#endif
