/* SPDX-License-Identifier: GPL-2.0-or-later */
/* More runs than two, or two side by side: the tables of `compare`. */
#ifndef MMGAUGE_COMPARE_MANY_H
#define MMGAUGE_COMPARE_MANY_H

#include "results/compare/compare.h"

struct compare_many {
	const struct compare_options *options;
	const char *by; /* "configuration", "subject", "architecture" or NULL */
	bool by_case;
	unsigned int failing; /* bit (1u << verdict) */
};

/* Of two results and @count more that @names name: an exit code or an error. */
int compare_many(const struct compare_many *many, const struct result *base,
		 const struct result *new, int count, char **names,
		 struct error *err);

/*
 * A comparison that compared nothing must not pass for one without a
 * regression: an error then, as for a refusal; else an exit code.
 */
int compare_exit_code(const struct compare_report *report, unsigned int failing,
		      struct error *err);

#endif
