// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/input.h"
#include "results/base/array.h"
#include "results/base/text.h"
#include "results/file_name.h"
#include "history_parts.h"
#include "runners/base/timestamp.h"
#include "runners/vm/version.h"
#include "runners/vm/git_repo.h"

/* As few as git takes for a commit. */
#define COMMIT_DIGITS 4

int history_runs_add(struct history_runs *runs, const char *name,
		     const char *commit, const char *title)
{
	struct history_run *grown =
		array_grow(runs->runs, runs->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	runs->runs = grown;
	grown += runs->count++;
	*grown = (struct history_run){ .name = text_line(name),
				       .commit = strdup(commit),
				       .title = text_line(title) };
	return grown->name && grown->commit && grown->title ? 0 : -ENOMEM;
}

static int add(struct history_runs *runs, size_t place, struct error *err)
{
	size_t count;
	const struct index_run *run = &index_runs(runs->index, &count)[place];
	char name[128];

	if (run->problem)
		return error_set(err, -EINVAL, "%s", run->problem);
	snprintf(name, sizeof(name), "%.*s", *run->commit ? 12 : 127,
		 *run->commit ? run->commit : run->release);
	if (history_runs_add(runs, name, run->commit, run->title))
		return error_set(err, -ENOMEM, "history: out of memory");
	runs->runs[runs->count - 1].run = run;
	runs->runs[runs->count - 1].place = place;
	return 0;
}

static int open_index(struct history_runs *runs, const char *folder,
		      struct error *err)
{
	int ret = index_open(folder, &runs->index, err);

	if (!ret && index_rebuilt(runs->index))
		fprintf(stderr,
			"mmgauge: %s: the index was %s: made anew from the "
			"files\n",
			folder, index_rebuilt(runs->index));
	return ret;
}

/* By the name of its file. */
static int add_file(struct history_runs *runs, const char *folder,
		    const char *file, struct error *err)
{
	size_t count;
	const struct index_run *all = index_runs(runs->index, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i].file, file))
			return add(runs, i, err);
	return error_set(err, -ENOENT,
			 "%s/%s: %s: sweep again, or take it out of "
			 "sweep.json",
			 folder, file, strerror(ENOENT));
}

bool history_run_is(const struct history_run *run, const char *subject)
{
	size_t length = strlen(subject);

	return !strcmp(run->name, subject) ||
	       (length >= COMMIT_DIGITS &&
		!strncmp(run->commit, subject, length));
}

int history_runs_of_sweep(struct history_runs *runs,
			  const struct history_choice *choice,
			  struct error *err)
{
	const char *folder = choice->folder;
	char path[PATH_MAX];
	json_error_t error;
	json_t *document, *subject;
	size_t index;
	int ret = 0;

	snprintf(path, sizeof(path), "%.4000s/sweep.json", folder);
	errno = 0;
	document = json_load_file(path, 0, &error);
	if (!document)
		return input_refused(path, &error,
				     "name the folder of a `mmgauge sweep`",
				     err);
	runs->order = "sweep";
	ret = open_index(runs, folder, err);
	json_array_foreach (json_object_get(document, "subjects"), index,
			    subject) {
		const char *file =
			json_string_value(json_object_get(subject, "result"));

		/* What was skipped has none. */
		if (!file || ret)
			continue;
		if (!file_name_is_made(file)) {
			ret = error_set(err, -EINVAL,
					"%s: '%s' is no result in this "
					"folder: mend the file",
					path, file);
			continue;
		}
		ret = add_file(runs, folder, file, err);
	}
	json_decref(document);
	return ret ? ret : history_runs_group(runs, choice->like, err);
}

/* When it was begun; NAN: who knows. */
static double started(const struct history_run *run)
{
	const char *text = run->run->started;
	struct timestamp time;

	return timestamp_parse(text, &time) || time.kind != TIMESTAMP_ZONED ?
		       NAN :
		       time.seconds;
}

static int by_time(const void *a, const void *b)
{
	const struct history_run *first = a, *second = b;
	double before = started(first), after = started(second);

	return before < after ? -1 :
	       before > after ? 1 :
				strcmp(first->run->id, second->run->id);
}

static int by_name(const void *a, const void *b)
{
	const struct history_run *first = a, *second = b;
	int order = strcmp(first->name, second->name);

	return order ? order : by_time(a, b);
}

/* Commits of one release have no other order here. */
static int by_release(const void *a, const void *b)
{
	const struct history_run *first = a, *second = b;
	int order = release_compare(first->run->release, second->run->release);

	return order ? order : by_time(a, b);
}

