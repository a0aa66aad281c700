/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pages of a site and what they share. */
#ifndef MMGAUGE_SITE_PARTS_H
#define MMGAUGE_SITE_PARTS_H

#include <stdio.h>

#include "results/file_name.h"
#include "site.h"

/* One change of a series, or several in the order that suits a page. */
struct site_change {
	const struct history_series *series;
	const struct history_change *change;
	char *why; /* the functions that make it; NULL: not known */
};

struct site_changes {
	struct site_change *items; /* by run, then by series */
	size_t count;
};

/* All of a site, and of why what profiles tell. 0, -ENOMEM; free in any case. */
int site_changes_make(const struct site *site, struct site_changes *changes);
void site_changes_free(struct site_changes *changes);

/* The run at which it is. */
size_t site_change_run(const struct site_change *change);

/* What all pages have around them. */
struct site_assets {
	char *style; /* of report.css and site.css */
	char *script;
};

void site_head(FILE *stream, const struct site *site,
	       const struct site_assets *assets, const char *title,
	       const char *up);
void site_foot(FILE *stream, const struct site_assets *assets);

/* The name of a series' page, without folder and ending. */
char *site_series_name(const char *series, char name[FILE_NAME_SIZE]);

/* Links from a page that has @up ("" or "../") before the site's own paths. */
void site_link_series(FILE *stream, const char *up, const char *series);
void site_link_run(FILE *stream, const struct site *site, const char *up,
		   size_t run);

/* The commit of a run: its title, when, and a link to it. */
void site_commit(FILE *stream, const struct site *site, size_t run);

/* "▲ +5.00 %" as a cell of a table. */
void site_size(FILE *stream, const struct history_change *change);

/* "exact", or how sure it is and where it may be; acknowledged. */
void site_noise(FILE *stream, const struct site *site,
		const struct site_change *change);

/* new / base; NaN where that says nothing. */
double site_ratio(const struct history_change *change);

/* A cell: 12.34 instr -> 13.57 instr. */
void site_levels(FILE *stream, const struct site_change *change);

/* The pages. @picture: the <figure> of the series. */
void site_overview(FILE *stream, const struct site *site,
		   const struct site_changes *changes,
		   const struct site_assets *assets);
void site_series_page(FILE *stream, const struct site *site,
		      const struct site_changes *changes,
		      const struct site_assets *assets,
		      const struct history_series *series, const char *picture);
void site_run_page(FILE *stream, const struct site *site,
		   const struct site_changes *changes,
		   const struct site_assets *assets, size_t run);

/*
 * The <figure> of a series, drawn unless @before (the page as it was, or NULL)
 * has the very same. Free *@figure in any case.
 */
int site_figure(const struct site *site, const struct history_series *series,
		const char *before, char **figure, struct error *err);

#endif
