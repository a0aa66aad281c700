// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/folders.h"
#include "runners/base/sysfile.h"
#include "tune.h"

int tune_journal_path(char path[PATH_MAX], struct error *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && *state == '/')
		snprintf(path, PATH_MAX, "%s/mmgauge/tune.journal", state);
	else if (home && *home)
		snprintf(path, PATH_MAX, "%s/.local/state/mmgauge/tune.journal",
			 home);
	else
		return error_set(err, -ENOENT,
				 "tune: no place for the old values: set HOME "
				 "or XDG_STATE_HOME");
	return 0;
}

/* The folder that the journal lies in. */
static int make_folder(const char *path)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	return make_folders(dirname(copy), 0700);
}

static int sync_folder(const char *path)
{
	char copy[PATH_MAX];
	int fd, ret = 0;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fsync(fd))
		ret = -errno;
	close(fd);
	return ret;
}

/* The journal, locked; it stays so until it is closed. */
static int open_journal(int flags, FILE **file, char path[PATH_MAX],
			struct error *err)
{
	int fd, ret = tune_journal_path(path, err);

	if (ret)
		return ret;
	if (flags & O_CREAT)
		ret = make_folder(path);
	if (ret)
		return error_set(err, ret,
				 "%s: %s: set XDG_STATE_HOME to a place that "
				 "can be written",
				 path, strerror(-ret));
	fd = open(path, flags | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ENOENT) {
		*file = NULL;
		return 0;
	}
	if (fd < 0)
		return error_set(err, -errno, "%s: %s: run it as root", path,
				 strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return error_set(err, -EBUSY,
				 "%s: another mmgauge tune holds it: wait for "
				 "it to end",
				 path);
	}
	*file = fdopen(fd, "r+");
	if (!*file) {
		close(fd);
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	}
	return 0;
}

/*
 * Its lines, [{"path", "old"}]. A last line that was cut short by a crash was
 * never acted on; it is cut off.
 */
static int read_journal(FILE *file, const char *path, json_t **lines,
			struct error *err)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t length;
	long good = 0;
	int ret = 0;

	*lines = json_array();
	rewind(file);
	while (!ret && (length = getline(&line, &room, file)) > 0) {
		bool whole = line[length - 1] == '\n';
		json_t *item;
		const char *file_path, *old;

		number++;
		if (!whole)
			break;
		errno = 0;
		item = json_loads(line, 0, NULL);
		if (!item && errno == ENOMEM)
			ret = error_set(err, -ENOMEM, "%s: out of memory",
					path);
		else if (json_unpack(item, "{s:s, s:s}", "path", &file_path,
				     "old", &old))
			ret = error_set(err, -EINVAL,
					"%s:%zu: damaged: restore by hand what "
					"it says, then remove it",
					path, number);
		else
			json_array_append(*lines, item);
		json_decref(item);
		good = ftell(file);
	}
	free(line);
	if (!ret &&
	    (fseek(file, good, SEEK_SET) || ftruncate(fileno(file), good)))
		ret = error_set(err, -errno, "%s: %s: free some space", path,
				strerror(errno));
	if (ret)
		json_decref(*lines);
	return ret;
}

/* Tells one boot from another; NULL where the kernel does not say. */
static char *boot_id(void)
{
	return sysfile_read("/proc/sys/kernel/random/boot_id");
}

/* Written before a reboot, which sets most values anew. */
static bool is_stale(const json_t *line, const char *boot)
{
	const char *then = json_string_value(json_object_get(line, "boot"));

	return then && boot && strcmp(then, boot);
}

static bool is_journaled(const json_t *lines, const char *path,
			 const char *boot)
{
	json_t *line;
	size_t i;

	json_array_foreach ((json_t *)lines, i, line)
		if (!is_stale(line, boot) &&
		    !strcmp(json_string_value(json_object_get(line, "path")),
			    path))
			return true;
	return false;
}

enum tune_state tune_state(void)
{
	enum tune_state state = TUNE_NOT_APPLIED;
	char path[PATH_MAX];
	struct error err;
	json_t *lines, *line;
	char *boot;
	FILE *file;
	size_t i;

	if (tune_journal_path(path, &err) || access(path, F_OK))
		return TUNE_NOT_APPLIED;
	/* What cannot be read may be anything; the worst is assumed. */
	if (open_journal(0, &file, path, &err) || !file)
		return TUNE_APPLIED;
	if (read_journal(file, path, &lines, &err)) {
		fclose(file);
		return TUNE_APPLIED;
	}
	boot = boot_id();
	json_array_foreach (lines, i, line)
		if (!is_stale(line, boot))
			state = TUNE_APPLIED;
		else if (state == TUNE_NOT_APPLIED)
			state = TUNE_REBOOTED;
	free(boot);
	json_decref(lines);
	fclose(file);
	return state;
}

/* All old values on disk, before any is changed. */
static int journal_plan(FILE *file, const char *path,
			const struct tune_plan *plan, const json_t *lines,
			struct error *err)
{
	char *boot = boot_id();
	int ret = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct tune_change *change = &plan->changes[i];
		json_t *line;

