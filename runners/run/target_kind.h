/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of targets: a file target_NAME.c each, and a row in TARGET_KINDS.
 * Help and errors follow from the rows.
 */
#ifndef MMGAUGE_TARGET_KIND_H
#define MMGAUGE_TARGET_KIND_H

#include "run.h"
#include "runners/vm/kernel_kind.h"

struct target_kind {
	const char *prefix; /* "vm:"; of a kind without arguments all of it */
	const char *form; /* "ssh:HOST"; NULL: the kernels' own */
	const char *summary; /* one line, lower case, no full stop */
	const struct kernel_kind *const *kernels; /* it boots; NULL: none */

	const char *round; /* what people call a round of it */
	/* A round is a boot of its own, not further trials within one. */
	bool reboots;
	/* It can be on the exact clock, and is unless told otherwise. */
	bool counts;
	/* What is so on this machine says nothing about it. */
	bool elsewhere;

	/* Whether @spec, which has the prefix, can be meant; NULL: it can. */
	bool (*fits)(const char *spec);
	/* Make it ready; target->instructions is chosen. */
	int (*prepare)(struct target *target, kernel_note note, void *data,
		       struct error *err);
	/* Let go of what that took; NULL: nothing. */
	void (*release)(struct target *target);
	/* A round: all its cells that are not done. */
	int (*boot)(struct run *run, struct target *target, unsigned int number,
		    struct error *err);
	/* What of subject and machine only the host knows; NULL: nothing. */
	int (*describe)(struct target *target, struct error *err);
	/* What there is unless a configuration chooses otherwise. */
	unsigned int (*plain_cpus)(const struct target *target);
	unsigned int plain_nodes;
	/* The memory that comparable targets have alike, as it is told. */
	unsigned long long (*memory)(const struct target *target);
};

/* In the order of help; the first is measured unless --on is given. */
#define TARGET_KINDS(row) row(target_host) row(target_ssh) row(target_guest)

#define TARGET_KIND_DECLARE(name) extern const struct target_kind name;
TARGET_KINDS(TARGET_KIND_DECLARE)

/* NULL-terminated. */
extern const struct target_kind *const target_kinds[];

/* By the prefix of @spec, whether or not the rest is right; NULL: none. */
const struct target_kind *target_kind_of(const char *spec);

/* What can be written behind --on: "host, vm:deb:VERSION ... or ...". */
const char *target_forms(void);

/* --- target_host.c: of machines that are measured as they run --- */

/* Beyond a trial's own budget, which the clock of its samples ends: set-up. */
#define HOST_GRACE 60.0

/* Of what the greeting tells in @machine, once. */
void target_note_state(struct run *run, const struct target *target,
		       const json_t *machine);

/* In GiB: the kernel takes its share before it tells, and not always alike. */
unsigned long long target_memory_gib(const struct target *target);

#endif
