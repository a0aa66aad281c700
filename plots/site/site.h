/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder of static pages for any number of runs: an overview, a page for each
 * series, one for each subject. They need no server and nothing from elsewhere.
 */
#ifndef MMGAUGE_SITE_H
#define MMGAUGE_SITE_H

#include "results/history/history.h"
#include "results/history/history_events.h"

/* Texts may be a stranger's; "" for none. */
struct site_run {
	const char *name; /* of the subject */
	const char *id;
	const char *commit;
	const char *title; /* of the commit */
	const char *started;
	const char *release;
	const char *file; /* of the result */
	size_t cells, measured;
	bool profile;
	const char *page; /* of its name; site_write() fills it in */
};

struct site {
	const char *title; /* what it is of */
	const char *results; /* the folder of the result files */
	const char *order; /* of the runs: "release", "time", ... */
	double threshold;
	const char *commit_url; /* with {commit} in it; NULL: no links */
	const struct site_run *runs;
	size_t run_count;
	const struct history *history; /* with its changes */
	const struct history_events *events;
	/* Whether a change is known, by @data. */
	bool (*acknowledged)(const struct history_series *series,
			     const struct history_change *change,
			     const void *data);
	const void *data;
};

struct site_done {
	size_t written; /* pages that are new or other ones */
	size_t kept; /* that were there as they are */
	size_t removed; /* of series and subjects that are no more */
};

/*
 * Write it into @folder, which is made, empty, or a site: -EEXIST for any other,
 * of which nothing is touched. Pages that do not change are not written, and
 * pictures not drawn, again. Needs gnuplot.
 */
int site_write(const struct site *site, const char *folder,
	       struct site_done *done, struct error *err);

/* Whether @text is a template for links to commits. */
bool site_is_commit_url(const char *text);

#endif
