// SPDX-License-Identifier: GPL-2.0-or-later
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cache.h"
#include "initramfs.h"

struct writer {
	struct archive *archive;
	int64_t inode;
};

static void set_attributes(struct writer *writer, struct archive_entry *entry,
			   const char *name, mode_t mode)
{
	archive_entry_set_pathname(entry, name);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_size(entry, 0);
	archive_entry_set_nlink(entry, S_ISDIR(mode) ? 2 : 1);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	/* Entries of the same number would be hard links to the kernel. */
	archive_entry_set_ino64(entry, ++writer->inode);
}

/* @mode with the file type; @device of a node, @size of a file's contents. */
static int put_header(struct writer *writer, const char *name, mode_t mode,
		      dev_t device, int64_t size)
{
	struct archive_entry *entry = archive_entry_new();
	int ret;

	if (!entry)
		return -ENOMEM;
	set_attributes(writer, entry, name, mode);
	archive_entry_set_rdev(entry, device);
	archive_entry_set_size(entry, size);
	ret = archive_write_header(writer->archive, entry);
	archive_entry_free(entry);
	return ret == ARCHIVE_OK ? 0 : -EIO;
}

/* Where there is no such thing yet, devtmpfs will bring it. */
static int put_link(struct writer *writer, const char *name, const char *target)
{
	struct archive_entry *entry = archive_entry_new();
	int ret;

	if (!entry)
		return -ENOMEM;
	set_attributes(writer, entry, name, S_IFLNK | 0777);
	archive_entry_set_symlink(entry, target);
	ret = archive_write_header(writer->archive, entry);
	archive_entry_free(entry);
	return ret == ARCHIVE_OK ? 0 : -EIO;
}

static int put_text(struct writer *writer, const char *name, const char *text)
{
	size_t length = strlen(text);
	int ret = put_header(writer, name, S_IFREG | 0644, 0, length);

	if (ret)
		return ret;
	return archive_write_data(writer->archive, text, length) ==
			       (ssize_t)length ?
		       0 :
		       -EIO;
}

static int copy_data(struct writer *writer, int fd, int64_t size)
{
	char bytes[65536];

	while (size) {
		ssize_t got = read(fd, bytes, sizeof(bytes));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) /* or it became shorter meanwhile */
			return got < 0 ? -errno : -EIO;
		if (got > size)
			got = size;
		if (archive_write_data(writer->archive, bytes, got) != got)
			return -EIO;
		size -= got;
	}
	return 0;
}

static int put_file(struct writer *writer, const char *name, mode_t mode,
		    const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	struct stat info;

	if (fd < 0)
		return error_set(err, -errno, "%s: %s: build it first", path,
				 strerror(errno));
	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
		ret = error_set(err, -EINVAL,
				"%s: not a regular file: build it again", path);
	else
		ret = put_header(writer, name, mode, 0, info.st_size);
	if (!ret)
		ret = copy_data(writer, fd, info.st_size);
	close(fd);
	return ret;
}

/* Modules of the kernel's own that a case may load: bench/disk.c. */
static int put_drivers(struct writer *writer, const char *folder,
		       struct error *err)
{
	struct dirent **list = NULL;
	int count = scandir(folder, &list, NULL, alphasort), ret = 0;

	if (count < 0)
		return 0; /* a kernel of the user's has none */
	ret = put_header(writer, "drivers", S_IFDIR | 0755, 0, 0);
	for (int i = 0; i < count; i++) {
		char name[PATH_MAX], path[PATH_MAX];

		if (!ret && strstr(list[i]->d_name, ".ko") &&
		    !join_path(name, "drivers/%s", list[i]->d_name) &&
		    !join_path(path, "%s/%s", folder, list[i]->d_name))
			ret = put_file(writer, name, S_IFREG | 0644, path, err);
		free(list[i]);
	}
	free(list);
	return ret;
}

static int put_all(struct writer *writer, const struct initramfs *contents,
		   struct error *err)
{
	static const char *const folders[] = { "dev", "proc", "sys", "tmp" };
	int ret = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!ret)
			ret = put_header(writer, folders[i], S_IFDIR | 0755, 0,
					 0);
	/* The kernel opens it for init before devtmpfs is mounted. */
	if (!ret)
		ret = put_header(writer, "dev/console", S_IFCHR | 0600,
				 makedev(5, 1), 0);
	if (!ret)
		ret = put_link(writer, "frames", contents->frames);
	if (!ret)
		ret = put_file(writer, "init", S_IFREG | 0755, contents->agent,
			       err);
	if (!ret && contents->module)
		ret = put_file(writer, "mmgauge.ko", S_IFREG | 0644,
			       contents->module, err);
	if (!ret && contents->drivers)
		ret = put_drivers(writer, contents->drivers, err);
	if (!ret && contents->plan)
		ret = put_text(writer, "plan.json", contents->plan);
	if (!ret && contents->settings)
		ret = put_text(writer, "settings.json", contents->settings);
	return ret;
}

int initramfs_write(const char *path, const struct initramfs *contents,
		    struct error *err)
{
	struct writer writer = { .archive = archive_write_new() };
	int ret, error = 0;

	if (!writer.archive)
		return error_set(err, -ENOMEM, "initramfs: out of memory");
	if (err)
		err->text[0] = '\0';
	archive_write_set_format_cpio_newc(writer.archive);
	archive_write_set_bytes_in_last_block(writer.archive, 1);
	if (archive_write_open_filename(writer.archive, path) == ARCHIVE_OK)
		ret = put_all(&writer, contents, err);
	else
		ret = -EIO;
	if (ret)
		error = archive_errno(writer.archive);
	if (archive_write_close(writer.archive) != ARCHIVE_OK && !ret) {
		error = archive_errno(writer.archive);
		ret = -EIO;
	}
	archive_write_free(writer.archive);
	if (ret && (!err || !err->text[0]))
		return cache_write_error(err, error > 0 ? -error : ret, path);
	return ret;
}
