// SPDX-License-Identifier: GPL-2.0-or-later
/* Several runs of one kernel become one result. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "baseline_parts.h"
#include "resolve.h"
#include "store.h"

/* What the runs of one baseline must share. */
static int check_same(const struct result *first, const struct result *other,
		      struct error *err)
{
	static const struct {
		const char *path, *name, *none;
	} same[] = {
		{ "machine/fingerprint", "machines", "unknown" },
		{ "machine/accelerator", "accelerators", "unknown" },
		{ "clock/kind", "clocks", "unknown" },
		{ "run/configuration/name", "configurations", "default" },
		{ "subject/release", "kernel releases", "unknown" },
		{ "subject/commit", "kernel commits", "unknown" },
		{ "subject/config_sha256", "kernel configs", "unknown" },
		{ "subject/command_line", "kernel command lines", "unknown" },
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		const char *a = result_text(first, same[i].path);
		const char *b = result_text(other, same[i].path);

		a = a && *a ? a : same[i].none;
		b = b && *b ? b : same[i].none;
		if (strcmp(a, b))
			return error_set(err, -EXDEV,
					 "%s and %s: the %s differ (%.100s, "
					 "%.100s): runs of one baseline must "
					 "measure the same: save two",
					 baseline_text(first, "run/id"),
					 baseline_text(other, "run/id"),
					 same[i].name, a, b);
	}
	return 0;
}

static unsigned int count_boots(const struct result *result)
{
	unsigned int boots = 0;

	for (size_t c = 0; c < result->cell_count; c++)
		for (size_t t = 0; t < result->cells[c].trial_count; t++)
			if (result->cells[c].trials[t].boot >= boots)
				boots = result->cells[c].trials[t].boot + 1;
	return boots;
}

/* The runs of a baseline so far, and how many boots they take. */
struct merged {
	struct result all;
	json_t *runs; /* {id, boot_id, first_boot, boots} */
	unsigned int boots;
};

/*
 * A host does not boot for a run: two of one boot are one boot's, and nobody
 * knows how it differs from others. Where a result does not say which boot it
 * is of, all of them may be of one. The first boot of a run, NULL: its own.
 */
static const json_t *same_boot(const struct merged *merged,
			       const struct result *result)
{
	const char *id = baseline_text(result, "machine/boot_id");
	const json_t *run;
	size_t i;

	if (strcmp(baseline_text(result, "machine/accelerator"), "none") != 0)
		return NULL;
	json_array_foreach (merged->runs, i, run) {
		const char *other =
			json_string_value(json_object_get(run, "boot_id"));

		if (other && !strcmp(other, id))
			return json_object_get(run, "first_boot");
	}
	return NULL;
}

/* Trials of one boot are counted on: where the next run of it begins. */
static unsigned int next_trial(const struct result *all, unsigned int boot)
{
	unsigned int next = 0;

	for (size_t c = 0; c < all->cell_count; c++)
		for (size_t t = 0; t < all->cells[c].trial_count; t++) {
			const struct trial *trial = &all->cells[c].trials[t];

			if (trial->boot == boot && trial->trial >= next)
				next = trial->trial + 1;
		}
	return next;
}

/*
 * Move the trials of @from behind those of @to, boots counted from @first and
 * trials from @next.
 */
static int merge(struct result *to, struct result *from, unsigned int first,
		 unsigned int next)
{
	for (size_t c = 0; c < from->cell_count; c++) {
		struct cell *source = &from->cells[c];
		struct cell *cell = result_cell(to, source->name, source->axes,
						source->axis_count);

		if (!cell)
			return -ENOMEM;
		if (cell_set_status(cell, source->status, source->reason))
			return -ENOMEM;
		for (size_t t = 0; t < source->trial_count; t++) {
			struct trial *trial = &source->trials[t];

			trial->boot += first;
			trial->trial += next;
			/* It leaves nothing behind when it moves. */
			if (cell_add_trial(cell, trial))
				return -ENOMEM;
			memset(trial, 0, sizeof(*trial));
		}
	}
	return 0;
}

/* The history a learnt threshold needs: which boots came from which run. */
static int note_run(struct merged *merged, const struct result *result,
		    unsigned int first, unsigned int boots, unsigned int trial)
{
	json_t *run = json_pack(
		"{ss ss sI sI sI}", "id", baseline_text(result, "run/id"),
		"boot_id", baseline_text(result, "machine/boot_id"),
		"first_boot", (json_int_t)first, "boots", (json_int_t)boots,
		"first_trial", (json_int_t)trial);

	return json_array_append_new(merged->runs, run) ? -ENOMEM : 0;
}