		if (is_journaled(lines, change->path, boot))
			continue;
		line = json_pack("{s:s, s:s, s:s, s:s*}", "path", change->path,
				 "old", change->old, "new",
				 change->setting->want, "boot", boot);
		if (!line || json_dumpf(line, file, JSON_COMPACT) ||
		    fputc('\n', file) == EOF)
			ret = -EIO;
		json_decref(line);
	}
	free(boot);
	if (fflush(file) || fsync(fileno(file)))
		ret = -errno;
	if (!ret)
		ret = sync_folder(path);
	if (ret)
		return error_set(err, ret,
				 "%s: %s: nothing was changed; free some space",
				 path, strerror(-ret));
	return 0;
}

static void complain_of(void (*complain)(const char *line), const char *path,
			const char *value, int error)
{
	char line[PATH_MAX + 256];

	snprintf(line, sizeof(line), "%s: cannot be set to %.100s: %s%s", path,
		 value, strerror(-error),
		 error == -EACCES || error == -EPERM ? ": run it as root" : "");
	complain(line);
}

int tune_apply(struct tune_plan *plan, void (*complain)(const char *line),
	       size_t *refused, struct error *err)
{
	char path[PATH_MAX];
	json_t *lines;
	FILE *file;
	int ret;

	*refused = 0;
	if (!plan->count)
		return 0;
	ret = open_journal(O_CREAT, &file, path, err);
	if (ret)
		return ret;
	ret = read_journal(file, path, &lines, err);
	if (!ret) {
		ret = journal_plan(file, path, plan, lines, err);
		json_decref(lines);
	}
	for (size_t i = 0; i < plan->count && !ret; i++) {
		struct tune_change *change = &plan->changes[i];
		int failed = sysfile_write(change->path, change->setting->want);

		change->set = !failed;
		/* The sibling of a core that SMT just lost is gone with it. */
		if (!failed || failed == -ENOENT)
			continue;
		++*refused;
		complain_of(complain, change->path, change->setting->want,
			    failed);
	}
	fclose(file);
	return ret;
}

static bool holds(const char *path, const char *value)
{
	char *now = sysfile_read(path);
	bool same = now && !strcmp(sysfile_chosen(now), value);

	free(now);
	return same;
}

/*
 * Set, and held against what the kernel made of it; 1 when it was so, as where
 * it could never be set.
 */
static int put_back(const char *path, const char *old)
{
	int ret;

	if (holds(path, old))
		return 1;
	ret = sysfile_write(path, old);
	if (ret)
		return ret;
	return holds(path, old) ? 0 : -EIO;
}

static void leave(void (*complain)(const char *line), const char *path,
		  const char *now, const char *old)
{
	char line[PATH_MAX + 256];

	snprintf(line, sizeof(line),
		 "%s: %.100s since the reboot, %.100s before tuning: left as "
		 "it is",
		 path, now ? now : "gone", old);
	complain(line);
}

/*
 * The reboot undid what was tuned. Whoever set a third value since meant it;
 * only the value that was tuned to goes back, should it have survived.
 */
static int restore_stale(const char *path, const char *old, const char *new,
			 void (*complain)(const char *line))
{
	char *text = sysfile_read(path);
	const char *now = text ? sysfile_chosen(text) : NULL;
	int ret = 0;

	if (now && new && !strcmp(now, new))
		ret = put_back(path, old);
	else if (!now || strcmp(now, old))
		leave(complain, path, now, old);
	free(text);
	return ret;
}

static int restore_line(const json_t *lines, const json_t *line,
			const char *boot, void (*complain)(const char *line))
{
	const char *path, *old, *new = NULL;
	int ret;

	json_unpack((json_t *)line, "{s:s, s:s, s?s}", "path", &path, "old",
		    &old, "new", &new);
	if (!is_stale(line, boot))
		ret = put_back(path, old);
	else if (is_journaled(lines, path, boot))
		return 0; /* tuned again since: that line counts */
	else
		ret = restore_stale(path, old, new, complain);
	if (ret < 0)
		complain_of(complain, path, old, ret);
	return ret;
}

int tune_restore(void (*complain)(const char *line), size_t *restored,
		 size_t *refused, struct error *err)
{
	char path[PATH_MAX], *boot;
	json_t *lines;
	FILE *file;
	int ret;

	*restored = *refused = 0;
	ret = open_journal(0, &file, path, err);
	if (ret || !file)
		return ret;
	ret = read_journal(file, path, &lines, err);
	if (ret) {
		fclose(file);
		return ret;
	}
	boot = boot_id();
	for (size_t i = json_array_size(lines); i-- > 0;) {
		int failed = restore_line(lines, json_array_get(lines, i), boot,
					  complain);

		*refused += failed < 0;
		*restored += !failed;
	}
	free(boot);
	json_decref(lines);
	if (!*refused && (unlink(path) || sync_folder(path)))
		ret = error_set(err, -errno, "%s: %s: remove it", path,
				strerror(errno));
	fclose(file);
	return ret;
}
