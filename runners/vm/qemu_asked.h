/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QEMU says of itself: its version, its devices, whether it loads a plugin.
 * Half a dozen such questions come before a guest, at 60 ms each, and the same
 * program answers the same: answers are kept in the cache by the file that gave
 * them. Not those of a script, which may run another QEMU each time, nor where
 * address space is limited, since whether QEMU starts is then the question.
 */
#ifndef MMGAUGE_QEMU_ASKED_H
#define MMGAUGE_QEMU_ASKED_H

#include "results/base/process.h"

/*
 * As process_run() of @argv for 30 s; an answer of exit code 0 holds for as long
 * as the program and the file @also (NULL: none) are the same.
 */
int qemu_ask(const char *const *argv, const char *also,
	     struct process_result *result);

#endif
