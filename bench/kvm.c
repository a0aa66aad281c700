// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.kvm_notifier: the cost of a real driver's mm-wide notifier on a
 * kernel that loads no module. Every KVM_CREATE_VM registers one
 * (kvm_init_mmu_notifier()); the VMs have no memory and never run.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

#define ARENA_BYTES (16ul << 20) /* 4096 pages, the largest range */
#define MAX_VMS 64

static const struct bench_axis axes[] = {
	{
		.name = "vms",
		.help = "KVM virtual machines, one mm-wide notifier each",
		.unit = "",
		.max = MAX_VMS,
		.values = "0,1,3",
	},
	{
		.name = "range",
		.help = "pages a call invalidates",
		.unit = "page",
		.min = 1,
		.max = 4096,
		.values = "1",
	},
	{ 0 },
};

static const struct bench_fact facts[] = {
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "MADV_DONTNEED of populated memory", NULL, BENCH_TIMED },
	{ 0 },
};

struct kvm_state {
	struct memory memory;
	size_t range;
	int vms[MAX_VMS];
	unsigned int count;
};

static int create_vms(struct bench *bench, struct kvm_state *state)
{
	uint64_t wanted = bench_number(bench, "vms");
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int ret = 0;

	if (kvm < 0)
		return bench_skip(bench, "cannot open /dev/kvm: %s",
				  strerror(errno));
	while (state->count < wanted) {
		int vm = ioctl(kvm, KVM_CREATE_VM, 0ul);

		if (vm < 0) {
			ret = bench_fail(bench, "KVM_CREATE_VM number %u: %s",
					 state->count, strerror(errno));
			break;
		}
		state->vms[state->count++] = vm;
	}
	close(kvm);
	return ret;
}

static int setup(struct bench *bench)
{
	struct kvm_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	state->range = bench_number(bench, "range") * memory_page_size();
	ret = memory_map(bench, &state->memory, MEMORY_4K, ARENA_BYTES);
	if (!ret)
		ret = memory_populate(bench, &state->memory, ARENA_BYTES);
	if (!ret)
		ret = memory_verify(bench, &state->memory, ARENA_BYTES);
	/* The baseline never opens /dev/kvm: no notifier ever. */
	if (!ret && bench_number(bench, "vms"))
		ret = create_vms(bench, state);
	return ret;
}

static uint64_t limit(struct bench *bench)
{
	struct kvm_state *state = bench_state(bench);

	return state->memory.length / state->range;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct kvm_state *state = bench_state(bench);

	return memory_populate(bench, &state->memory,
			       operations * state->range);
}

static int run(struct bench *bench, uint64_t operations)
{
	struct kvm_state *state = bench_state(bench);
	char *at = state->memory.start;

	for (; operations; operations--, at += state->range)
		if (madvise(at, state->range, MADV_DONTNEED))
			return -errno;
	return 0;
}

static int check(struct bench *bench)
{
	struct kvm_state *state = bench_state(bench);
	int ret = memory_populate(bench, &state->memory, ARENA_BYTES);

	if (!ret)
		ret = memory_verify(bench, &state->memory, ARENA_BYTES);
	return ret;
}

static void teardown(struct bench *bench)
{
	struct kvm_state *state = bench_state(bench);

	while (state->count)
		close(state->vms[--state->count]);
	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case kvm_notifier = {
	.name = "invalidate.kvm_notifier",
	.summary = "MADV_DONTNEED under KVM's own mm-wide notifiers",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_KVM,
	.limit = limit,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(kvm_notifier);
