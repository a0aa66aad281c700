// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/clock.h"
#include "cache.h"
#include "results/base/folders.h"
#include "results/base/process.h"

#define LOCK_POLL_NS (50 * 1000 * 1000)

/* Builds of hours may queue for it; what holds it for a day hangs. */
#define LOCK_NS (24 * 3600 * 1000000000ull)

int join_path(char path[PATH_MAX], const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(path, PATH_MAX, format, arguments);
	va_end(arguments);
	return length >= 0 && length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

bool is_readable(const char *path)
{
	return !access(path, R_OK);
}

char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t got;

	if (!file)
		return NULL;
	got = getdelim(&text, &size, '\0', file);
	fclose(file);
	if (got < 0) {
		free(text);
		return strdup("");
	}
	return text;
}

void cache_identity(const char *path, char text[CACHE_IDENTITY])
{
	struct stat info;

	*text = '\0';
	if (*path && !stat(path, &info))
		snprintf(text, CACHE_IDENTITY, "%s %llu %llu %lld %lld.%09ld",
			 path, (unsigned long long)info.st_dev,
			 (unsigned long long)info.st_ino,
			 (long long)info.st_size,
			 (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

static int cache_root(char path[PATH_MAX], struct error *err)
{
	const char *folder = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int ret;

	/* The XDG specification has relative paths ignored. */
	if (folder && *folder == '/')
		ret = join_path(path, "%s/mmgauge", folder);
	else if (home && *home == '/')
		ret = join_path(path, "%s/.cache/mmgauge", home);
	else
		return error_set(err, -ENOENT,
				 "cache: HOME is not set: set XDG_CACHE_HOME "
				 "to a folder that may hold some 300 MB");
	return ret ? error_set(err, ret,
			       "cache: path too long: set "
			       "XDG_CACHE_HOME to a shorter one") :
		     0;
}

int cache_path(char path[PATH_MAX], struct error *err, const char *format, ...)
{
	char root[PATH_MAX], rest[PATH_MAX];
	va_list arguments;
	int ret;

	ret = cache_root(root, err);
	if (ret)
		return ret;
	va_start(arguments, format);
	vsnprintf(rest, sizeof(rest), format, arguments);
	va_end(arguments);
	ret = join_path(path, "%s/%s", root, rest);
	return ret ? error_set(err, ret,
			       "cache: path too long: set "
			       "XDG_CACHE_HOME to a shorter one") :
		     0;
}

int cache_write_error(struct error *err, int error, const char *path)
{
	const char *remedy = "set XDG_CACHE_HOME to a folder of your own";

	if (error == -EINTR)
		return error_set(err, error, "interrupted");
	if (error == -EMFILE || error == -ENFILE)
		remedy = "too many files are open: raise `ulimit -n`";
	if (error == -ENOMEM)
		remedy = "free some memory, or raise `ulimit -v`";
	if (error == -EFBIG)
		remedy = "raise `ulimit -f`";
	if (error == -EROFS)
		remedy = "set XDG_CACHE_HOME to a folder that can be written";
	if (error == -ETIMEDOUT)
		remedy = "`fuser` tells who holds it: end that";
	if (error == -ENOSPC || error == -EDQUOT)
		remedy = "free some space, or set XDG_CACHE_HOME to a folder "
			 "with 600 MB to spare";
	return error_set(err, error, "%s: %s: %s", path, strerror(-error),
			 remedy);
}

/*
 * Polls, because a signal that comes just before a blocking flock() would be
 * noticed only after it.
 */
static int lock_file(int fd)
{
	const struct timespec pause = { .tv_nsec = LOCK_POLL_NS };
	uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC);

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (process_interrupted)
			return -EINTR;
		if (clock_nanoseconds(CLOCK_MONOTONIC) - start > LOCK_NS)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* The file of the lock @name, open. */
static int open_lock(const char *name, struct error *err)
{
	char path[PATH_MAX], *slash;
	int fd, ret;

	ret = cache_path(path, err, "locks/%s", name);
	if (ret)
		return ret;
	slash = strrchr(path, '/');
	*slash = '\0';
	ret = make_folders(path, 0777);
	if (ret)
		return cache_write_error(err, ret, path);
	*slash = '/';
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	return fd < 0 ? cache_write_error(err, -errno, path) : fd;
}

int cache_lock(const char *name, struct error *err)
{
	int fd = open_lock(name, err);
	int ret = fd < 0 ? fd : lock_file(fd);

	if (fd < 0 || !ret)
		return fd;
	close(fd);
	return cache_write_error(err, ret, name);
}

int cache_try_lock(const char *name)
{
	struct error err;
	int fd = open_lock(name, &err);

	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	return -EWOULDBLOCK;
}

/* Remove the scratch folders whose owner is gone. The caller holds "tmp". */
static void sweep(const char *folder)
{
	DIR *list = opendir(folder);
	struct dirent *entry;

	if (!list)
		return;
	while ((entry = readdir(list))) {
		char path[PATH_MAX], lock[PATH_MAX];
		int fd;

		if (entry->d_name[0] == '.' ||
		    join_path(path, "%s/%s", folder, entry->d_name) ||
		    join_path(lock, "%s/lock", path))
			continue;
		fd = open(lock, O_RDWR | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
			close(fd); /* in use */
			continue;
		}
		/* Without a lock it was half removed by one who was killed. */
		remove_tree(path);
		if (fd >= 0)
			close(fd);
	}
	closedir(list);
}

static int make_scratch(struct scratch *scratch, const char *folder)
{
	char lock[PATH_MAX];

	if (snprintf(scratch->path, sizeof(scratch->path), "%s/XXXXXX",
		     folder) >= (int)sizeof(scratch->path))
		return -ENAMETOOLONG;
	if (!mkdtemp(scratch->path))
		return -errno;
	join_path(lock, "%s/lock", scratch->path);
	scratch->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (scratch->lock < 0 || flock(scratch->lock, LOCK_EX | LOCK_NB) < 0) {
		int error = -errno;

		scratch_close(scratch);
		return error;
	}
	return 0;
}

int scratch_open(struct scratch *scratch, struct error *err)
{
	char folder[PATH_MAX];
	int guard, ret;

	*scratch = (struct scratch){ .lock = -1 };
	ret = cache_path(folder, err, "tmp");
	if (ret)
		return ret;
	ret = make_folders(folder, 0777);
	if (ret)
		return cache_write_error(err, ret, folder);
	/* So that nobody sweeps between our mkdtemp() and our lock. */
	guard = cache_lock("tmp", err);
	if (guard < 0)
		return guard;
	sweep(folder);
	ret = make_scratch(scratch, folder);
	close(guard);
	return ret ? cache_write_error(err, ret, folder) : 0;
}

void scratch_close(struct scratch *scratch)
{
	if (!scratch->path[0])
		return;
	remove_tree(scratch->path);
	if (scratch->lock >= 0)
		close(scratch->lock);
	*scratch = (struct scratch){ .lock = -1 };
}

/* A folder is many files: the whole file system, which is one call. */
static int flush(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	struct stat info;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &info) < 0 ||
	    (S_ISDIR(info.st_mode) ? syncfs(fd) : fsync(fd)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int cache_publish(const char *from, const char *to, struct error *err)
{
	char parent[PATH_MAX], *slash;
	int ret = join_path(parent, "%s", to);

	slash = strrchr(parent, '/');
	if (!ret && slash) {
		*slash = '\0';
		ret = make_folders(parent, 0777);
	}
	if (!ret)
		ret = flush(from);
	if (!ret && rename(from, to) < 0)
		ret = -errno;
	return ret ? cache_write_error(err, ret, to) : 0;
}

int cache_remove(const char *path, struct error *err)
{
	struct scratch scratch;
	char grave[PATH_MAX];
	int ret;

	ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	join_path(grave, "%s/removed", scratch.path);
	if (rename(path, grave) < 0)
		ret = cache_write_error(err, -errno, path);
	scratch_close(&scratch);
	return ret;
}
