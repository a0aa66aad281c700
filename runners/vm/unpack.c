// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a kernel's four packages to the folder kernel.h describes. Of the
 * modules only a few are kept: a file system and block devices for it. Symbols
 * in KDIR/vmlinux would have every module build ask for pahole.
 */
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "kdir.h"
#include "unpack.h"
#include "results/base/prefix.h"
#include "results/base/process.h"

static const char *const drivers[] = {
	"ext4", "jbd2",		"mbcache",	  "crc16",    "crc32c_generic",
	"brd",	"null_blk",	"loop",		  "configfs", "zsmalloc",
	"zram", "lz4_compress", "lz4hc_compress",
};

static bool is_wanted_driver(const char *file)
{
	size_t length = strcspn(file, ".");

	if (strncmp(file + length, ".ko", 3))
		return false;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strlen(drivers[i]) == length &&
		    !strncmp(drivers[i], file, length))
			return true;
	return false;
}

/* What follows the first component of @path, "" at its end. */
static const char *skip_component(const char *path)
{
	return path + strcspn(path, "/");
}

static bool is_common(const char *headers)
{
	static const char part[] = "-common"; /* or "-common-rt" */

	return memmem(headers, strcspn(headers, "/"), part, sizeof(part) - 1);
}

static bool is_foreign(const char *path, const struct arch *arch)
{
	const char *name = skip_prefix(path, "/arch/"), *rest;

	if (!name || !strchr(name, '/'))
		return false;
	rest = skip_prefix(name, arch->kernel);
	return !rest || *rest != '/';
}

/*
 * include/config has ten thousand empty files, the time of each a dependency.
 * Nothing here is configured again, so only auto.conf and its like are kept.
 */
static bool is_config_stamp(const char *path)
{
	const char *name = skip_prefix(path, "/include/config/");

	return name && *name && !strchr(name, '.');
}

/* The same of a -dbg package, below usr/lib/debug/. */
static bool place_debug(const char *name, char path[PATH_MAX])
{
	const char *file = strrchr(name, '/');

	if (skip_prefix(name, "boot/vmlinux-"))
		return !join_path(path, "debug/vmlinux");
	return skip_prefix(name, "lib/modules/") && file &&
	       is_wanted_driver(file + 1) &&
	       !join_path(path, "debug/%s", file + 1);
}

/* "x86_64-linux-gnu/libc.so.6": what programs of a newer release are run by. */
static bool is_library(const char *name)
{
	static const char *const wanted[] = { "ld-linux", "libc.so", "libelf",
					      "libz.so", "libzstd.so" };
	const char *file = strchr(name, '/');

	if (!file || strchr(file + 1, '/') || !strstr(file, ".so"))
		return false;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (skip_prefix(file + 1, wanted[i]))
			return true;
	return false;
}

/* Where a package's file goes, relative; false: nowhere. */
static bool place(const char *name, const struct arch *arch,
		  char path[PATH_MAX])
{
	const char *rest, *file = strrchr(name, '/');

	name = skip_prefix(name, "./") ?: name;
	if (skip_prefix(name, "boot/vmlinuz-"))
		return !join_path(path, "boot/vmlinuz");
	if (skip_prefix(name, "boot/config-"))
		return !join_path(path, "boot/config");
	rest = skip_prefix(name, "usr/lib/debug/");
	if (rest)
		return place_debug(rest, path);
	rest = skip_prefix(name, "usr/") ?: name;
	if (skip_prefix(rest, "lib/modules/")) {
		/* Since 6.19 the image lies there as well. */
		if (file && !strcmp(file, "/vmlinuz"))
			return !join_path(path, "boot/vmlinuz");
		return file && is_wanted_driver(file + 1) &&
		       !join_path(path, "drivers/%s", file + 1);
	}
	rest = skip_prefix(name, "usr/lib/linux-kbuild-");
	if (rest)
		return !join_path(path, "kbuild%s", skip_component(rest));
	rest = skip_prefix(name, "usr/lib/");
	if (rest && is_library(rest))
		return !join_path(path, "kbuild/" KBUILD_LIBRARIES "/%s",
				  file + 1);
	rest = skip_prefix(name, "usr/src/linux-headers-");
	if (!rest)
		return false;
	if (is_common(rest))
		return !is_foreign(skip_component(rest), arch) &&
		       !join_path(path, "common%s", skip_component(rest));
	rest = skip_component(rest);
	return strcmp(rest, "/vmlinux") && !is_config_stamp(rest) &&
	       !join_path(path, "build%s", rest);
}

