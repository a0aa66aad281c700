/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A benchmark case and what it may call.
 *
 * A case is one descriptor in one file of this folder, registered with
 * BENCH_CASE(). It owns the operation and nothing else: warm-up, batch size,
 * repetition, the clock and the result file belong to runners/trial/measure.c.
 * Help, `mmgauge list`, the man page, completion and JSON are derived from it.
 *
 * Life of a case in a trial, one fresh process with never-touched mm state:
 *
 *	setup()			memory and subscriptions as the axes say
 *	  prepare(n)		once per sample of n operations,
 *	  run(n)		n <= limit
 *	  finish(n)
 *	check()			do the facts bear out what the cell claims?
 *	teardown()
 *
 * Only run() is timed. Every callback returns 0 or a negative errno, best
 * through bench_skip(), bench_invalid() or bench_fail(), which keep a reason.
 */
#ifndef MMGAUGE_BENCH_H
#define MMGAUGE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kmod/mmgauge_uapi.h"

/* What a case or a choice of it needs; reasons: runners/trial/needs.c. */
enum bench_need {
	BENCH_NEEDS_MODULE = 1 << 0, /* /dev/mmgauge */
	BENCH_NEEDS_KVM = 1 << 1, /* /dev/kvm answers */
	BENCH_NEEDS_MEMBARRIER = 1 << 2, /* the private expedited commands */
	BENCH_NEEDS_THP = 1 << 3, /* transparent huge pages not "never" */
	BENCH_NEEDS_GUP_TEST = 1 << 4, /* CONFIG_GUP_TEST and debugfs */
};

struct bench_choice {
	const char *name; /* NULL ends the list */
	const char *help;
	unsigned int needs; /* beyond the case's own */
};

/* A parameter: one of @choices, or a number within min..max. */
struct bench_axis {
	const char *name; /* NULL ends the list */
	const char *help;
	const char *unit; /* of a number: "page", "byte", "us", "" */
	const struct bench_choice *choices; /* NULL: a number */
	uint64_t min, max;
	const char *values; /* measured unless asked otherwise: "1,8,64" */
};

enum bench_metric_flag {
	/* The harness's own clock around run(); at most one such metric. */
	BENCH_TIMED = 1 << 0,
	/* Time asleep is in it: no instruction count, so wall clock only. */
	BENCH_SLEEPS = 1 << 1,
	/*
	 * Time asleep while another CPU works is in it: no instruction count
	 * where all CPUs count as one.
	 */
	BENCH_CONTENDS = 1 << 2,
};

struct bench_metric {
	const char *name; /* NULL ends the list */
	const char *help;
	const char *per; /* "page"; NULL: per operation */
	unsigned int flags;
};

enum bench_fact_kind {
	/* The same whenever a kernel does the same: `compare` holds it. */
	BENCH_EXACT,
	/* By chance where others run: exact in a guest of one CPU on its clock. */
	BENCH_EXACT_ALONE,
	BENCH_STATISTICAL, /* chance has a part in it: turns, preemptions */
	BENCH_DIAGNOSTIC, /* of the machine and the harness, not the kernel */
};

/* What a case counts beside the time. What is not declared is an error. */
struct bench_fact {
	const char *name; /* NULL ends the list */
	const char *help;
	enum bench_fact_kind kind;
};

struct bench;

struct bench_case {
	const char *name; /* family.operation */
	const char *summary; /* one line, lower case, no full stop */
	const struct bench_axis *axes; /* NULL: none */
	const struct bench_metric *metrics;
	const struct bench_fact *facts; /* NULL: none beside the harness's */
	unsigned int needs;
	/* run() waits for another thread: to be switched out means nothing. */
	bool yields;
	/* It pins pages without the module. */
	bool pins;
	/* run() has the module time each call if bench_times_calls(). */
	bool times_calls;
	/* Combinations of values that make no cell; NULL: all do. */
	bool (*excludes)(const struct bench *bench);
	/* Threads of a cell that want a CPU each, beside ours; NULL: none. */
	unsigned int (*threads)(const struct bench *bench);
	/* The most operations a sample may have; NULL: no limit but time. */
	uint64_t (*limit)(struct bench *bench);
	int (*setup)(struct bench *bench);
	int (*prepare)(struct bench *bench, uint64_t operations);
	int (*run)(struct bench *bench, uint64_t operations);
	int (*finish)(struct bench *bench, uint64_t operations);
	int (*check)(struct bench *bench);
	void (*teardown)(struct bench *bench);
};

/*
 * Registration puts a pointer into the linker section bench_cases. The files
 * must be linked as objects: from an archive nothing would pull them in.
 */
#define BENCH_CASE(identifier)                                            \
	static const struct bench_case *const bench_register_##identifier \
		__attribute__((used, section("bench_cases"))) = &identifier

