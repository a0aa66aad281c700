// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever a request asks for, who made it is gone within a second of SIGKILL:
 * each request at its largest, killed at some moment, by the guest's clock, and
 * under each scheduling policy.
 *
 * The callers share the trial's memory, which thus is laid out once: as many
 * pages as a request may have, in a small file mapped again and again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/memory.h"

#define FILE_PAGES 512u
#define STACK_BYTES 65536
#define LIMIT_NS 1000000000ull
#define GIVE_UP_NS (2 * LIMIT_NS)
/* It lets others run first, for up to ten ticks, and can be killed then. */
#define TURNS_BEGIN_NS 60000000

static const struct bench_choice policies[] = {
	{ "other", "callers of SCHED_OTHER", 0 },
	{ "batch", "of SCHED_BATCH", 0 },
	{ "idle", "of SCHED_IDLE", 0 },
	{ "fifo", "of SCHED_FIFO", 0 },
	{ "rr", "of SCHED_RR", 0 },
	{ NULL, NULL, 0 },
};

static const int numbers[] = { SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_FIFO,
			       SCHED_RR };

static const struct bench_axis axes[] = {
	{ "policy", "how who is killed is scheduled", NULL, policies, 0, 0,
	  "other,batch,idle,fifo,rr" },
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "slowest", "the request that took longest to die", BENCH_DIAGNOSTIC },
	{ "slowest_ns", "how long it took", BENCH_DIAGNOSTIC },
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "all of them, once", NULL, BENCH_TIMED },
	{ 0 },
};

union request {
	struct mmg_null null;
	struct mmg_mirror_add add;
	struct mmg_mirror_remove remove;
	struct mmg_fault fault;
	struct mmg_pin pin;
	struct mmg_unpin unpin;
	struct mmg_pin_memfd memfd;
	struct mmg_notifier notifier;
	struct mmg_switch turns;
	struct mmg_mkclean mkclean;
	struct mmg_references references;
	struct mmg_bind bind;
	struct mmg_samples samples;
	struct mmg_mirror_read read;
	struct mmg_info info;
};

/* A request, and the one that undoes it so that it can be made again. */
struct exercise {
	const char *name;
	unsigned long number, undo;
	union request request;
};

#define MOST .iterations = MMG_MAX_ITERATIONS
#define HOLD                                    \
	MMG_IOC_PIN, MMG_IOC_UNPIN,             \
	{                                       \
		.pin = {.iterations = 1,        \
			.pages = MMG_MAX_PAGES, \
			.batch = MMG_MAX_BATCH, \
			.flags = MMG_PIN_HOLD } \
	}
#define TURNS(flag)                                \
	MMG_IOC_SWITCH, 0,                         \
	{                                          \
		.turns = { MOST, .flags = (flag) } \
	}
#define PIN(how, most, ...)                      \
	MMG_IOC_PIN, 0,                          \
	{                                        \
		.pin = { MOST,                   \
			 .pages = MMG_MAX_PAGES, \
			 .batch = most,          \
			 .method = how,          \
			 .flags = __VA_ARGS__ }  \
	}
#define FAULT(how, with)                             \
	MMG_IOC_FAULT, 0,                            \
	{                                            \
		.fault = {                           \
			MOST,                        \
			.pages = MMG_MAX_PAGES,      \
			.batch = MMG_MAX_SLOW_BATCH, \
			.mode = how,                 \
			.flags = with                \
		}                                    \
	}
#define NOTIFIER(how)                                                  \
	MMG_IOC_NOTIFIER, 0,                                           \
	{                                                              \
		.notifier = {.kind = how, .count = MMG_MAX_NOTIFIERS } \
	}
#define MIRROR(how, pages)                               \
	MMG_IOC_MIRROR_ADD, MMG_IOC_MIRROR_REMOVE,       \
	{                                                \
		.add = {.kind = how,                     \
			.length = pages * 4096,          \
			.count = MMG_MAX_SUBSCRIPTIONS } \
	}

#define ONE(ioctl, undone, ...) \
	ioctl, undone,          \
	{                       \
		__VA_ARGS__     \
	}