/* ../../lib/linux-kbuild-6.1/scripts -> ../kbuild/scripts */
static int fix_link(struct archive_entry *entry)
{
	const char *target = archive_entry_symlink(entry);
	const char *kbuild = target ? strstr(target, "linux-kbuild-") : NULL;
	char fixed[PATH_MAX];
	int ret;

	if (!kbuild)
		return 0;
	ret = join_path(fixed, "../kbuild%s", skip_component(kbuild));
	if (!ret)
		archive_entry_set_symlink(entry, fixed);
	return ret;
}

/*
 * Does a link at @relative lead to something in the folder? Only its beginning
 * may go up: behind a name, ".." is of what that name is a link to.
 */
static bool stays_inside(const char *relative, const char *target)
{
	size_t depth = 0;
	bool named = false;

	for (const char *at = relative; (at = strchr(at, '/')); at++)
		depth++;
	if (*target == '/')
		return false;
	while (*target) {
		size_t length = strcspn(target, "/");
		bool up = length == 2 && !strncmp(target, "..", 2);

		if (up && (named || !depth--))
			return false;
		named |= !up && length && !(length == 1 && *target == '.');
		target += length;
		target += *target == '/';
	}
	return true;
}

/* One file under two names: the other one is in the package, too. */
static int fix_hard_link(struct archive_entry *entry, const struct arch *arch,
			 const char *folder)
{
	const char *target = archive_entry_hardlink(entry);
	char relative[PATH_MAX], path[PATH_MAX];
	int ret;

	if (!target)
		return 0;
	if (!place(target, arch, relative))
		return -EIO;
	ret = join_path(path, "%s/%s", folder, relative);
	if (!ret)
		archive_entry_set_hardlink(entry, path);
	return ret;
}

static int copy_data(struct archive *from, struct archive *to)
{
	const void *block;
	size_t size;
	int64_t offset;
	int ret;

	while ((ret = archive_read_data_block(from, &block, &size, &offset)) ==
	       ARCHIVE_OK)
		if (archive_write_data_block(to, block, size, offset) < 0)
			return -EIO;
	return ret == ARCHIVE_EOF ? 0 : -EIO;
}

static int write_entry(struct archive *from, struct archive_entry *entry,
		       struct archive *disk, const struct arch *arch,
		       const char *folder)
{
	char relative[PATH_MAX], path[PATH_MAX];
	const char *link;
	int ret;

	if (!place(archive_entry_pathname(entry) ?: "", arch, relative))
		return 0;
	ret = join_path(path, "%s/%s", folder, relative);
	if (!ret)
		ret = fix_link(entry);
	if (!ret)
		ret = fix_hard_link(entry, arch, folder);
	if (ret)
		return ret;
	link = archive_entry_symlink(entry);
	if (link && !stays_inside(relative, link))
		return 0;
	archive_entry_set_pathname(entry, path);
	if (archive_write_header(disk, entry) < ARCHIVE_WARN)
		return -EIO;
	if (archive_entry_size(entry) > 0 && copy_data(from, disk))
		return -EIO;
	return archive_write_finish_entry(disk) < ARCHIVE_WARN ? -EIO : 0;
}

struct member {
	struct archive *package;
	char bytes[65536];
};

static la_ssize_t read_member(struct archive *archive, void *data,
			      const void **buffer)
{
	struct member *member = data;
	la_ssize_t got = archive_read_data(member->package, member->bytes,
					   sizeof(member->bytes));

	if (got < 0)
		archive_set_error(archive, EIO, "%s",
				  archive_error_string(member->package));
	*buffer = member->bytes;
	return got;
}

