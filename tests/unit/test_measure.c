// SPDX-License-Identifier: GPL-2.0-or-later
/* The measuring loop, on cases whose behaviour is known. */
#define _GNU_SOURCE
#include <errno.h>
#include <liburing.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define assert_close(a, b, within) assert_true(fabs((a) - (b)) <= (within))

#include "runners/trial/cases.h"
#include "runners/trial/measure.h"

static const struct bench_metric metrics[] = {
	{ "operation", "an operation", NULL, BENCH_TIMED },
	{ "recorded", "always 7 ticks a page", "page", 0 },
	{ 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "mode",
		.help = "what goes wrong",
		.choices =
			(const struct bench_choice[]){
				{ "good", "nothing", 0 },
				{ "invalid", "the facts", 0 },
				{ "failed", "the operation", 0 },
				{ "skipped", "the set-up", 0 },
				{ "rejecting", "every other sample", 0 },
				{ "hopeless", "every sample", 0 },
				{ "ticking",
				  "a slow sample whenever the batch grew", 0 },
				{ "leaking", "what was pinned stays so", 0 },
				{ "undeclared", "a fact in no table", 0 },
				{ NULL, NULL, 0 } },
		.values = "good",
	},
	{ 0 },
};

enum {
	GOOD,
	INVALID,
	FAILED,
	SKIPPED,
	REJECTING,
	HOPELESS,
	TICKING,
	LEAKING,
	UNDECLARED
};

#define LEAKED 3

/* Holds what is registered with it: real pins, without the module. */
static struct io_uring ring;

static struct {
	unsigned int setups, teardowns, samples;
	uint64_t largest;
	bool grew;
} seen;

