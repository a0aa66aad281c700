// SPDX-License-Identifier: GPL-2.0-or-later
/* Saving, finding and comparing with baselines, in a store of its own. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/store/baseline.h"
#include "results/compare/compare.h"
#include "results/store/resolve.h"
#include "results/store/store.h"

static char store[] = "/tmp/mmgauge-baseline-XXXXXX";
static struct error err;

static void path_of(const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s.json", store, name);
}

/* A run of @boots boots at @level on @machine, saved as a file. */
static void make_run(const char *name, const char *machine, const char *clock,
		     const char *release, unsigned int boots, double level)
{
	struct result result = {
		.run = json_pack("{ss}", "id", name),
		.subject = json_pack("{ss}", "release", release),
		.machine = json_pack("{ss ss}", "fingerprint", machine,
				     "accelerator", "kvm"),
		.clock = json_pack("{ss}", "kind", clock),
	};
	struct cell *cell = result_cell(&result, "a.b", NULL, 0);
	char path[PATH_MAX];

	for (unsigned int b = 0; b < boots; b++) {
		struct trial trial = { .boot = b };
		struct metric *metric =
			trial_add_metric(&trial, "time", "s", false);

		metric_add_sample(metric, level * (1 + 1e-4 * b));
		assert_int_equal(cell_add_trial(cell, &trial), 0);
	}
	path_of(name, path);
	assert_int_equal(result_save(path, &result, &err), 0);
	result_free(&result);
}

static int save(const char *name, const char *a, const char *b, const char *c)
{
	char paths[3][PATH_MAX];
	char *runs[3] = { paths[0], paths[1], paths[2] };
	const char *names[] = { a, b, c };
	size_t count = 0;

	for (; count < 3 && names[count]; count++)
		path_of(names[count], paths[count]);
	return baseline_save(name, runs, count, &err);
}

static void load(const char *name, struct result *result)
{
	char path[PATH_MAX];

	memset(result, 0, sizeof(*result));
	assert_int_equal(resolve_run(name, NULL, path, &err), 0);
	assert_int_equal(result_load(path, result, &err), 0);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(store));
	setenv("MMGAUGE_STORE", store, 1);
	make_run("one", "m", "wall", "6.1", 4, 1);
	make_run("two", "m", "wall", "6.1", 3, 1.01);
	make_run("three", "m", "wall", "6.1", 4, 0.99);
	make_run("slow", "m", "wall", "6.2", 5, 1.03);
	make_run("other", "n", "wall", "6.1", 2, 1);
	make_run("exact", "m", "instructions", "6.1", 1, 1);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", store);
	return system(command);
}

static void test_boots_are_counted_apart(void **state)
{
	struct result result;
	const json_t *runs;
	bool seen[11] = { false };

	(void)state;
	assert_int_equal(save("good", "one", "two", "three"), 0);
	load("@good", &result);
	assert_string_equal(result_text(&result, "run/id"), "@good");
	assert_int_equal(result.cell_count, 1);
	assert_int_equal(result.cells[0].trial_count, 11);
	for (size_t t = 0; t < 11; t++) {
		unsigned int boot = result.cells[0].trials[t].boot;

		assert_in_range(boot, 0, 10);
		assert_false(seen[boot]);
		seen[boot] = true;
	}
	runs = result_value(&result, "run/baseline/runs");
	assert_int_equal(json_array_size(runs), 3);
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(runs, 2), "first_boot")),
			 7);
	result_free(&result);
}

/* The boot that the file of a run says it is of; NULL: says nothing. */
static void put_on_host(const char *name, const char *boot)
{
	char path[PATH_MAX];
	struct result result = { 0 };

	path_of(name, path);
	assert_int_equal(result_load(path, &result, &err), 0);
	json_object_set_new(result.machine, "accelerator", json_string("none"));
	if (boot)
		json_object_set_new(result.machine, "boot_id",
				    json_string(boot));
	assert_int_equal(result_save(path, &result, &err), 0);
	result_free(&result);
}

static unsigned int boots_of(const struct result *result)
{
	unsigned int seen = 0, boots = 0;

	for (size_t t = 0; t < result->cells[0].trial_count; t++)
		seen |= 1u << result->cells[0].trials[t].boot;
	for (; seen; seen &= seen - 1)
		boots++;
	return boots;
}

