// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lifetime.notifier_*, .synchronize: the life of a mm-wide notifier, from
 * which each case takes the part that it is about.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lifetime.h"

/* What a request of the module tells, in the order of no case's metrics. */
enum part { PART_FIRST, PART_REPEAT, PART_RELEASE, PART_SYNCHRONIZE, PARTS };

struct life {
	struct lifetime common;
	enum mmg_notifier_kind kind;
	const int *metrics; /* of each part, or -1 */
	struct mmg_notifier request;
};

static int life_setup(struct bench *bench, enum mmg_notifier_kind kind,
		      const int *metrics)
{
	struct life *life = calloc(1, sizeof(*life));

	if (!life)
		return -ENOMEM;
	life->kind = kind;
	life->metrics = metrics;
	bench_set_state(bench, life);
	return lifetime_setup(bench, &life->common);
}

static int life_prepare(struct bench *bench, uint64_t operations)
{
	struct life *life = bench_state(bench);

	(void)operations;
	lifetime_before(&life->common);
	return 0;
}

static int life_run(struct bench *bench, uint64_t operations)
{
	struct life *life = bench_state(bench);
	int ret;

	(void)operations;
	life->request = (struct mmg_notifier){
		.kind = life->kind,
		.count = (uint32_t)bench_number(bench, "count"),
		.clock = bench_clock(bench),
	};
	ret = bench_kernel(bench, MMG_IOC_NOTIFIER, &life->request);
	if (ret)
		return bench_fail(bench, "the life of a notifier: %s",
				  strerror(-ret));
	return 0;
}

static void life_record(struct bench *bench, enum part part, uint64_t elapsed,
			uint64_t units, uint64_t intervals)
{
	const struct life *life = bench_state(bench);

	if (life->metrics[part] >= 0 && units)
		bench_record(bench, (unsigned int)life->metrics[part], elapsed,
			     units, intervals);
}

static int life_finish(struct bench *bench, uint64_t operations)
{
	struct life *life = bench_state(bench);
	const struct mmg_notifier *did = &life->request;
	uint64_t freed = life->kind == MMG_NOTIFIER_GET;
	bool synchronize = life->kind == MMG_NOTIFIER_SYNCHRONIZE;

	(void)operations;
	lifetime_after(bench, &life->common);
	life_record(bench, PART_FIRST, did->first_elapsed, 1, 1);
	life_record(bench, PART_REPEAT, did->repeat_elapsed, did->count - 1,
		    did->count - 1);
	life_record(bench, PART_RELEASE, did->release_elapsed, did->count, 1);
	life_record(bench, PART_SYNCHRONIZE, did->synchronize_elapsed,
		    synchronize ? did->count : 1, 1);
	bench_count(bench, "freed", (double)did->freed);
	if (did->freed != freed)
		return bench_invalid(bench, "%llu notifiers freed, not %llu",
				     (unsigned long long)did->freed,
				     (unsigned long long)freed);
	return 0;
}

static void life_teardown(struct bench *bench)
{
	struct life *life = bench_state(bench);

	lifetime_teardown(&life->common);
	free(life);
}

/* A case that is nothing but waiting has nothing on the instruction clock. */
static int needs_wall(struct bench *bench)
{
	if (!bench_counts_instructions(bench))
		return 0;
	return bench_skip(bench, "waits for a grace period: no instruction "
				 "count, use --clock wall");
}

static const struct bench_fact facts[] = {
	LIFETIME_FACTS,
	{ "freed", "notifiers freed by callback", BENCH_EXACT },
	{ 0 },
};

#define LIFE_CASE                                                 \
	.facts = facts, .needs = BENCH_NEEDS_MODULE,              \
	.yields = true, /* it waits */                            \
		.limit = lifetime_limit, .prepare = life_prepare, \
	.run = life_run, .finish = life_finish, .teardown = life_teardown

/* --- mmu_notifier_get --- */

static const struct bench_axis get_axes[] = {
	LIFETIME_AXES,
	{
		.name = "count",
		.help = "gets of one notifier",
		.unit = "",
		.min = 1,
		.max = MMG_MAX_NOTIFIERS,
		.values = "8",
	},
	{ 0 },
};

static const struct bench_metric get_metrics[] = {
	{ "first_get", "the get that registers", NULL, 0 },
	{ "repeat_get", "a further get", NULL, 0 },
	{ "put", "a put returns", NULL, 0 },
	{ "synchronize", "after the last put, until all is freed", NULL,
	  BENCH_SLEEPS },
	{ 0 },
};

static int get_setup(struct bench *bench)
{
	static const int metrics[PARTS] = { 0, 1, 2, 3 };

	return life_setup(bench, MMG_NOTIFIER_GET, metrics);
}

