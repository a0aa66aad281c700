// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * membarrier.*: what a JIT, or an RCU in user space, pays to have every running
 * thread of its process pass a barrier, and what these threads lose to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "membarrier.h"

#define MAX_SIBLINGS 256

enum { LOST = 1 }; /* the second metric of calls[] */

static const struct bench_choice doing_choices[] = {
	[SIBLING_RUNNING] = { "running", "spinning in user space", 0 },
	[SIBLING_PAUSING] = { "pausing", "spinning, a PAUSE in each turn", 0 },
	[SIBLING_SLEEPING] = { "sleeping", "blocked: no CPU runs them", 0 },
	[SIBLING_IN_KERNEL] = { "kernel", "inside read() of /dev/zero", 0 },
	{ NULL, NULL, 0 },
};

#define SIBLING_AXES                                                           \
	{ "siblings", "other threads of the process, on CPUs of their own",    \
	  "",	      NULL,                                                    \
	  0,	      MAX_SIBLINGS,                                            \
	  "0,1" },                                                             \
		{ "doing",  "what the siblings do", NULL, doing_choices, 0, 0, \
		  "running" },                                                 \
	{                                                                      \
		"callers", "threads calling at once, on CPUs of their own",    \
			"", NULL, 1, MAX_SIBLINGS, "1"                         \
	}

static const struct bench_axis call_axes[] = {
	SIBLING_AXES,
	{ 0 },
};

enum { TARGET_ALL, TARGET_CPU };