/* Runs of one boot of a host are no more than that boot says, where there are more. */
static void test_runs_of_one_boot(void **state)
{
	static const char *const names[] = { "h0", "h1", "h2" };
	static const struct {
		const char *boots[3];
		unsigned int count, runs;
	} rows[] = {
		{ { "a", "a", "a" }, 1, 3 },
		{ { "a", "b", "a" }, 2, 2 },
		{ { "a", "b", "c" }, 3, 3 },
		{ { NULL, NULL, NULL }, 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct compare_options options = { .threshold = 0.01,
						   .learn = true };
		struct compare_report report;
		struct result base;

		for (int run = 0; run < 3; run++) {
			make_run(names[run], "m", "wall", "6.1", 1,
				 1 + 0.001 * run);
			put_on_host(names[run], rows[i].boots[run]);
		}
		assert_int_equal(save("host", "h0", "h1", "h2"), 0);
		load("@host", &base);
		assert_int_equal(base.cells[0].trial_count, 3);
		assert_int_equal(boots_of(&base), rows[i].count);
		assert_int_equal(
			compare_results(&base, &base, &options, &report), 0);
		assert_int_equal(report.rows[0].base_runs, rows[i].runs);
		compare_free(&report);
		result_free(&base);
		assert_int_equal(baseline_remove("host", &err), 0);
	}
}

/* Runs differ by a third: what is learnt ends somewhere. */
static void test_learnt_threshold_has_a_cap(void **state)
{
	struct compare_options options = { .threshold = 0.01, .learn = true };
	struct compare_report report;
	struct result base, new = { 0 };
	char path[PATH_MAX];

	(void)state;
	make_run("c0", "m", "instructions", "6.1.0", 1, 100);
	make_run("c1", "m", "instructions", "6.1.0", 1, 101);
	make_run("c2", "m", "instructions", "6.1.0", 1, 135);
	make_run("c3", "m", "instructions", "6.12.0", 1, 200);
	assert_int_equal(save("noisy", "c0", "c1", "c2"), 0);
	load("@noisy", &base);
	path_of("c3", path);
	assert_int_equal(result_load(path, &new, &err), 0);
	assert_int_equal(compare_results(&base, &new, &options, &report), 0);
	assert_true(report.rows[0].threshold == 0.1);
	assert_int_equal(report.rows[0].verdict, VERDICT_REGRESSION);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
	assert_int_equal(baseline_remove("noisy", &err), 0);
}

static void test_what_cannot_be_saved(void **state)
{
	(void)state;
	assert_int_equal(save("mixed", "one", "slow", NULL), -EXDEV);
	assert_non_null(strstr(err.text, "kernel releases differ (6.1, 6.2)"));
	assert_int_equal(save("mixed", "one", "other", NULL), -EXDEV);
	assert_int_equal(save("mixed", "one", "exact", NULL), -EXDEV);
	assert_int_equal(save("mixed", "one", "none", NULL), -ENOENT);
	assert_int_equal(save("../mixed", "one", NULL, NULL), -EINVAL);
	assert_int_equal(save(".hidden", "one", NULL, NULL), -EINVAL);
	assert_int_equal(save("@good", "one", NULL, NULL), -EINVAL);
	assert_int_equal(save("", "one", NULL, NULL), -EINVAL);
}

static void test_one_of_several_machines(void **state)
{
	char path[PATH_MAX];
	struct result like;

	(void)state;
	assert_int_equal(save("many", "one", NULL, NULL), 0);
	assert_int_equal(resolve_run("@many", NULL, path, &err), 0);
	assert_int_equal(save("many", "other", NULL, NULL), 0);
	assert_int_equal(save("many", "exact", NULL, NULL), 0);
	assert_int_equal(resolve_run("@many", NULL, path, &err), -EEXIST);
	assert_non_null(strstr(err.text, "@many:n-wall-kvm"));
	assert_int_equal(resolve_run("@many:n-", NULL, path, &err), 0);
	assert_non_null(strstr(path, "/many/n-wall-kvm.json"));
	path_of("exact", path);
	assert_int_equal(result_load(path, &like, &err), 0);
	assert_int_equal(baseline_resolve("@many", &like, path, &err), 0);
	assert_non_null(strstr(path, "/many/m-instructions-kvm.json"));
	result_free(&like);
}

static void test_list_and_remove(void **state)
{
	struct baseline *list;
	char path[PATH_MAX];
	size_t count;

	(void)state;
	assert_int_equal(save("good", "one", NULL, NULL), 0);
	assert_int_equal(save("many", "one", NULL, NULL), 0);
	assert_int_equal(save("many", "other", NULL, NULL), 0);
	assert_int_equal(baseline_remove("many", &err), 0);
	assert_int_equal(baseline_list(&list, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_string_equal(list[0].name, "good");
	assert_string_equal(list[0].key, "m-wall-kvm");
	free(list);
	assert_int_equal(resolve_run("@many", NULL, path, &err), -ENOENT);
	assert_non_null(strstr(err.text, "there are @good"));
	assert_int_equal(baseline_remove("many", &err), -ENOENT);
	assert_int_equal(baseline_remove("../good", &err), -EINVAL);
	assert_int_equal(baseline_remove("good", &err), 0);
	assert_int_equal(resolve_run("@good", NULL, path, &err), -ENOENT);
	assert_non_null(strstr(err.text, "mmgauge baseline save"));
}

/* Runs of the baseline differ by 1 %: 3 % is none of them then. */
static void test_threshold_is_learnt(void **state)
{
	struct compare_options options = { .threshold = 0.01 };
	struct compare_report report;
	struct result base, new;
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(save("good", "one", "two", "three"), 0);
	load("@good", &base);
	path_of("slow", path);
	assert_int_equal(result_load(path, &new, &err), 0);
	options.learn = true;
	assert_int_equal(compare_results(&base, &new, &options, &report), 0);
	/* sd 0.01, t of 2 degrees 4.303, and one more run. */
	assert_true(fabs(report.rows[0].threshold - 0.0509) < 0.001);
	assert_int_not_equal(report.rows[0].verdict, VERDICT_REGRESSION);
	compare_free(&report);
	options.learn = false;
	assert_int_equal(compare_results(&base, &new, &options, &report), 0);
	assert_true(report.rows[0].threshold == 0.01);
	/* (0.03 - 0.01) / (0.01 sqrt(4 / 3)) is no more than chance. */
	assert_int_equal(report.rows[0].layer, LAYER_RUNS);
	assert_int_equal(report.rows[0].base_runs, 3);
	assert_int_equal(report.rows[0].verdict, VERDICT_INCONCLUSIVE);
	assert_non_null(strstr(report.rows[0].reason, "more runs would tell"));
	compare_free(&report);
	result_free(&base);
	/* Two runs are no history. */
	assert_int_equal(save("good", "one", "two", NULL), 0);
	load("@good", &base);
	options.learn = true;
	assert_int_equal(compare_results(&base, &new, &options, &report), 0);
	assert_true(report.rows[0].threshold == 0.01);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* Three runs that agree to the last digit, as on the exact clock. */
static void test_learnt_threshold_has_a_floor(void **state)
{
	static const struct {
		double level;
		enum verdict verdict;
	} rows[] = {
		{ 100, VERDICT_UNCHANGED },
		{ 100.09, VERDICT_UNCHANGED },
		{ 100.11, VERDICT_REGRESSION },
		{ 99.89, VERDICT_IMPROVEMENT },
	};
	struct compare_options options = { .threshold = 0.01, .learn = true };
	struct result base;
	char path[PATH_MAX];

	(void)state;
	for (int i = 0; i < 3; i++) {
		const char *names[] = { "e0", "e1", "e2" };

		make_run(names[i], "m", "instructions", "6.1.0", 1, 100);
	}
	assert_int_equal(save("exact", "e0", "e1", "e2"), 0);
	assert_int_equal(baseline_resolve("@exact", NULL, path, &err), 0);
	assert_int_equal(result_load(path, &base, &err), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct compare_report report;
		struct result new;

		make_run("e3", "m", "instructions", "6.12.0", 1, rows[i].level);
		path_of("e3", path);
		assert_int_equal(result_load(path, &new, &err), 0);
		assert_int_equal(
			compare_results(&base, &new, &options, &report), 0);
		assert_true(report.rows[0].threshold == 0.001);
		assert_int_equal(report.rows[0].verdict, rows[i].verdict);
		compare_free(&report);
		result_free(&new);
	}
	result_free(&base);
	assert_int_equal(baseline_remove("exact", &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boots_are_counted_apart),
		cmocka_unit_test(test_runs_of_one_boot),
		cmocka_unit_test(test_learnt_threshold_has_a_cap),
		cmocka_unit_test(test_what_cannot_be_saved),
		cmocka_unit_test(test_one_of_several_machines),
		cmocka_unit_test(test_list_and_remove),
		cmocka_unit_test(test_threshold_is_learnt),
		cmocka_unit_test(test_learnt_threshold_has_a_floor),
	};

	return cmocka_run_group_tests_name("baseline", tests, set_up,
					   tear_down);
}
