// SPDX-License-Identifier: GPL-2.0-or-later
/* What `history --online` has told is kept, and is not told twice. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runners/many/history_told.h"

#define RUNS 20

static char folder[] = "/tmp/mmgauge-told-XXXXXX", path[64];
static struct history_run list[RUNS];
static char names[RUNS][8];
static const struct history_runs runs = { .runs = list, .count = RUNS };

static int make_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < RUNS; i++) {
		snprintf(names[i], sizeof(names[i]), "run%zu", i);
		list[i].name = names[i];
	}
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/told.json", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void write_told(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static char *read_told(void)
{
	static char text[4096];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* A look at the series @name, which goes to @after at @at, or @give or take. */
static int look(const char *name, size_t at, size_t give, double after,
		bool *told, struct error *err)
{
	const struct history_change change = {
		.index = at,
		.end = at,
		.first = at - give,
		.last = at + give,
		.before = 100,
		.after = after,
	};
	struct history history = { 0 };
	struct history_series *series = history_add(&history, name, "", false);
	int ret;

	for (size_t i = 0; i < RUNS; i++)
		assert_int_equal(history_add_point(series, 100, i), 0);
	assert_int_equal(history_add_change(series, &change), 0);
	ret = history_told_update(path, &runs, &history, err);
	*told = series->changes[0].told;
	history_free(&history);
	return ret;
}

static bool is_told(const char *name, size_t at, size_t give, double after)
{
	struct error err;
	bool told;

	assert_int_equal(look(name, at, give, after, &told, &err), 0);
	return told;
}

static void what_is_told_once_is_not_told_again(void **state)
{
	char first[4096];

	(void)state;
	unlink(path);
	assert_false(is_told("a", 10, 0, 110));
	snprintf(first, sizeof(first), "%s", read_told());
	assert_non_null(strstr(first, "\"run10\""));
	assert_true(is_told("a", 10, 0, 110));
	assert_string_equal(first, read_told());
	/* More runs move its place, and the range it is in. */
	assert_true(is_told("a", 12, 0, 111));
	assert_true(is_told("a", 8, 0, 111));
	assert_true(is_told("a", 15, 3, 111));
	assert_string_equal(first, read_told());
}

static void what_is_another_change_is_told(void **state)
{
	(void)state;
	unlink(path);
	assert_false(is_told("a", 10, 0, 110));
	assert_false(is_told("a", 10, 0, 90));
	assert_false(is_told("b", 10, 0, 110));
	assert_false(is_told("a", 14, 0, 110));
	/* And all of them are kept from then on, whatever is seen now. */
	assert_true(is_told("a", 10, 0, 110));
	assert_true(is_told("a", 10, 0, 90));
	assert_true(is_told("b", 10, 0, 110));
	assert_true(is_told("a", 14, 0, 110));
}

static void a_damaged_file_is_refused_and_stays(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "{\n  \"schema\": ", "told.json:2:" },
		{ "", "told.json:1:0" },
		{ "[]", "is not of mmgauge-told/1" },
		{ "{ \"schema\": \"mmgauge-told/2\", \"told\": [] }",
		  "is not of mmgauge-told/1" },
		{ "{ \"schema\": \"mmgauge-told/1\", \"told\": {} }",
		  "is not of mmgauge-told/1" },
	};
	struct error err;
	bool told;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		write_told(rows[i].text);
		assert_int_equal(look("a", 10, 0, 110, &told, &err), -EINVAL);
		assert_non_null(strstr(err.text, rows[i].told));
		assert_non_null(strstr(err.text, "remove it to be told all"));
		assert_string_equal(read_told(), rows[i].text);
	}
	/* Entries of something else say nothing, and are kept. */
	write_told("{ \"schema\": \"mmgauge-told/1\", \"told\": [ 1, {}, "
		   "{ \"series\": 2 } ] }");
	assert_false(is_told("a", 10, 0, 110));
	assert_non_null(strstr(read_told(), "\"series\": 2"));
}

/* What cannot be kept is not told: it would be told again and again. */
static void what_cannot_be_kept_is_an_error(void **state)
{
	struct error err;
	char draft[80];
	bool told;

	(void)state;
	unlink(path);
	assert_false(is_told("a", 10, 0, 110));
	snprintf(draft, sizeof(draft), "%s.new", path);
	assert_int_equal(mkdir(draft, 0700), 0);
	assert_int_equal(look("b", 10, 0, 110, &told, &err), -EIO);
	assert_non_null(strstr(err.text, "cannot be written"));
	assert_int_equal(rmdir(draft), 0);
	assert_true(is_told("a", 10, 0, 110));
	assert_false(is_told("b", 10, 0, 110));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_once_is_not_told_again),
		cmocka_unit_test(what_is_another_change_is_told),
		cmocka_unit_test(a_damaged_file_is_refused_and_stays),
		cmocka_unit_test(what_cannot_be_kept_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
