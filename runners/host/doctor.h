/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a machine disturbs measurements: lines with a value, a judgement and
 * a remedy each, and the noise as it is, measured on null.*.
 */
#ifndef MMGAUGE_DOCTOR_H
#define MMGAUGE_DOCTOR_H

#include <jansson.h>
#include <signal.h>

#include "results/base/error.h"

enum judgement {
	JUDGEMENT_GOOD,
	JUDGEMENT_NOTE, /* know it; nothing wrong */
	JUDGEMENT_BAD, /* figures suffer */
	JUDGEMENT_UNKNOWN, /* not told here: a guest, another architecture */
};

const char *judgement_name(enum judgement judgement);

struct finding {
	const char *name;
	char value[256];
	enum judgement judgement;
	char advice[384]; /* empty when good */
};

struct findings {
	struct finding *list;
	size_t count;
};

/* Look at the machine; nothing is measured. 0 or -ENOMEM. */
int doctor_look(struct findings *findings);

/* The checks that read files, one finding each (doctor_checks.c). */
extern void (*const doctor_checks[])(struct finding *finding);

/*
 * Measure null.loop, and null.ioctl with the module, in several fresh
 * processes, and add what they say. -EINTR when *@stop became non-zero.
 */
int doctor_noise(struct findings *findings, const volatile sig_atomic_t *stop,
		 struct error *err);

struct finding *doctor_add(struct findings *findings, const char *name);
void doctor_free(struct findings *findings);

enum judgement doctor_verdict(const struct findings *findings);

/*
 * {"lines": [{"name", "value", "judgement", "advice"}], "verdict"}, where what
 * is good has no advice (findings_json.c). New reference.
 */
json_t *doctor_to_json(const struct findings *findings);

/*
 * For a run on this host: {"tuned": bool, "advice": ["governor: powersave",
 * ...]}, what doctor_look() finds bad. New reference, NULL when out of memory.
 */
json_t *doctor_brief(void);

#endif
