// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/bench.h"
#include "kdev.h"
#include "needs.h"

static bool module_met(char *reason, size_t size)
{
	struct error err;
	int fd = kdev_open(&err);

	if (fd < 0) {
		snprintf(reason, size, "%s", err.text);
		return false;
	}
	close(fd);
	return true;
}

static bool kvm_met(char *reason, size_t size)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		snprintf(reason, size,
			 "/dev/kvm: %s: needs KVM in the kernel and access to "
			 "its device",
			 strerror(errno));
		return false;
	}
	close(fd);
	return true;
}

static bool membarrier_met(char *reason, size_t size)
{
	long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	if (commands < 0 ||
	    !(commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE)) {
		snprintf(reason, size,
			 "membarrier SYNC_CORE: %s: needs CONFIG_MEMBARRIER "
			 "and no seccomp filter on it",
			 commands < 0 ? strerror(errno) : "not offered");
		return false;
	}
	return true;
}

static bool thp_met(char *reason, size_t size)
{
	const char *path = "/sys/kernel/mm/transparent_hugepage/enabled";
	char text[128] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		ssize_t length = read(fd, text, sizeof(text) - 1);

		text[length > 0 ? length : 0] = '\0';
		close(fd);
	}
	if (*text && !strstr(text, "[never]"))
		return true;
	if (*text)
		snprintf(reason, size,
			 "transparent huge pages: never: write madvise to %s",
			 path);
	else
		snprintf(reason, size,
			 "transparent huge pages: not in this kernel: needs "
			 "CONFIG_TRANSPARENT_HUGEPAGE");
	return false;
}

static bool gup_test_met(char *reason, size_t size)
{
	const char *path = "/sys/kernel/debug/gup_test";

	if (!access(path, R_OK | W_OK))
		return true;
	snprintf(
		reason, size,
		"%s: %s: needs a kernel with CONFIG_GUP_TEST, debugfs and root",
		path, strerror(errno));
	return false;
}

const struct need needs[] = {
	{ BENCH_NEEDS_MODULE, "module", "the mmgauge kernel module",
	  module_met },
	{ BENCH_NEEDS_KVM, "kvm", "a /dev/kvm that can be opened", kvm_met },
	{ BENCH_NEEDS_MEMBARRIER, "membarrier", "membarrier() SYNC_CORE",
	  membarrier_met },
	{ BENCH_NEEDS_THP, "thp", "transparent huge pages", thp_met },
	{ BENCH_NEEDS_GUP_TEST, "gup_test", "the kernel's own gup_test",
	  gup_test_met },
	{ 0 },
};
