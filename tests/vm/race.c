// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must not go wrong between mirrors and the end of things, as cases of the
 * test's own program: each sample is one attempt, and a cell is only valid if
 * every attempt ended as it must and the kernel's log has nothing to say.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/subscription.h"

enum { REMOVE_EXIT, CLOSE_EXIT, BOND_EXIT, FORK, AFTER, UNLOAD };

static const struct bench_choice exercises[] = {
	[REMOVE_EXIT] = { "remove_exit",
			  "a removal races exit; release may be called twice",
			  0 },
	[CLOSE_EXIT] = { "close_exit", "the last close races exit", 0 },
	[BOND_EXIT] = { "bond_exit", "an unbind races exit, work queued", 0 },
	[FORK] = { "fork", "a child touches its parent's mirror", 0 },
	[AFTER] = { "after", "a close when the mm is long gone", 0 },
	[UNLOAD] = { "unload", "the module is to go with a mirror alive", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{ "exercise", "what races or comes too late", NULL, exercises, 0, 0,
	  "remove_exit,close_exit,bond_exit,fork,after,unload" },
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "attempts", "so far", BENCH_DIAGNOSTIC },
	{ "released_twice", "notifiers", BENCH_STATISTICAL },
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "one attempt", NULL, BENCH_TIMED },
	{ 0 },
};

struct race {
	struct child child;
	unsigned int attempt;
	uint64_t twice;
	char *page;
};

/* Every second removal waits until the releases have begun. */
static bool release_is_awaited(const struct bench *bench)
{
	const struct race *race = bench_state(bench);

	return bench_option(bench, "exercise") == REMOVE_EXIT &&
	       race->attempt % 2;
}

static int request(struct bench *bench, int device, unsigned long number,
		   void *argument)
{
	const struct subscription own = { .device = device };

	return subscription_request(bench, &own, number, argument);
}

/*
 * Each release takes so long that a removal begun during the first ends up
 * among them, and the kernel calls one of the notifiers once more.
 */
#define LONG_RELEASE_NS 10000000
#define SHORT_RELEASE_NS 50000

static int mirror(struct bench *bench, int device, const char *page)
{
	bool awaited = release_is_awaited(bench);
	struct mmg_mirror_add wide = {
		.kind = MMG_MIRROR_MM,
		.count = 2,
		.cost_ns = awaited ? LONG_RELEASE_NS : SHORT_RELEASE_NS,
		.cost_kind = awaited ? MMG_COST_SLEEP : MMG_COST_SPIN,
	};
	struct mmg_mirror_add interval = {
		.kind = MMG_MIRROR_INTERVAL,
		.count = 2,
		.start = (uint64_t)page,
		.length = 4096,
	};
	int ret = request(bench, device, MMG_IOC_MIRROR_ADD, &wide);

	return ret ? ret :
		     request(bench, device, MMG_IOC_MIRROR_ADD, &interval);
}

static int child_mirror(struct bench *bench, struct child *child)
{
	struct race *race = bench_state(bench);
	int device = child_open_device(child);

	return device < 0 ? device : mirror(bench, device, race->page);
}

static int child_bind(struct bench *bench, struct child *child)
{
	struct mmg_bind bind = { .flags = MMG_BOND_WORK, .stop_ns = 50000 };
	int device = child_open_device(child);

	return device < 0 ? device :
			    request(bench, device, MMG_IOC_BIND, &bind);
}

static int setup(struct bench *bench)
{
	struct race *race = calloc(1, sizeof(*race));

	if (!race)
		return -ENOMEM;
	bench_set_state(bench, race);
	race->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return child_init(bench, &race->child);
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct race *race = bench_state(bench);
	unsigned int exercise = bench_option(bench, "exercise");

	(void)operations;
	race->attempt++;
	if (exercise == FORK || exercise == UNLOAD)
		return 0;
	return child_start(bench, &race->child,
			   exercise == BOND_EXIT ? child_bind : child_mirror);
}

static int await_release(struct bench *bench, int device)
{
	struct mmg_mirror_read read;
	int ret;

	do {
		memset(&read, 0, sizeof(read));
		ret = request(bench, device, MMG_IOC_MIRROR_READ, &read);
	} while (!ret && !read.releases);
	return ret;
}

/* 0 to 500 us, another at every attempt: either side gets to be first. */
static void vary(unsigned int attempt)
{
	struct timespec start, now;
	long wait = attempt * 7919L % 500000;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - start.tv_sec) * 1000000000 +
		       (now.tv_nsec - start.tv_nsec) <
	       wait);
}

static int race_removal(struct bench *bench, struct race *race, int device)
{
	struct mmg_mirror_remove remove = { 0 };
	struct mmg_mirror_read read = { 0 };
	int ret = request(bench, device, MMG_IOC_MIRROR_REMOVE, &remove);

	if (!ret)
		ret = waitpid(race->child.pid, NULL, 0) < 0 ? -errno : 0;
	race->child.pid = 0;
	if (!ret)
		ret = request(bench, device, MMG_IOC_MIRROR_READ, &read);
	if (ret)
		return ret;
	if (read.releases > 2)
		race->twice++;
	return read.subscriptions || read.releases < 2 || read.releases > 4 ?
		       bench_invalid(bench, "%llu releases of 2 notifiers",
				     (unsigned long long)read.releases) :
		       0;
}

