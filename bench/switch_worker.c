// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sort.h"
#include "switch_worker.h"

enum { METRIC_OPERATION, METRIC_TWIN };

const struct bench_choice registered_choices[] = {
	[REGISTERED_NONE] = { "none", "never registered", 0 },
	[REGISTERED_PRIVATE] = { "private_expedited", "PRIVATE_EXPEDITED",
				 BENCH_NEEDS_MEMBARRIER },
	[REGISTERED_SYNC_CORE] = { "sync_core", "PRIVATE_EXPEDITED_SYNC_CORE",
				   BENCH_NEEDS_MEMBARRIER },
	{ NULL, NULL, 0 },
};

const struct bench_choice policy_choices[] = {
	[POLICY_FIFO] = { "fifo",
			  "SCHED_FIFO, all of one priority: every round is "
			  "alike; needs privilege",
			  0 },
	[POLICY_BATCH] = { "batch",
			   "SCHED_BATCH: the fair scheduler, but no "
			   "preemption by who is woken",
			   0 },
	{ NULL, NULL, 0 },
};

/*
 * A grace period of RCU on one CPU and more; the most such sleeps in a row. A
 * guest of several CPUs takes turns of 20 us through a sleep, which one of one
 * CPU skips: there they are as short as a grace period of idle CPUs allows.
 */
#define QUIET_NS 50000000
#define QUIET_NS_OF_SEVERAL 10000000
#define QUIET_TRIES 5

/* What the twin answers to a number of operations. */
struct answer {
	int error; /* negative errno */
	struct switched switched;
	uint64_t switches; /* by its own will, as the kernel counts them */
	uint64_t preemptions;
};

struct switch_state {
	const struct switch_work *work;
	void *worker;
	pid_t twin;
	int ask, told; /* pipes */
	int load; /* /proc/loadavg: to open it leaves RCU something to do */
	struct answer own; /* of the sample in progress */
	double *differences; /* an operation's, sample by sample */
	size_t count;
	uint64_t batch; /* operations of each of these samples */
};

int switch_set_policy(struct bench *bench)
{
	bool fifo = bench_option(bench, "policy") == POLICY_FIFO;
	const struct sched_param param = { .sched_priority = fifo };

	if (!sched_setscheduler(0, fifo ? SCHED_FIFO : SCHED_BATCH, &param))
		return 0;
	return bench_skip(bench, "%s: %s: needs root, or ulimit -r",
			  fifo ? "SCHED_FIFO" : "SCHED_BATCH", strerror(errno));
}

int registered_register(struct bench *bench)
{
	static const int commands[] = {
		[REGISTERED_PRIVATE] =
			MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
		[REGISTERED_SYNC_CORE] =
			MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
	};
	unsigned int registered = bench_option(bench, "registered");

	if (registered != REGISTERED_NONE &&
	    syscall(SYS_membarrier, commands[registered], 0, 0))
		return bench_skip(bench, "cannot register %s: %s",
				  registered_choices[registered].name,
				  strerror(errno));
	return 0;
}

/* Whether no task but this one wants a CPU: of the guest's, which has one. */
static bool is_alone(int load)
{
	char text[64] = "";
	const char *running = text;

	if (pread(load, text, sizeof(text) - 1, 0) > 0)
		for (int i = 0; i < 3 && running; i++)
			running = strchr(running + 1, ' ');
	return !running || !*text || !strncmp(running, " 1/", 3);
}

/*
 * Tasks of real-time class that take turns let nobody in. Whatever else was
 * woken waits all along, and every switch finds one more task in the queue; an
 * RCU grace period that began has the next switch report to it. To sleep for
 * some ticks lets all of it come to an end.
 */
static void let_others_run(int load)
{
	const struct timespec ticks = {
		.tv_nsec = sysconf(_SC_NPROCESSORS_ONLN) > 1 ?
				   QUIET_NS_OF_SEVERAL :
				   QUIET_NS,
	};
	unsigned int tries = 0;

	do
		nanosleep(&ticks, NULL);
	while (!is_alone(load) && ++tries < QUIET_TRIES);
}

static struct answer work_once(struct bench *bench,
			       const struct switch_state *state, void *worker,
			       uint64_t operations)
{
	bool exclusive = state->work->exclusive &&
			 bench_counts_instructions(bench) &&
			 sched_getscheduler(0) == SCHED_FIFO;
	struct rusage before, after;
	struct answer answer = { .switched.alone = true };

	if (exclusive)
		let_others_run(state->load);
	getrusage(RUSAGE_THREAD, &before);
	answer.error =
		state->work->run(bench, worker, operations, &answer.switched);
	getrusage(RUSAGE_THREAD, &after);
	if (exclusive)
		answer.switched.alone &= is_alone(state->load);
	answer.switches = (uint64_t)(after.ru_nvcsw - before.ru_nvcsw);
	answer.preemptions = (uint64_t)(after.ru_nivcsw - before.ru_nivcsw);
	return answer;
}

