// SPDX-License-Identifier: GPL-2.0-or-later
/* Journals beside results, and ids of files. */
#include "store_fixture.h"

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
	assert_int_equal(
		store_new_id("6.1.0-56-amd64", made, sizeof(made), &err), 0);
	snprintf(path, sizeof(path), "/some/where/%s.json", made);
	assert_true(store_id_of(path, id, sizeof(id)));
	assert_string_equal(id, made);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_false(store_id_of(none[i], id, sizeof(id)));
	assert_false(store_id_of(path, id, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_id_of_a_file),
		STORE_TEST(test_journal),
		STORE_TEST(test_torn_journal),
		STORE_TEST(test_damaged_journal),
		STORE_TEST(test_journal_has_one_writer),
		STORE_TEST(test_journal_on_a_full_disk),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
