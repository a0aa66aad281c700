/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of `run`: a row each, of struct run_options. */
#ifndef MMGAUGE_RUN_ROWS_H
#define MMGAUGE_RUN_ROWS_H

#include "command.h"
#include "run_choose.h"

extern const struct option_row run_rows[];
extern const struct run_options run_defaults;

#endif
