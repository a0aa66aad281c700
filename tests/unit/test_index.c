// SPDX-License-Identifier: GPL-2.0-or-later
/* The index of a folder: it says what the files say, whatever becomes of it. */
#include "compare_fixture.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/history/history_index.h"
#include "results/store/index.h"
#include "scratch_fixture.h"

#define RUNS 5

static struct result results[RUNS];

static int make(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/mmgauge-index-XXXXXX");
	return mkdtemp(scratch) ? 0 : -1;
}

static int clean(void **state)
{
	char command[128];

	(void)state;
	for (size_t i = 0; i < RUNS; i++)
		result_free(&results[i]);
	memset(results, 0, sizeof(results));
	snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
	return system(command);
}

static void save(size_t i)
{
	struct error err = { "" };
	char name[16];

	snprintf(name, sizeof(name), "%zu.json", i);
	if (result_save(in_scratch(name), &results[i], &err))
		fail_msg("%s", err.text);
}

/* Two cells a run: one that costs @level, one whose exact fact that is. */
static void fill(size_t i, double level, enum cell_status status)
{
	struct trial trial = { .batch = 1 };
	struct cell *cell;

	result_free(&results[i]);
	surround(&results[i], "instructions", "tcg-icount", "m");
	cell = add_cell(&results[i], "a.cost", 1);
	add_trial(cell, 0, "operation", "instruction", false, &level, 1);
	cell = add_cell(&results[i], "b.does", 2);
	assert_int_equal(trial_add_fact(&trial, "calls", level), 0);
	trial_mark_exact(&trial, "calls");
	assert_int_equal(cell_add_trial(cell, &trial), 0);
	if (status != CELL_OK)
		cell_set_status(cell, status, "why");
	save(i);
}

static void fill_all(void)
{
	fill(0, 100, CELL_OK);
	fill(1, 100, CELL_OK);
	fill(2, 150, CELL_OK);
	fill(3, 150, CELL_SKIPPED);
	fill(4, 150, CELL_INVALID);
}

/* The runs by the names of their files, which is their order here. */
static void order_runs(struct index *index, size_t places[RUNS])
{
	size_t count;
	const struct index_run *runs = index_runs(index, &count);

	assert_int_equal(count, RUNS);
	for (size_t i = 0; i < count; i++) {
		assert_null(runs[i].problem);
		places[runs[i].file[0] - '0'] = i;
	}
}

static void assert_same_series(const struct history *a, const struct history *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct history_series *x = &a->series[i];
		const struct history_series *y = &b->series[i];

		assert_string_equal(x->name, y->name);
		assert_string_equal(x->unit, y->unit);
		assert_int_equal(x->exact, y->exact);
		assert_int_equal(x->count, y->count);
		assert_memory_equal(x->points, y->points,
				    x->count * sizeof(*x->points));
		assert_memory_equal(x->runs, y->runs,
				    x->count * sizeof(*x->runs));
	}
}

static void assert_same_events(const struct history_events *a,
			       const struct history_events *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert_string_equal(a->items[i].cell, b->items[i].cell);
		assert_string_equal(a->items[i].text, b->items[i].text);
		assert_int_equal(a->items[i].before, b->items[i].before);
		assert_int_equal(a->items[i].at, b->items[i].at);
		assert_int_equal(a->items[i].broken, b->items[i].broken);
		assert_int_equal(a->items[i].mended, b->items[i].mended);
	}
}

/* What the index says is what the results say; @read files were read for it. */
static void assert_fits(size_t read, const char *rebuilt)
{
	const struct result *list[RUNS];
	struct history truth, indexed;
	struct history_events events, indexed_events;
	struct error err = { "" };
	struct index *index;
	size_t places[RUNS], left_out;
	struct history_order_of order = { NULL, places, RUNS };

	for (size_t i = 0; i < RUNS; i++)
		list[i] = &results[i];
	if (index_open(scratch, &index, &err))
		fail_msg("%s", err.text);
	assert_int_equal(index_read(index), read);
	if (rebuilt)
		assert_non_null(strstr(index_rebuilt(index), rebuilt));
	else
		assert_null(index_rebuilt(index));
	order_runs(index, places);
	order.index = index;
	assert_int_equal(history_build(list, RUNS, &truth, &left_out), 0);
	assert_int_equal(history_build_indexed(&order, NULL, NULL, &indexed,
					       &left_out, &err),
			 0);
	assert_same_series(&truth, &indexed);
	assert_int_equal(history_events_find(list, RUNS, &events), 0);
	if (history_events_indexed(&order, &indexed_events, &err))
		fail_msg("%s", err.text);
	assert_same_events(&events, &indexed_events);
	history_free(&truth);
	history_free(&indexed);
	history_events_free(&events);
	history_events_free(&indexed_events);
	index_close(index);
}

