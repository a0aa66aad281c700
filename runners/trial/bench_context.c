// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_context.h"
#include "cases.h"
#include "cpu_counts.h"
#include "kdev.h"

static int axis_index(const struct bench_case *bench_case, const char *name)
{
	for (int i = 0; bench_case->axes && bench_case->axes[i].name; i++)
		if (!strcmp(bench_case->axes[i].name, name))
			return i;
	return -1;
}

/* The value as the case sees it, or -EINVAL and why not. */
static int axis_parse(const struct bench_case *bench_case,
		      const struct bench_axis *axis,
		      const struct axis_value *given, uint64_t *value,
		      struct error *err)
{
	if (!axis->choices) {
		*value = given->number;
		if (!given->text && *value >= axis->min && *value <= axis->max)
			return 0;
		return error_set(err, -EINVAL,
				 "%s: %s is not a number from %" PRIu64
				 " to %" PRIu64 ": see `mmgauge list %s`",
				 bench_case->name, axis->name, axis->min,
				 axis->max, bench_case->name);
	}
	for (unsigned int i = 0; axis->choices[i].name; i++)
		if (given->text &&
		    !strcmp(axis->choices[i].name, given->text)) {
			*value = i;
			return 0;
		}
	return error_set(
		err, -EINVAL, "%s: %s has no value '%s': see `mmgauge list %s`",
		bench_case->name, axis->name,
		given->text ? given->text : "(a number)", bench_case->name);
}

/* What struct bench has room for. */
static int check_limits(const struct bench_case *bench_case, struct error *err)
{
	unsigned int axes = 0, metrics = 0;

	while (bench_case->axes && bench_case->axes[axes].name)
		axes++;
	while (bench_case->metrics && bench_case->metrics[metrics].name)
		metrics++;
	if (axes <= BENCH_MAX_AXES && metrics <= BENCH_MAX_METRICS)
		return 0;
	return error_set(err, -E2BIG,
			 "%s: %u axes and %u metrics, of at most %d and %d: "
			 "raise the limits in bench_context.h",
			 bench_case->name, axes, metrics, BENCH_MAX_AXES,
			 BENCH_MAX_METRICS);
}

int bench_context_init(struct bench *bench, const struct bench_case *bench_case,
		       const struct axis_value *axes, size_t count,
		       struct error *err)
{
	uint32_t seen = 0;
	int ret = check_limits(bench_case, err);

	memset(bench, 0, sizeof(*bench));
	bench->bench_case = bench_case;
	bench->device = -1;
	bench->units = 1;
	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++) {
		int index = axis_index(bench_case, axes[i].axis);

		if (index < 0)
			return error_set(err, -EINVAL,
					 "%s: no axis '%s': see `mmgauge list "
					 "%s`",
					 bench_case->name, axes[i].axis,
					 bench_case->name);
		ret = axis_parse(bench_case, &bench_case->axes[index], &axes[i],
				 &bench->values[index], err);
		if (ret)
			return ret;
		seen |= 1u << index;
	}
	for (int i = 0; bench_case->axes && bench_case->axes[i].name; i++)
		if (!(seen & 1u << i))
			return error_set(err, -EINVAL,
					 "%s: axis %s has no value: give one",
					 bench_case->name,
					 bench_case->axes[i].name);
	return 0;
}

int bench_context_pin(struct bench *bench)
{
	cpu_set_t one;
	int own = -1;

	if (sched_getaffinity(0, sizeof(bench->siblings), &bench->siblings))
		return -errno;
	/* The last one: the first takes most interrupts by default. */
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &bench->siblings))
			own = cpu;
	CPU_ZERO(&one);
	CPU_SET(own, &one);
	CPU_CLR(own, &bench->siblings);
	bench->own_cpu = own;
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

static struct tally *tally_find(struct bench *bench, const char *name)
{
	for (size_t i = 0; i < bench->tally_count; i++)
		if (!strcmp(bench->tallies[i].fact->name, name))
			return &bench->tallies[i];
	return NULL;
}

static struct tally *tally_get(struct bench *bench, const char *name)
{
	struct tally *tally = tally_find(bench, name);
	const struct bench_fact *fact;

	if (tally)
		return tally;
	fact = cases_fact(bench->bench_case, name);
	if (!fact || bench->tally_count == BENCH_MAX_TALLIES) {
		if (!bench->undeclared)
			bench->undeclared = name;
		return NULL;
	}
	tally = &bench->tallies[bench->tally_count++];
	tally->fact = fact;
	return tally;
}

void bench_context_forget(struct bench *bench)
{
	memset(bench->now, 0, sizeof(bench->now));
	bench->others.set = false;
	bench->rejected = NULL;
	for (size_t i = 0; i < bench->tally_count; i++)
		bench->tallies[i].now = 0;
}