/* Unpack data.tar.*, at which @package stands; @path is for messages. */
static int unpack_member(struct archive *package, const char *path,
			 const struct arch *arch, const char *folder,
			 struct error *err)
{
	struct archive *tar = archive_read_new();
	struct archive *disk = archive_write_disk_new();
	struct member *member = malloc(sizeof(*member));
	struct archive_entry *entry;
	int ret = tar && disk && member ? 0 : -ENOMEM;
	int next = ARCHIVE_FATAL, error = 0;

	if (!ret) {
		member->package = package;
		archive_read_support_filter_all(tar);
		archive_read_support_format_tar(tar);
		archive_write_disk_set_options(
			disk, ARCHIVE_EXTRACT_SECURE_NODOTDOT |
				      ARCHIVE_EXTRACT_SECURE_SYMLINKS);
		archive_read_open(tar, member, NULL, read_member, NULL);
	}
	while (!ret &&
	       (next = archive_read_next_header(tar, &entry)) >= ARCHIVE_WARN &&
	       next != ARCHIVE_EOF)
		ret = process_interrupted ?
			      -EINTR :
			      write_entry(tar, entry, disk, arch, folder);
	if (!ret && next != ARCHIVE_EOF)
		ret = -EIO;
	if (ret == -EIO && archive_errno(disk))
		error = archive_errno(disk); /* disk full, most likely */
	if (error)
		ret = cache_write_error(err, -error, folder);
	else if (ret == -EIO)
		error_set(err, ret, "%s: damaged, %s: fetch it again", path,
			  archive_error_string(tar) ?: "unreadable");
	else if (ret)
		cache_write_error(err, ret, folder);
	archive_write_free(disk);
	archive_read_free(tar);
	free(member);
	return ret;
}

/* NAME.ko.xz beside NAME.ko, which any kernel loads. */
static int unpack_driver(const char *folder, const char *name)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	char packed[PATH_MAX], path[PATH_MAX];
	int ret = archive ? 0 : -ENOMEM, fd = -1;

	if (!ret)
		ret = join_path(packed, "%s/%s", folder, name);
	if (!ret)
		ret = join_path(path, "%.*s",
				(int)(strrchr(packed, '.') - packed), packed);
	if (!ret) {
		archive_read_support_filter_all(archive);
		archive_read_support_format_raw(archive);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (fd < 0)
			ret = -errno;
	}
	if (!ret &&
	    (archive_read_open_filename(archive, packed, 65536) != ARCHIVE_OK ||
	     archive_read_next_header(archive, &entry) != ARCHIVE_OK ||
	     archive_read_data_into_fd(archive, fd) != ARCHIVE_OK))
		ret = archive_errno(archive) == ENOSPC ? -ENOSPC : -EIO;
	if (fd >= 0 && close(fd) < 0 && !ret)
		ret = -errno;
	if (!ret)
		unlink(packed);
	archive_read_free(archive);
	return ret;
}

int deb_unpack_drivers(const char *folder, struct error *err)
{
	DIR *list = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	while (list && !ret && (entry = readdir(list))) {
		const char *suffix = strstr(entry->d_name, ".ko.");

		if (suffix)
			ret = unpack_driver(folder, entry->d_name);
	}
	if (list)
		closedir(list);
	return ret ? cache_write_error(err, ret, folder) : 0;
}

int deb_unpack(const char *package, const struct arch *arch, const char *folder,
	       struct error *err)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int ret = -ENOENT;

	if (!archive)
		return error_set(err, -ENOMEM, "%s: out of memory", package);
	archive_read_support_format_ar(archive);
	if (archive_read_open_filename(archive, package, 65536) == ARCHIVE_OK)
		while (ret == -ENOENT &&
		       archive_read_next_header(archive, &entry) == ARCHIVE_OK)
			if (skip_prefix(archive_entry_pathname(entry) ?: "",
					"data.tar"))
				ret = unpack_member(archive, package, arch,
						    folder, err);
	if (ret == -ENOENT)
		error_set(err, ret, "%s: not a Debian package: fetch it again",
			  package);
	archive_read_free(archive);
	return ret;
}