static void test_says_what_the_files_say(void **state)
{
	(void)state;
	fill_all();
	assert_fits(RUNS, NULL);
	/* Nothing is read twice, and only what changed is read again. */
	assert_fits(0, NULL);
	fill(1, 120, CELL_CRASHED);
	assert_fits(1, NULL);
}

static void write_index(const char *text)
{
	FILE *file = fopen(in_scratch(".index.sqlite"), "r+");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void test_damaged_is_made_anew(void **state)
{
	(void)state;
	fill_all();
	assert_fits(RUNS, NULL);
	write_index("this is no database at all");
	assert_fits(RUNS, "damaged");
	/* Cut in its middle. */
	assert_int_equal(truncate(in_scratch(".index.sqlite"), 8192), 0);
	assert_fits(RUNS, "damaged");
	assert_fits(0, NULL);
}

/* An index that somebody put here from another folder. */
static void test_other_files(void **state)
{
	(void)state;
	fill_all();
	assert_fits(RUNS, NULL);
	for (size_t i = 0; i < RUNS; i++)
		fill(i, 7, CELL_OK);
	assert_fits(RUNS, "other files");
}

static void test_what_is_gone_is_forgotten(void **state)
{
	struct error err = { "" };
	struct index *index;
	size_t count;

	(void)state;
	fill_all();
	assert_fits(RUNS, NULL);
	assert_int_equal(unlink(in_scratch("4.json")), 0);
	assert_int_equal(index_open(scratch, &index, &err), 0);
	index_runs(index, &count);
	assert_int_equal(count, RUNS - 1);
	assert_int_equal(index_read(index), 0);
	index_close(index);
	save(4);
	assert_fits(1, NULL);
}

static void write_text(const char *name, const char *text)
{
	FILE *file = fopen(in_scratch(name), "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Files that are no results are there, and say why. */
static void test_foreign_and_broken(void **state)
{
	struct error err = { "" };
	const struct index_run *runs;
	struct index *index;
	size_t count, foreign = 0, broken = 0;

	(void)state;
	fill_all();
	write_text("list.json", "[1]");
	write_text("cut.json", "{\"schema\": \"mmgauge-result/1\", ");
	write_text("sweep.json", "{}");
	assert_int_equal(index_open(scratch, &index, &err), 0);
	runs = index_runs(index, &count);
	assert_int_equal(count, RUNS + 2);
	for (size_t i = 0; i < count; i++) {
		foreign += runs[i].foreign;
		broken += runs[i].problem &&
			  strstr(runs[i].problem, "cut.json:1:");
	}
	assert_int_equal(foreign, 1);
	assert_int_equal(broken, 1);
	index_close(index);
}

static void test_a_folder_that_cannot_be_written(void **state)
{
	struct error err = { "" };
	struct index *index;

	(void)state;
	fill_all();
	/* What is in the way cannot be removed like a file, even by root. */
	assert_int_equal(mkdir(in_scratch(".index.sqlite"), 0700), 0);
	assert_fits(RUNS, NULL);
	assert_fits(RUNS, NULL);
	assert_int_equal(index_open(in_scratch("none"), &index, &err), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_says_what_the_files_say,
						make, clean),
		cmocka_unit_test_setup_teardown(test_damaged_is_made_anew, make,
						clean),
		cmocka_unit_test_setup_teardown(test_other_files, make, clean),
		cmocka_unit_test_setup_teardown(test_what_is_gone_is_forgotten,
						make, clean),
		cmocka_unit_test_setup_teardown(test_foreign_and_broken, make,
						clean),
		cmocka_unit_test_setup_teardown(
			test_a_folder_that_cannot_be_written, make, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