void bench_context_commit(struct bench *bench, uint64_t operations, bool keep)
{
	struct tally *why = keep || !bench->rejected ?
				    NULL :
				    tally_get(bench, bench->rejected);

	for (size_t i = 0; i < bench->tally_count; i++) {
		struct tally *tally = &bench->tallies[i];

		if (keep)
			tally->total += tally->now;
		tally->now = 0;
	}
	if (keep) {
		bench->operations += operations;
		bench->phases.kept++;
		bench->phases.tries = 0;
	}
	if (why) {
		why->absolute = true;
		why->total++;
	}
}

/* --- bench.h --- */

void bench_set_state(struct bench *bench, void *state)
{
	bench->state = state;
}

void *bench_state(const struct bench *bench)
{
	return bench->state;
}

/* A case that asks for an axis it does not have is a bug of ours. */
uint64_t bench_number(const struct bench *bench, const char *axis)
{
	int index = axis_index(bench->bench_case, axis);

	if (index < 0) {
		fprintf(stderr, "mmgauge: %s asks for its axis '%s'\n",
			bench->bench_case->name, axis);
		abort();
	}
	return bench->values[index];
}

unsigned int bench_option(const struct bench *bench, const char *axis)
{
	return (unsigned int)bench_number(bench, axis);
}

uint32_t bench_clock(const struct bench *bench)
{
	if (!bench->instructions)
		return MMG_CLOCK_NS;
	return clock_cpus ? MMG_CLOCK_OWN : MMG_CLOCK_CYCLES;
}

bool bench_counts_instructions(const struct bench *bench)
{
	return bench->instructions;
}

bool bench_counts_own(const struct bench *bench)
{
	return bench->instructions && clock_cpus;
}

bool bench_turns_pause(const struct bench *bench)
{
	return bench->pauses;
}

uint64_t bench_limit_one(struct bench *bench)
{
	(void)bench;
	return 1;
}

uint64_t bench_limit_module(struct bench *bench)
{
	(void)bench;
	return MMG_MAX_ITERATIONS;
}

unsigned int bench_sibling_cpus(const struct bench *bench)
{
	return (unsigned int)CPU_COUNT(&bench->siblings);
}

int bench_sibling_cpu(struct bench *bench, unsigned int sibling)
{
	bench->shares = true;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &bench->siblings) && !sibling--)
			return cpu;
	return -1;
}

int bench_kernel(struct bench *bench, unsigned long request, void *argument)
{
	if (bench->device < 0) {
		struct error err;

		bench->device = kdev_open(&err);
		if (bench->device < 0)
			return bench_skip(bench, "%s", err.text);
	}
	return kdev_request(bench->device, request, argument);
}

int bench_device(void)
{
	struct error err;

	return kdev_open(&err);
}

int bench_device_request(int device, unsigned long request, void *argument)
{
	return kdev_request(device, request, argument);
}

static void record(struct bench *bench, unsigned int metric, double ticks,
		   uint64_t units, double harness)
{
	struct sample_value *now = &bench->now[metric];

	if (metric >= BENCH_MAX_METRICS || !units)
		return;
	now->set = true;
	now->ticks = ticks;
	now->value = (ticks - harness) / (double)units;
	now->harness = harness;
	now->units = units;
}

void bench_record(struct bench *bench, unsigned int metric, uint64_t ticks,
		  uint64_t units, uint64_t intervals)
{
	record(bench, metric, (double)ticks, units,
	       bench->kernel_overhead * (double)intervals);
}

void bench_record_own(struct bench *bench, unsigned int metric, uint64_t ticks,
		      uint64_t units, uint64_t empty)
{
	record(bench, metric, (double)ticks, units,
	       (double)(empty < ticks ? empty : ticks));
}

void bench_units(struct bench *bench, uint64_t per_operation)
{
	bench->units = per_operation;
}

void bench_count(struct bench *bench, const char *fact, double amount)
{
	struct tally *tally = tally_get(bench, fact);

	if (tally)
		tally->now += amount;
}

void bench_fact(struct bench *bench, const char *fact, double value)
{
	struct tally *tally = tally_get(bench, fact);

	if (tally) {
		tally->absolute = true;
		tally->total = value;
	}
}

double bench_counted(const struct bench *bench, const char *fact)
{
	struct tally *tally = tally_find((struct bench *)bench, fact);

	return tally && bench->operations ?
		       tally->total / (double)bench->operations :
		       0;
}

void bench_counts_others(struct bench *bench)
{
	bench->counts_others = true;
}

void bench_reject(struct bench *bench, const char *why)
{
	bench->rejected = why;
}

static int give_up(struct bench *bench, enum cell_status status, int code,
		   const char *format, va_list arguments)
{
	bench->status = status;
	vsnprintf(bench->reason, sizeof(bench->reason), format, arguments);
	return code;
}

int bench_skip(struct bench *bench, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = give_up(bench, CELL_SKIPPED, -ENOTSUP, format, arguments);
	va_end(arguments);
	return ret;
}

int bench_invalid(struct bench *bench, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = give_up(bench, CELL_INVALID, -EILSEQ, format, arguments);
	va_end(arguments);
	return ret;
}

int bench_fail(struct bench *bench, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = give_up(bench, CELL_FAILED, -EIO, format, arguments);
	va_end(arguments);
	return ret;
}