static const struct bench_case notifier_get = {
	.name = "lifetime.notifier_get",
	.summary = "mmu_notifier_get(), first and repeated, and the put",
	.axes = get_axes,
	.metrics = get_metrics,
	.setup = get_setup,
	LIFE_CASE,
};
BENCH_CASE(notifier_get);

/* --- mmu_notifier_put --- */

static const struct bench_axis put_axes[] = {
	LIFETIME_AXES,
	{
		.name = "count",
		.help = "gets, each with its put",
		.unit = "",
		.min = 1,
		.max = MMG_MAX_NOTIFIERS,
		.values = "1,8",
	},
	{ 0 },
};

static const struct bench_metric put_metrics[] = {
	{ "return", "a put returns", NULL, 0 },
	{ "freed", "from the last put to the free callback", NULL,
	  BENCH_SLEEPS },
	{ 0 },
};

static int put_setup(struct bench *bench)
{
	static const int metrics[PARTS] = { -1, -1, 0, 1 };

	return life_setup(bench, MMG_NOTIFIER_GET, metrics);
}

static const struct bench_case notifier_put = {
	.name = "lifetime.notifier_put",
	.summary = "mmu_notifier_put(): its return, and the free callback",
	.axes = put_axes,
	.metrics = put_metrics,
	.setup = put_setup,
	LIFE_CASE,
};
BENCH_CASE(notifier_put);

/* --- mmu_notifier_register --- */

static const struct bench_axis register_axes[] = {
	LIFETIME_AXES,
	{
		.name = "count",
		.help = "notifiers registered one after the other",
		.unit = "",
		.min = 1,
		.max = MMG_MAX_NOTIFIERS,
		.values = "8",
	},
	{ 0 },
};

static const struct bench_metric register_metrics[] = {
	{ "first_register", "the first of the mm in this sample", NULL, 0 },
	{ "repeat_register", "a further one", NULL, 0 },
	{ 0 },
};

static int register_setup(struct bench *bench)
{
	static const int metrics[PARTS] = { 0, 1, -1, -1 };

	return life_setup(bench, MMG_NOTIFIER_REGISTER, metrics);
}

static const struct bench_case notifier_register = {
	.name = "lifetime.notifier_register",
	.summary = "mmu_notifier_register()",
	.axes = register_axes,
	.metrics = register_metrics,
	.setup = register_setup,
	LIFE_CASE,
};
BENCH_CASE(notifier_register);

/* --- mmu_notifier_unregister --- */

static const struct bench_axis unregister_axes[] = {
	LIFETIME_AXES,
	{
		.name = "count",
		.help = "notifiers unregistered one after the other",
		.unit = "",
		.min = 1,
		.max = MMG_MAX_NOTIFIERS,
		.values = "1",
	},
	{ 0 },
};

static const struct bench_metric unregister_metrics[] = {
	{ "unregister", "one, with its grace period", NULL, BENCH_SLEEPS },
	{ 0 },
};

static int unregister_setup(struct bench *bench)
{
	static const int metrics[PARTS] = { -1, -1, 0, -1 };
	int ret = needs_wall(bench);

	return ret ? ret : life_setup(bench, MMG_NOTIFIER_REGISTER, metrics);
}

static const struct bench_case notifier_unregister = {
	.name = "lifetime.notifier_unregister",
	.summary = "mmu_notifier_unregister()",
	.axes = unregister_axes,
	.metrics = unregister_metrics,
	.setup = unregister_setup,
	LIFE_CASE,
};
BENCH_CASE(notifier_unregister);

/* --- mmu_notifier_synchronize --- */

static const struct bench_axis synchronize_axes[] = {
	LIFETIME_AXES,
	{
		.name = "count",
		.help = "calls one after the other",
		.unit = "",
		.min = 1,
		.max = MMG_MAX_NOTIFIERS,
		.values = "1",
	},
	{ 0 },
};

static const struct bench_metric synchronize_metrics[] = {
	{ "synchronize", "a grace period of all notifiers", NULL,
	  BENCH_SLEEPS },
	{ 0 },
};

static int synchronize_setup(struct bench *bench)
{
	static const int metrics[PARTS] = { -1, -1, -1, 0 };
	int ret = needs_wall(bench);

	return ret ? ret : life_setup(bench, MMG_NOTIFIER_SYNCHRONIZE, metrics);
}

static const struct bench_case synchronize_case = {
	.name = "lifetime.synchronize",
	.summary = "mmu_notifier_synchronize()",
	.axes = synchronize_axes,
	.metrics = synchronize_metrics,
	.setup = synchronize_setup,
	LIFE_CASE,
};
BENCH_CASE(synchronize_case);
