// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "runners/base/parse.h"
#include "runners/base/suggest.h"

/* Whether @value is one of "a|b|c"; keeps a pointer that lives on. */
const char *option_choices(const struct option_row *row)
{
	return row->forms ? row->forms() : row->choices;
}

static bool is_choice(const char *choices, const char *value, size_t length)
{
	for (const char *at = choices; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (!strncmp(at, value, length) &&
		    (at[length] == '|' || !at[length]))
			return true;
	}
	return false;
}

static int set_count(const struct option_row *row, const char *text,
		     uint64_t *value, struct error *err)
{
	if (!parse_count(text, value) && *value >= row->min &&
	    *value <= row->max)
		return 0;
	return error_set(err, -EINVAL,
			 "--%s: '%s' is not a whole number from %" PRIu64
			 " to %" PRIu64 ": give one",
			 row->name, text, row->min, row->max);
}

/* "a,b", each of them one of the choices. */
static int set_set(const struct option_row *row, const char *text,
		   const char **value, struct error *err)
{
	*value = text;
	while (*text) {
		size_t length = strcspn(text, ",");

		if (!length || !is_choice(option_choices(row), text, length))
			return error_set(err, -EINVAL,
					 "--%s: '%s' is not of %s, with commas "
					 "between: give --%s=PART,... or "
					 "--%s",
					 row->name, *value, option_choices(row),
					 row->name, row->name);
		text += length;
		text += *text == ',';
	}
	return 0;
}

static int set_option(const struct option_row *row, const char *text,
		      void *options, struct error *err)
{
	void *value = (char *)options + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)value = true;
		return 0;
	case OPTION_SHORT:
		*(const char **)value = row->choices;
		return 0;
	case OPTION_TEXT:
		*(const char **)value = text;
		return 0;
	case OPTION_LIST:
		return text_list_append(value, text);
	case OPTION_COUNT:
		return set_count(row, text, value, err);
	case OPTION_PERCENT:
		if (!parse_percent(text, value))
			return 0;
		return error_set(err, -EINVAL,
				 "--%s: '%s' is not a percentage from 0 to "
				 "100: give one, like 1%%",
				 row->name, text);
	case OPTION_SECONDS:
		if (!parse_seconds(text, value))
			return 0;
		return error_set(err, -EINVAL,
				 "--%s: '%s' is not a time above 0: give one, "
				 "like 90s or 5m",
				 row->name, text);
	case OPTION_CHOICE:
		*(const char **)value = text;
		if (is_choice(option_choices(row), text, strlen(text)))
			return 0;
		return error_set(err, -EINVAL,
				 "--%s: '%s' is none of %s: give one of them",
				 row->name, text, option_choices(row));
	case OPTION_SET:
		return set_set(row, text ? text : "", value, err);
	}
	return -EINVAL;
}

static bool is_flag(const struct option_row *row)
{
	return row->kind == OPTION_FLAG || row->kind == OPTION_SHORT;
}

#define MAX_ROWS 32

struct getopt_tables {
	struct option longs[MAX_ROWS + 2];
	char shorts[2 * MAX_ROWS + 4];
};

/* Row i becomes value 256 + i, its letter included. */
static void make_tables(const struct option_row *rows,
			struct getopt_tables *tables)
{
	char *at = tables->shorts;
	size_t count = 0;

	memset(tables, 0, sizeof(*tables));
	*at++ = ':'; /* tell a missing argument from an unknown option */
	*at++ = 'h';
	for (; rows && rows[count].name && count < MAX_ROWS; count++) {
		tables->longs[count].name = rows[count].name;
		tables->longs[count].has_arg =
			is_flag(&rows[count])	       ? no_argument :
			rows[count].kind == OPTION_SET ? optional_argument :
							 required_argument;
		tables->longs[count].val = 256 + (int)count;
		if (rows[count].letter) {
			*at++ = rows[count].letter;
			if (!is_flag(&rows[count]))
				*at++ = ':';
		}
	}
	tables->longs[count].name = "help";
	tables->longs[count].val = 'h';
}

static const struct option_row *find_row(const struct option_row *rows,
					 int value)
{
	if (value >= 256)
		return &rows[value - 256];
	while (rows && rows->name && rows->letter != value)
		rows++;
	return rows;
}

static int unknown_option(const struct command *command, const char *given,
			  struct error *err)
{
	const struct option_row *rows = command->options;
	bool is_long = !strncmp(given, "--", 2);
	struct suggestion nearest = { 0 };
	char name[64];

	/* Without the dashes and the "=value". */
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(given, "="), given);
	for (; is_long && rows && rows->name; rows++)
		suggest(&nearest, name + 2, rows->name);
	if (nearest.name)
		return error_set(err, -EINVAL,
				 "%s: unknown option '%s': did you mean --%s?",
				 command->name, name, nearest.name);
	return error_set(err, -EINVAL,
			 "%s: unknown option '%s': see `mmgauge %s -h`",
			 command->name, name, command->name);
}

static int check_operands(const struct command *command, int count,
			  struct error *err)
{
	if (count < command->min_arguments)
		return error_set(err, -EINVAL,
				 "%s: too few arguments: usage: mmgauge %s %s",
				 command->name, command->name,
				 command->arguments);
	if (command->max_arguments >= 0 && count > command->max_arguments)
		return error_set(err, -EINVAL,
				 "%s: too many arguments: usage: mmgauge %s %s",
				 command->name, command->name,
				 command->arguments);
	return 0;
}

int options_parse(const struct command *command, int argc, char **argv,
		  void *options, int *operands, struct error *err)
{
	struct getopt_tables tables;
	int value, ret = 0;

	make_tables(command->options, &tables);
	memcpy(options, command->defaults, command->options_size);
	opterr = 0;
	optind = 0;
	while (!ret && (value = getopt_long(argc, argv, tables.shorts,
					    tables.longs, NULL)) != -1) {
		if (value == 'h')
			return 1;
		if (value == '?')
			return unknown_option(command, argv[optind - 1], err);
		if (value == ':')
			return error_set(err, -EINVAL,
					 "%s: %s: needs a value: see `mmgauge "
					 "%s -h`",
					 command->name, argv[optind - 1],
					 command->name);
		ret = set_option(find_row(command->options, value), optarg,
				 options, err);
	}
	if (ret)
		return ret;
	*operands = argc - optind;
	memmove(argv + 1, argv + optind, (size_t)*operands * sizeof(*argv));
	return check_operands(command, *operands, err);
}

void options_free(const struct command *command, void *options)
{
	const struct option_row *row = command->options;

	for (; row && row->name; row++) {
		struct text_list *list =
			(void *)((char *)options + row->offset);

		/* Two names of one option share their list. */
		if (row->kind == OPTION_LIST)
			text_list_free(list);
	}
}
