// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "bench/clock.h"
#include "cache_parts.h"
#include "results/base/folders.h"
#include "results/base/process.h"
#include "snapshot.h"
#include "snapshot_memory.h"

/* Of what a key says. */
#define FORMAT "mmgauge-snapshot 1"

/* Seconds of the host: some 5 MB are written, and as many read. */
#define SAVE_LIMIT 60.0
#define CALL_LIMIT 60.0
#define LOOK_NS (2 * 1000 * 1000)

/* What a disk must have left beyond the guest's memory. */
#define SPARE (1ull << 30)

/* Folders of guests that were asked for once, and of all others. */
#define ASKED_MAX 256

static void add(SHA256_CTX *hash, const char *text)
{
	SHA256Update(hash, (const uint8_t *)text, strlen(text) + 1);
}

static void add_file(SHA256_CTX *hash, const char *path)
{
	char identity[CACHE_IDENTITY];

	cache_identity(path, identity);
	add(hash, identity);
}

static int add_contents(SHA256_CTX *hash, const char *path)
{
	char digest[SHA256_DIGEST_STRING_LENGTH];

	if (!SHA256File(path, digest))
		return -errno;
	add(hash, digest);
	return 0;
}

/* The emulator is part of it by its file, wherever PATH finds that. */
static void add_program(SHA256_CTX *hash, const char *program)
{
	char path[PATH_MAX];

	if (!process_find(program, path))
		add_file(hash, path);
}

static int make_key(const struct qemu_command *command,
		    const struct vm_options *options, const char *scratch,
		    char key[SHA256_DIGEST_STRING_LENGTH])
{
	char path[PATH_MAX], sizes[80], *boot;
	SHA256_CTX hash;

	SHA256Init(&hash);
	add(&hash, FORMAT);
	boot = read_text("/proc/sys/kernel/random/boot_id");
	add(&hash, boot ? boot : "");
	free(boot);
	add_program(&hash, command->argv[0]);
	add_file(&hash, options->kernel->image);
	add_file(&hash, options->kernel->elf);
	/* What follows may differ, and lies elsewhere each time. */
	for (unsigned int i = 0; i < command->decides; i++)
		add(&hash, command->argv[i]);
	add(&hash, command->append);
	/* Of its nodes, the plan's device and turns, which come behind those. */
	snprintf(sizes, sizeof(sizes), "%u %u %zu %u", options->memory_mib,
		 options->far_memory_mib, options->plan_bytes,
		 options->quantum_us);
	add(&hash, sizes);
	if (join_path(path, "%s/" QEMU_INITRAMFS, scratch) ||
	    add_contents(&hash, path))
		return -EIO;
	SHA256End(&hash, key);
	return 0;
}

/* As large as the guest's, so that nothing but pages it writes take room. */
static int make_memory(const char *folder, const char *name, unsigned int mib)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	if (!mib)
		return 0;
	join_path(path, "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)mib << 20))
		ret = -errno;
	close(fd);
	return ret;
}

static bool has_room(const char *folder, const struct vm_options *options)
{
	unsigned long long mib = options->memory_mib + options->far_memory_mib;
	struct statvfs space;

	return !statvfs(folder, &space) &&
	       (unsigned long long)space.f_bavail * space.f_frsize >
		       (mib << 20) + SPARE;
}

/*
 * Whether the guest was asked for before: an empty folder is left at the first
 * time, onto which the whole one can be renamed.
 */
static bool is_asked_again(const char *folder)
{
	struct cache_entry *entries;
	char path[PATH_MAX];
	int count;

	if (mkdir(folder, 0777)) {
		bool asked = errno == EEXIST;

		if (!asked)
			make_folders(folder, 0777);
		return asked;
	}
	count = cache_entries(SNAPSHOTS, ".", &entries);
	/* What is not empty stays. */
	for (int i = 0; i < count - ASKED_MAX; i++)
		if (!cache_path(path, NULL, SNAPSHOTS "/%s", entries[i].name))
			rmdir(path);
	if (count > 0)
		free(entries);
	return false;
}

void snapshot_find(struct snapshot *snapshot,
		   const struct qemu_command *command,
		   const struct vm_options *options, const char *scratch)
{
	char key[SHA256_DIGEST_STRING_LENGTH], path[PATH_MAX], own[PATH_MAX];

	*snapshot = (struct snapshot){ .memory = QEMU_MEMORY_OWN };
	if (make_key(command, options, scratch, key) ||
	    cache_path(snapshot->folder, NULL, SNAPSHOTS "/%.32s", key) ||
	    join_path(path, "%s/" SNAPSHOT_STAMP, snapshot->folder) ||
	    join_path(own, "%s/" QEMU_SNAPSHOT, scratch))
		return;
	if (is_readable(path)) {
		cache_touch(snapshot->folder, SNAPSHOT_STAMP);
		snapshot->memory = QEMU_MEMORY_RESTORED;
		return;
	}
	if (!is_asked_again(snapshot->folder) && !options->again)
		return;
	if (has_room(scratch, options) && !mkdir(own, 0700) &&
	    !make_memory(own, QEMU_NEAR, options->memory_mib) &&
	    !make_memory(own, QEMU_FAR, options->far_memory_mib))
		snapshot->memory = QEMU_MEMORY_SAVED;
}

