/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a history is of: a table, a sweep or runs; and who asks for what. */
#ifndef MMGAUGE_HISTORY_LOAD_H
#define MMGAUGE_HISTORY_LOAD_H

#include <limits.h>

#include "history_report.h"

struct history_options {
	const char *from;
	const char *csv;
	const char *better;
	const char *comma;
	const char *repo;
	const char *range;
	const char *order;
	const char *like;
	double threshold; /* negative: not given */
	bool online;
	struct text_list acknowledged;
	const char *plots;
	const char *format;
};

/*
 * Read the series. @place is what they are of, which acknowledgements lie
 * beside.
 */
int history_load(struct history_report *report,
		 const struct history_options *options, char place[PATH_MAX],
		 struct error *err);

/*
 * Find the changes of what was read, by @report's threshold, and weigh them
 * against each other.
 */
int history_changes(struct history_report *report, struct error *err);

#endif
