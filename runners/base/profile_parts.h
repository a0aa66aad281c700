/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a profile may have besides functions and kinds of work. */
#ifndef MMGAUGE_PROFILE_PARTS_H
#define MMGAUGE_PROFILE_PARTS_H

#include <stddef.h>

enum profile_part {
	PROFILE_WORK = 1 << 0, /* by function and kind: every profile */
	PROFILE_CALLS = 1 << 1, /* who called whom */
	PROFILE_LINES = 1 << 2, /* cache lines touched and missed */
	PROFILE_INLINED = 1 << 3, /* functions within symbols, from DWARF */
	PROFILE_TABLES = 1 << 4, /* and page tables, where QEMU can tell */
};

/* Of "calls,..." as `run --profile=` has it; NULL: no profile, 0. */
unsigned int profile_parts(const char *names);

/* "calls|..." */
const char *profile_parts_choices(void);

/* What the plugin is to be asked for: ",calls=on", or "". */
void profile_parts_ask(unsigned int parts, char *text, size_t size);

#endif
