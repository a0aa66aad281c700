// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What mmgauge_uapi.h promises of every request: who may not ask and reserved
 * fields are refused, what was refused is as it was, and long-term pins count
 * as their owner's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/memory.h"

#define LOCKED_PAGES 16

static const struct bench_metric metrics[] = {
	{ "operation", "all promises looked at, once", NULL, BENCH_TIMED },
	{ 0 },
};

struct promise {
	const char *name;
	unsigned long number;
	size_t size;
	size_t hole_end; /* behind reserved0, 0: it has none */
	size_t reserved;
};

#define PLAIN(NUMBER, type)                                       \
	{                                                         \
		.name = #type, .number = MMG_IOC_##NUMBER,        \
		.size = sizeof(struct mmg_##type),                \
		.reserved = offsetof(struct mmg_##type, reserved) \
	}
#define HOLED(NUMBER, type)                                             \
	{                                                               \
		.name = #type, .number = MMG_IOC_##NUMBER,              \
		.size = sizeof(struct mmg_##type),                      \
		.hole_end = offsetof(struct mmg_##type, reserved0) + 4, \
		.reserved = offsetof(struct mmg_##type, reserved)       \
	}

static const struct promise promises[] = {
	PLAIN(INFO, info),
	PLAIN(NULL, null),
	PLAIN(MIRROR_ADD, mirror_add),
	PLAIN(MIRROR_REMOVE, mirror_remove),
	PLAIN(MIRROR_READ, mirror_read),
	HOLED(FAULT, fault),
	HOLED(PIN, pin),
	PLAIN(UNPIN, unpin),
	HOLED(NOTIFIER, notifier),
	HOLED(SWITCH, switch),
	HOLED(SAMPLES, samples),
	PLAIN(PIN_MEMFD, pin_memfd),
	PLAIN(MKCLEAN, mkclean),
	PLAIN(BIND, bind),
	HOLED(UNBIND, unbind),
	HOLED(BOND_READ, bond_read),
	HOLED(REFERENCES, references),
};

/* The request must give @wanted and be what it was. */
static int refuse(struct bench *bench, int device, const char *name,
		  unsigned long number, void *request, size_t size, int wanted)
{
	unsigned char before[512];
	int ret;

	memcpy(before, request, size);
	ret = bench_device_request(device, number, request);
	if (ret != wanted)
		return bench_invalid(bench, "%s: %s, not %s", name,
				     strerror(-ret), strerror(-wanted));
	if (memcmp(before, request, size))
		return bench_invalid(bench, "%s: changed after %s", name,
				     strerror(-wanted));
	return 0;
}

static int check_reserved(struct bench *bench, int device,
			  const struct promise *promise)
{
	unsigned char request[512];
	int ret = 0;

	for (size_t at = promise->reserved; at < promise->size && !ret;
	     at += 8) {
		memset(request, 0x5a, sizeof(request));
		memset(request + promise->reserved, 0,
		       promise->size - promise->reserved);
		if (promise->hole_end)
			memset(request + promise->hole_end - 4, 0, 4);
		request[at + 7] = 1;
		ret = refuse(bench, device, promise->name, promise->number,
			     request, promise->size, -EINVAL);
	}
	if (ret || !promise->hole_end)
		return ret;
	memset(request, 0x5a, promise->reserved);
	memset(request + promise->reserved, 0,
	       promise->size - promise->reserved);
	return refuse(bench, device, promise->name, promise->number, request,
		      promise->size, -EINVAL);
}

/* In a child, which has the file but is not its owner. */
static int check_stranger(struct bench *bench, int device)
{
	struct mmg_fault fault = { .elapsed = 1, .gone = 2, .pages = 1 };
	struct mmg_pin pin = { .pin_elapsed = 1, .calls = 2 };
	int ret = refuse(bench, device, "fault", MMG_IOC_FAULT, &fault,
			 sizeof(fault), -EPERM);

	return ret ? ret :
		     refuse(bench, device, "pin", MMG_IOC_PIN, &pin,
			    sizeof(pin), -EPERM);
}

static int check_samples(struct bench *bench, int device, char *pages)
{
	struct mmg_samples samples = {
		.capacity = 1,
		.buffer = 8, /* never mapped */
		.count = 77,
	};
	struct mmg_pin pin = {
		.start = (uint64_t)pages,
		.pages = 1,
		.batch = 1,
		.iterations = 1,
		.flags = MMG_PIN_SAMPLES,
	};
	int ret = bench_device_request(device, MMG_IOC_PIN, &pin);

	if (ret)
		return bench_fail(bench, "pin: %s", strerror(-ret));
	return refuse(bench, device, "samples", MMG_IOC_SAMPLES, &samples,
		      sizeof(samples), -EFAULT);
}

/* VmPin of this process, in KiB. */
static long pinned_kib(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	long kib = -1;

	while (file && kib < 0 && fgets(line, sizeof(line), file))
		sscanf(line, "VmPin: %ld", &kib);
	if (file)
		fclose(file);
	return kib;
}

/* One capability of this process less, for good. */
static int give_up(struct bench *bench, unsigned int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		return bench_fail(bench, "capget: %s", strerror(errno));
	data[capability / 32].effective &= ~(1u << capability % 32);
	data[capability / 32].permitted &= ~(1u << capability % 32);
	if (syscall(SYS_capset, &header, data))
		return bench_fail(bench, "capset: %s", strerror(errno));
	return 0;
}

/* In a child that owns the file, but may not have opened it any more. */
static int check_capability(struct bench *bench)
{
	struct mmg_null null = { .elapsed = 77 };
	unsigned char request[512];
	int device = bench_device(), ret = give_up(bench, CAP_SYS_ADMIN);

	memset(request, 0x5a, sizeof(request));
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]) && !ret;
	     i++)
		ret = refuse(bench, device, promises[i].name,
			     promises[i].number, request, promises[i].size,
			     -EPERM);
	if (!ret)
		ret = refuse(bench, device, "no request", _IO('m', 255),
			     request, 0, -EPERM);
	return ret ? ret :
		     refuse(bench, device, "null", MMG_IOC_NULL, &null,
			    sizeof(null), -EPERM);
}

/* In a child of its own, which gives its privilege up. */
static int check_limit(struct bench *bench, char *pages)
{
	const struct rlimit limit = {
		LOCKED_PAGES * memory_page_size(),
		LOCKED_PAGES * memory_page_size(),
	};
	long kib = (long)(LOCKED_PAGES * memory_page_size() / 1024);
	struct mmg_pin pin = {
		.start = (uint64_t)pages,
		.pages = LOCKED_PAGES + 1,
		.batch = 1,
		.iterations = 1,
		.flags = MMG_PIN_LONGTERM | MMG_PIN_WRITE | MMG_PIN_HOLD,
	};
	struct mmg_unpin unpin = { 0 };
	int device = bench_device();

	if (setrlimit(RLIMIT_MEMLOCK, &limit))
		return bench_fail(bench, "setrlimit: %s", strerror(errno));
	if (give_up(bench, CAP_IPC_LOCK))
		return -EIO;
	if (bench_device_request(device, MMG_IOC_PIN, &pin) != -ENOMEM ||
	    pinned_kib())
		return bench_invalid(bench, "pinned past the limit");
	pin.pages = LOCKED_PAGES;
	if (bench_device_request(device, MMG_IOC_PIN, &pin) ||
	    pinned_kib() != kib)
		return bench_invalid(bench, "%ld KiB, not %ld", pinned_kib(),
				     kib);
	if (bench_device_request(device, MMG_IOC_UNPIN, &unpin) || pinned_kib())
		return bench_invalid(bench, "still %ld KiB", pinned_kib());
	return 0;
}

static int in_child(struct bench *bench, int device, char *pages)
{
	static const char *const failures[] = {
		"?", "a stranger's request was not left alone",
		"long-term pins are not accounted",
		"it answers who has not the capability"
	};
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(check_stranger(bench, device) ? 1 :
		      check_limit(bench, pages)	    ? 2 :
		      check_capability(bench)	    ? 3 :
						      0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return bench_fail(bench, "fork: %s", strerror(errno));
	if (!status)
		return 0;
	return bench_invalid(
		bench, "%s",
		failures[WIFEXITED(status) ? WEXITSTATUS(status) : 0]);
}

static int run(struct bench *bench, uint64_t operations)
{
	size_t length = (LOCKED_PAGES + 1) * memory_page_size();
	char *pages = mmap(NULL, length, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int device = bench_device(), ret = 0;

	(void)operations;
	if (device < 0 || pages == MAP_FAILED)
		return bench_fail(bench, "cannot set out");
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]) && !ret;
	     i++)
		ret = check_reserved(bench, device, &promises[i]);
	if (!ret)
		ret = check_samples(bench, device, pages);
	if (!ret)
		ret = in_child(bench, device, pages);
	close(device);
	munmap(pages, length);
	return ret;
}

static const struct bench_case contract_case = {
	.name = "test.contract",
	.summary = "what the interface of the module promises",
	.metrics = metrics,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = bench_limit_one,
	.run = run,
};
BENCH_CASE(contract_case);
