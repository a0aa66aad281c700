/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of the mmgauge program: one descriptor in one cmd_NAME.c file, and
 * one line in main.c's table. The options are a table too: the parser, -h, the
 * man page and the shell completion all read the same rows.
 */
#ifndef MMGAUGE_COMMAND_H
#define MMGAUGE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/base/error.h"
#include "runners/base/exit_code.h"
#include "runners/base/text_list.h"

enum option_kind {
	OPTION_FLAG, /* bool */
	OPTION_SHORT, /* const char *, becomes choices: --json of --format json */
	OPTION_TEXT, /* const char * */
	OPTION_LIST, /* struct text_list: may be given more than once */
	OPTION_COUNT, /* uint64_t within min..max */
	OPTION_PERCENT, /* double, 0.01 for "1" or "1%" */
	OPTION_SECONDS, /* double, "90", "90s", "5m", "1h" */
	OPTION_CHOICE, /* const char *, one of choices */
	/* const char *, NULL when not given, else some of choices: "a,b" or "" */
	OPTION_SET,
};

struct option_row {
	const char *name; /* without "--" */
	char letter; /* or 0 */
	enum option_kind kind;
	const char *argument; /* as shown in help: "P%", NULL for a flag */
	const char *help; /* one sentence, lower case, no full stop */
	size_t offset; /* of the value in the command's options struct */
	uint64_t min, max; /* OPTION_COUNT */
	const char *choices; /* "text|markdown|json" */
	/*
	 * Where another table knows what it takes: the choices, of a kind that
	 * has them, else text behind @help.
	 */
	const char *(*forms)(void);
};

/* Of a command that prints either: one way to ask for JSON everywhere. */
#define OPTION_FORMAT(at)                                 \
	{                                                 \
		.name = "format",                         \
		.kind = OPTION_CHOICE,                    \
		.help = "what to write to stdout (text)", \
		.choices = "text|json",                   \
		.offset = (at),                           \
	},                                                \
		OPTION_JSON(at)
/* Beside a --format that offers more. */
#define OPTION_JSON(at)                                                  \
	{                                                                \
		.name = "json", .kind = OPTION_SHORT, .choices = "json", \
		.help = "as --format json", .offset = (at),              \
	}

/* At most so many lines of text, of commands that leave out the rest. */
#define OPTION_LINES(at)                                                    \
	{                                                                   \
		.name = "lines", .kind = OPTION_COUNT, .argument = "N",     \
		.help = "of text: at most so many, where less can be said", \
		.offset = (at), .max = 1000000,                             \
	}

struct command {
	const char *name;
	const char *summary; /* one line, lower case, no full stop */
	const char *arguments; /* "BASE NEW", "[GLOB...]" */
	const char *details; /* a paragraph or two for -h and the man page */
	int min_arguments;
	int max_arguments; /* -1: any number */
	const struct option_row
		*options; /* ends with a NULL name; may be NULL */
	size_t options_size; /* of the options struct */
	const void *defaults; /* initial value of the options struct */
	/* @options is filled, @argv holds @argc operands; an exit code. */
	int (*run)(void *options, int argc, char **argv);
};

/* Print "mmgauge: LINE" to stderr and return EXIT_ERROR. */
int command_error(const struct error *err);

/* Whether --format, which may be NULL, is json. */
bool command_is_json(const char *format);

/* Whether @fd is a terminal that has colours, and its user likes them (NO_COLOR). */
bool command_wants_colour(int fd);

#endif