/* The child is told to exit, and this process is quick to follow. */
static int race_exit(struct bench *bench, struct race *race)
{
	unsigned int exercise = bench_option(bench, "exercise");
	int device = race->child.shared->devices[0], ret = 0;
	struct mmg_unbind unbind = { 0 };

	if (write(race->child.start[1], "", 1) != 1)
		return -errno;
	if (release_is_awaited(bench))
		ret = await_release(bench, device);
	else
		vary(race->attempt);
	if (!ret && exercise == REMOVE_EXIT)
		return race_removal(bench, race, device);
	if (exercise == BOND_EXIT)
		ret = request(bench, device, MMG_IOC_UNBIND, &unbind);
	else
		child_close_devices(&race->child);
	if (waitpid(race->child.pid, NULL, 0) < 0)
		return -errno;
	race->child.pid = 0;
	return ret;
}

static int after_exit(struct bench *bench, struct race *race)
{
	struct mmg_mirror_read read = { 0 };
	int ret = child_end(&race->child, race->attempt % 2);

	if (!ret)
		ret = request(bench, race->child.shared->devices[0],
			      MMG_IOC_MIRROR_READ, &read);
	if (!ret && (read.releases != 2 || read.subscriptions != 4))
		return bench_invalid(bench, "%llu releases, %u subscriptions",
				     (unsigned long long)read.releases,
				     read.subscriptions);
	return ret;
}

/* The exit code tells the parent what the child was told. */
static int fork_and_touch(struct bench *bench, struct race *race)
{
	int device = bench_device(), status, ret;
	struct mmg_mirror_read read = { .reset = 1 };
	pid_t pid;

	if (device < 0)
		return device;
	ret = mirror(bench, device, race->page);
	pid = fork();
	if (!pid) {
		int told = mirror(bench, device, race->page);

		close(device);
		_exit(told == -EPERM ? 42 : 1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		ret = -errno;
	else if (WEXITSTATUS(status) != 42)
		ret = bench_invalid(bench, "a child may touch the mirror");
	*(volatile char *)race->page = 1;
	if (!ret)
		ret = request(bench, device, MMG_IOC_MIRROR_READ, &read);
	madvise(race->page, 4096, MADV_DONTNEED);
	if (!ret)
		ret = request(bench, device, MMG_IOC_MIRROR_READ, &read);
	if (!ret && read.callbacks != 4)
		ret = bench_invalid(bench, "the child's close ended the "
					   "mirror");
	close(device);
	return ret;
}

static int unload(struct bench *bench, struct race *race)
{
	int device = bench_device(), ret;
	struct mmg_info info = { 0 };

	if (device < 0)
		return device;
	ret = mirror(bench, device, race->page);
	if (!ret && (!syscall(SYS_delete_module, MMG_DEVICE, O_NONBLOCK) ||
		     errno != EAGAIN))
		ret = bench_invalid(bench, "the module went: %s",
				    strerror(errno));
	if (!ret)
		ret = request(bench, device, MMG_IOC_INFO, &info);
	close(device);
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct race *race = bench_state(bench);

	(void)operations;
	switch (bench_option(bench, "exercise")) {
	case FORK:
		return fork_and_touch(bench, race);
	case AFTER:
		return after_exit(bench, race);
	case UNLOAD:
		return unload(bench, race);
	default:
		return race_exit(bench, race);
	}
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct race *race = bench_state(bench);

	(void)operations;
	child_close_devices(&race->child);
	bench_fact(bench, "attempts", race->attempt);
	bench_fact(bench, "released_twice", (double)race->twice);
	return 0;
}

static uint64_t limit(struct bench *bench)
{
	(void)bench;
	return 1;
}

/* A debugging kernel has found something: the whole of it is on the console. */
static int check_log(struct bench *bench)
{
	static const char *const words[] = { "BUG:", "WARNING:", "KASAN:",
					     "INFO: task ", "Oops" };
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8192];
	int ret = 0;

	while (fd >= 0 && !ret) {
		ssize_t length = read(fd, record, sizeof(record) - 1);

		if (length <= 0)
			break;
		record[length] = '\0';
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strstr(record, words[i]))
				ret = bench_invalid(bench, "kernel log: %.200s",
						    record);
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

static int check_leaks(struct bench *bench)
{
	int fd = open("/sys/kernel/debug/kmemleak", O_RDWR | O_CLOEXEC);
	char text[2048];
	ssize_t length = 0;

	if (fd < 0)
		return 0;
	/* An object counts as lost once it has been so for 5 s. */
	for (int i = 0; i < 2; i++) {
		sleep(6);
		if (write(fd, "scan", 4) != 4)
			break;
	}
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	return strstr(text, "mmgauge") ?
		       bench_invalid(bench, "kmemleak: %.800s", text) :
		       0;
}

static int check(struct bench *bench)
{
	int ret = check_log(bench);

	return ret ? ret : check_leaks(bench);
}

static void teardown(struct bench *bench)
{
	struct race *race = bench_state(bench);

	child_free(&race->child);
	munmap(race->page, 4096);
	free(race);
}

static const struct bench_case race_case = {
	.name = "test.race",
	.summary = "ends that come at the wrong time",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = limit,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(race_case);
