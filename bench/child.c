// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "subscription.h"

int child_init(struct bench *bench, struct child *child)
{
	void *shared;

	memset(child, 0, sizeof(*child));
	child->start[0] = child->start[1] = -1;
	shared = mmap(NULL, sizeof(*child->shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return bench_fail(bench, "mmap: %s", strerror(errno));
	child->shared = shared;
	return pipe2(child->start, O_CLOEXEC) ?
		       bench_fail(bench, "pipe: %s", strerror(errno)) :
		       0;
}

static _Noreturn void child_main(struct bench *bench, struct child *child,
				 int (*setup)(struct bench *bench,
					      struct child *child))
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	child->shared->ret = setup(bench, child);
	syscall(SYS_kill, syscall(SYS_getpid), SIGSTOP);
	_exit(read(child->start[0], &byte, 1) != 1);
}

int child_start(struct bench *bench, struct child *child,
		int (*setup)(struct bench *bench, struct child *child))
{
	child->shared->ret = 0;
	child->shared->count = 0;
	child->pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL,
				    NULL, NULL, 0);
	if (!child->pid)
		child_main(bench, child, setup);
	/* It stops when it is ready, then goes on to wait for its byte. */
	if (child->pid < 0 ||
	    waitpid(child->pid, NULL, WUNTRACED) != child->pid)
		return bench_fail(bench, "cannot clone: %s", strerror(errno));
	kill(child->pid, SIGCONT);
	usleep(1000);
	if (child->shared->ret)
		return bench_fail(bench, "the child cannot subscribe: %s",
				  strerror(-child->shared->ret));
	return 0;
}

int child_open_device(struct child *child)
{
	struct child_shared *shared = child->shared;
	int device = bench_device();

	if (device >= 0)
		shared->devices[shared->count++] = device;
	return device;
}

int child_end(struct child *child, bool killed)
{
	if (killed ? kill(child->pid, SIGKILL) :
		     write(child->start[1], "", 1) != 1)
		return -errno;
	if (waitpid(child->pid, NULL, 0) != child->pid)
		return -errno;
	child->pid = 0;
	return 0;
}

void child_close_devices(struct child *child)
{
	while (child->shared->count)
		close(child->shared->devices[--child->shared->count]);
}

void child_free(struct child *child)
{
	if (child->pid > 0)
		child_end(child, true);
	if (child->shared) {
		child_close_devices(child);
		munmap(child->shared, sizeof(*child->shared));
	}
	for (int i = 0; i < 2; i++)
		if (child->start[i] >= 0)
			close(child->start[i]);
}
