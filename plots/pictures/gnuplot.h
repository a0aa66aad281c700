/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_GNUPLOT_H
#define MMGAUGE_GNUPLOT_H

#include <limits.h>

#include "results/base/error.h"

/*
 * The folder of templates ($MMGAUGE_PLOTS, else where they were installed) and
 * in it the file @name. -ENOENT and the like when they are not there.
 */
int templates_find(const char *name, char folder[PATH_MAX], char path[PATH_MAX],
		   struct error *err);

/*
 * Run gnuplot in @folder on @template of the folder of templates, with
 * @arguments (NULL at the end). No shell is involved, and what
 * the caller set for gnuplot (~/.gnuplot, GNUTERM, a locale) plays no part.
 * -ENOENT when there is no gnuplot or no template, -ETIMEDOUT after a minute,
 * -EIO when gnuplot fails, with what it said.
 */
int gnuplot_run(const char *folder, const char *template,
		const char *const *arguments, struct error *err);

#endif
