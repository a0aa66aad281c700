/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every command, for the table in main.c and what is derived from it. */
#ifndef MMGAUGE_COMMANDS_H
#define MMGAUGE_COMMANDS_H

#include "command.h"

extern const struct command cmd_list, cmd_run, cmd_compare, cmd_baseline,
	cmd_report, cmd_plot, cmd_doctor, cmd_tune, cmd_kernel, cmd_module,
	cmd_try, cmd_bisect, cmd_sweep, cmd_history;

/* In the order of help, NULL-terminated. */
extern const struct command *const commands[];

/* By name; NULL with a suggestion in @err. */
const struct command *command_find(const char *name, struct error *err);

#endif
