// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "results/base/input.h"
#include "results/base/utf8.h"
#include "runners/many/history_told.h"

#define SCHEMA "mmgauge-told/1"

/* A change whose place noise moved by that many points is still the same. */
#define NEAR 2

static const char *text(const json_t *entry, const char *key)
{
	const char *value = json_string_value(json_object_get(entry, key));

	return value ? value : "";
}

static const char *way_of(const struct history_change *change)
{
	return change->after > change->before ? "up" : "down";
}

static bool is_at(const struct history_runs *runs,
		  const struct history_series *series,
		  const struct history_change *change, const char *subject)
{
	size_t first = change->first > NEAR ? change->first - NEAR : 0;
	size_t last = change->last > change->end ? change->last : change->end;

	for (size_t i = first; i <= last + NEAR && i < series->count; i++)
		if (!strcmp(runs->runs[series->runs[i]].name, subject))
			return true;
	return false;
}

static bool is_told(const json_t *told, const struct history_runs *runs,
		    const struct history_series *series,
		    const struct history_change *change)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (told, i, entry)
		if (!strcmp(text(entry, "series"), series->name) &&
		    !strcmp(text(entry, "way"), way_of(change)) &&
		    is_at(runs, series, change, text(entry, "subject")))
			return true;
	return false;
}

/* How many are new, and in @told from now on; negative: no memory. */
static int mark(json_t *told, const struct history_runs *runs,
		struct history_series *series)
{
	int added = 0;

	for (size_t i = 0; i < series->change_count; i++) {
		struct history_change *change = &series->changes[i];
		const char *subject =
			runs->runs[series->runs[change->index]].name;

		change->told = is_told(told, runs, series, change);
		if (change->told)
			continue;
		if (json_array_append_new(
			    told, json_pack("{so, so, ss}", "series",
					    utf8_json(series->name), "subject",
					    utf8_json(subject), "way",
					    way_of(change))))
			return -ENOMEM;
		added++;
	}
	return added;
}

static int write_file(const char *path, const json_t *document,
		      struct error *err)
{
	char draft[PATH_MAX];

	snprintf(draft, sizeof(draft), "%.4080s.new", path);
	if (!json_dump_file(document, draft, JSON_INDENT(2)) &&
	    !rename(draft, path))
		return 0;
	unlink(draft);
	return error_set(err, -EIO,
			 "history: %s: cannot be written: make it possible to "
			 "write there",
			 path);
}

static json_t *read_file(const char *path, struct error *err)
{
	json_error_t error;
	json_t *document;

	if (access(path, F_OK))
		return json_pack("{ss, s[]}", "schema", SCHEMA, "told");
	errno = 0;
	document = json_load_file(path, 0, &error);
	if (!document)
		input_refused(path, &error, "remove it to be told all", err);
	if (!document || (!strcmp(text(document, "schema"), SCHEMA) &&
			  json_is_array(json_object_get(document, "told"))))
		return document;
	json_decref(document);
	error_set(err, -EINVAL, "%s: is not of %s: remove it to be told all",
		  path, SCHEMA);
	return NULL;
}

int history_told_update(const char *path, const struct history_runs *runs,
			struct history *history, struct error *err)
{
	json_t *document = read_file(path, err), *told;
	int added = 0, ret = 0;

	if (!document)
		return -EINVAL;
	told = json_object_get(document, "told");
	for (size_t i = 0; i < history->count && ret >= 0; i++) {
		ret = mark(told, runs, &history->series[i]);
		added += ret;
	}
	if (ret < 0)
		error_set(err, ret, "history: out of memory");
	else
		ret = added ? write_file(path, document, err) : 0;
	json_decref(document);
	return ret;
}