static const struct exercise exercises[] = {
	{ "turns", TURNS(MMG_SWITCH_TURNS) },
	{ "turns of batch", TURNS(MMG_SWITCH_TURNS | MMG_SWITCH_BATCH) },
	{ "use_mm", TURNS(0) },
	{ "use_mm apart", TURNS(MMG_SWITCH_APART) },
	{ "null", ONE(MMG_IOC_NULL, 0, .null = { .clock = 0, MOST }) },
	{ "pin", PIN(MMG_PIN_FAST, MMG_MAX_BATCH, MMG_PIN_WRITE) },
	{ "dirty pin", PIN(MMG_PIN_LOCKED, MMG_MAX_BATCH, MMG_PIN_WRITE,
			   .unpin = MMG_UNPIN_DIRTY) },
	{ "long-term pin",
	  PIN(MMG_PIN_FAST, MMG_MAX_SLOW_BATCH, MMG_PIN_LONGTERM) },
	{ "verified pin", PIN(MMG_PIN_UNLOCKED, MMG_MAX_BATCH,
			      MMG_PIN_VERIFY | MMG_PIN_SAMPLES) },
	{ "single pins", PIN(MMG_PIN_FAST, 1, 0) },
	{ "held pins", HOLD },
	{ "get", PIN(MMG_PIN_REMOTE, MMG_MAX_BATCH, MMG_PIN_GET) },
	{ "memfd",
	  ONE(MMG_IOC_PIN_MEMFD, 0,
	      .memfd = { MOST, .pages = FILE_PAGES, .batch = FILE_PAGES }) },
	{ "fault", FAULT(MMG_FAULT_WRITE, MMG_FAULT_PER_PFN) },
	{ "fault from outside",
	  FAULT(MMG_FAULT_SNAPSHOT, MMG_FAULT_OUTSIDE | MMG_FAULT_STORE) },
	{ "verified fault", FAULT(MMG_FAULT_READ, MMG_FAULT_VERIFY) },
	{ "mkclean",
	  ONE(MMG_IOC_MKCLEAN, 0, .mkclean = { .pages = MMG_MAX_PAGES }) },
	{ "references", ONE(MMG_IOC_REFERENCES, 0,
			    .references = { .pages = MMG_MAX_PAGES }) },
	{ "intervals", MIRROR(MMG_MIRROR_INTERVAL, 512) },
	{ "mm-wide", MIRROR(MMG_MIRROR_MM, 0) },
	{ "bind",
	  ONE(MMG_IOC_BIND, MMG_IOC_UNBIND,
	      .bind = { .flags = MMG_BOND_WORK, .stop_ns = MMG_MAX_COST_NS }) },
	{ "registers", NOTIFIER(MMG_NOTIFIER_REGISTER) },
	{ "gets", NOTIFIER(MMG_NOTIFIER_GET) },
	{ "synchronizes", NOTIFIER(MMG_NOTIFIER_SYNCHRONIZE) },
	{ "samples",
	  ONE(MMG_IOC_SAMPLES, 0, .samples = { .capacity = MMG_MAX_SAMPLES }) },
	{ "read", ONE(MMG_IOC_MIRROR_READ, 0, .read = { .reset = 1 }) },
	{ "info", ONE(MMG_IOC_INFO, 0, .info = { 0 }) },
};

#define EXERCISES (sizeof(exercises) / sizeof(exercises[0]))

struct killed {
	char *pages;
	int memfd;
	char *stack;
	unsigned int attempt;
	int policy;
	pid_t pid;
	volatile int ret; /* of the caller's last request */
	volatile unsigned int calls; /* that it has begun */
	uint64_t slowest;
};

static size_t all_bytes(void)
{
	return MMG_MAX_PAGES * memory_page_size();
}