static void drop(struct history_runs *runs, size_t index)
{
	history_run_free(&runs->runs[index]);
	memmove(&runs->runs[index], &runs->runs[index + 1],
		(--runs->count - index) * sizeof(*runs->runs));
}

/* Of the same subject only the run that was begun last. */
static void keep_newest(struct history_runs *runs)
{
	qsort(runs->runs, runs->count, sizeof(*runs->runs), by_name);
	for (size_t i = runs->count; i-- > 1;)
		if (!strcmp(runs->runs[i - 1].name, runs->runs[i].name)) {
			drop(runs, i - 1);
			runs->older++;
		}
}

static bool has_one_release(const struct history_runs *runs)
{
	for (size_t i = 1; i < runs->count; i++)
		if (strcmp(runs->runs[0].run->release,
			   runs->runs[i].run->release))
			return false;
	return true;
}

/* Subjects don't tell runs apart here. */
static int name_by_run(struct history_run *run, struct error *err)
{
	const char *id = run->run->id;
	char *name;

	if (isnan(started(run)))
		return error_set(err, -EINVAL,
				 "%s: run %s: its start '%s' has no place in "
				 "time: take another --order",
				 run->name, id, run->run->started);
	if (!*id)
		return 0;
	name = strdup(id);
	if (!name)
		return error_set(err, -ENOMEM, "history: out of memory");
	free(run->name);
	run->name = name;
	return 0;
}

static int order_by_time(struct history_runs *runs, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < runs->count && !ret; i++)
		ret = name_by_run(&runs->runs[i], err);
	qsort(runs->runs, runs->count, sizeof(*runs->runs), by_time);
	runs->order = "time";
	return ret;
}

/* Put the runs of @commits in their order; the others are dropped. */
static int order_by(struct history_runs *runs, const struct git_commit *commits,
		    size_t count, struct error *err)
{
	struct history_runs ordered = { 0 };

	ordered.runs = calloc(runs->count + 1, sizeof(*ordered.runs));
	if (!ordered.runs)
		return error_set(err, -ENOMEM, "history: out of memory");
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < runs->count; j++) {
			struct history_run *run = &runs->runs[j];

			if (!run->commit || strcmp(commits[i].id, run->commit))
				continue;
			ordered.runs[ordered.count++] = *run;
			*run = (struct history_run){ 0 };
		}
	ordered.older = runs->older;
	ordered.foreign = runs->foreign;
	ordered.others = runs->others;
	ordered.index = runs->index;
	runs->index = NULL;
	history_runs_free(runs);
	*runs = ordered;
	return 0;
}

static int load_folder(struct history_runs *runs, const char *folder,
		       struct error *err)
{
	const struct index_run *all;
	size_t count;
	int ret = open_index(runs, folder, err);

	if (ret)
		return ret;
	all = index_runs(runs->index, &count);
	for (size_t i = 0; i < count && !ret; i++) {
		if (all[i].foreign)
			runs->foreign++;
		else
			ret = add(runs, i, err);
	}
	return ret;
}

static int order_by_range(struct history_runs *runs,
			  const struct history_choice *choice,
			  struct error *err)
{
	struct git_commit *commits;
	size_t count;
	int ret = git_range(choice->repo, choice->range, &commits, &count, err);

	if (ret)
		return ret;
	ret = order_by(runs, commits, count, err);
	free(commits);
	runs->order = "commit";
	return ret;
}

int history_runs_of_folder(struct history_runs *runs,
			   const struct history_choice *choice,
			   struct error *err)
{
	enum history_order order = choice->order;
	int ret = load_folder(runs, choice->folder, err);

	if (!ret)
		ret = history_runs_group(runs, choice->like, err);
	if (ret || !runs->count)
		return ret;
	if (order == HISTORY_ANY)
		order = choice->range	      ? HISTORY_COMMITS :
			has_one_release(runs) ? HISTORY_TIME :
						HISTORY_RELEASES;
	if (order != HISTORY_TIME)
		keep_newest(runs);
	if (choice->range)
		ret = order_by_range(runs, choice, err);
	if (!ret && order == HISTORY_TIME)
		ret = order_by_time(runs, err);
	if (ret || order != HISTORY_RELEASES)
		return ret;
	qsort(runs->runs, runs->count, sizeof(*runs->runs), by_release);
	runs->order = "release";
	return 0;
}

void history_runs_free(struct history_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		history_run_free(&runs->runs[i]);
	free(runs->runs);
	index_close(runs->index);
	*runs = (struct history_runs){ 0 };
}