static const struct bench_choice target_choices[] = {
	[TARGET_ALL] = { "all", "every CPU that runs the process", 0 },
	[TARGET_CPU] = { "cpu", "FLAG_CPU: one CPU, the first sibling's", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis rseq_axes[] = {
	SIBLING_AXES,
	{
		.name = "target",
		.help = "whom it interrupts",
		.choices = target_choices,
		.values = "all,cpu",
	},
	{ 0 },
};

static const struct bench_fact facts[] = {
	SIBLING_FACTS,
	{ 0 },
};

static const struct bench_metric call_metrics[] = {
	{ "operation", "one membarrier() call", NULL, BENCH_TIMED },
	{ "lost", "wall time a running sibling loses to a call, by its own clock",
	  NULL, 0 },
	{ 0 },
};

static long make_call(void *data)
{
	const struct membarrier_call *call = data;
	long ret =
		syscall(SYS_membarrier, call->command, call->flags, call->cpu);

	return (ret < 0 ? -errno : ret) - call->answer;
}

struct membarrier_state *membarrier_new(struct bench *bench, int command)
{
	struct membarrier_state *state = calloc(1, sizeof(*state));

	if (!state)
		return NULL;
	bench_set_state(bench, state);
	state->call.command = command;
	state->siblings = siblings_new(bench);
	return state->siblings ? state : NULL;
}

int membarrier_register(struct bench *bench, int command)
{
	if (!syscall(SYS_membarrier, command, 0, 0))
		return 0;
	return bench_skip(bench, "cannot register with membarrier(): %s",
			  strerror(errno));
}

/* Register, alone as yet, then start the others. */
static int setup_call(struct bench *bench, int command, int registration)
{
	struct membarrier_state *state = membarrier_new(bench, command);
	int ret = 0;

	if (!state)
		return -ENOMEM;
	if (registration)
		ret = membarrier_register(bench, registration);
	state->expedited = registration != 0;
	if (!ret)
		ret = siblings_start(
			state->siblings,
			(enum sibling_duty)bench_option(bench, "doing"),
			(unsigned int)bench_number(bench, "siblings"), NULL,
			NULL);
	if (!ret)
		ret = siblings_start(
			state->siblings, SIBLING_CALLING,
			(unsigned int)bench_number(bench, "callers") - 1,
			make_call, &state->call);
	return ret;
}

/* What no sibling does makes no cell of its own. */
static bool excludes(const struct bench *bench)
{
	return !bench_number(bench, "siblings") &&
	       bench_option(bench, "doing") != SIBLING_RUNNING;
}

/* The longer a sample, the rarer one in which nothing else ran. */
static unsigned int threads(const struct bench *bench)
{
	return (unsigned int)(bench_number(bench, "siblings") +
			      bench_number(bench, "callers") - 1);
}

static uint64_t limit(struct bench *bench)
{
	bool at_work = bench_number(bench, "siblings") &&
		       bench_option(bench, "doing") != SIBLING_SLEEPING;

	return at_work || bench_number(bench, "callers") > 1 ? 16 :
							       UINT64_MAX >> 1;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct membarrier_state *state = bench_state(bench);

	(void)operations;
	return siblings_before(state->siblings);
}

int membarrier_run(struct bench *bench, uint64_t operations)
{
	struct membarrier_state *state = bench_state(bench);

	while (operations--) {
		long off = make_call(&state->call);

		if (off)
			return bench_fail(
				bench, "membarrier(): %s",
				strerror((int)-(off + state->call.answer)));
	}
	return 0;
}

static bool watches_spinners(const struct bench *bench)
{
	unsigned int doing = (unsigned int)bench_option(bench, "doing");

	return bench_number(bench, "siblings") &&
	       (doing == SIBLING_RUNNING || doing == SIBLING_PAUSING) &&
	       bench_number(bench, "callers") == 1;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct membarrier_state *state = bench_state(bench);

	return siblings_after(state->siblings, operations,
			      watches_spinners(bench) ? LOST : -1);
}

static int check(struct bench *bench)
{
	struct membarrier_state *state = bench_state(bench);
	double targets = (double)bench_number(bench, "siblings");
	double calls = bench_counted(bench, "function_calls");
	int ret = siblings_check(state->siblings);

	if (ret)
		return ret;
	if (!state->expedited || !targets || bench_number(bench, "callers") > 1)
		return 0;
	if (bench_option(bench, "doing") == SIBLING_SLEEPING)
		return calls > 0.1 * targets ?
			       bench_invalid(bench,
					     "%g interrupts an "
					     "operation to CPUs whose "
					     "thread sleeps",
					     calls) :
			       0;
	if (state->call.flags == MEMBARRIER_CMD_FLAG_CPU)
		targets = 1;
	/* Another of the kernel's reasons adds some; none takes one away. */
	if (calls < 0.99 * targets)
		return bench_invalid(bench,
				     "%g interrupts an operation, %g expected",
				     calls, targets);
	return 0;
}

void membarrier_teardown(struct bench *bench)
{
	struct membarrier_state *state = bench_state(bench);

	siblings_free(state->siblings);
	free(state);
}

#define SETUP(name, command, registration)                       \
	static int setup_##name(struct bench *bench)             \
	{                                                        \
		return setup_call(bench, command, registration); \
	}

#define CALL_CASE(identifier, title, about, own_axes) \
	static const struct bench_case identifier = { \
		.name = title,                        \
		.summary = about,                     \
		.axes = own_axes,                     \
		.metrics = call_metrics,              \
		.facts = facts,                       \
		.needs = BENCH_NEEDS_MEMBARRIER,      \
		.excludes = excludes,                 \
		.threads = threads,                   \
		.limit = limit,                       \
		.setup = setup_##identifier,          \
		.prepare = prepare,                   \
		.run = membarrier_run,                \
		.finish = finish,                     \
		.check = check,                       \
		.teardown = membarrier_teardown,      \
	};                                            \
	BENCH_CASE(identifier)

enum { REGISTERS_AFTER, REGISTERS_BEFORE };

static const struct bench_choice registers_choices[] = {
	[REGISTERS_AFTER] = { "after", "with the siblings there", 0 },
	[REGISTERS_BEFORE] = { "before", "alone; a sibling may be missed", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis global_axes[] = {
	SIBLING_AXES,
	{
		.name = "registers",
		.help = "when, to the siblings' start",
		.choices = registers_choices,
		.values = "after",
	},
	{ 0 },
};

/*
 * Another address space runs on each sibling's CPU once. Registering marks the
 * run queues whose current thread has this mm: one that runs a kernel thread at
 * that moment is left out, and the way back to the sibling marks nothing as the
 * mm was only on loan (membarrier_switch_mm). The way back from a process does.
 */
static int mark_siblings(struct bench *bench)
{
	unsigned int count = (unsigned int)bench_number(bench, "siblings") +
			     (unsigned int)bench_number(bench, "callers") - 1;
	int status = 0;
	pid_t child;

	if (!count)
		return 0;
	child = fork();
	if (!child) {
		for (unsigned int i = 0; i < count; i++) {
			cpu_set_t cpus;

			CPU_ZERO(&cpus);
			CPU_SET(bench_sibling_cpu(bench, i), &cpus);
			if (sched_setaffinity(0, sizeof(cpus), &cpus))
				_exit(errno);
		}
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		return bench_fail(
			bench,
			"no process can pass by the siblings: "
			"%s",
			strerror(child < 0 ? errno : WEXITSTATUS(status)));
	return 0;
}

/*
 * A single thread marks only its own CPU (sync_runqueues_membarrier_state), and
 * one that was idle with this mm on loan stays unmarked when a sibling starts
 * on it (membarrier_switch_mm). The kernel then leaves it out, which the count
 * of interrupts shows: so it is registered when the siblings are there.
 */
static int setup_global_expedited(struct bench *bench)
{
	int registration = MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;
	bool before = bench_option(bench, "registers") == REGISTERS_BEFORE;
	int ret = setup_call(bench, MEMBARRIER_CMD_GLOBAL_EXPEDITED,
			     before ? registration : 0);
	struct membarrier_state *state = bench_state(bench);

	if (ret || before)
		return ret;
	state->expedited = true;
	ret = membarrier_register(bench, registration);
	return ret ? ret : mark_siblings(bench);
}
CALL_CASE(global_expedited, "membarrier.global_expedited",
	  "membarrier() GLOBAL_EXPEDITED, this process registered",
	  global_axes);

SETUP(private_expedited, MEMBARRIER_CMD_PRIVATE_EXPEDITED,
      MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
CALL_CASE(private_expedited, "membarrier.private_expedited",
	  "membarrier() PRIVATE_EXPEDITED, registered", call_axes);

SETUP(sync_core, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE,
      MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE)
CALL_CASE(sync_core, "membarrier.sync_core",
	  "membarrier() PRIVATE_EXPEDITED_SYNC_CORE, registered", call_axes);

static int setup_rseq(struct bench *bench)
{
	int ret = setup_call(bench, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ,
			     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
	struct membarrier_state *state = bench_state(bench);

	if (!ret && bench_option(bench, "target") == TARGET_CPU) {
		state->call.flags = MEMBARRIER_CMD_FLAG_CPU;
		state->call.cpu = siblings_first_cpu(state->siblings);
	}
	return ret;
}
CALL_CASE(rseq, "membarrier.rseq",
	  "membarrier() PRIVATE_EXPEDITED_RSEQ, registered", rseq_axes);

static int setup_global(struct bench *bench)
{
	if (bench_counts_instructions(bench))
		return bench_skip(bench, "waits for a grace period: no "
					 "instruction count, use --clock wall");
	/* num_online_cpus() == 1: there is nobody to wait for. */
	if (sysconf(_SC_NPROCESSORS_ONLN) == 1)
		return bench_skip(bench, "one CPU: the kernel returns at once, "
					 "without its grace period");
	return setup_call(bench, MEMBARRIER_CMD_GLOBAL, 0);
}

/* Waits for a whole RCU grace period: being switched out is what it does. */
static const struct bench_case global = {
	.name = "membarrier.global",
	.summary = "membarrier() GLOBAL: a grace period of RCU",
	.axes = call_axes,
	.metrics = call_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MEMBARRIER,
	.yields = true,
	.excludes = excludes,
	.threads = threads,
	.limit = limit,
	.setup = setup_global,
	.prepare = prepare,
	.run = membarrier_run,
	.finish = finish,
	.check = check,
	.teardown = membarrier_teardown,
};
BENCH_CASE(global);
