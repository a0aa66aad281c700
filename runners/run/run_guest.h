/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_RUN_GUEST_H
#define MMGAUGE_RUN_GUEST_H

#include "run.h"

/* One boot of a guest: all its cells that are not done. */
int run_guest_boot(struct run *run, struct target *target, unsigned int boot,
		   struct error *err);

#endif