static int name_run(struct result *all, const char *id, const char *name,
		    json_t *runs)
{
	json_t *run = json_deep_copy(all->run);

	if (!run || json_object_set_new(run, "id", json_string(id)) ||
	    json_object_set_new(
		    run, "baseline",
		    json_pack("{ss sO}", "name", name, "runs", runs))) {
		json_decref(run);
		return -ENOMEM;
	}
	json_decref(all->run);
	all->run = run;
	return 0;
}

static int add_result(struct merged *merged, struct result *result,
		      struct error *err)
{
	const json_t *same = same_boot(merged, result);
	unsigned int first =
		same ? (unsigned int)json_integer_value(same) : merged->boots;
	unsigned int boots = count_boots(result);
	unsigned int trial = same ? next_trial(&merged->all, first) : 0;
	int ret = merged->all.run ? check_same(&merged->all, result, err) : 0;

	if (ret)
		return ret;
	if (note_run(merged, result, first, boots, trial))
		return error_set(err, -ENOMEM, "out of memory");
	if (first + boots > merged->boots)
		merged->boots = first + boots;
	if (!merged->all.run) {
		merged->all = *result;
		memset(result, 0, sizeof(*result));
	} else if (merge(&merged->all, result, first, trial)) {
		return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static int refuse_debug(const struct result *result, struct error *err)
{
	const json_t *configuration =
		json_object_get(result->run, "configuration");

	if (!json_is_true(json_object_get(configuration, "debug")))
		return 0;
	return error_set(err, -EXDEV,
			 "%s: its kernel was built to find faults (%.80s): "
			 "what that costs is no baseline: save a run without",
			 baseline_text(result, "run/id"),
			 baseline_text(result, "run/configuration/name"));
}

static int add_run(struct merged *merged, const char *path, struct error *err)
{
	struct result result = { 0 };
	int ret = result_load(path, &result, err);

	if (ret)
		return ret;
	ret = refuse_debug(&result, err);
	if (!ret)
		ret = add_result(merged, &result, err);
	result_free(&result);
	return ret;
}

static int make_path(const char *name, const struct result *all,
		     char path[PATH_MAX], struct error *err)
{
	char folder[PATH_MAX], key[FILE_NAME_SIZE];
	int ret = store_baselines(folder, err);

	if (ret)
		return ret;
	if (baseline_key(all, key))
		return error_set(err, -ENOMEM, "out of memory");
	if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "%s: path too long", name);
	if (mkdir(path, 0777) && errno != EEXIST)
		return error_set(err, -errno, "%s: cannot make: %s", path,
				 strerror(errno));
	if (snprintf(path, PATH_MAX, "%s/%s/%s%s", folder, name, key,
		     BASELINE_ENDING) >= PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "%s: path too long", name);
	return 0;
}

static int merge_runs(char *const *runs, size_t count, struct merged *merged,
		      struct error *err)
{
	char path[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		ret = resolve_run(runs[i], NULL, path, err);
		if (!ret)
			ret = add_run(merged, path, err);
	}
	return ret;
}

int baseline_merge(char *const *runs, size_t count, struct result *all,
		   struct error *err)
{
	struct merged merged = { .runs = json_array() };
	int ret = merge_runs(runs, count, &merged, err);
	char id[160];

	if (!ret) {
		snprintf(id, sizeof(id), "%.100s and %zu more",
			 baseline_text(&merged.all, "run/id"), count - 1);
		if (name_run(&merged.all, id, id, merged.runs))
			ret = error_set(err, -ENOMEM, "out of memory");
	}
	json_decref(merged.runs);
	if (ret)
		result_free(&merged.all);
	else
		*all = merged.all;
	return ret;
}

int baseline_save(const char *name, char *const *runs, size_t count,
		  struct error *err)
{
	struct merged merged = { .runs = json_array() };
	char path[PATH_MAX], id[80];
	int ret = baseline_check_name(name, err);

	if (!ret)
		ret = merge_runs(runs, count, &merged, err);
	snprintf(id, sizeof(id), "@%s", name);
	if (!ret && name_run(&merged.all, id, name, merged.runs))
		ret = error_set(err, -ENOMEM, "out of memory");
	if (!ret)
		ret = make_path(name, &merged.all, path, err);
	if (!ret)
		ret = result_save(path, &merged.all, err);
	json_decref(merged.runs);
	result_free(&merged.all);
	return ret;
}
