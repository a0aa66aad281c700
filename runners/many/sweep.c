// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep.h"
#include "results/file_name.h"
#include "runners/vm/version.h"
#include "runners/vm/git.h"
#include "runners/vm/git_repo.h"
#include "runners/vm/kernel_kind.h"
#include "results/base/utf8.h"

#define SWEEP_FILE "sweep.json"

static struct subject *add(struct sweep *sweep)
{
	struct subject *grown =
		realloc(sweep->subjects, (sweep->count + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	sweep->subjects = grown;
	grown += sweep->count++;
	*grown = (struct subject){ 0 };
	return grown;
}

static bool has(const struct sweep *sweep, const char *spec)
{
	for (size_t i = 0; i < sweep->count; i++)
		if (!strcmp(sweep->subjects[i].spec, spec))
			return true;
	return false;
}

static int by_release(const void *a, const void *b)
{
	const struct subject *first = a, *second = b;

	return release_compare(first->name, second->name);
}

/* The patterns that kinds of kernels take, "vm:deb:GLOB or ...". */
static const char *globs(void)
{
	static char text[256];
	int used = 0;

	*text = '\0';
	for (const struct kernel_kind *const *at = kernel_kinds; *at; at++)
		if ((*at)->glob)
			used += snprintf(text + used,
					 sizeof(text) - (size_t)used, "%s%s",
					 used ? " or " : "", (*at)->glob);
	return text;
}

static int add_release(struct sweep *sweep, const struct kernel_entry *entry,
		       struct error *err)
{
	struct subject *subject = add(sweep);

	if (!subject)
		return error_set(err, -ENOMEM, "sweep: out of memory");
	strcpy(subject->spec, entry->spec);
	strcpy(subject->name, entry->release);
	subject->cached = entry->cached;
	return 0;
}

/* A flavour, an architecture are no step of the history of another. */
static bool is_meant(const struct sweep *sweep, const char *pattern,
		     const struct kernel_entry *entry)
{
	const struct arch *arch = deb_arch(entry->release);

	return strstr(pattern, entry->flavour) &&
	       (!arch || arch == (sweep->arch ? sweep->arch : arch_native()) ||
		(!sweep->arch && strstr(pattern, arch->debian)));
}

int sweep_add_releases(struct sweep *sweep, const char *pattern, bool available,
		       kernel_note note, void *data, struct error *err)
{
	const char *argument;
	const struct kernel_kind *kind = kernel_kind_of(pattern, &argument);
	const struct kernel_query query = { available, sweep->arch, note,
					    data };
	struct kernel_entry *entries;
	size_t count, matches = 0;
	int ret;

	if (!kind || !kind->glob)
		return error_set(err, -EINVAL,
				 "--on: '%s': a sweep takes %s, as in --on "
				 "'%s6.1*', or --repo and --range",
				 pattern, globs(), kernel_kinds[0]->prefix);
	ret = kernel_list(&query, &entries, &count, err);
	for (size_t i = 0; i < count && !ret; i++) {
		if (!*entries[i].spec || fnmatch(pattern, entries[i].spec, 0))
			continue;
		if (entries[i].foreign && !available)
			continue;
		if (!is_meant(sweep, pattern, &entries[i]))
			continue;
		matches++;
		/* 6.1* means those of 6.12 too. */
		if (!has(sweep, entries[i].spec))
			ret = add_release(sweep, &entries[i], err);
	}
	free(entries);
	if (!ret && !matches)
		ret = error_set(err, -ENOENT,
				"--on: no kernel matches '%s': see `mmgauge "
				"kernel list`",
				pattern);
	if (!ret)
		qsort(sweep->subjects, sweep->count, sizeof(*sweep->subjects),
		      by_release);
	return ret;
}

static int add_commit(struct sweep *sweep, const char *repo,
		      const struct git_commit *commit, struct error *err)
{
	struct subject *subject = add(sweep);

	if (!subject)
		return error_set(err, -ENOMEM, "sweep: out of memory");
	if (git_spec(subject->spec, sizeof(subject->spec), repo, commit->id,
		     sweep->arch, err))
		return -ENAMETOOLONG;
	snprintf(subject->name, sizeof(subject->name), "%.12s", commit->id);
	strcpy(subject->title, commit->title);
	return 0;
}

int sweep_add_range(struct sweep *sweep, const char *repo, const char *range,
		    struct error *err)
{
	struct git_commit *commits, first;
	const char *dots = strstr(range, "..");
	char folder[PATH_MAX], name[256];
	size_t count;
	int ret;

	if (!dots || dots == range || dots - range >= (long)sizeof(name))
		return error_set(err, -EINVAL,
				 "--range: '%s' is not A..B: give two commits",
				 range);
	if (!realpath(repo, folder))
		return error_set(err, -errno, "--repo: %s: %s: give a git tree",
				 repo, strerror(errno));
	snprintf(name, sizeof(name), "%.*s", (int)(dots - range), range);
	ret = git_resolve(folder, name, &first, err);
	if (!ret)
		ret = git_range(folder, range, &commits, &count, err);
	if (ret)
		return ret;
	ret = add_commit(sweep, folder, &first, err);
	for (size_t i = 0; i < count && !ret; i++)
		ret = add_commit(sweep, folder, &commits[i], err);
	free(commits);
	return ret;
}

static json_t *arguments_json(const struct sweep *sweep)
{
	json_t *array = json_array();

	for (size_t i = 0; i < sweep->arguments.count; i++)
		json_array_append_new(array,
				      utf8_json(sweep->arguments.items[i]));
	return array;
}

static bool is_same_matrix(const json_t *before, const json_t *now)
{
	return before && now ? json_equal(before, now) : before == now;
}

/* Results of other cases or another clock are no part of this history. */
static int check_same(const struct sweep *sweep, const char *folder,
		      struct error *err)
{
	char path[PATH_MAX];
	json_t *before, *now = arguments_json(sweep);
	bool same;

	snprintf(path, sizeof(path), "%.4000s/" SWEEP_FILE, folder);
	before = json_load_file(path, 0, NULL);
	same = !before ||
	       (json_equal(json_object_get(before, "arguments"), now) &&
		is_same_matrix(json_object_get(before, "matrix"),
			       sweep->matrix));
	json_decref(before);
	json_decref(now);
	return same ? 0 :
		      error_set(err, -EEXIST,
				"-o: %s: holds a sweep with other cases or "
				"options: give the same again, or another "
				"folder",
				folder);
}

int sweep_resume(struct sweep *sweep, const char *folder, struct error *err)
{
	for (size_t i = 0; i < sweep->count; i++) {
		struct subject *subject = &sweep->subjects[i];
		char name[FILE_NAME_SIZE];

		if (snprintf(subject->path, sizeof(subject->path), "%s/%s.json",
			     folder, file_name(subject->name, name)) >=
		    (int)sizeof(subject->path) - 16)
			return error_set(err, -ENAMETOOLONG,
					 "-o: %s: too long: give a shorter one",
					 folder);
		/* A result gets its name when it is complete. */
		if (!access(subject->path, R_OK))
			subject->state = SUBJECT_MEASURED;
	}
	return check_same(sweep, folder, err);
}

static json_t *subject_json(const struct subject *subject)
{
	bool broken = subject->state == SUBJECT_BROKEN;
	bool measured = subject->state == SUBJECT_MEASURED;
	json_t *object = json_pack(
		"{s:o, s:o, s:o, s:s}", "name", utf8_json(subject->name),
		"spec", utf8_json(subject->spec), "title",
		utf8_json(subject->title), "status",
		measured			  ? "ok" :
		broken				  ? "broken" :
		subject->state == SUBJECT_SKIPPED ? "skipped" :
						    "waiting");

	if (object && (measured || broken))
		json_object_set_new(
			object, "result",
			json_string(strrchr(subject->path, '/') + 1));
	if (object && *subject->reason) {
		json_object_set_new(object, "reason",
				    utf8_json(subject->reason));
		json_object_set_new(
			object, "log",
			json_sprintf("%s.log",
				     strrchr(subject->path, '/') + 1));
	}
	return object;
}

int sweep_save(const struct sweep *sweep, const char *folder, struct error *err)
{
	json_t *subjects = json_array(), *document;
	char path[PATH_MAX], draft[PATH_MAX];
	int ret;

	for (size_t i = 0; i < sweep->count; i++)
		json_array_append_new(subjects,
				      subject_json(&sweep->subjects[i]));
	document = json_pack("{s:s, s:o, s:o}", "schema", "mmgauge-sweep/1",
			     "arguments", arguments_json(sweep), "subjects",
			     subjects);
	if (document && sweep->matrix)
		json_object_set(document, "matrix", (json_t *)sweep->matrix);
	snprintf(path, sizeof(path), "%.4000s/" SWEEP_FILE, folder);
	snprintf(draft, sizeof(draft), "%.4000s/." SWEEP_FILE, folder);
	ret = json_dump_file(document, draft, JSON_INDENT(2)) ||
	      rename(draft, path);
	json_decref(document);
	return ret ? error_set(err, -EIO,
			       "%s: cannot be written: give another folder "
			       "with -o",
			       path) :
		     0;
}

void sweep_free(struct sweep *sweep)
{
	free(sweep->subjects);
	text_list_free(&sweep->arguments);
}
