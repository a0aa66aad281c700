// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kdev.h"

#define DEVICE "/dev/" MMG_DEVICE

int kdev_request(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

int kdev_open(struct error *err)
{
	struct mmg_info info = { 0 };
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	int ret;

	if (fd < 0 && (errno == ENOENT || errno == ENXIO))
		return error_set(err, -ENOENT,
				 DEVICE ": the module is not loaded: run "
					"`mmgauge module load`, or measure in "
					"a guest with --on vm:deb:VERSION");
	if (fd < 0)
		return error_set(err, -errno,
				 DEVICE ": %s: run as root (CAP_SYS_ADMIN)",
				 strerror(errno));
	ret = kdev_request(fd, MMG_IOC_INFO, &info);
	if (!ret && info.abi == MMG_ABI)
		return fd;
	close(fd);
	return error_set(err, -EPROTO,
			 DEVICE ": ABI %u, this program speaks %u: rebuild and "
				"reload with `mmgauge module load`",
			 info.abi, MMG_ABI);
}
