// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "results/base/text.h"
#include "results/base/utf8.h"
#include "results/store/index.h"
#include "results/store/result_file.h"
#include "results/store/store.h"
#include "runners/base/suggest.h"

/* Of a list that is not asked for as a whole. */
#define SHOWN 20

struct runs_options {
	const char *format;
	bool all;
	uint64_t keep;
	double older;
	bool dry_run;
};

#define AT(field) offsetof(struct runs_options, field)

static const struct option_row rows[] = {
	{
		.name = "all",
		.kind = OPTION_FLAG,
		.help = "list: all runs, not the newest 20",
		.offset = AT(all),
	},
	{
		.name = "keep",
		.kind = OPTION_COUNT,
		.argument = "N",
		.help = "rm: all but the newest N",
		.offset = AT(keep),
		.min = 1,
		.max = UINT32_MAX,
	},
	{
		.name = "older-than",
		.kind = OPTION_SECONDS,
		.argument = "T",
		.help = "rm: those older than T, like 90d; with --keep, of "
			"those that it does not keep",
		.offset = AT(older),
	},
	{
		.name = "dry-run",
		.kind = OPTION_FLAG,
		.help = "rm, pack: say which, and leave all as it is",
		.offset = AT(dry_run),
	},
	OPTION_FORMAT(AT(format)),
	{ 0 },
};

/* What the index, which reads each file once, knows of a run. */
static const struct index_run *find_known(const struct index *index,
					  const struct store_run *run)
{
	size_t count, stem = strlen(run->id);
	const struct index_run *known = index_runs(index, &count);

	for (size_t i = 0; i < count; i++)
		if (result_stem(known[i].file) == stem &&
		    !strncmp(known[i].file, run->id, stem))
			return &known[i];
	return NULL;
}

/* {"branch": "mm-next"} of the file itself; a new reference. */
static json_t *labels_of(const struct store_run *run)
{
	struct result result = { 0 };
	char path[PATH_MAX];
	json_t *labels = NULL;

	if (!store_path_of(run, path, NULL) &&
	    !result_load(path, &result, NULL))
		labels = json_incref(json_object_get(result.run, "labels"));
	result_free(&result);
	return labels;
}

static void print_json(const struct store_run *run,
		       const struct index_run *known, json_t *list)
{
	json_t *labels = labels_of(run);

	json_array_append_new(
		list,
		json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o}",
			  "id", run->id, "started", utf8_json(known->started),
			  "kernel", utf8_json(known->release), "commit",
			  utf8_json(known->commit), "clock",
			  utf8_json(known->clock), "configuration",
			  utf8_json(known->configuration), "cells",
			  (json_int_t)known->cells, "measured",
			  (json_int_t)known->measured, "bytes",
			  (json_int_t)run->bytes, "labels",
			  labels ? labels : json_object()));
}

static void print_labels(const struct store_run *run, size_t room)
{
	json_t *labels = labels_of(run), *value;
	char text[512] = "";
	size_t used = 0;
	const char *key;

	json_object_foreach (labels, key, value)
		if (used < sizeof(text) && json_is_string(value))
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, " %s=%s",
						 key, json_string_value(value));
	json_decref(labels);
	if (used > room)
		snprintf(text + (room > 3 ? room - 3 : 0), 4, "...");
	text_line_print(stdout, text);
}

static void print_row(const struct store_run *run,
		      const struct index_run *known)
{
	char cells[48], size[32], configuration[16] = "";
	int used;

	if (run->bytes < 10 << 20)
		snprintf(size, sizeof(size), "%lld K", run->bytes >> 10);
	else
		snprintf(size, sizeof(size), "%lld M", run->bytes >> 20);
	if (known->problem) {
		printf("%-42s cannot be read: ", run->id);
		text_line_print(stdout, known->problem);
		putchar('\n');
		return;
	}
	snprintf(cells, sizeof(cells), "%zu/%zu", known->measured,
		 known->cells);
	if (strcmp(known->configuration, "default"))
		text_line_copy(configuration, sizeof(configuration),
			       known->configuration);
	used = printf("%-42s %-5.5s %7s %7s", run->id, known->clock, cells,
		      size);
	if (*configuration)
		used += printf(" %s", configuration);
	print_labels(run, used < 80 ? (size_t)(80 - used) : 3);
	putchar('\n');
}

/* A row, or an entry of @documents. */
static void tell(const struct store_run *run, const struct index *index,
		 json_t *documents)
{
	const struct index_run *known = find_known(index, run);

	if (known && known->foreign && !documents)
		printf("%-42s no result: left alone\n", run->id);
	if (!known || known->foreign)
		return;
	if (documents)
		print_json(run, known, documents);
	else
		print_row(run, known);
}

static int list(const struct runs_options *options, int argc, char **argv,
		struct error *err)
{
	bool json = command_is_json(options->format);
	json_t *documents = json_array();
	struct index *index = NULL;
	struct store_runs runs;
	long long bytes = 0;
	char folder[PATH_MAX];
	int ret = store_list(&runs, err);

