// SPDX-License-Identifier: GPL-2.0-or-later
/* What makes a run of samples: an id, a subject, a machine and a clock. */
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "import.h"
#include "places.h"
#include "results/base/utf8.h"
#include "results/file_name.h"
#include "results/store/store.h"
#include "runners/base/timestamp.h"

/* The file's name without its endings. */
static void stem_of(const char *path, char *stem, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strcspn(name, ".");

	snprintf(stem, size, "%.*s", (int)(length ? length : strlen(name)),
		 name);
}

static time_t time_of(const struct import *import, const struct import_run *run)
{
	const char *text = result_text(&run->result, "run/started");
	struct timestamp at;
	struct stat status;

	text = import->when ? import->when : text ? text : run->when;
	if (text && !timestamp_parse(text, &at) && at.seconds > 0 &&
	    at.seconds < 253402300800.0) /* the year 10000 */
		return (time_t)at.seconds;
	return stat(import->path, &status) ? time(NULL) : status.st_mtime;
}

/* All are counted in instructions, and nothing in seconds. */
static bool is_exact(const struct result *result)
{
	static const char exact[] = "instruction";
	bool all = true;

	for (size_t i = 0; i < result->cell_count; i++)
		for (size_t k = 0; k < result->cells[i].trial_count; k++) {
			const struct trial *trial = &result->cells[i].trials[k];

			for (size_t m = 0; m < trial->metric_count; m++)
				all &= !strncmp(trial->metrics[m].unit, exact,
						strlen(exact));
		}
	return all;
}

/* The same file makes the same id. */
static int make_id(struct import_run *run, time_t when)
{
	const char *own = result_text(&run->result, "run/id");
	char hash[SHA256_DIGEST_STRING_LENGTH], name[FILE_NAME_SIZE];
	char id[256], path[300], again[256], moment[32];
	json_t *document = result_to_json(&run->result);
	char *text = document ? json_dumps(document, 0) : NULL;
	struct tm utc;

	json_decref(document);
	if (!text)
		return -ENOMEM;
	SHA256Data((const uint8_t *)text, strlen(text), hash);
	free(text);
	gmtime_r(&when, &utc);
	strftime(moment, sizeof(moment), "%Y%m%dT%H%M%SZ", &utc);
	file_name(result_text(&run->result, "subject/release"), name);
	snprintf(id, sizeof(id), "%s-%.160s-%.4s", moment, name, hash);
	/* One of ours keeps its own: it becomes the name of a file. */
	snprintf(path, sizeof(path), "%.256s.json", own ? own : "");
	if (own && file_name_is_plain(own) &&
	    store_id_of(path, again, sizeof(again)))
		return 0;
	return json_object_set_new(run->result.run, "id", utf8_json(id)) ?
		       -ENOMEM :
		       0;
}

/* What a file says of itself may be anything; these are a few words. */
static void drop_unknown(json_t *block, const char *key, const char *words)
{
	const char *word = json_string_value(json_object_get(block, key));

	if (word && (!*word || strchr(word, ' ') || !strstr(words, word)))
		json_object_del(block, key);
}

static int finish(const struct import *import, struct import_run *run)
{
	struct result *result = &run->result;
	time_t when = time_of(import, run);
	char stem[128], moment[32];
	struct tm utc;
	int ret = 0;

	stem_of(import->path, stem, sizeof(stem));
	gmtime_r(&when, &utc);
	strftime(moment, sizeof(moment), "%Y-%m-%dT%H:%M:%SZ", &utc);
	if (import->release)
		json_object_del(result->subject, "release");
	if (import->commit)
		json_object_del(result->subject, "commit");
	json_object_del(result->run, "started");
	drop_unknown(result->clock, "kind", " wall instructions ");
	drop_unknown(result->machine, "accelerator",
		     " none kvm tcg tcg-icount ");
	ret |= import_note(run, "subject/release", import->release);
	ret |= import_note(run, "subject/release", stem);
	ret |= import_note(run, "subject/commit", import->commit);
	ret |= import_note(run, "run/started", moment);
	ret |= import_note(run, "run/tool_version", MMGAUGE_VERSION);
	ret |= import_note(run, "run/imported", stem);
	ret |= import_note(run, "machine/fingerprint", "unknown");
	ret |= import_note(run, "machine/architecture", "unknown");
	ret |= import_note(run, "machine/accelerator", "none");
	ret |= import_note(run, "clock/kind",
			   is_exact(result) ? "instructions" : "wall");
	return ret ? ret : make_id(run, when);
}

int import_finish(struct import *import, struct error *err)
{
	for (size_t i = 0; i < import->count; i++) {
		struct import_run *run = &import->runs[i];

		if (!run->samples)
			return error_set(err, -ENODATA,
					 "%s: no figures in it: see `mmgauge "
					 "import -h` for what is read",
					 import->path);
		if (finish(import, run))
			return import_no_memory(err);
	}
	return import->count ? 0 :
			       error_set(err, -ENODATA,
					 "%s: no lines of figures: see "
					 "`mmgauge import -h` for what is read",
					 import->path);
}
