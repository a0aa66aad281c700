// SPDX-License-Identifier: GPL-2.0-or-later
/* Where runs lie, what they are called, and the journal. */
#include "store_fixture.h"

static void test_id_has_its_form(void **state)
{
	char first[128], second[128], tiny[20];
	struct error err;
	regex_t form;

	(void)state;
	assert_int_equal(
		store_new_id("6.1.0-18-amd64", first, sizeof(first), &err), 0);
	assert_int_equal(regcomp(&form,
				 "^20[0-9]{6}T[0-9]{6}Z-6.1.0-18-amd64-"
				 "[0-9a-f]{4}$",
				 REG_EXTENDED),
			 0);
	assert_int_equal(regexec(&form, first, 0, NULL, 0), 0);
	regfree(&form);

	assert_int_equal(store_new_id("../a b\n", first, sizeof(first), &err),
			 0);
	assert_null(strpbrk(first, "/ \n"));
	assert_non_null(strstr(first, "-_._a_b_~"));
	assert_int_equal(store_new_id("", first, sizeof(first), &err), 0);
	assert_non_null(strstr(first, "Z-unknown-"));
	memset(second, 'x', sizeof(second) - 1);
	second[sizeof(second) - 1] = '\0';
	assert_int_equal(store_new_id(second, first, sizeof(first), &err), 0);
	assert_int_equal(store_new_id("6.1", tiny, sizeof(tiny), &err),
			 -ENAMETOOLONG);
}

static void test_ids_differ(void **state)
{
	char first[128], other[128];
	unsigned int same = 0;
	struct error err;

	(void)state;
	store_new_id("6.1", first, sizeof(first), &err);
	for (int i = 0; i < 50; i++) {
		store_new_id("6.1", other, sizeof(other), &err);
		same += !strcmp(first, other);
	}
	assert_true(same < 3);
}

static void test_store_is_where_the_environment_says(void **state)
{
	char path[PATH_MAX], expected[PATH_MAX];
	struct error err;
	struct stat status;

	(void)state;
	setenv("MMGAUGE_STORE", in_store("deep/er"), 1);
	assert_int_equal(store_runs(path, &err), 0);
	assert_string_equal(path, in_store("deep/er/runs"));
	assert_int_equal(stat(path, &status), 0);
	assert_true(S_ISDIR(status.st_mode));

	unsetenv("MMGAUGE_STORE");
	setenv("XDG_DATA_HOME", in_store("xdg"), 1);
	assert_int_equal(store_runs(path, &err), 0);
	assert_string_equal(path, in_store("xdg/mmgauge/runs"));

	/* A relative XDG_DATA_HOME is to be ignored, says its standard. */
	setenv("XDG_DATA_HOME", "relative", 1);
	setenv("HOME", in_store("home"), 1);
	assert_int_equal(store_runs(path, &err), 0);
	snprintf(expected, sizeof(expected),
		 "%s/home/.local/share/mmgauge/runs", scratch);
	assert_string_equal(path, expected);

	unsetenv("HOME");
	assert_int_equal(store_runs(path, &err), -ENOENT);
	assert_non_null(strstr(err.text, "set MMGAUGE_STORE"));

	write_text("file", "");
	setenv("MMGAUGE_STORE", in_store("file"), 1);
	assert_int_equal(store_runs(path, &err), -ENOTDIR);
	assert_non_null(strstr(err.text, "/file/runs: cannot make: "));
}

static void test_names_of_runs(void **state)
{
	(void)state;
	assert_unresolved("latest", -ENOENT, "holds 0 runs");
	add_run("20260102T000000Z-6.1.0-aaaa", 5);
	add_run("20260102T000000Z-6.1.0-aaab", 50);
	add_run("20260101T000000Z-6.9.0-bbbb", 1);
	add_run("20250101T000000Z-5.15-cccc", 1);
	add_run("20250101T000000Z-5.15-cccc-2", 1);
	write_text("runs/.hidden.json", "");
	write_text("runs/20260105T000000Z-6.1.0-dddd.json.0123.tmp", "");
	write_text("runs/20260105T000000Z-6.1.0-dddd.json.journal", "");

	/* One second: the younger file is the later run. */
	assert_resolves("latest", "20260102T000000Z-6.1.0-aaaa");
	assert_resolves("latest~0", "20260102T000000Z-6.1.0-aaaa");
	assert_resolves("latest~1", "20260102T000000Z-6.1.0-aaab");
	assert_resolves("latest~2", "20260101T000000Z-6.9.0-bbbb");
	assert_unresolved("latest~5", -ENOENT, "holds 5 runs");
	assert_unresolved("latest~99999999999999999999999", -ENOENT, "5 runs");
	assert_unresolved("latest~", -ENOENT, "begins so");
	assert_unresolved("latest~1x", -ENOENT, "begins so");

	assert_resolves("20260101", "20260101T000000Z-6.9.0-bbbb");
	assert_resolves("20260102T000000Z-6.1.0-aaab",
			"20260102T000000Z-6.1.0-aaab");
	/* Complete, and the beginning of another: the complete one is meant. */
	assert_resolves("20250101T000000Z-5.15-cccc",
			"20250101T000000Z-5.15-cccc");
	assert_unresolved("20260102", -EEXIST,
			  "20260102T000000Z-6.1.0-aaaa "
			  "20260102T000000Z-6.1.0-aaab");
	assert_unresolved("2099", -ENOENT, "2099: no such file, and no run in");
	assert_unresolved("", -ENOENT, "no empty name");
}

static void test_files_come_first(void **state)
{
	char path[PATH_MAX];
	struct error err;

	(void)state;
	add_run("20260102T000000Z-6.1.0-aaaa", 5);
	write_text("x.json", "{}");
	assert_int_equal(store_find(in_store("x.json"), path, &err), 0);
	assert_string_equal(path, in_store("x.json"));
	assert_int_equal(chdir(scratch), 0);
	write_text("latest", "{}");
	assert_int_equal(store_find("latest", path, &err), 0);
	assert_string_equal(path, "latest");
	/* A folder of that name is no run. */
	assert_int_equal(mkdir("2026", 0777), 0);
	assert_resolves("2026", "20260102T000000Z-6.1.0-aaaa");
	assert_int_equal(chdir("/"), 0);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_unresolved(path, -ENOENT, "xxx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_id_has_its_form),
		STORE_TEST(test_ids_differ),
		STORE_TEST(test_store_is_where_the_environment_says),
		STORE_TEST(test_names_of_runs),
		STORE_TEST(test_files_come_first),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