/* Memory that is a file of its own is not to be copied once more. */
static int agree(struct qmp *qmp, int file, struct error *err)
{
	int ret =
		qmp_call(qmp, "migrate-set-capabilities",
			 json_pack("{s:[{s:s, s:b}]}", "capabilities",
				   "capability", "x-ignore-shared", "state", 1),
			 -1, CALL_LIMIT, NULL, err);

	return ret ? ret :
		     qmp_call(qmp, "getfd",
			      json_pack("{s:s}", "fdname", "state"), file,
			      CALL_LIMIT, NULL, err);
}

/* What becomes of a migration: the command that tells, and its words for it. */
struct outcome {
	const char *command, *not_yet, *failed;
};

static const struct outcome saved = { "query-migrate", "active setup device",
				      "failed cancelled" };
static const struct outcome loaded = { "query-status", "inmigrate",
				       "internal-error" };

static int await(struct qmp *qmp, const struct outcome *outcome,
		 struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };
	uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC);
	int ret;

	for (;;) {
		json_t *answer = NULL;
		char status[64] = "";
		bool late;

		ret = qmp_call(qmp, outcome->command, NULL, -1, CALL_LIMIT,
			       &answer, err);
		if (ret)
			return ret;
		snprintf(status, sizeof(status), "%s",
			 json_string_value(json_object_get(answer, "status")) ?:
				 "setup");
		json_decref(answer);
		late = (double)(clock_nanoseconds(CLOCK_MONOTONIC) - start) >
		       SAVE_LIMIT * 1e9;
		if (late || strstr(outcome->failed, status))
			return error_set(err, -EIO, "QEMU: %s: %s",
					 outcome->command, status);
		if (!strstr(outcome->not_yet, status))
			return 0;
		nanosleep(&pause, NULL);
	}
}

static int write_state(struct qmp *qmp, const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), ret;

	if (fd < 0)
		return cache_write_error(err, -errno, path);
	ret = agree(qmp, fd, err);
	if (!ret)
		ret = qmp_call(qmp, "migrate-set-parameters",
			       json_pack("{s:I}", "max-bandwidth",
					 (json_int_t)1 << 40),
			       -1, CALL_LIMIT, NULL, err);
	if (!ret)
		ret = qmp_call(qmp, "migrate",
			       json_pack("{s:s}", "uri", "fd:state"), -1,
			       CALL_LIMIT, NULL, err);
	if (!ret)
		ret = await(qmp, &saved, err);
	close(fd);
	return ret;
}

/*
 * Any of them can go at any time: who uses one has its files open. Of one that
 * goes just before somebody opens it there is nothing but a boot to be had.
 */
static void trim(void)
{
	struct cache_entry *entries;
	int count = cache_entries(SNAPSHOTS, SNAPSHOT_STAMP, &entries);
	char path[PATH_MAX];

	for (int i = 0; i < count - SNAPSHOTS_MAX; i++)
		if (!cache_path(path, NULL, SNAPSHOTS "/%s", entries[i].name))
			cache_remove(path, NULL);
	free(entries);
}

/* And leave nothing in the folder @own but the whole. */
static int add_memory(const char *own, const char *bare, const char *path,
		      struct error *err)
{
	char near[PATH_MAX], far[PATH_MAX];
	const char *const names[] = { QEMU_NEAR, QEMU_FAR, NULL };
	const char *const files[] = { near, far, bare };
	const char *const only[] = { QEMU_NEAR, NULL };
	bool two;
	int ret;

	join_path(near, "%s/" QEMU_NEAR, own);
	join_path(far, "%s/" QEMU_FAR, own);
	two = is_readable(far);
	ret = snapshot_memory_add(bare, path, two ? names : only, files, err);
	for (int i = 0; i < 3; i++)
		unlink(files[i]);
	return ret;
}

int snapshot_save(const struct snapshot *snapshot, struct qmp *qmp,
		  const char *scratch, struct error *err)
{
	char own[PATH_MAX], path[PATH_MAX], bare[PATH_MAX];
	int ret;

	join_path(own, "%s/" QEMU_SNAPSHOT, scratch);
	join_path(path, "%s/" SNAPSHOT_STAMP, own);
	join_path(bare, "%s/bare", own);
	ret = write_state(qmp, bare, err);
	if (!ret)
		ret = add_memory(own, bare, path, err);
	if (ret)
		return ret;
	if (cache_path(path, err, SNAPSHOTS) || make_folders(path, 0777))
		return -EIO;
	/* Somebody else may have been faster: theirs is as good. */
	if (rename(own, snapshot->folder))
		remove_tree(own);
	trim();
	cache_grew(SNAPSHOTS);
	return 0;
}

int snapshot_load(const struct snapshot *snapshot, struct qmp *qmp,
		  struct error *err)
{
	char path[PATH_MAX];
	int fd, ret;

	join_path(path, "%s/" SNAPSHOT_STAMP, snapshot->folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	ret = agree(qmp, fd, err);
	if (!ret)
		ret = qmp_call(qmp, "migrate-incoming",
			       json_pack("{s:s}", "uri", "fd:state"), -1,
			       CALL_LIMIT, NULL, err);
	close(fd);
	return ret ? ret : await(qmp, &loaded, err);
}

void snapshot_drop(const struct snapshot *snapshot)
{
	cache_remove(snapshot->folder, NULL);
}
