// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "runners/base/parse.h"
#include "runners/base/suggest.h"
#include "runners/vm/cache_parts.h"
#include "signals.h"

struct cache_options {
	const char *most;
	const char *format;
};

#define AT(field) offsetof(struct cache_options, field)

static const struct option_row rows[] = {
	{
		.name = "most",
		.kind = OPTION_TEXT,
		.argument = "BYTES",
		.help = "trim: until so many are left, like 10G "
			"($MMGAUGE_CACHE_MAX, or 32G)",
		.offset = AT(most),
	},
	OPTION_FORMAT(AT(format)),
	{ 0 },
};

static void write_age(time_t used, char *text, size_t size)
{
	double hours = difftime(time(NULL), used) / 3600;

	if (hours < 1)
		snprintf(text, size, "in use?");
	else if (hours < 48)
		snprintf(text, size, "%.0f h ago", hours);
	else
		snprintf(text, size, "%.0f d ago", hours / 24);
}

static void print_item(const struct cache_item *item)
{
	char age[32];

	write_age(item->entry.used, age, sizeof(age));
	printf("%-12s %-45.45s %9.1f  %s\n", item->part->name, item->entry.name,
	       (double)item->bytes / (1 << 20), age);
}

static int print_json(const struct cache_item *items, int count,
		      unsigned long long most)
{
	json_t *list = json_array(), *document;
	int status;

	for (int i = 0; i < count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:I, s:I}", "part",
					items[i].part->name, "name",
					items[i].entry.name, "bytes",
					(json_int_t)items[i].bytes, "used",
					(json_int_t)items[i].entry.used));
	document = json_pack("{s:o, s:I}", "entries", list, "most",
			     (json_int_t)most);
	status = json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
	return status ? EXIT_ERROR : EXIT_FINE;
}

static int list(const struct cache_options *options, struct error *err)
{
	unsigned long long total = 0, most;
	struct cache_item *items;
	int count, code = cache_most(&most, err);

	if (code)
		return code;
	count = cache_items(&items);
	if (count < 0)
		return error_set(err, count, "cache: out of memory");
	if (command_is_json(options->format)) {
		code = print_json(items, count, most);
	} else {
		printf("%-12s %-45s %9s  %s\n", "PART", "NAME", "MB",
		       "LAST USED");
		for (int i = 0; i < count; i++) {
			print_item(&items[i]);
			total += items[i].bytes;
		}
		printf("%.1f GB of at most %.1f\n", (double)total / (1 << 30),
		       (double)most / (1 << 30));
	}
	free(items);
	return code;
}

static void say_removed(const struct cache_item *item, void *data)
{
	(void)data;
	print_item(item);
}

static int trim(const struct cache_options *options, struct error *err)
{
	unsigned long long most, left;
	uint64_t bytes;

	if (!options->most && cache_most(&most, err))
		return -EINVAL;
	if (options->most && parse_count(options->most, &bytes))
		return error_set(
			err, -EINVAL,
			"--most: '%s' is no number of bytes: give one, "
			"K, M and G allowed",
			options->most);
	if (options->most)
		most = bytes;
	left = cache_fit(most, say_removed, NULL);
	printf("%.1f GB left\n", (double)left / (1 << 30));
	if (left > most)
		fprintf(stderr,
			"mmgauge: cache: what is left was used within the last "
			"hour and may be in use\n");
	return EXIT_FINE;
}

static const struct action {
	const char *name;
	int (*run)(const struct cache_options *options, struct error *err);
} actions[] = {
	{ "list", list },
	{ "trim", trim },
};

static int run(void *data, int argc, char **argv)
{
	const char *name = argc ? argv[0] : actions[0].name;
	struct suggestion nearest = { 0 };
	struct error err;
	int ret;

	signals_catch();
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		suggest(&nearest, name, actions[i].name);
		if (strcmp(name, actions[i].name) != 0)
			continue;
		ret = actions[i].run(data, &err);
		return ret < 0 ? command_error(&err) : ret;
	}
	error_set(&err, -EINVAL, "cache: no action '%s': %s%s", name,
		  nearest.name ? "did you mean " : "see `mmgauge cache -h`",
		  nearest.name ? nearest.name : "");
	return command_error(&err);
}

const struct command cmd_cache = {
	.name = "cache",
	.summary = "what is kept to be used again, and how much of it",
	.arguments = "[list | trim]",
	.details =
		"Kernels that were fetched or built, the trees they are built "
		"in, modules, QEMU, snapshots of guests that have just booted, "
		"and results of the exact clock, for `run --reuse` and `try`: "
		"in $XDG_CACHE_HOME/mmgauge. Whenever one "
		"of the large ones comes, what was not used for longest goes, "
		"until at most $MMGAUGE_CACHE_MAX bytes are left (like 20G; 32G "
		"if not set); what was used within the last hour stays. All of "
		"it can be made again.",
	.max_arguments = 1,
	.options = rows,
	.options_size = sizeof(struct cache_options),
	.defaults = &(struct cache_options){ 0 },
	.run = run,
};
