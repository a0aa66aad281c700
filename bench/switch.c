// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * switch.*: what registering for membarrier costs the switches of an mm.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

enum { REGISTERED_NONE, REGISTERED_PRIVATE, REGISTERED_SYNC_CORE };

static const struct bench_choice registered_choices[] = {
	[REGISTERED_NONE] = { "none", "never registered", 0 },
	[REGISTERED_PRIVATE] = { "private_expedited", "PRIVATE_EXPEDITED",
				 BENCH_NEEDS_MEMBARRIER },
	[REGISTERED_SYNC_CORE] = { "sync_core", "PRIVATE_EXPEDITED_SYNC_CORE",
				   BENCH_NEEDS_MEMBARRIER },
	{ NULL, NULL, 0 },
};

static const struct bench_axis use_mm_axes[] = {
	{ "registered", "what the mm is registered for with membarrier()", NULL,
	  registered_choices, 0, 0, "none,sync_core" },
	{ 0 },
};

static const struct bench_metric use_mm_metrics[] = {
	{ "operation", "one kthread_use_mm() and kthread_unuse_mm()", NULL, 0 },
	{ 0 },
};

struct use_mm_state {
	struct mmg_switch request;
};

static int use_mm_setup(struct bench *bench)
{
	static const int commands[] = {
		[REGISTERED_PRIVATE] =
			MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
		[REGISTERED_SYNC_CORE] =
			MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
	};
	struct use_mm_state *state = calloc(1, sizeof(*state));
	unsigned int registered = bench_option(bench, "registered");

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	if (registered != REGISTERED_NONE &&
	    syscall(SYS_membarrier, commands[registered], 0, 0))
		return bench_skip(bench, "cannot register %s: %s",
				  registered_choices[registered].name,
				  strerror(errno));
	return 0;
}

static uint64_t use_mm_limit(struct bench *bench)
{
	(void)bench;
	return MMG_MAX_ITERATIONS;
}

static int use_mm_run(struct bench *bench, uint64_t operations)
{
	struct use_mm_state *state = bench_state(bench);
	int ret;

	state->request = (struct mmg_switch){
		.iterations = (uint32_t)operations,
		.clock = bench_clock(bench),
	};
	ret = bench_kernel(bench, MMG_IOC_SWITCH, &state->request);
	if (ret)
		return bench_fail(bench, "kthread_use_mm: %s", strerror(-ret));
	return 0;
}

static int use_mm_finish(struct bench *bench, uint64_t operations)
{
	struct use_mm_state *state = bench_state(bench);

	bench_record(bench, 0, state->request.elapsed, operations, 1);
	if (state->request.done != operations)
		return bench_invalid(bench, "%llu of %llu switches done",
				     (unsigned long long)state->request.done,
				     (unsigned long long)operations);
	return 0;
}

static void use_mm_teardown(struct bench *bench)
{
	free(bench_state(bench));
}

static const struct bench_case kthread_use_mm = {
	.name = "switch.kthread_use_mm",
	.summary = "a kernel thread borrows the mm and gives it back",
	.axes = use_mm_axes,
	.metrics = use_mm_metrics,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = use_mm_limit,
	.setup = use_mm_setup,
	.run = use_mm_run,
	.finish = use_mm_finish,
	.teardown = use_mm_teardown,
};
BENCH_CASE(kthread_use_mm);
