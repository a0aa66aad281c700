/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes a change: the profiles of a metric on both sides, function by
 * function and kind by kind.
 */
#ifndef MMGAUGE_WHY_H
#define MMGAUGE_WHY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "compare.h"

struct compare_style; /* of compare_output.h */

/* Amounts per unit of the metric. */
struct why_pair {
	double base, new;
};

#define WHY_CALLERS 3

struct why_function {
	const char *module; /* "": code that no symbol covers */
	const char *name;
	const char *was; /* the base's name of it, where it differs, or NULL */
	bool in_base, in_new;
	struct why_pair instructions;
	/* Where the profiles have calls: */
	struct why_pair inclusive; /* with all that it called */
	const char *callers[WHY_CALLERS]; /* the most frequent first */
	size_t caller_count; /* there may be more than fit */
};

struct why_kind {
	const char *name;
	struct why_pair amount; /* of all functions */
};

struct why {
	const struct comparison *row;
	uint64_t sample[2]; /* ticks of the samples taken apart, base and new */
	struct why_pair ticks; /* the clock's count */
	struct why_pair harness; /* the clock reads' own part of it */
	struct why_function *functions; /* the largest change first */
	size_t function_count;
	bool calls; /* both profiles have them */
	struct why_kind *kinds; /* but the instructions; in the file's order */
	size_t kind_count;
};

/*
 * 1 with *why to be freed, 0 when not both sides have a profile of the row's
 * metric, -ENOMEM. The strings are the results'.
 */
int why_of(const struct compare_report *report, const struct comparison *row,
	   struct why *why);
void why_free(struct why *why);

/* Whether anything differs: a function's instructions, or a kind. */
bool why_changed(const struct why *why);

/* new - base. */
double why_change(const struct why_pair *pair);

/* The metric: the clock's count less what its reads are of it. */
struct why_pair why_level(const struct why *why);

/*
 * The functions worth a line of their own, which are the first ones: at most
 * @limit, each of which makes a visible share of the change. The others that
 * changed are told as a sum.
 */
struct why_split {
	size_t shown, more;
	double rest; /* the change of those more */
};

struct why_split why_split(const struct why *why, size_t limit);

/* Whether a comparison has a line for it: its cost or kinds changed. */
bool why_is_told(const struct why *why, double threshold);

/* Whether the two amounts are written differently. */
bool why_kind_shows(const struct why_kind *kind);

/* "12.00": an amount as all tables of them have it. Returns @text. */
char *why_amount(double value, char text[32]);

/* "walk -> fast_lookup [module]"; returns @buffer. */
const char *why_function_label(const struct why_function *function,
			       char *buffer, size_t size);

/* Of many rows: those that changed, the largest relative change first. */
struct why_list {
	const struct compare_report *report;
	struct why *items;
	size_t count;
	size_t unchanged; /* rows with a profile on both sides */
	size_t unknown; /* rows that changed and have none */
	bool by_symbol; /* compare_by_symbol() */
};

/*
 * The rows whose case is one of @globs (all, when there is none). A metric that
 * is another of its cell in other units comes once. 0 or -ENOMEM.
 */
int why_list_make(const struct compare_report *report, char *const *globs,
		  size_t glob_count, struct why_list *list);
void why_list_free(struct why_list *list);

/*
 * For people: what is explained alike once, in style->lines where they are enough
 * for one explanation (0: whatever it takes); with options.all of the report
 * each change by itself and every function, however small its part. 0, -ENOMEM.
 */
int why_print(FILE *stream, const struct why_list *list,
	      const struct compare_style *style);

/*
 * For a line of a comparison, to be freed: the functions that make most of the
 * change, "try_get_folio +40.00, try_grab_folio -63.00"; and the kinds that
 * changed by more than @threshold and visibly, "atomics 2.00 -> 3.00". "" when there are
 * none, NULL when out of memory.
 */
char *why_functions_text(const struct why *why);
char *why_kinds_text(const struct why *why, double threshold);

/* [{"case", "axes", "metric", "functions": [...], "kinds": [...]}, ...] */
json_t *why_to_json(const struct why_list *list);

#endif
