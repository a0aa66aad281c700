// SPDX-License-Identifier: GPL-2.0-or-later
/* Where runs lie, what they are called, and the journal. */
#include <errno.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/store/store.h"

static char scratch[64];

/* Each test has a folder of its own as the store, and nothing else is set. */
static int make_store(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/mmgauge-store-XXXXXX");
	if (!mkdtemp(scratch))
		return -1;
	unsetenv("XDG_DATA_HOME");
	setenv("HOME", scratch, 1);
	return setenv("MMGAUGE_STORE", scratch, 1);
}

static int remove_store(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
	return system(command);
}

static const char *in_store(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static void write_text(const char *name, const char *text)
{
	FILE *file = fopen(in_store(name), "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_text(const char *name, const char *expected)
{
	char text[4096];
	FILE *file = fopen(in_store(name), "r");
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

/* A run whose file is @age seconds old. */
static void add_run(const char *id, time_t age)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - age } };
	char path[PATH_MAX], name[160];
	struct error err;

	times[1] = times[0];
	assert_int_equal(store_runs(path, &err), 0);
	snprintf(name, sizeof(name), "runs/%s.json", id);
	write_text(name, "{}");
	assert_int_equal(utimensat(0, in_store(name), times, 0), 0);
}

static void assert_resolves(const char *name, const char *id)
{
	char path[PATH_MAX], expected[PATH_MAX];
	struct error err = { "" };

	if (store_find(name, path, &err))
		fail_msg("%s", err.text);
	snprintf(expected, sizeof(expected), "%s/runs/%s.json", scratch, id);
	assert_string_equal(path, expected);
}

static void assert_unresolved(const char *name, int code, const char *part)
{
	char path[PATH_MAX];
	struct error err = { "" };

	assert_int_equal(store_find(name, path, &err), code);
	if (!strstr(err.text, part))
		fail_msg("no '%s' in '%s'", part, err.text);
}

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

struct lines {
	char text[256];
	int stop_at;
	int count;
};

static int take_line(const json_t *document, void *data)
{
	struct lines *lines = data;
	char *text = json_dumps(document, JSON_COMPACT);

	strcat(lines->text, text);
	strcat(lines->text, ";");
	free(text);
	return ++lines->count == lines->stop_at ? 42 : 0;
}

static void assert_replays(const char *expected)
{
	struct lines lines = { .text = "" };
	struct error err = { "" };

	if (journal_replay(in_store("r.json"), take_line, &lines, &err))
		fail_msg("%s", err.text);
	assert_string_equal(lines.text, expected);
}

static void append(struct journal *journal, const char *text)
{
	json_t *document = json_loads(text, 0, NULL);
	struct error err = { "" };

	if (journal_append(journal, document, &err))
		fail_msg("%s", err.text);
	json_decref(document);
}

static void test_journal(void **state)
{
	struct journal *journal;
	struct lines lines = { .stop_at = 2 };
	struct error err;

	(void)state;
	assert_int_equal(
		journal_replay(in_store("r.json"), take_line, &lines, &err),
		-ENOENT);
	assert_int_equal(journal_open(in_store("r.json"), &journal, &err), 0);
	append(journal, "{\"run\": 1}");
	append(journal, "{\"trial\": [1.5, \"a\\nb\"]}");
	assert_replays("{\"run\":1};{\"trial\":[1.5,\"a\\nb\"]};");
	journal_close(journal);
	assert_int_equal(journal_open(in_store("r.json"), &journal, &err), 0);
	append(journal, "{\"trial\": 2}");
	journal_close(journal);
	assert_text("r.json.journal", "{\"run\":1}\n{\"trial\":[1.5,\"a\\nb\"]}"
				      "\n{\"trial\":2}\n");
	assert_int_equal(journal_replay(in_store("r.json.journal"), take_line,
					&lines, &err),
			 42);
	assert_int_equal(lines.count, 2);
	assert_int_equal(journal_remove(in_store("r.json"), &err), 0);
	assert_int_equal(access(in_store("r.json.journal"), F_OK), -1);
	assert_int_equal(journal_remove(in_store("r.json"), &err), 0);
	journal_close(NULL);
}

/* Cut at every byte: what was complete stays, and writing goes on behind it. */
static void test_torn_journal(void **state)
{
	static const char whole[] = "{\"a\":1}\n{\"b\":2}\n";

	(void)state;
	for (size_t cut = 0; cut < strlen(whole); cut++) {
		struct journal *journal;
		struct error err = { "" };
		char text[64];

		snprintf(text, sizeof(text), "%.*s", (int)cut, whole);
		write_text("r.json.journal", text);
		assert_replays(cut < 8 ? "" : "{\"a\":1};");
		if (journal_open(in_store("r.json"), &journal, &err))
			fail_msg("%s", err.text);
		append(journal, "{\"c\":3}");
		journal_close(journal);
		assert_replays(cut < 8 ? "{\"c\":3};" : "{\"a\":1};{\"c\":3};");
	}
	/* The length was written, the content was not. */
	write_text("r.json.journal", "{\"a\":1}\n\x01\x01\x01\n");
	assert_replays("{\"a\":1};");
}

static void test_damaged_journal(void **state)
{
	struct journal *journal;
	struct lines lines = { .text = "" };
	struct error err;

	(void)state;
	write_text("r.json.journal", "{\"a\":1}\n{\"b\":}\n{\"c\":1}\n");
	assert_int_equal(
		journal_replay(in_store("r.json"), take_line, &lines, &err),
		-EINVAL);
	assert_non_null(strstr(err.text, "/r.json.journal:2:6: "));
	assert_int_equal(journal_open(in_store("r.json"), &journal, &err),
			 -EINVAL);
	assert_null(journal);
	assert_text("r.json.journal", "{\"a\":1}\n{\"b\":}\n{\"c\":1}\n");
}

static void test_journal_has_one_writer(void **state)
{
	struct journal *first, *second;
	struct error err;

	(void)state;
	assert_int_equal(journal_open(in_store("r.json"), &first, &err), 0);
	assert_int_equal(journal_open(in_store("r.json"), &second, &err),
			 -EBUSY);
	assert_non_null(strstr(err.text, "another run writes to it"));
	journal_close(first);
	assert_int_equal(journal_open(in_store("r.json"), &second, &err), 0);
	journal_close(second);
	assert_int_equal(journal_open(in_store("no/r.json"), &second, &err),
			 -ENOENT);
}

static void test_journal_on_a_full_disk(void **state)
{
	json_t *large = json_array();
	struct rlimit old, small;
	struct journal *journal;
	struct error err;
	int ret;

	(void)state;
	for (int i = 0; i < 200; i++)
		json_array_append_new(large, json_integer(i));
	assert_int_equal(journal_open(in_store("r.json"), &journal, &err), 0);
	append(journal, "{\"a\":1}");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 100;
	setrlimit(RLIMIT_FSIZE, &small);
	ret = journal_append(journal, large, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(ret, -EFBIG);
	assert_non_null(strstr(err.text, "r.json.journal: cannot write: "));
	assert_text("r.json.journal", "{\"a\":1}\n");
	append(journal, "{\"b\":2}");
	assert_text("r.json.journal", "{\"a\":1}\n{\"b\":2}\n");
	journal_close(journal);
	json_decref(large);
}

/* What store_new_id() made is found again in a path; what it cannot is not. */
static void test_id_of_a_file(void **state)
{
	static const char *const none[] = {
		"/runs/6.1.json",
		"/runs/20261121T090000Z-6.1.0-0001.txt",
		"/runs/20261121T090000-6.1.0-0001.json",
		"20261121T090000Z-0001.json",
		"20261121T090000Z-6.1.0-000g.json",
		".json",
		"",
	};
	char made[128], path[256], id[128];
	struct error err;

	(void)state;
	assert_int_equal(store_new_id("6.1.0-56-amd64", made, sizeof(made),
				      &err),
			 0);
	snprintf(path, sizeof(path), "/some/where/%s.json", made);
	assert_true(store_id_of(path, id, sizeof(id)));
	assert_string_equal(id, made);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_false(store_id_of(none[i], id, sizeof(id)));
	assert_false(store_id_of(path, id, 8));
}

#define STORE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, make_store, remove_store)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_id_has_its_form),
		STORE_TEST(test_ids_differ),
		STORE_TEST(test_store_is_where_the_environment_says),
		STORE_TEST(test_id_of_a_file),
		STORE_TEST(test_names_of_runs),
		STORE_TEST(test_files_come_first),
		STORE_TEST(test_journal),
		STORE_TEST(test_torn_journal),
		STORE_TEST(test_damaged_journal),
		STORE_TEST(test_journal_has_one_writer),
		STORE_TEST(test_journal_on_a_full_disk),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
