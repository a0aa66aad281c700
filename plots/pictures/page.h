/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page: a column of panels that gnuplot draws as one picture. It lives in a
 * scratch folder of its own, where gnuplot runs and sees only names of ours.
 */
#ifndef MMGAUGE_PAGE_H
#define MMGAUGE_PAGE_H

#include "plots/figures/group.h"
#include "output.h"
#include "panel.h"

#define PAGE_WIDTH 1104
#define FOREST_ROWS 120 /* more are no longer looked at as one picture */

struct page {
	char *folder; /* NULL: not open */
	struct panel *panels;
	size_t count;
};

int page_open(struct page *page, struct error *err);
void page_close(struct page *page); /* removes the folder */

/*
 * Add panels: a part of a comparison, of which at most FOREST_ROWS rows (those
 * that matter most); all that was measured of one case.
 */
int page_add_forest(struct page *page, const struct group *group,
		    size_t comparison, enum forest_part part,
		    struct error *err);
int page_add_chapter(struct page *page, const struct chapter *chapter,
		     const struct subjects *subjects, struct error *err);

/*
 * Any other panel: a stream for its data, NULL: see @err. What writing came to
 * (@ret) is handed to page_end_panel() together with page->panels[count]
 * filled.
 */
FILE *page_begin_panel(struct page *page, struct error *err);
int page_end_panel(struct page *page, FILE *stream, int ret, struct error *err);
/* How its single operations are distributed; it has some. */
int page_add_tails(struct page *page, const struct chapter *chapter,
		   const struct subjects *subjects, struct error *err);
/* The functions and kinds that make a change of the group. */
int page_add_difference(struct page *page, const struct group *group,
			const struct why *why, struct error *err);
unsigned int page_height(const struct page *page);

/*
 * Draw the page with gnuplot, @format svg or png: what it drew, to read, or the
 * file @path of @output. -ENOENT when there is no gnuplot, or no template.
 */
int page_picture(const struct page *page, const char *format, FILE **picture,
		 struct error *err);
int page_draw(const struct page *page, const char *format,
	      struct output *output, const char *path, struct error *err);

#endif
