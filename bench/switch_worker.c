// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* What the twin answers to a number of operations. */
struct answer {
	int error; /* negative errno */
	uint64_t ticks;
	uint64_t switches; /* by its own will, as the kernel counts them */
	uint64_t preemptions;
};

struct switch_state {
	const struct switch_work *work;
	void *worker;
	pid_t twin;
	int ask, told; /* pipes */
	struct answer own; /* of the sample in progress */
	double *differences; /* an operation's, sample by sample */
	size_t count;
};

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

static struct answer work_once(struct bench *bench,
			       const struct switch_work *work, void *worker,
			       uint64_t operations)
{
	struct rusage before, after;
	struct answer answer = { 0 };

	getrusage(RUSAGE_THREAD, &before);
	answer.error = work->run(bench, worker, operations, &answer.ticks);
	getrusage(RUSAGE_THREAD, &after);
	answer.switches = (uint64_t)(after.ru_nvcsw - before.ru_nvcsw);
	answer.preemptions = (uint64_t)(after.ru_nivcsw - before.ru_nivcsw);
	return answer;
}

static void twin_main(struct bench *bench, const struct switch_work *work,
		      int ask, int told)
{
	struct answer answer = { 0 };
	uint64_t operations;
	void *worker = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	answer.error = work->open(bench, true, &worker);
	while (write(told, &answer, sizeof(answer)) == sizeof(answer) &&
	       !answer.error &&
	       read(ask, &operations, sizeof(operations)) == sizeof(operations))
		answer = work_once(bench, work, worker, operations);
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
		twin_main(bench, state->work, ask[0], told[1]);
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

	state->own = work_once(bench, state->work, state->worker, operations);
	return state->own.error;
}

static int keep_difference(struct switch_state *state, double difference)
{
	size_t size = (state->count + 1) * sizeof(*state->differences);
	double *list = realloc(state->differences, size);

	if (!list)
		return -ENOMEM;
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
	bench_record(bench, METRIC_OPERATION, state->own.ticks, operations, 1);
	bench_record(bench, METRIC_TWIN, answer.ticks, operations, 1);
	/* A timer that had expired already, a turn given by preemption. */
	if (state->work->switches_itself && (state->own.switches < operations ||
					     answer.switches < operations)) {
		bench_reject(bench, "rejected_not_switched");
		return 0;
	}
	return keep_difference(
		state, ((double)state->own.ticks - (double)answer.ticks) /
			       (double)operations);
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int switch_check(struct bench *bench)
{
	struct switch_state *state = bench_state(bench);
	bool instructions = bench_counts_instructions(bench);
	double median;

	if (!state->count)
		return bench_invalid(bench, "no sample was all switches");
	/* The later half: the first samples chose the batch and warmed up. */
	size_t skip = state->count / 2, count = state->count - skip;

	qsort(state->differences + skip, count, sizeof(double), by_value);
	median = state->differences[skip + count / 2];
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
	free(state->differences);
	free(state);
}

void *switch_worker(struct bench *bench)
{
	struct switch_state *state = bench_state(bench);

	return state->worker;
}
