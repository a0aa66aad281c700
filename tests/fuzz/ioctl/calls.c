// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "board.h"
#include "cover.h"
#include "random.h"
#include "subject.h"

#define DEVICE "/dev/" MMG_DEVICE

/* The @nth allocation of the next call of this thread fails. */
static int fail_begin(unsigned int nth)
{
	int fd = nth ? open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC) :
		       -1;
	char text[8];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (fd >= 0 && write(fd, text, length) != length) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void fail_end(int fd)
{
	char left[16] = "";

	if (fd < 0)
		return;
	if (pread(fd, left, sizeof(left) - 1, 0) > 0 && left[0] == '0')
		board->failures++;
	(void)!pwrite(fd, "0", 1, 0);
	close(fd);
}

static int request(int fd, unsigned long number, size_t kind, void *argument)
{
	int ret = ioctl(fd, number, argument) ? -errno : 0;

	board->ioctls++;
	board->kinds[kind].made++;
	if (!ret)
		board->kinds[kind].taken++;
	return ret;
}

/*
 * Where the arguments are: on the stack, or in memory of the arena, which may
 * not be there, or be asked for while it is read.
 */
static void *place(const struct subject *subject, struct random *random,
		   void *own, const void *argument)
{
	uint64_t zone = random_below(random, ZONE_GAP);
	uint64_t at = subject->targets.arena + (zone + 1) * ZONE_BYTES - 4096;

	memcpy(own, argument, REQUEST_BYTES);
	if (!random_one_in(random, 30))
		return own;
	/* Across the end of a page now and then. */
	at += random_one_in(random, 2) ? 4096 - 40 : 128;
	return (void *)at;
}

static void make_request(struct subject *subject, const struct call *call)
{
	const struct request_kind *kind = requests_kind(call->request);
	struct random random = { call->seed };
	char argument[REQUEST_BYTES], own[REQUEST_BYTES];
	unsigned long number = kind->number;
	int fd = subject->files[call->file];

	requests_fill(kind, call->seed, call->tweak, call->other,
		      &subject->targets, argument);
	if (random_one_in(&random, 200))
		number ^= 1ul << random_below(&random, 32);
	/* Again and again, so that others come in between. */
	for (unsigned int i = 0; i <= call->times; i++)
		if (request(fd, number, call->request,
			    place(subject, &random, own, argument)) == -EINTR)
			break;
}

void calls_some(const struct targets *targets, int fd, uint64_t seed,
		unsigned int count)
{
	struct random random = { seed };
	char argument[REQUEST_BYTES];

	while (count--) {
		uint64_t index = random_below(&random, requests_count());
		const struct request_kind *kind = requests_kind(index);

		requests_fill(kind, random_next(&random), 255, 0, targets,
			      argument);
		request(fd, kind->number, index, argument);
	}
}

static void put_file(struct subject *subject, unsigned int file, int fd)
{
	int before = fd < 0 ? fd : atomic_exchange(&subject->files[file], fd);

	if (before >= 0)
		close(before);
}

static void use_cpu(uint64_t seed)
{
	static const int policies[] = { SCHED_OTHER, SCHED_BATCH, SCHED_IDLE,
					SCHED_FIFO, SCHED_RR };
	struct random random = { seed };
	struct sched_param param = { 0 };
	cpu_set_t set;
	int policy;

	if (random_one_in(&random, 2)) {
		CPU_ZERO(&set);
		CPU_SET(random_below(&random, 2), &set);
		sched_setaffinity(0, sizeof(set), &set);
		return;
	}
	policy = policies[random_below(&random, COUNT(policies))];
	param.sched_priority = policy == SCHED_FIFO || policy == SCHED_RR;
	sched_setscheduler(0, policy, &param);
}

/* Of this thread alone: privileges are a thread's for the kernel. */
static void give_up(unsigned int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return;
	data[capability / 32].effective &= ~(1u << capability % 32);
	syscall(SYS_capset, &header, data);
}

static void use_limits(uint64_t seed)
{
	struct rlimit limit = { seed % 64 * 4096, RLIM_INFINITY };

	if (seed % 3)
		setrlimit(RLIMIT_MEMLOCK, &limit);
	if (!(seed % 3))
		give_up(CAP_IPC_LOCK);
	if (!(seed % 16))
		give_up(CAP_SYS_ADMIN);
}

static void make(struct subject *subject, const struct call *call)
{
	int fd = subject->files[call->file];

	switch (call->kind) {
	case CALL_REQUEST:
		make_request(subject, call);
		break;
	case CALL_OPEN:
		put_file(subject, call->file, open(DEVICE, O_RDWR));
		break;
	case CALL_CLOSE:
		fd = atomic_exchange(&subject->files[call->file], -1);
		if (fd >= 0)
			close(fd);
		break;
	case CALL_DUP:
		put_file(subject, call->seed % PROGRAM_FILES, dup(fd));
		break;
	case CALL_SEND:
		partner_send(subject, fd, call->seed);
		break;
	case CALL_MEMORY:
		arena_call(subject, call->seed);
		break;
	case CALL_TOUCH:
		arena_touch(call->seed);
		break;
	case CALL_FORK:
	case CALL_EXEC:
		others_fork(subject, call->seed, call->kind == CALL_EXEC);
		break;
	case CALL_CPU:
		use_cpu(call->seed);
		break;
	case CALL_LIMITS:
		use_limits(call->seed);
		break;
	}
}

void calls_make(struct subject *subject, const struct call *call,
		unsigned int thread)
{
	int fail = fail_begin(call->fail);

	make(subject, call);
	fail_end(fail);
	if (cover_collect(thread))
		*subject->found = true;
}
