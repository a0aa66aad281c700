/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison for people and for CI. The JSON is in compare.h. */
#ifndef MMGAUGE_COMPARE_OUTPUT_H
#define MMGAUGE_COMPARE_OUTPUT_H

#include <stdio.h>

#include "compare.h"

/* 0 or -ENOMEM; a write error is left to ferror(@stream). */
int compare_print_text(FILE *stream, const struct compare_report *report,
		       bool colour);
int compare_print_markdown(FILE *stream, const struct compare_report *report);

/* A row is a failure when bit (1u << verdict) is in @failing. */
void compare_print_junit(FILE *stream, const struct compare_report *report,
			 unsigned int failing);

#endif
