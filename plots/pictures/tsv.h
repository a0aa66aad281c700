/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What gnuplot gets to see: tab-separated blocks, a file per panel. The
 * templates (*.gp) say at their head which blocks they want.
 */
#ifndef MMGAUGE_TSV_H
#define MMGAUGE_TSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "plots/figures/figures.h"
#include "ticks.h"

#define LABEL_LIMIT 70 /* characters of a label beside the plot */

bool tsv_plottable(double value);
void tsv_number(FILE *stream, double value, char end); /* or NaN */
void tsv_figure(FILE *stream, const struct figure *figure, double factor);
void tsv_block(FILE *stream); /* between two blocks */
void tsv_ticks(FILE *stream, const struct ticks *ticks);
void tsv_corners(FILE *stream, const struct ticks *x, const struct ticks *y);
void tsv_label(FILE *stream, double y, const char *label);
void tsv_heading(FILE *stream, const char *title, const char *subtitle);

/* The pixels that labels of up to @longest characters need. */
unsigned int tsv_label_column(size_t longest);

#endif
