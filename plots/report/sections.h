/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of a report and its parts. */
#ifndef MMGAUGE_SECTIONS_H
#define MMGAUGE_SECTIONS_H

#include <stdio.h>

#include "plots/figures/group.h"

/*
 * All of it, with @style as its style sheet. Of @pictures (<svg> elements)
 * there is one for each comparison that has changed rows to plot, one for the
 * unchanged ones, and of what makes its changes; then for each chapter one and
 * one more when it has tails, group by group.
 * This and the parts return 0 or -ENOMEM; the stream is not looked at.
 */
int report_page(FILE *stream, const struct groups *groups,
		char *const *pictures, const char *style, size_t style_length);

/* A table of several runs: every change, its size and its first run. */
int section_since(FILE *stream, const struct group *group);

/* Do its runs differ in their configurations? Then the table is of these. */
bool group_is_by_configuration(const struct group *group);
int section_configurations(FILE *stream, const struct group *group);

/* "3 regressions, 12 unchanged": what a comparison comes to. */
void verdict_sentence(FILE *stream, const struct compare_report *report);

/* The rows of a comparison that changed, worst first. */
int section_verdicts(FILE *stream, const struct group *group,
		     size_t comparison);

/*
 * Its other rows, folded away together with their @picture (NULL: none), and
 * what could not be compared.
 */
int section_unchanged(FILE *stream, const struct group *group,
		      size_t comparison, const char *picture);

/* What makes a change: the functions and kinds of its picture, all of them. */
void section_reason(FILE *stream, const struct why *why);

/* The figures of a case in every result of its group. */
int section_chapter(FILE *stream, const struct group *group,
		    const struct chapter *chapter);

/* A row's begin: its case with a link to the chapter, its cell, its metric. */
int section_row_head(FILE *stream, const struct group *group,
		     const struct cell *cell, const char *metric);

/* The heads of the axes that vary, @rows high, and their values in a cell. */
void section_axis_heads(FILE *stream, const struct chapter *chapter,
			unsigned int rows);
void section_axes(FILE *stream, const struct chapter *chapter,
		  const struct cell *cell);

/* What each further one costs, where a case was swept over numbers. */
int section_slopes(FILE *stream, const struct group *group,
		   const struct chapter *chapter);

/* Quantiles of operations timed one by one, of which there are some. */
int section_tails(FILE *stream, const struct group *group,
		  const struct chapter *chapter);

/* What the words mean, at the end; html_words() writes @text with links to it. */
void section_words(FILE *stream);
void html_words(FILE *stream, const char *text);

/* Cells without figures, by status and reason. */
int section_unmeasured(FILE *stream, const struct group *group);

/* Runs, kernels and machines: what differs, then what is the same. */
int section_surroundings(FILE *stream, const struct group *group);

/* The command lines that made the results, and the one that compares them. */
int section_reproduce(FILE *stream, const struct group *group);

#endif
