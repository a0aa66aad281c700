// SPDX-License-Identifier: GPL-2.0-or-later
/* --config, and which QEMU runs guests of several CPUs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runners/run/configuration.h"
#include "runners/trial/cases.h"
#include "runners/vm/emulator.h"

static void test_parse(void **state)
{
	static const char *const bad[] = { "cpus=0", "cpus=9",	"cpus=",
					   "cpus",   "cpus=-1", "cpus=2x",
					   "cpu=2",  "pti=on" };
	struct configuration configuration;
	struct error err;
	json_t *json;

	(void)state;
	assert_int_equal(configuration_parse(NULL, &configuration, &err), 0);
	assert_int_equal(configuration.cpus, 0);
	assert_null(configuration_to_json(&configuration));
	assert_int_equal(configuration_parse("cpus=4", &configuration, &err),
			 0);
	json = configuration_to_json(&configuration);
	configuration.cpus = 0;
	assert_int_equal(configuration_from_json(json, &configuration), 0);
	assert_int_equal(configuration.cpus, 4);
	json_decref(json);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(
			configuration_parse(bad[i], &configuration, &err),
			-EINVAL);
		assert_non_null(strstr(err.text, "--config: "));
	}
}

static void test_emulators(void **state)
{
	(void)state;
	assert_false(emulator_shares_time("7.2.22"));
	assert_false(emulator_shares_time("8.0.5"));
	assert_true(emulator_shares_time("8.1.0"));
	assert_true(emulator_shares_time("10.0.2"));
	assert_false(emulator_shares_time(""));
}

static unsigned int threads(const char *name, const char *axis, uint64_t value)
{
	const struct bench_case *bench_case = cases_find(name);
	struct axis_value axes[16] = { 0 };
	unsigned int result;
	size_t count = 0;

	assert_non_null(bench_case);
	for (; bench_case->axes[count].name; count++) {
		const struct bench_axis *from = &bench_case->axes[count];

		axes[count].axis = (char *)from->name;
		if (from->choices)
			axes[count].text = (char *)from->choices[0].name;
		else
			axes[count].number =
				strcmp(from->name, axis) ? from->min : value;
	}
	result = cases_threads(bench_case, axes, count);
	return result;
}

/* Every case can be asked; a thread of each kind wants a CPU. */
static void test_threads(void **state)
{
	(void)state;
	bench_for_each_case (position)
		if ((*position)->axes)
			assert_int_equal(threads((*position)->name, "", 0), 0);
	assert_int_equal(threads("membarrier.sync_core", "siblings", 3), 3);
	assert_int_equal(threads("membarrier.sync_core", "callers", 2), 1);
	assert_int_equal(threads("invalidate.munmap", "threads", 1), 1);
	assert_int_equal(threads("invalidate.mremap", "invalidators", 2), 2);
	assert_int_equal(threads("fault.contended", "faulters", 2), 1);
	assert_int_equal(threads("pin.contended", "threads", 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_emulators),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
