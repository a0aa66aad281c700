// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "subject.h"

#define PAGE 4096ull

static void *answer(void *data)
{
	int fd = (int)(intptr_t)data;
	struct uffd_msg message;

	while (read(fd, &message, sizeof(message)) == sizeof(message)) {
		struct uffdio_zeropage zero = {
			.range.start =
				message.arg.pagefault.address & ~(PAGE - 1),
			.range.len = PAGE,
		};

		if (message.event != UFFD_EVENT_PAGEFAULT)
			continue;
		usleep(200);
		if (ioctl(fd, UFFDIO_ZEROPAGE, &zero))
			ioctl(fd, UFFDIO_WAKE, &zero.range);
	}
	return NULL;
}

/* Without userfaultfd, or without threads, the zone is as any other. */
int asked_start(bool lazy)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range.start = ARENA + ZONE_ASKED * ZONE_BYTES,
		.range.len = ZONE_BYTES,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	pthread_t thread;

	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range) ||
	    (!lazy &&
	     pthread_create(&thread, NULL, answer, (void *)(intptr_t)fd))) {
		close(fd);
		return -1;
	}
	if (!lazy)
		pthread_detach(thread);
	return fd;
}
