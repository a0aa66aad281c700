// SPDX-License-Identifier: GPL-2.0-or-later
/* What QEMU said of itself is known from then on, for as long as it is the same. */
#include <sys/resource.h>

#include "kernel_fixture.h"
#include "runners/vm/qemu_asked.h"

#define ANSWERS "cache/mmgauge/qemu-answers.json"

static const char *const question[] = { "qemu", "hello", NULL };

static char *ask(const char *also)
{
	static char said[64];
	struct process_result result;

	assert_int_equal(qemu_ask(question, also, &result), 0);
	assert_int_equal(result.status, 0);
	snprintf(said, sizeof(said), "%.*s", (int)strcspn(result.output, "\n"),
		 result.output);
	process_result_free(&result);
	return said;
}

/* What is kept is told from what is said. */
static void falsify(void)
{
	char *text = read_file(ANSWERS), *hello = strstr(text, "hello");

	assert_non_null(hello);
	memcpy(hello, "known", 5);
	make_file(ANSWERS, 0644, text);
}

static void test_program(void **state)
{
	const struct rlimit narrow = { 1ull << 60, RLIM_INFINITY };
	struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct rlimit before;

	(void)state;
	make_file("bin/qemu", 0755, "");
	assert_int_equal(system("/bin/cp /bin/echo $FAKE/bin/qemu"), 0);
	make_file("plugin", 0644, "");
	assert_string_equal(ask(NULL), "hello");
	falsify();
	assert_string_equal(ask(NULL), "known");
	/* With another file it is another question. */
	assert_string_equal(ask(in_scratch("plugin")), "hello");
	assert_string_equal(ask(NULL), "known");
	/* Where there may be too little of it, QEMU itself has to say so. */
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_AS, &narrow), 0);
	assert_string_equal(ask(NULL), "hello");
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(utimensat(AT_FDCWD, in_scratch("bin/qemu"), times, 0),
			 0);
	assert_string_equal(ask(NULL), "hello");
	/* Damage is no answer. */
	make_file(ANSWERS, 0644, "{");
	assert_string_equal(ask(NULL), "hello");
}

static void test_script(void **state)
{
	(void)state;
	make_file("bin/qemu", 0755, "#!/bin/sh\necho \"$1\"\n");
	assert_string_equal(ask(NULL), "hello");
	assert_false(exists(ANSWERS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_program, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_script, make_scratch,
						remove_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
