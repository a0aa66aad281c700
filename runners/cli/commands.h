/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every command, for the table in main.c and what is derived from it. */
#ifndef MMGAUGE_COMMANDS_H
#define MMGAUGE_COMMANDS_H

#include "command.h"
#include "runners/vm/arch.h"

/* In the order of help; `help` itself stands with the table. */
#define COMMANDS(row)                                                         \
	row(list) row(run) row(show) row(compare) row(why) row(export)        \
		row(import) row(baseline) row(report) row(plot) row(doctor)   \
			row(tune) row(kernel) row(cache) row(module) row(try) \
				row(bisect) row(sweep) row(history) row(site) \
					row(runs)

#define COMMAND_DECLARE(name) extern const struct command cmd_##name;
COMMANDS(COMMAND_DECLARE)

/* A row that each command has that builds kernels. */
#define OPTION_KBUILD(at)                                             \
	{                                                             \
		.name = "kbuild", .kind = OPTION_LIST,                \
		.argument = "VAR=VALUE",                              \
		.help = "build vm:git kernels with this variable of " \
			"kbuild's, like LLVM=1 or KCFLAGS=-O3",       \
		.offset = (at),                                       \
	}

/* A row that each command has that measures guests. */
#define OPTION_CONFIG(at)                                                \
	{                                                                \
		.name = "config", .kind = OPTION_TEXT,                   \
		.argument = "NAME|KEY=VALUE[,...]",                      \
		.help = "what surrounds the kernel: machines of `list` " \
			"or settings, like pti or cpus=2",               \
		.offset = (at),                                          \
	}

/* The same; arch_names() is in vm/arch.h. */
#define OPTION_ARCH(at)                                                 \
	{                                                               \
		.name = "arch", .kind = OPTION_CHOICE,                  \
		.help = "guests of this architecture (this machine's)", \
		.forms = arch_names, .offset = (at),                    \
	}

/* NULL-terminated. */
extern const struct command *const commands[];

/* By name; NULL with a suggestion in @err. */
const struct command *command_find(const char *name, struct error *err);

#endif
