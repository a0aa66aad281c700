// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zlib.h>

#include "disk.h"
#include "memory.h"
#include "ours.h"

#define GUEST_PATH "/disk"
#define GUEST_DEVICE "/dev/ram0"

/*
 * The beginning of the agent's ext4, gzip, and how large it is with the zeros
 * that follow; the program on the host carries none.
 */
extern const unsigned char disk_image[] __attribute__((weak));
extern const unsigned char disk_image_end[] __attribute__((weak));
extern const unsigned int disk_mib __attribute__((weak));

static int load_driver(const char *name, const char *parameters)
{
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/drivers/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0; /* built in, or not needed by this kernel */
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret == -EEXIST ? 0 : ret;
}

/* In the order in which they need each other. */
int disk_drivers(struct bench *bench)
{
	static const struct {
		const char *name, *parameters;
	} drivers[] = {
		{ "crc16", "" },   { "crc32c_generic", "" },
		{ "mbcache", "" }, { "jbd2", "" },
		{ "ext4", "" },	   { "brd", "rd_nr=2 rd_size=65536" },
	};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		int ret = load_driver(drivers[i].name, drivers[i].parameters);

		if (ret)
			return bench_skip(bench, "cannot load %s: %s",
					  drivers[i].name, strerror(-ret));
	}
	return 0;
}

static bool is_zero(const char *bytes, size_t count)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, count - 1);
}

/* A fresh RAM disk reads zero: only the other blocks are written. */
static int unpack_image(int device)
{
	z_stream stream = {
		.next_in = (unsigned char *)disk_image,
		.avail_in = (unsigned int)(disk_image_end - disk_image),
	};
	char block[4096];
	off_t at = 0;
	int status = inflateInit2(&stream, 16 + MAX_WBITS);

	while (status == Z_OK) {
		stream.next_out = (unsigned char *)block;
		stream.avail_out = sizeof(block);
		status = inflate(&stream, Z_NO_FLUSH);
		if (status != Z_OK && status != Z_STREAM_END)
			break;
		if (!stream.avail_out && !is_zero(block, sizeof(block)) &&
		    pwrite(device, block, sizeof(block), at) != sizeof(block))
			status = Z_ERRNO;
		at += sizeof(block);
	}
	inflateEnd(&stream);
	return status == Z_STREAM_END ? 0 : -EIO;
}

/* The size is the kernel's CONFIG_BLK_DEV_RAM_SIZE, unless it is told. */
static int fill_device(struct bench *bench)
{
	int device = open(GUEST_DEVICE, O_RDWR | O_CLOEXEC), ret;
	off_t room, bytes = (off_t)disk_mib << 20;

	if (device < 0)
		return bench_skip(bench,
				  GUEST_DEVICE ": %s: needs CONFIG_BLK_DEV_RAM",
				  strerror(errno));
	room = lseek(device, 0, SEEK_END);
	ret = room < bytes ? -ENOSPC : unpack_image(device);
	close(device);
	if (ret == -ENOSPC)
		return bench_skip(
			bench,
			GUEST_DEVICE " has %lld KiB and %lld are "
				     "needed: boot with brd.rd_size=65536",
			(long long)room >> 10, (long long)bytes >> 10);
	return ret ? bench_fail(bench, "cannot write the disk's image") : 0;
}

/* Once a boot: the first cell that asks makes it for all. */
static int mount_guest(struct bench *bench)
{
	struct statfs info;
	int ret;

	if (!statfs(GUEST_PATH, &info) && info.f_type == EXT4_SUPER_MAGIC)
		return 0;
	if (!disk_image)
		return bench_skip(bench, "no image of a file system in the "
					 "agent: build it with mke2fs there");
	ret = disk_drivers(bench);
	if (ret)
		return ret;
	ret = fill_device(bench);
	if (ret)
		return ret;
	if (mkdir(GUEST_PATH, 0755) && errno != EEXIST)
		return bench_fail(bench, GUEST_PATH ": %s", strerror(errno));
	if (mount(GUEST_DEVICE, GUEST_PATH, "ext4", MS_NOATIME, NULL))
		return bench_skip(bench,
				  "cannot mount ext4: %s: needs "
				  "CONFIG_EXT4_FS",
				  strerror(errno));
	return 0;
}

static const char *folder(void)
{
	const char *temporary = getenv("TMPDIR");

	if (system_is_ours())
		return GUEST_PATH;
	return temporary && *temporary ? temporary : "/var/tmp";
}

static int check_type(struct bench *bench, int fd)
{
	struct statfs info;

	if (fstatfs(fd, &info))
		return bench_fail(bench, "%s: %s", folder(), strerror(errno));
	/* An overlay's pages belong to the file below, which is not seen. */
	if (info.f_type == TMPFS_MAGIC || info.f_type == OVERLAYFS_SUPER_MAGIC)
		return bench_skip(bench,
				  "%s is not on a disk's file system: set "
				  "TMPDIR to a folder on ext4 or xfs",
				  folder());
	return 0;
}

int disk_file(struct bench *bench, size_t length, int *fd)
{
	int ret = system_is_ours() ? mount_guest(bench) : 0;

	if (ret)
		return ret;
	*fd = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd < 0)
		return bench_skip(bench, "%s: no unnamed file: %s", folder(),
				  strerror(errno));
	ret = check_type(bench, *fd);
	if (ret)
		return ret;
	ret = posix_fallocate(*fd, 0, (off_t)length);
	if (ret)
		return bench_skip(bench, "%s: no room for %zu bytes: %s",
				  folder(), length, strerror(ret));
	return 0;
}
