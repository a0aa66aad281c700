/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How tables are written: how wide, whether in colour, what unsaid. */
#ifndef MMGAUGE_STYLE_H
#define MMGAUGE_STYLE_H

#include "results/compare/compare_output.h"

/*
 * The columns of the terminal that @fd is; elsewhere $COLUMNS, where that is
 * exported, or 80.
 */
int style_width(int fd);

/* Whether a case has this value on an axis unless asked otherwise. */
bool style_is_default(const char *name, const struct axis_value *axis);

struct compare_style style_of_stdout(void);
struct compare_style style_of_stderr(void);

#endif