	(void)argc;
	(void)argv;
	if (!ret)
		ret = store_runs(folder, err);
	if (!ret)
		ret = index_open(folder, &index, err);
	if (!ret && !json && runs.count)
		printf("%-42s %-5s %7s %7s %s\n", "RUN", "CLOCK", "CELLS",
		       "SIZE", "CONFIG, LABELS");
	for (size_t i = 0; i < runs.count && !ret; i++) {
		bytes += runs.items[i].bytes;
		if (options->all || json || i < SHOWN)
			tell(&runs.items[i], index, json ? documents : NULL);
	}
	if (!ret && json) {
		json_t *document = json_pack("{s:O}", "runs", documents);

		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(document);
	} else if (!ret) {
		printf("%s%zu run%s, %lld MiB in %s%s\n",
		       runs.count ? "\n" : "", runs.count,
		       runs.count == 1 ? "" : "s", bytes >> 20, folder,
		       runs.count > SHOWN && !options->all ?
			       "; --all lists them" :
			       "");
	}
	json_decref(documents);
	index_close(index);
	store_list_free(&runs);
	return ret;
}

/* The runs that are named: each operand must be one of the store. */
static int choose_named(const struct store_runs *runs, int argc, char **argv,
			bool *chosen, struct error *err)
{
	char path[PATH_MAX], place[PATH_MAX];

	for (int i = 0; i < argc; i++) {
		bool found = false;
		int ret = store_find(argv[i], path, err);

		for (size_t j = 0; j < runs->count && !ret; j++) {
			ret = store_path_of(&runs->items[j], place, err);
			if (ret || strcmp(path, place))
				continue;
			chosen[j] = found = true;
		}
		if (!ret && !found)
			ret = error_set(err, -EINVAL,
					"%s: a file, not a run of the store: "
					"name one that `mmgauge runs` lists",
					argv[i]);
		if (ret)
			return ret;
	}
	return 0;
}

/* Newest first: the first @keep stay, and so do those of the last seconds. */
static void choose_old(const struct store_runs *runs,
		       const struct runs_options *options, bool *chosen)
{
	time_t now = time(NULL);

	for (size_t i = options->keep; i < runs->count; i++)
		if (!options->older ||
		    difftime(now, runs->items[i].changed.tv_sec) >
			    options->older)
			chosen[i] = true;
}

typedef int act_on_run(const struct store_run *run, struct error *err);

static int act_on(const struct store_runs *runs, const bool *chosen,
		  const struct runs_options *options, act_on_run *act,
		  struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < runs->count && !ret; i++) {
		if (!chosen[i])
			continue;
		if (!options->dry_run)
			ret = act(&runs->items[i], err);
		if (!ret)
			puts(runs->items[i].id);
	}
	return ret;
}

static int change(const struct runs_options *options, int argc, char **argv,
		  bool aged, act_on_run *act, struct error *err)
{
	struct store_runs runs;
	bool *chosen = NULL;
	int ret = store_list(&runs, err);

	if (!ret) {
		chosen = calloc(runs.count + 1, sizeof(*chosen));
		ret = chosen ? 0 :
			       error_set(err, -ENOMEM, "runs: out of memory");
	}
	if (!ret)
		ret = choose_named(&runs, argc, argv, chosen, err);
	if (!ret && aged)
		choose_old(&runs, options, chosen);
	if (!ret)
		ret = act_on(&runs, chosen, options, act, err);
	free(chosen);
	store_list_free(&runs);
	return ret;
}

static int drop(const struct runs_options *options, int argc, char **argv,
		struct error *err)
{
	bool aged = options->keep || options->older > 0;

	if (!aged == !argc)
		return error_set(err, -EINVAL,
				 "runs rm: name runs, or give --keep N, "
				 "--older-than T or both");
	return change(options, argc, argv, aged, store_remove, err);
}

static int pack(const struct runs_options *options, int argc, char **argv,
		struct error *err)
{
	const struct runs_options every = { .dry_run = options->dry_run };

	return change(&every, argc, argv, !argc, store_pack, err);
}

static const struct action {
	const char *name;
	int (*run)(const struct runs_options *options, int argc, char **argv,
		   struct error *err);
} actions[] = {
	{ "list", list },
	{ "rm", drop },
	{ "pack", pack },
};

static int unknown_action(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		suggest(&nearest, name, actions[i].name);
	return error_set(err, -EINVAL, "runs: no action '%s': %s%s", name,
			 nearest.name ? "did you mean " :
					"see `mmgauge runs -h`",
			 nearest.name ? nearest.name : "");
}

static int run(void *data, int argc, char **argv)
{
	const char *name = argc ? argv[0] : "list";
	struct error err;
	int ret = 1;

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(name, actions[i].name))
			ret = actions[i].run(data, argc ? argc - 1 : 0,
					     argv + 1, &err);
	if (ret > 0)
		ret = unknown_action(name, &err);
	return ret ? command_error(&err) : EXIT_FINE;
}

const struct command cmd_runs = {
	.name = "runs",
	.summary = "the runs in the store: list, remove, pack them",
	.arguments = "list | rm RUN... | pack RUN...",
	.details =
		"Without an action it lists the newest: clock, cells measured "
		"of all, size on disk, configuration unless it is the default, "
		"labels. rm removes the runs that are named, or by --keep and "
		"--older-than; a baseline has its own copy of what it needs. "
		"pack compresses the runs that are named, or all, to a tenth: "
		"every command reads packed runs, and `run -o FILE.json.gz` "
		"writes one.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct runs_options),
	.defaults = &(struct runs_options){ 0 },
	.run = run,
};
