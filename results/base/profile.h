/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the median sample of a metric executed, by function: trials[].profile of
 * a result (docs/result-format.md).
 */
#ifndef MMGAUGE_RESULT_PROFILE_H
#define MMGAUGE_RESULT_PROFILE_H

#include "json_place.h"
#include "result.h"

struct profile_function {
	const char *module; /* "vmlinux"; "" where no symbol covers the code */
	const char *name; /* also of what was inlined: profile_inlined.h */
	const json_t *amounts; /* of the sample; profile_amount() */
};

struct profile_name {
	const char *module, *name; /* as above; PROFILE_INTERRUPT */
};

/* What interrupts and faults are called by. */
#define PROFILE_INTERRUPT "(interrupt)"

struct profile_call_row {
	struct profile_name from, to;
	uint64_t calls; /* 0: it was inlined there */
	uint64_t inclusive; /* instructions until they returned */
};

/* The strings are the trial's. */
struct profile {
	uint64_t ticks; /* the clock's count: what the instructions add up to */
	uint64_t harness; /* ticks of it that the metric leaves out */
	uint64_t units; /* that the metric is per */
	struct profile_function *functions; /* by module and name */
	size_t count;
	struct profile_call_row *calls; /* as the file has them; may be none */
	size_t call_count;
	json_t *folded; /* amounts of profile_fold() */
};

/* By module and name, as strcmp(). */
int profile_function_order(const struct profile_function *a,
			   const struct profile_function *b);

/* Refuse what is not of that form. */
int place_check_profile(struct place *place, const json_t *profile);

/* 1, with *profile to be freed; 0 when the trial has none; -ENOMEM. */
int profile_of(const struct trial *trial, const char *metric,
	       struct profile *profile);
void profile_free(struct profile *profile);

/* Amount number @kind of run.profile: instructions are 0. */
uint64_t profile_amount(const struct profile_function *function, size_t kind);

/* Of all functions together. */
uint64_t profile_total(const struct profile *profile, size_t kind);

#endif
