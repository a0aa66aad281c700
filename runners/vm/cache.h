/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache folder, $XDG_CACHE_HOME/mmgauge or ~/.cache/mmgauge, besides what
 * kernel.h says it holds:
 *
 *	locks/NAME	lock files, never removed
 *	tmp/XXXXXX/	scratch folders, with a lock their owner holds; one
 *			whose lock is free was left by a program that was
 *			killed, and the next program removes it
 */
#ifndef MMGAUGE_CACHE_H
#define MMGAUGE_CACHE_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "results/base/error.h"
#include "results/base/folders.h" /* remove_tree() */

/* The cache's folder with @format below it; nothing is created. */
int cache_path(char path[PATH_MAX], struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Wait for the lock @name, a file name. A descriptor to close() for unlocking,
 * or a negative errno; -EINTR when process_interrupted.
 */
int cache_lock(const char *name, struct error *err);

/* The same without waiting: a negative errno when somebody else has it. */
int cache_try_lock(const char *name);

struct scratch {
	char path[PATH_MAX - 64]; /* leaves room for names in it */
	int lock;
};

int scratch_open(struct scratch *scratch, struct error *err);
void scratch_close(struct scratch *scratch); /* with all that is in it */

/*
 * Rename @from, in a scratch folder, to @to, when its contents are on the disk;
 * makes the folders above.
 */
int cache_publish(const char *from, const char *to, struct error *err);

/*
 * Remove a folder of the cache as one step for whoever looks: it is moved into
 * a scratch folder first.
 */
int cache_remove(const char *path, struct error *err);

/*
 * The entries of the cache's @folder that are complete: that hold the file
 * @stamp, whose time is that of the last use. The one not used for longest
 * comes first; their count, or -ENOMEM. free() the array.
 */
struct cache_entry {
	char name[NAME_MAX + 1];
	time_t used;
};

int cache_entries(const char *folder, const char *stamp,
		  struct cache_entry **entries);

/* Whether it may be in use: it was within the last hour. */
bool cache_is_recent(const struct cache_entry *entry);

/* Keep @most entries, and those that may be in use. */
void cache_trim(const char *folder, const char *stamp, int most);

/* The entry at the path @folder is in use. */
void cache_touch(const char *folder, const char *stamp);

/* The same of the entry that the file or folder @path lies in. */
void cache_touch_beside(const char *path, const char *stamp);

/* Bytes on disk of all below @path; of many files, as of within the last hour. */
unsigned long long cache_bytes(const char *path);

/* "what: why: what to do" for a write that failed; knows disk full. */
int cache_write_error(struct error *err, int error, const char *path);

/* Which file @path is, of those too large to be read each time; "" of none. */
#define CACHE_IDENTITY (PATH_MAX + 128)
void cache_identity(const char *path, char text[CACHE_IDENTITY]);

int join_path(char path[PATH_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3))); /* -ENAMETOOLONG */
bool is_readable(const char *path);
char *read_text(const char *path); /* a small file; free() it; NULL: errno */

#endif
