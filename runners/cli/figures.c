// SPDX-License-Identifier: GPL-2.0-or-later
#include "figures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/threshold.h"
#include "results/compare/show.h"
#include "results/history/history.h"
#include "results/store/baseline.h"
#include "results/store/index.h"
#include "results/store/resolve.h"
#include "results/store/store.h"

static const char *text_of(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text ? text : "";
}

static bool is_before(const struct index_run *run, const struct result *result)
{
	return !run->problem && !run->foreign && run->measured &&
	       strcmp(run->id, text_of(result, "run/id")) &&
	       strcmp(run->started, text_of(result, "run/started")) <= 0 &&
	       !strcmp(run->clock, text_of(result, "clock/kind")) &&
	       !strcmp(run->accelerator,
		       text_of(result, "machine/accelerator")) &&
	       !strcmp(run->configuration,
		       text_of(result, "run/configuration/name")) &&
	       !strcmp(run->fingerprint,
		       text_of(result, "machine/fingerprint"));
}

/* The name of its file, "" without one. */
static void find_last(const struct index *index, const struct result *result,
		      char file[NAME_MAX + 1])
{
	const struct index_run *last = NULL, *runs;
	size_t count;

	*file = '\0';
	runs = index_runs(index, &count);
	for (size_t i = 0; i < count; i++)
		if (is_before(&runs[i], result) &&
		    (!last || strcmp(runs[i].started, last->started) > 0))
			last = &runs[i];
	if (last)
		snprintf(file, NAME_MAX + 1, "%s", last->file);
}

static int load_last(const struct result *result, struct result *base,
		     struct error *err)
{
	char folder[PATH_MAX], file[NAME_MAX + 1], path[2 * PATH_MAX];
	struct index *index;
	int ret;

	if (store_runs(folder, err))
		return 0;
	ret = index_open(folder, &index, err);
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	find_last(index, result, file);
	index_close(index);
	if (!*file)
		return 0;
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	ret = result_load(path, base, err);
	return ret ? ret : 1;
}

static bool is_alike(const struct result *a, const struct result *b)
{
	static const char *const paths[] = { "clock/kind",
					     "machine/accelerator",
					     "machine/fingerprint" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (strcmp(text_of(a, paths[i]), text_of(b, paths[i])))
			return false;
	return true;
}

static int load_baseline(const struct result *result, struct result *base,
			 struct error *err)
{
	struct baseline *list;
	size_t count;
	int found = 0, ret = baseline_list(&list, &count, err);

	if (ret)
		return ret == -ENOENT ? 0 : ret;
	for (size_t i = 0; i < count && !found; i++) {
		if (result_load(list[i].path, base, err))
			continue;
		found = history_comparable(result, base);
		if (!found) {
			result_free(base);
			*base = (struct result){ 0 };
		}
	}
	free(list);
	return found;
}

int figures_base(const struct result *result, struct result *base)
{
	struct error err;
	int ret;

	*base = (struct result){ 0 };
	ret = load_last(result, base, &err);
	if (!ret)
		ret = load_baseline(result, base, &err);
	if (ret < 0)
		fprintf(stderr, "mmgauge: no base: %s\n", err.text);
	return ret > 0;
}

static int print(FILE *stream, const struct show *show,
		 const struct figures *figures)
{
	json_t *document;
	int ret;

	if (!figures->json)
		return show_print(stream, show, &figures->style, figures->lines,
				  figures->all);
	document = show_to_json(show);
	if (!document)
		return -ENOMEM;
	ret = json_dumpf(document, stream, JSON_INDENT(1)) ? -EIO : 0;
	json_decref(document);
	fputc('\n', stream);
	return ret;
}

/* Without a cell that both have there is nothing to say of a change. */
static bool says_something(const struct compare_report *report)
{
	return !report->refusal &&
	       report->verdicts[VERDICT_INCOMPARABLE] < report->count;
}

int figures_print(FILE *stream, const struct result *result,
		  const struct result *base, const struct figures *figures)
{
	const struct compare_options options = {
		.threshold = THRESHOLD_DEFAULT,
		.seed = 1,
	};
	struct compare_report report = { 0 };
	struct show show = { 0 };
	bool compared = base && is_alike(result, base);
	int ret = 0;

	if (compared)
		ret = compare_results(base, result, &options, &report);
	compared = compared && !ret && says_something(&report);
	if (!ret)
		ret = show_make(result, compared ? &report : NULL,
				&figures->filter, &figures->style, figures->all,
				&show);
	if (!ret)
		ret = print(stream, &show, figures);
	show_free(&show);
	compare_free(&report);
	return ret;
}
