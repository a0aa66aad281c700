// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <unistd.h>

#include "results/base/median.h"
#include "cases.h"
#include "bench/arch.h"
#include "bench/clock.h"
#include "bench/sort.h"
#include "counters.h"
#include "cpu_counts.h"
#include "runners/base/tell.h"
#include "sample.h"

/*
 * A sample is long against its two clock reads (about 25 ns or 30
 * instructions: well under 0.1 %) and short against a timer tick.
 */
#define SAMPLE_TICKS 100000.0
/*
 * The kernel settles its statistics for up to 64 pages at a time
 * (MEMCG_CHARGE_BATCH, the per-CPU thresholds of vmstat): a sample of whole
 * such periods costs the same wherever it begins. Where that many operations
 * are long, a period's share of a sample is small enough.
 */
#define PERIOD 64
#define LONG_SAMPLE_TICKS 400000.0
/* Longer than three quarters of a tick of 4 ms: it has one nearly always. */
#define TICK_FREE_TICKS 3000000
/*
 * In some ticks of an idle guest a worker of the kernel runs nearly always, and
 * takes less than a thousandth of them.
 */
#define WORKER_FREE_TICKS 10000000
#define OVERHEAD_READS 101
/*
 * Where CPUs take turns a sample begins anywhere in one: after up to so many
 * instructions, drawn anew, or its phase would be what the cells before made
 * it. A turn is 20,000 long (runners/vm/qemu.c).
 */
#define PHASES 40000u
/* Of a sample that only has to show how long it takes. */
#define CLEAN_TRIES 4
/* Even an empty operation takes a tick: beyond this nothing is measured. */
#define BATCH_MAX (1u << 30)

static int empty_run(struct bench *bench, uint64_t operations)
{
	(void)bench;
	(void)operations;
	return 0;
}

/* Numbers that differ in a bit are as far apart as any. */
static uint64_t draw(const struct phases *phases)
{
	uint64_t number = phases->seed * 0x9e3779b97f4a7c15u + phases->kept;

	number = (number ^ number >> 32) * 6364136223846793005u + phases->tries;
	number = (number ^ number >> 29) * 0x9e3779b97f4a7c15u;
	return number ^ number >> 32;
}

static void shift_phase(struct bench *bench)
{
	if (!bench->shares || !bench->instructions)
		return;
	arch_counted_loop(draw(&bench->phases) % PHASES / 2 + 1);
	bench->phases.tries++;
}

/* What those CPUs did in the kernel that have a part in the case. */
static void record_others(struct bench *bench, uint64_t before, uint64_t own,
			  uint64_t n)
{
	uint64_t spent = cpu_counts_others(bench->own_cpu) - before;

	if (!bench->shares || !clock_cpus)
		return;
	bench->others = (struct sample_value){
		.set = true,
		.ticks = (double)spent,
		.value = (double)spent / (double)n,
		.units = n,
	};
	bench->system = (struct sample_value){
		.set = true,
		.ticks = (double)(spent + own),
		.value = ((double)(spent + own) - bench->user_overhead) /
			 (double)n,
		.harness = bench->user_overhead,
		.units = n,
	};
}

/*
 * What takes turns lasts longer than its own instructions are: how many ticks
 * of the timer a sample meets is a matter of that.
 */
static uint64_t passed(const struct bench *bench)
{
	return bench->shares && clock_cpus ? clock_cycles() : 0;
}

/* The two reads and the indirect call between them, in ticks. */
static uint64_t timed_run(struct bench *bench, uint64_t operations,
			  int (*volatile run)(struct bench *, uint64_t),
			  int *ret)
{
	uint64_t before = clock_read(bench->instructions);

	*ret = run(bench, operations);
	return clock_read(bench->instructions) - before;
}

/* With what a plugin and the other CPUs' counts must know of it. */
static uint64_t told_run(struct bench *bench, uint64_t operations, int *ret)
{
	uint64_t others, spent;

	shift_phase(bench);
	bench->passed = passed(bench);
	if (bench->tells)
		tell(TELL_BEGIN, NULL);
	others = cpu_counts_others(bench->own_cpu);
	if (bench->tells)
		tell(TELL_RUN, NULL);
	spent = timed_run(bench, operations, bench->bench_case->run, ret);
	if (bench->tells)
		tell(TELL_END, NULL);
	record_others(bench, others, spent, operations);
	bench->passed = passed(bench) - bench->passed;
	return spent;
}

double sample_median(const double *values, size_t count)
{
	return stats_median(values, count, 0.95).median;
}

/* The mechanisms' own clock reads, for cells that use the module. */
static void measure_kernel_overhead(struct bench *bench)
{
	unsigned int mask = cases_needs(bench);
	double ticks[OVERHEAD_READS];

	if (!(mask & BENCH_NEEDS_MODULE))
		return;
	for (size_t i = 0; i < OVERHEAD_READS; i++) {
		struct mmg_null null = { .clock = bench_clock(bench) };

		if (bench_kernel(bench, MMG_IOC_NULL, &null))
			return;
		ticks[i] = (double)null.elapsed;
	}
	bench->kernel_overhead = sample_median(ticks, OVERHEAD_READS);
}

void sample_overheads(struct bench *bench)
{
	double ticks[OVERHEAD_READS];
	int ret;

	for (size_t i = 0; i < OVERHEAD_READS; i++)
		ticks[i] = (double)timed_run(bench, 0, empty_run, &ret);
	bench->user_overhead = sample_median(ticks, OVERHEAD_READS);
	measure_kernel_overhead(bench);
}