static void twin_main(struct bench *bench, const struct switch_state *state,
		      int ask, int told)
{
	const struct switch_work *work = state->work;
	struct answer answer = { 0 };
	uint64_t operations;
	void *worker = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	answer.error = work->open(bench, true, &worker);
	while (write(told, &answer, sizeof(answer)) == sizeof(answer) &&
	       !answer.error &&
	       read(ask, &operations, sizeof(operations)) == sizeof(operations))
		answer = work_once(bench, state, worker, operations);
	if (worker)
		work->close(worker);
	_exit(0);
}

static int ask_twin(struct bench *bench, const struct switch_state *state,
		    uint64_t operations, struct answer *answer)
{
	if ((operations &&
	     write(state->ask, &operations, sizeof(operations)) < 0) ||
	    read(state->told, answer, sizeof(*answer)) != sizeof(*answer))
		return bench_fail(bench, "the twin process died");
	if (answer->error)
		return bench_fail(bench, "the twin process: %s",
				  strerror(-answer->error));
	return 0;
}

static int start_twin(struct bench *bench, struct switch_state *state)
{
	struct answer ready;
	int ask[2], told[2];

	if (pipe(ask))
		return -errno;
	if (pipe(told)) {
		close(ask[0]);
		close(ask[1]);
		return -errno;
	}
	state->twin = fork();
	if (!state->twin) {
		close(ask[1]);
		close(told[0]);
		twin_main(bench, state, ask[0], told[1]);
	}
	close(ask[0]);
	close(told[1]);
	state->ask = ask[1];
	state->told = told[0];
	if (state->twin < 0)
		return bench_fail(bench, "fork: %s", strerror(errno));
	return ask_twin(bench, state, 0, &ready);
}

int switch_setup(struct bench *bench, const struct switch_work *work)
{
	struct switch_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	state->work = work;
	state->load = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	if (work->is_null(bench))
		bench_fact(bench, "null_control", 1);
	/* The twin first: it must inherit nothing of what is to come. */
	ret = start_twin(bench, state);
	if (!ret)
		ret = work->open(bench, false, &state->worker);
	if (!ret)
		ret = registered_register(bench);
	return ret;
}

int switch_run(struct bench *bench, uint64_t operations)
{
	struct switch_state *state = bench_state(bench);

	state->own = work_once(bench, state, state->worker, operations);
	return state->own.error;
}

/* Of the batch in use now: the samples before chose it. */
static int keep_difference(struct switch_state *state, uint64_t batch,
			   double difference)
{
	size_t size = (state->count + 1) * sizeof(*state->differences);
	double *list = realloc(state->differences, size);

	if (!list)
		return -ENOMEM;
	if (state->batch != batch)
		state->count = 0;
	state->batch = batch;
	state->differences = list;
	list[state->count++] = difference;
	return 0;
}

int switch_finish(struct bench *bench, uint64_t operations)
{
	struct switch_state *state = bench_state(bench);
	struct answer answer;
	int ret = ask_twin(bench, state, operations, &answer);

	if (ret)
		return ret;
	bench_count(bench, "switches", (double)state->own.switches);
	bench_count(bench, "preemptions", (double)state->own.preemptions);
	/* One pair of clock reads, the module's where the module timed it. */
	bench_record(bench, METRIC_OPERATION, state->own.switched.ticks,
		     operations, 1);
	bench_record(bench, METRIC_TWIN, answer.switched.ticks, operations, 1);
	if (!state->own.switched.alone || !answer.switched.alone) {
		bench_reject(bench, "rejected_not_alone");
		return 0;
	}
	/* A timer that had expired already, a turn given by preemption. */
	if (state->work->switches_itself && (state->own.switches < operations ||
					     answer.switches < operations)) {
		bench_reject(bench, "rejected_not_switched");
		return 0;
	}
	return keep_difference(state, operations,
			       ((double)state->own.switched.ticks -
				(double)answer.switched.ticks) /
				       (double)operations);
}

int switch_check(struct bench *bench)
{
	struct switch_state *state = bench_state(bench);
	bool instructions = bench_counts_instructions(bench);
	double median;

	if (!state->count)
		return bench_invalid(bench, "no sample was all switches, and "
					    "of the trial and its twin only");
	sort_values(state->differences, state->count);
	median = (state->differences[(state->count - 1) / 2] +
		  state->differences[state->count / 2]) /
		 2;
	bench_fact(bench,
		   instructions ? "difference_instructions" :
				  "difference_seconds",
		   instructions ? median : median * 1e-9);
	if (state->work->switches_itself &&
	    bench_counted(bench, "switches") < 1)
		return bench_invalid(bench,
				     "%g switches of the trial an operation, "
				     "1 expected",
				     bench_counted(bench, "switches"));
	return 0;
}

void switch_teardown(struct bench *bench)
{
	struct switch_state *state = bench_state(bench);

	if (state->worker)
		state->work->close(state->worker);
	if (state->twin > 0) {
		/* The end of its input is its end. */
		close(state->ask);
		close(state->told);
		waitpid(state->twin, NULL, 0);
	}
	if (state->load >= 0)
		close(state->load);
	free(state->differences);
	free(state);
}

void *switch_worker(struct bench *bench)
{
	struct switch_state *state = bench_state(bench);

	return state->worker;
}
