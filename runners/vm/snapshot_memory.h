/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's memory in QEMU's stream of its state.
 *
 * Left to itself QEMU reads all of it to find the pages that are zero, and again
 * where it is loaded, which touches memory that the guest never did. And memory
 * that is a file mapped privately is small pages, which the emulator pays for
 * throughout. So QEMU saves none (x-ignore-shared), and the pages that a guest
 * wrote, which the file has no holes for, are put where QEMU would have had them
 * (docs/devel/migration of QEMU; the records are as old as 2.x).
 */
#ifndef MMGAUGE_SNAPSHOT_MEMORY_H
#define MMGAUGE_SNAPSHOT_MEMORY_H

#include "results/base/error.h"

/*
 * Write @state, QEMU's without memory, to @full with that of @files, paths by
 * the names of QEMU's objects in @names; NULL ends them. -EPROTO: it is no stream
 * as expected.
 */
int snapshot_memory_add(const char *state, const char *full,
			const char *const *names, const char *const *files,
			struct error *err);

#endif
