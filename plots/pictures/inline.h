/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A picture as part of a page of HTML, in the colours of the page. */
#ifndef MMGAUGE_INLINE_H
#define MMGAUGE_INLINE_H

#include "page.h"

/*
 * Draw @page into a new string *@text: an <svg> element. Its ids begin with
 * @prefix, so that several may share a document, and its colours are variables
 * of CSS, --pRRGGBB, which fall back on what style.gp has. @label is what those
 * hear who do not see it. Returns like page_picture(); free *@text in any case.
 */
int page_inline(const struct page *page, const char *prefix, const char *label,
		char **text, struct error *err);

#endif
