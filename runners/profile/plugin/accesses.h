/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an instruction does to memory, and to devices that look like it. */
#ifndef MMGAUGE_PLUGIN_ACCESSES_H
#define MMGAUGE_PLUGIN_ACCESSES_H

#include "counts.h"

/* In the callback of an access; @info and @address are QEMU's. */
void access_count(struct slot *slot, uint32_t info, uint64_t address);

/* A sample begins. */
void access_forget(void);

#endif
