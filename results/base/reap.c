// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reap.h"

/* Gigabytes of a guest are given back meanwhile, on a host that is busy. */
#define BURIAL_SECONDS 60.0

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int reap(pid_t pid, double seconds, int *status)
{
	struct pollfd end = { .fd = (int)syscall(SYS_pidfd_open, pid, 0),
			      .events = POLLIN };
	double deadline = now() + seconds, left;
	int ret = end.fd < 0 ? -errno : -ETIMEDOUT;
	pid_t got;

	while (end.fd >= 0 && (left = deadline - now()) > 0) {
		int ready = poll(&end, 1, (int)(left * 1000) + 1);

		if (ready < 0 && errno == EINTR)
			ret = -EINTR;
		if (ready)
			break;
	}
	if (end.fd >= 0)
		close(end.fd);
	got = waitpid(pid, status, WNOHANG);
	if (got < 0)
		return -errno;
	return got ? 0 : ret;
}

int reap_killed(pid_t pid, int *status)
{
	double deadline = now() + BURIAL_SECONDS;
	int ret;

	kill(pid, SIGKILL);
	do {
		ret = reap(pid, deadline - now(), status);
	} while (ret == -EINTR && now() < deadline);
	return ret;
}