/* Read rather than written to: many pages a fault. */
static int lay_out(struct bench *bench, struct killed *killed)
{
	size_t piece = FILE_PAGES * memory_page_size(), i;

	killed->memfd = memfd_create("killed", MFD_CLOEXEC);
	if (killed->memfd < 0 || ftruncate(killed->memfd, (off_t)piece))
		return bench_fail(bench, "memfd: %s", strerror(errno));
	killed->pages =
		mmap(NULL, all_bytes(), PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	for (i = 0; i < all_bytes() && killed->pages != MAP_FAILED; i += piece)
		if (mmap(killed->pages + i, piece, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, killed->memfd,
			 0) == MAP_FAILED)
			return bench_fail(bench, "mmap: %s", strerror(errno));
	return killed->pages == MAP_FAILED ? -ENOMEM : 0;
}

static int setup(struct bench *bench)
{
	const struct sched_param first = { .sched_priority = 50 };
	struct killed *killed = calloc(1, sizeof(*killed));

	if (!killed)
		return -ENOMEM;
	bench_set_state(bench, killed);
	killed->policy = numbers[bench_option(bench, "policy")];
	killed->memfd = -1;
	killed->stack = malloc(STACK_BYTES);
	if (!killed->stack)
		return -ENOMEM;
	/* Before any caller: on one CPU it could not kill otherwise. */
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		return bench_fail(bench, "fifo: %s", strerror(errno));
	return lay_out(bench, killed);
}

static void aim(const struct killed *killed, unsigned long number,
		union request *request)
{
	switch (number) {
	case MMG_IOC_FAULT:
		request->fault.start = (uint64_t)killed->pages;
		break;
	case MMG_IOC_PIN:
		request->pin.start = (uint64_t)killed->pages;
		break;
	case MMG_IOC_PIN_MEMFD:
		request->memfd.fd = killed->memfd;
		break;
	case MMG_IOC_MKCLEAN:
		request->mkclean.start = (uint64_t)killed->pages;
		break;
	case MMG_IOC_REFERENCES:
		request->references.start = (uint64_t)killed->pages;
		break;
	case MMG_IOC_SAMPLES: /* none were taken: nothing is written */
		request->samples.buffer = (uint64_t)killed->pages;
		break;
	case MMG_IOC_MIRROR_ADD:
		if (request->add.length)
			request->add.start = (uint64_t)killed->pages;
		break;
	}
}

/* In a process of its own with our memory; never returns of itself. */
static int caller_main(void *data)
{
	struct killed *killed = data;
	const struct exercise *exercise = &exercises[killed->attempt];
	const struct sched_param param = {
		.sched_priority = killed->policy == SCHED_FIFO ||
				  killed->policy == SCHED_RR,
	};
	int device = bench_device();

	if (device < 0 || sched_setscheduler(0, killed->policy, &param))
		return 1;
	do {
		union request request = exercise->request, undo = { 0 };

		aim(killed, exercise->number, &request);
		killed->calls++;
		killed->ret = bench_device_request(device, exercise->number,
						   &request);
		if (!killed->ret && exercise->undo)
			killed->ret = bench_device_request(
				device, exercise->undo, &undo);
	} while (!killed->ret);
	return 0;
}

static void pause_ns(long ns)
{
	const struct timespec time = { .tv_nsec = ns };

	nanosleep(&time, NULL);
}

/* A caller in the midst of its request, each time at another moment. */
static int start_caller(struct bench *bench, struct killed *killed)
{
	killed->calls = 0;
	killed->ret = 0;
	killed->pid = clone(caller_main, killed->stack + STACK_BYTES,
			    CLONE_VM | SIGCHLD, killed);
	if (killed->pid < 0)
		return bench_fail(bench, "clone: %s", strerror(errno));
	for (int tries = 0; !killed->calls && tries < 10000; tries++)
		pause_ns(100000);
	if (exercises[killed->attempt].number == MMG_IOC_SWITCH)
		pause_ns(TURNS_BEGIN_NS);
	pause_ns(3000000 + killed->attempt * 7919L % 20000 * 1000);
	return 0;
}

static int kill_caller(struct bench *bench, struct killed *killed)
{
	uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC), took;
	const char *name = exercises[killed->attempt].name;
	pid_t gone;

	kill(killed->pid, SIGKILL);
	do {
		pause_ns(100000);
		gone = waitpid(killed->pid, NULL, WNOHANG);
		took = clock_nanoseconds(CLOCK_MONOTONIC) - start;
	} while (!gone && took < GIVE_UP_NS);
	if (took > killed->slowest) {
		killed->slowest = took;
		bench_fact(bench, "slowest", killed->attempt);
		bench_fact(bench, "slowest_ns", (double)took);
	}
	if (took >= LIMIT_NS)
		return bench_invalid(bench, "%s: %s after %.3f s", name,
				     gone ? "gone" : "alive", took * 1e-9);
	if (killed->ret && killed->ret != -EINTR && killed->ret != -EOPNOTSUPP)
		return bench_fail(bench, "%s: %s", name,
				  strerror(-killed->ret));
	return 0;
}

/* All of them once, in the first sample. */
static int run(struct bench *bench, uint64_t operations)
{
	struct killed *killed = bench_state(bench);
	int ret = 0;

	(void)operations;
	for (; killed->attempt < EXERCISES && !ret; killed->attempt++) {
		ret = start_caller(bench, killed);
		if (!ret)
			ret = kill_caller(bench, killed);
	}
	return ret;
}

static void teardown(struct bench *bench)
{
	struct killed *killed = bench_state(bench);

	if (killed->pages && killed->pages != MAP_FAILED)
		munmap(killed->pages, all_bytes());
	if (killed->memfd >= 0)
		close(killed->memfd);
	free(killed->stack);
	free(killed);
}

static const struct bench_case killed_case = {
	.name = "test.killed",
	.summary = "who makes a request of any size can be killed",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = bench_limit_one,
	.setup = setup,
	.run = run,
	.teardown = teardown,
};
BENCH_CASE(killed_case);
