/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernels a sweep measures, in the order of history. */
#ifndef MMGAUGE_SWEEP_H
#define MMGAUGE_SWEEP_H

#include "subject.h"
#include "runners/vm/kernel.h"

struct sweep {
	struct subject *subjects; /* without paths */
	size_t count;
	struct text_list arguments; /* of `mmgauge run` */
	const struct arch *arch; /* of all; NULL: this machine's */
	/* Of a matrix, whose subjects are combinations; else NULL and 0. */
	const json_t *matrix; /* what its cells are */
	double seconds; /* to measure one, at most */
};

/*
 * Add the kernels that the distribution offers or the cache has and that
 * @pattern, "vm:deb:GLOB", matches; where @available, those of its other
 * releases too. The oldest first. -ENOENT when none does.
 */
int sweep_add_releases(struct sweep *sweep, const char *pattern, bool available,
		       kernel_note note, void *data, struct error *err);

/* Add the commits of "A..B" and A itself, which the first is held against. */
int sweep_add_range(struct sweep *sweep, const char *repo, const char *range,
		    struct error *err);

/* As a configuration: default, and each machine that needs no build. */
#define SWEEP_ALL_CONFIGURATIONS "all"

/*
 * Each kernel so far under each of @configurations, as --config takes them, the
 * first one's first. -EINVAL with the line.
 */
int sweep_configure(struct sweep *sweep, const struct text_list *configurations,
		    struct error *err);

/*
 * Name the results in @folder; those that are there already are measured.
 * -EEXIST when they are of a sweep with other arguments.
 */
int sweep_resume(struct sweep *sweep, const char *folder, struct error *err);

/* Write down what came of it, for `mmgauge history`: @folder/sweep.json. */
int sweep_save(const struct sweep *sweep, const char *folder,
	       struct error *err);

void sweep_free(struct sweep *sweep);

#endif