static void record_timed(struct bench *bench, uint64_t ticks, uint64_t n)
{
	const struct bench_metric *metrics = bench->bench_case->metrics;

	for (int i = 0; metrics[i].name; i++) {
		struct sample_value *now = &bench->now[i];

		if (!(metrics[i].flags & BENCH_TIMED))
			continue;
		now->set = true;
		now->ticks = (double)ticks;
		now->value = ((double)ticks - bench->user_overhead) /
			     (double)(n * bench->units);
		now->harness = bench->user_overhead;
		now->units = n * bench->units;
	}
}

/*
 * On the exact clock every sample begins with the per-CPU statistics settled,
 * or it would show how many pages whatever ran before has left in them.
 */
static void settle_statistics(const struct bench *bench)
{
	int fd;

	if (!bench->instructions)
		return;
	fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	/* A kernel without it is less exact, and --verify-determinism tells. */
	if (fd < 0)
		return;
	(void)!write(fd, "1", 1);
	close(fd);
}

/*
 * One sample of @n operations. 0 with the values in bench->now, or what a
 * callback returned. An interrupted sample is marked by counters, never by its
 * value: what the clock showed must not decide what counts.
 */
int sample_take(struct bench *bench, uint64_t n, double *ticks)
{
	const struct bench_case *c = bench->bench_case;
	struct rusage before, after;
	uint64_t spent, tick;
	bool ticked;
	int ret = 0;

	bench_context_forget(bench);
	settle_statistics(bench);
	if (c->prepare)
		ret = c->prepare(bench, n);
	if (ret)
		return ret;
	getrusage(RUSAGE_THREAD, &before);
	/* The coarse clock moves with the timer tick. */
	tick = clock_nanoseconds(CLOCK_MONOTONIC_COARSE);
	if (bench->counters)
		counters_begin(bench->counters);
	spent = told_run(bench, n, &ret);
	if (bench->counters)
		counters_end(bench->counters);
	ticked = clock_nanoseconds(CLOCK_MONOTONIC_COARSE) != tick;
	getrusage(RUSAGE_THREAD, &after);
	if (ret)
		return ret;
	record_timed(bench, spent, n);
	if (c->finish)
		ret = c->finish(bench, n);
	if (after.ru_nivcsw != before.ru_nivcsw && !c->yields &&
	    !(bench->instructions && spent >= WORKER_FREE_TICKS))
		bench_reject(bench, "rejected_preempted");
	if (ticked && bench->instructions &&
	    MAX(spent, bench->passed) < TICK_FREE_TICKS)
		bench_reject(bench, "rejected_tick");
	*ticks = 0;
	for (int i = 0; c->metrics[i].name; i++)
		*ticks = fmax(*ticks, bench->now[i].ticks);
	return ret;
}

/* What a tick or another task took is no reason to stop at half the batch. */
int sample_take_clean(struct bench *bench, uint64_t n, double *ticks)
{
	int ret, tries = 0;

	do
		ret = sample_take(bench, n, ticks);
	while (!ret && bench->rejected && ++tries < CLEAN_TRIES);
	return ret;
}

int sample_calls(struct bench *bench)
{
	struct mmg_samples samples = { .capacity = MMG_MAX_SAMPLES };
	int ret;

	if (!bench->calls)
		bench->calls = calloc(MMG_MAX_SAMPLES, sizeof(*bench->calls));
	if (!bench->calls)
		return -ENOMEM;
	samples.buffer = (uint64_t)bench->calls;
	ret = bench_kernel(bench, MMG_IOC_SAMPLES, &samples);
	if (ret)
		return bench_fail(bench, "the calls one by one: %s",
				  strerror(-ret));
	return (int)samples.count;
}

bool bench_times_calls(const struct bench *bench)
{
	return bench->times_calls;
}

int bench_record_calls(struct bench *bench, unsigned int first)
{
	/* Which of 1000 calls, sorted, each metric is; rounded up. */
	static const unsigned int permille[] = { 500, 900, 990, 999 };
	int count = sample_calls(bench);

	if (count <= 0)
		return count;
	sort_ticks(bench->calls, (size_t)count);
	for (unsigned int i = 0; i < sizeof(permille) / sizeof(*permille);
	     i++) {
		size_t rank = ((size_t)count * permille[i] + 999) / 1000;

		bench_record(bench, first + i, bench->calls[rank - 1], 1, 1);
	}
	bench->slowest_call = fmax(
		bench->slowest_call,
		((double)bench->calls[count - 1] - bench->kernel_overhead) *
			(bench->instructions ? 1 : 1e-9));
	bench_fact(bench, "slowest_call", bench->slowest_call);
	bench_fact(bench, "calls_sampled", count);
	return 0;
}

static bool is_long_enough(const struct bench *bench, uint64_t batch,
			   double ticks)
{
	ticks = fmax(ticks, (double)bench->passed);
	if (bench->instructions && batch < PERIOD)
		return ticks >= LONG_SAMPLE_TICKS;
	return ticks >= SAMPLE_TICKS;
}

/* Double the batch until a sample is long enough, or may not grow. */
int sample_calibrate(struct bench *bench, uint64_t *batch)
{
	const struct bench_case *c = bench->bench_case;
	uint64_t limit = c->limit ? c->limit(bench) : BATCH_MAX;
	double ticks;
	int ret;

	for (*batch = 1;; *batch = *batch * 2 < limit ? *batch * 2 : limit) {
		ret = sample_take_clean(bench, *batch, &ticks);
		if (ret || *batch >= limit ||
		    is_long_enough(bench, *batch, ticks))
			return ret;
	}
}