extern const struct bench_case *const __start_bench_cases[];
extern const struct bench_case *const __stop_bench_cases[];

#define bench_for_each_case(position)                                        \
	for (const struct bench_case *const *position = __start_bench_cases; \
	     position < __stop_bench_cases; position++)

/* --- What a running case may call (measure.c and kdev.c of runners/trial) ---
 */

/* The case's own state, from setup() to teardown(). */
void bench_set_state(struct bench *bench, void *state);
void *bench_state(const struct bench *bench);

/* The cell's value on a numeric axis; on an axis of choices, its index. */
uint64_t bench_number(const struct bench *bench, const char *axis);
unsigned int bench_option(const struct bench *bench, const char *axis);

/* The clock for requests to the module: enum mmg_clock. */
uint32_t bench_clock(const struct bench *bench);

/* Whether time means instructions: no interruption, but also no sleeping. */
bool bench_counts_instructions(const struct bench *bench);

/* Whether it means those of this CPU alone (clock.h). */
bool bench_counts_own(const struct bench *bench);

/*
 * Whether CPUs take turns that end only where one waits, by PAUSE or asleep: a
 * thread that spins is to execute PAUSE, and one that fights for a lock makes
 * no sense. Said in the cell's `guest`.
 */
bool bench_turns_pause(const struct bench *bench);

/*
 * The usual ->limit: one operation a sample, since each needs preparing, or as
 * many as the module takes in a request.
 */
uint64_t bench_limit_one(struct bench *bench);
uint64_t bench_limit_module(struct bench *bench);

/* CPUs that siblings may use, besides the one the trial is pinned to. */
unsigned int bench_sibling_cpus(const struct bench *bench);
int bench_sibling_cpu(struct bench *bench, unsigned int sibling);

/*
 * Ask the module: an MMG_IOC_* with its struct. 0 or a negative errno; the
 * device is opened at the first request, so its owner is this process.
 */
int bench_kernel(struct bench *bench, unsigned long request, void *argument);

/*
 * A device more, for threads and processes of the case's own: requests on one
 * open file run one after another, and belong to who opened it. Its file
 * descriptor, to be closed, or a negative errno; needs no struct bench, so that
 * they may call it.
 */
int bench_device(void);
int bench_device_request(int device, unsigned long request, void *argument);

/*
 * The value of metric number @metric in this sample: @ticks of the clock over
 * @units (pages, operations), summed over @intervals pairs of clock reads in
 * the module, whose own cost is taken off. Not for BENCH_TIMED metrics.
 */
void bench_record(struct bench *bench, unsigned int metric, uint64_t ticks,
		  uint64_t units, uint64_t intervals);
/* The same of a case's own two reads, that take @empty ticks by themselves. */
void bench_record_own(struct bench *bench, unsigned int metric, uint64_t ticks,
		      uint64_t units, uint64_t empty);

/*
 * Single calls. Whether the module is to time each of them by itself in this
 * sample (MMG_PIN_SAMPLES, MMG_FAULT_SAMPLES), for --latency; and what they
 * took as percentiles, in the metrics of BENCH_CALLS() from number @first on.
 */
bool bench_times_calls(const struct bench *bench);
int bench_record_calls(struct bench *bench, unsigned int first);

#define BENCH_CALLS(prefix, what, flags)                                     \
	{ prefix "p50", what ", the median call of a sample", NULL, flags }, \
		{ prefix "p90", what ", nine calls in ten", NULL, flags },   \
		{ prefix "p99", what ", 99 calls in 100", NULL, flags },     \
	{                                                                    \
		prefix "p999", what ", 999 calls in 1000", NULL, flags       \
	}

/* How many units one operation is to the BENCH_TIMED metric; default 1. */
void bench_units(struct bench *bench, uint64_t per_operation);

/*
 * Facts: what happened beside the time. bench_count() sums over the measured
 * samples and is stored per operation; bench_fact() is stored as it is. A name
 * that the case does not declare makes the cell `failed`. Count zeros, too: an
 * exact fact is compared where both sides have it.
 */
void bench_count(struct bench *bench, const char *fact, double amount);
void bench_fact(struct bench *bench, const char *fact, double value);
/* A count so far, per measured operation; 0 when never counted. */
double bench_counted(const struct bench *bench, const char *fact);

/* Other threads add to what is counted, by chance: no fact is exact. */
void bench_counts_others(struct bench *bench);

/* Say that the sample just run must not count, and why (a fact's name). */
void bench_reject(struct bench *bench, const char *why);

/* Keep a reason and return -ENOTSUP, -EILSEQ or -EIO, for returning on. */
int bench_skip(struct bench *bench, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int bench_invalid(struct bench *bench, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int bench_fail(struct bench *bench, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