static int leak(void)
{
	size_t length = LEAKED * (size_t)sysconf(_SC_PAGESIZE);
	struct iovec buffer = {
		.iov_base = mmap(NULL, length, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		.iov_len = length,
	};

	return buffer.iov_base == MAP_FAILED ?
		       -errno :
		       io_uring_register_buffers(&ring, &buffer, 1);
}

static const struct bench_fact facts[] = {
	{ "tripled", "three times the operations", BENCH_EXACT },
	{ "fixed", "what it is, it is", BENCH_STATISTICAL },
	{ "rejected_on_purpose", "samples", BENCH_DIAGNOSTIC },
	{ 0 },
};

static int setup(struct bench *bench)
{
	seen.setups++;
	bench_set_state(bench, &seen);
	if (bench_option(bench, "mode") == LEAKING)
		return leak();
	if (bench_option(bench, "mode") == SKIPPED)
		return bench_skip(bench, "no %s", "luck");
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	if (bench_option(bench, "mode") == FAILED)
		return bench_fail(bench, "it broke");
	seen.grew = operations > seen.largest;
	if (operations > seen.largest)
		seen.largest = operations;
	if (seen.grew && bench_option(bench, "mode") == TICKING)
		usleep(1000);
	for (volatile uint64_t i = 0; i < operations * 100; i++)
		;
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	bench_record(bench, 1, 7 * 3 * operations, 3 * operations, 0);
	bench_count(bench, "tripled", 3 * (double)operations);
	bench_fact(bench, "fixed", 42);
	if (bench_option(bench, "mode") == UNDECLARED)
		bench_count(bench, "never declared", 1);
	if (bench_option(bench, "mode") == REJECTING && seen.samples++ % 2)
		bench_reject(bench, "rejected_on_purpose");
	if (bench_option(bench, "mode") == HOPELESS ||
	    (bench_option(bench, "mode") == TICKING && seen.grew))
		bench_reject(bench, "rejected_on_purpose");
	return 0;
}

static int check(struct bench *bench)
{
	if (bench_option(bench, "mode") == INVALID)
		return bench_invalid(bench, "%d is not %d", 1, 2);
	return 0;
}

static void teardown(struct bench *bench)
{
	(void)bench;
	seen.teardowns++;
}

static uint64_t limit(struct bench *bench)
{
	(void)bench;
	return 1000;
}

static const struct bench_case fake = {
	.name = "test.fake",
	.pins = true,
	.summary = "a case with known behaviour",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.limit = limit,
	.setup = setup,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(fake);

static void measure_to(const char *mode, double precision,
		       struct measure_reply *reply)
{
	struct axis_value axis = { .axis = "mode", .text = (char *)mode };
	const struct measure_request request = {
		.name = "test.fake",
		.axes = &axis,
		.axis_count = 1,
		.precision = precision,
		.max_time = precision < 0.05 ? 20 : 0.2,
	};

	memset(&seen, 0, sizeof(seen));
	measure_trial(&request, reply);
	/* Whatever happened, what was set up is taken down. */
	assert_int_equal(seen.setups, 1);
	assert_int_equal(seen.teardowns, 1);
}

static void measure(const char *mode, struct measure_reply *reply)
{
	measure_to(mode, 0.05, reply);
}

static double fact(const struct measure_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->trial.fact_count; i++)
		if (!strcmp(reply->trial.facts[i].name, name))
			return reply->trial.facts[i].value;
	fail_msg("no fact %s", name);
	return 0;
}

static void test_good(void **state)
{
	struct measure_reply reply;
	const struct metric *timed, *recorded;

	(void)state;
	measure("good", &reply);
	assert_int_equal(reply.status, CELL_OK);
	timed = trial_metric(&reply.trial, "operation");
	recorded = trial_metric(&reply.trial, "recorded");
	assert_non_null(timed);
	assert_string_equal(timed->unit, "s");
	assert_true(timed->sample_count >= 11);
	assert_string_equal(recorded->unit, "s/page");
	assert_int_equal(recorded->sample_count, timed->sample_count);
	for (size_t i = 0; i < recorded->sample_count; i++)
		assert_close(recorded->samples[i], 7e-9, 1e-15);
	assert_close(fact(&reply, "tripled"), 3, 1e-12);
	assert_close(fact(&reply, "fixed"), 42, 1e-12);
	assert_true(fact(&reply, "harness_share") < 0.01);
	assert_true(reply.trial.batch <= 1000);
	assert_true(seen.largest <= 1000);
	trial_free(&reply.trial);
}

static void test_rejected_samples_do_not_count(void **state)
{
	struct measure_reply reply;

	(void)state;
	measure("rejecting", &reply);
	assert_int_equal(reply.status, CELL_OK);
	assert_true(fact(&reply, "rejected_samples") >= 10);
	assert_true(fact(&reply, "rejected_on_purpose") >= 10);
	assert_true(trial_metric(&reply.trial, "recorded")->sample_count >= 11);
	assert_close(fact(&reply, "tripled"), 3, 1e-12);
	trial_free(&reply.trial);
}

static bool has_fact(const struct measure_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->trial.fact_count; i++)
		if (!strcmp(reply->trial.facts[i].name, name))
			return true;
	return false;
}

/* However many are taken: half of them is no reason to take a rejected one. */
static void test_rejection_is_a_share(void **state)
{
	struct measure_reply reply;
	size_t count;

	(void)state;
	/* No spread is below zero: until there are as many as there may be. */
	measure_to("rejecting", -1, &reply);
	assert_int_equal(trial_metric(&reply.trial, "recorded")->sample_count,
			 1000);
	assert_true(fact(&reply, "rejected_samples") > 900);
	assert_false(has_fact(&reply, "doubtful_samples"));
	trial_free(&reply.trial);
	measure("hopeless", &reply);
	assert_int_equal(reply.status, CELL_OK);
	count = trial_metric(&reply.trial, "recorded")->sample_count;
	assert_true(count >= 11);
	assert_close(fact(&reply, "doubtful_samples"), (double)count, 0);
	assert_close(fact(&reply, "rejected_samples"), 100, 0);
	trial_free(&reply.trial);
}

/* A first sample of 1 ms would be long enough at any batch. */
static void test_rejected_samples_choose_no_batch(void **state)
{
	struct measure_reply reply;

	(void)state;
	measure("ticking", &reply);
	assert_int_equal(reply.status, CELL_OK);
	assert_true(reply.trial.batch > 1);
	trial_free(&reply.trial);
}

