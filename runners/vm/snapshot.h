/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots of guests of the exact clock, as they are when they are about to read
 * their plan (runners/base/plan_memory.h): a boot is some two thousand million
 * instructions that are the same for every plan. In the cache:
 *
 *	snapshots/KEY/state	the guest, as QEMU migrates it
 *
 * Taking one costs some 3 s of CPU, and each use saves 5: it is taken where more
 * boots of a run are to come, or when a guest is asked for the second time.
 *
 * KEY is of all that decides what a guest does up to there, and of this boot of
 * the host: nothing here is ever flushed to the disk.
 */
#ifndef MMGAUGE_SNAPSHOT_H
#define MMGAUGE_SNAPSHOT_H

#include "qmp.h"
#include "qemu.h"

#define SNAPSHOTS "snapshots"
#define SNAPSHOT_STAMP "state"
#define SNAPSHOTS_MAX 12 /* some 150 MB each */

struct snapshot {
	enum qemu_memory memory;
	char folder[PATH_MAX]; /* in the cache */
};

/*
 * See whether there is one for the guest of @command, whose initramfs lies in
 * @scratch, or prepare to take it; QEMU_MEMORY_OWN: neither can be done, or is
 * worth it.
 */
void snapshot_find(struct snapshot *snapshot,
		   const struct qemu_command *command,
		   const struct vm_options *options, const char *scratch);

/* Keep the guest of @qmp, which has stopped; it cannot go on after this. */
int snapshot_save(const struct snapshot *snapshot, struct qmp *qmp,
		  const char *scratch, struct error *err);

/* Fill the guest of @qmp, which was started for it and does not go on yet. */
int snapshot_load(const struct snapshot *snapshot, struct qmp *qmp,
		  struct error *err);

/* No guest comes up from it. */
void snapshot_drop(const struct snapshot *snapshot);

#endif