static void test_failures_keep_their_reason(void **state)
{
	struct measure_reply reply;

	(void)state;
	measure("invalid", &reply);
	assert_int_equal(reply.status, CELL_INVALID);
	assert_string_equal(reply.reason, "1 is not 2");
	assert_close(fact(&reply, "tripled"), 3, 1e-12);
	trial_free(&reply.trial);
	measure("failed", &reply);
	assert_int_equal(reply.status, CELL_FAILED);
	assert_string_equal(reply.reason, "it broke");
	trial_free(&reply.trial);
	measure("skipped", &reply);
	assert_int_equal(reply.status, CELL_SKIPPED);
	assert_string_equal(reply.reason, "no luck");
	trial_free(&reply.trial);
}

/* A fact that nobody declared would be compared by nobody. */
static void test_undeclared_fact_fails(void **state)
{
	struct measure_reply reply;

	(void)state;
	measure("undeclared", &reply);
	assert_int_equal(reply.status, CELL_FAILED);
	assert_string_equal(reply.reason, "test.fake counts 'never declared', "
					  "which is none of its facts");
	trial_free(&reply.trial);
}

/* What is exact is marked so, and nothing else. */
static void test_exact_facts(void **state)
{
	struct measure_reply reply;
	json_t *object;

	(void)state;
	measure("good", &reply);
	assert_true(trial_fact(&reply.trial, "tripled")->exact);
	assert_false(trial_fact(&reply.trial, "fixed")->exact);
	object = trial_to_json(&reply.trial);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(object, "exact"), 0)),
			    "tripled");
	json_decref(object);
	trial_free(&reply.trial);
}

/* Every case says what its facts are, once, and leaves the harness's alone. */
static void test_facts_are_declared(void **state)
{
	(void)state;
	bench_for_each_case (position) {
		const struct bench_fact *facts_of = (*position)->facts;

		for (size_t i = 0; facts_of && facts_of[i].name; i++) {
			assert_true(*facts_of[i].name && *facts_of[i].help);
			assert_non_null(fact_kind_name(facts_of[i].kind));
			assert_ptr_equal(
				cases_fact(*position, facts_of[i].name),
				&facts_of[i]);
		}
	}
}

static void test_leaked_pins_fail(void **state)
{
	struct measure_reply reply;

	(void)state;
	/* Only root may have the CPUs' counts of pins added up at once. */
	if (geteuid() || access("/proc/sys/vm/stat_refresh", W_OK) ||
	    io_uring_queue_init(4, &ring, 0))
		skip();
	measure("good", &reply);
	assert_int_equal(reply.status, CELL_OK);
	assert_close(fact(&reply, "leaked_pins"), 0, 0);
	trial_free(&reply.trial);
	measure("leaking", &reply);
	assert_int_equal(reply.status, CELL_FAILED);
	assert_non_null(strstr(reply.reason, "3 pins leaked"));
	assert_close(fact(&reply, "leaked_pins"), LEAKED, 0);
	trial_free(&reply.trial);
	io_uring_queue_exit(&ring);
}

static void test_requests_round_trip(void **state)
{
	struct axis_value axis = { .axis = "mode", .text = "good" };
	const struct measure_request request = {
		.name = "test.fake",
		.axes = &axis,
		.axis_count = 1,
		.boot = 3,
		.instructions = true,
		.precision = 0.05,
		.max_time = 2,
		.draws = true,
		.seed = UINT64_MAX - 1,
	};
	json_t *object = measure_request_to_json(&request);
	struct measure_request back;
	struct error err;

	(void)state;
	assert_int_equal(measure_request_from_json(object, &back, &err), 0);
	assert_string_equal(back.name, "test.fake");
	assert_string_equal(back.axes[0].text, "good");
	assert_int_equal(back.boot, 3);
	assert_true(back.instructions);
	assert_close(back.max_time, 2, 0);
	assert_true(back.draws && back.seed == UINT64_MAX - 1);
	measure_request_free(&back);
	json_object_del(object, "case");
	assert_int_equal(measure_request_from_json(object, &back, &err),
			 -EINVAL);
	measure_request_free(&back);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_rejected_samples_do_not_count),
		cmocka_unit_test(test_rejection_is_a_share),
		cmocka_unit_test(test_rejected_samples_choose_no_batch),
		cmocka_unit_test(test_failures_keep_their_reason),
		cmocka_unit_test(test_undeclared_fact_fails),
		cmocka_unit_test(test_exact_facts),
		cmocka_unit_test(test_facts_are_declared),
		cmocka_unit_test(test_leaked_pins_fail),
		cmocka_unit_test(test_requests_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
