// SPDX-License-Identifier: GPL-2.0-or-later
#include "why_fixture.h"

#include <stdio.h>

#include "results/compare/compare_output.h"
#include "results/compare/why.h"

static void test_functions_and_kinds(void **state)
{
	struct compare_report report;
	struct why_list list;
	struct result sides[2];
	const struct why *why;

	(void)state;
	make_changed(sides);
	assert_int_equal(
		compare_results(&sides[0], &sides[1], &one_percent, &report),
		0);
	assert_int_equal(why_list_make(&report, NULL, 0, &list), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.unchanged, 0);
	why = &list.items[0];
	assert_true(why->ticks.base == 52 && why->ticks.new == 62);
	assert_int_equal(why->function_count, 4);
	assert_string_equal(why->functions[0].name, "g");
	assert_false(why->functions[0].in_base);
	assert_true(why_change(&why->functions[0].instructions) == 40);
	assert_string_equal(why->functions[1].name, "f");
	assert_true(why_change(&why->functions[1].instructions) == -30);
	assert_int_equal(why->kind_count, 2);
	assert_string_equal(why->kinds[1].name, "atomics");
	assert_true(why->kinds[1].amount.base == 0);
	assert_true(why->kinds[1].amount.new == 1);
	why_list_free(&list);
	/* A pattern that is none of its cases. */
	assert_int_equal(
		why_list_make(&report, (char *[]){ "fault.*" }, 1, &list), 0);
	assert_int_equal(list.count + list.unchanged, 0);
	why_list_free(&list);
	compare_free(&report);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

static char *text_of(const struct compare_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(compare_print_text(stream, report,
					    &(struct compare_style){ 0 }),
			 0);
	fclose(stream);
	return text;
}

static void test_compare_names_them(void **state)
{
	struct compare_report report;
	struct result sides[2];
	char *text;

	(void)state;
	make_changed(sides);
	compare_results(&sides[0], &sides[1], &one_percent, &report);
	text = text_of(&report);
	assert_non_null(strstr(text, "why: g +40.00, f -30.00"));
	free(text);
	compare_free(&report);
	/* As many instructions, of another kind: the row is unchanged. */
	sides[1].cells[0].trials[0].metrics[0].samples[0] = 50;
	compare_results(&sides[0], &sides[1], &one_percent, &report);
	assert_int_equal(report.rows[0].verdict, VERDICT_UNCHANGED);
	text = text_of(&report);
	assert_non_null(strstr(text, "of other kinds"));
	assert_non_null(strstr(text, "atomics 0.00 -> 1.00"));
	free(text);
	compare_free(&report);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

#define METRIC "{\"pin\": {\"ticks\": 104, \"harness\": 4, \"units\": 1, "

/* h() in f() and the rest of f(), with DWARF and without. */
static void make_inlined(struct result sides[2], const char *new)
{
	make_side(&sides[0], "[\"instructions\", \"loads\"]",
		  METRIC "\"functions\": {\"vmlinux\": {\"f\": [60, 20], "
			 "\"h in f\": [44, 10]}}}}",
		  100);
	json_object_set_new(sides[0].run, "inlined", json_true());
	make_side(&sides[1], "[\"instructions\", \"loads\"]", new, 100);
}

static char *why_text(const struct compare_report *report,
		      struct why_list *list)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(why_list_make(report, NULL, 0, list), 0);
	assert_int_equal(why_print(stream, list, &(struct compare_style){ 0 }),
			 0);
	fclose(stream);
	return text;
}

static void test_by_symbol(void **state)
{
	struct compare_report report;
	struct result sides[2];
	struct why_list list;
	char *text;

	(void)state;
	make_inlined(sides, METRIC "\"functions\": {\"vmlinux\": {"
				   "\"f\": [104, 30]}}}}");
	compare_results(&sides[0], &sides[1], &one_percent, &report);
	text = why_text(&report, &list);
	assert_int_equal(list.count, 0);
	assert_int_equal(list.unchanged, 1);
	assert_non_null(strstr(text, "by symbol: only one of the runs knows"));
	free(text);
	why_list_free(&list);
	text = text_of(&report);
	assert_non_null(strstr(text, "inlined functions: known of the base "
				     "only"));
	free(text);
	compare_free(&report);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

static void test_inlined(void **state)
{
	struct compare_report report;
	struct result sides[2];
	struct why_list list;
	char *text;

	(void)state;
	make_inlined(sides, METRIC "\"functions\": {\"vmlinux\": {\"f\": "
				   "[55, 20], \"h in f\": [49, 10]}}}}");
	json_object_set_new(sides[1].run, "inlined", json_true());
	compare_results(&sides[0], &sides[1], &one_percent, &report);
	text = why_text(&report, &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].functions[1].name, "h in f");
	assert_true(why_change(&list.items[0].functions[1].instructions) == 5);
	assert_null(strstr(text, "by symbol"));
	free(text);
	why_list_free(&list);
	text = text_of(&report);
	assert_null(strstr(text, "inlined functions"));
	free(text);
	compare_free(&report);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

/*
 * top() calls walk(), which has become fast_lookup() and calls grab_fast()
 * instead of grab(), and put(), which costs five more for each of its callers.
 */
static void make_called(struct result sides[2])
{
	make_side(&sides[0], "[\"instructions\"]",
		  "{\"pin\": {\"ticks\": 100, \"harness\": 0, \"units\": 1, "
		  "\"functions\": {\"v\": {\"top\": [10], \"walk\": [50], "
		  "\"grab\": [20], \"put\": [20]}}, \"calls\": ["
		  "[\"v\", \"top\", \"v\", \"walk\", 1, 90],"
		  "[\"v\", \"walk\", \"v\", \"grab\", 1, 20],"
		  "[\"v\", \"walk\", \"v\", \"put\", 3, 12],"
		  "[\"v\", \"top\", \"v\", \"put\", 2, 8]]}}",
		  100);
	make_side(&sides[1], "[\"instructions\"]",
		  "{\"pin\": {\"ticks\": 133, \"harness\": 0, \"units\": 1, "
		  "\"functions\": {\"v\": {\"top\": [10], "
		  "\"fast_lookup\": [54], \"grab_fast\": [24], "
		  "\"put\": [45]}}, \"calls\": ["
		  "[\"v\", \"top\", \"v\", \"fast_lookup\", 1, 105],"
		  "[\"v\", \"fast_lookup\", \"v\", \"grab_fast\", 1, 24],"
		  "[\"v\", \"fast_lookup\", \"v\", \"put\", 3, 27],"
		  "[\"v\", \"top\", \"v\", \"put\", 2, 18]]}}",
		  133);
}

static void test_callers_and_other_names(void **state)
{
	struct compare_report report;
	struct why_list list;
	struct result sides[2];
	const struct why_function *functions;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	make_called(sides);
	compare_results(&sides[0], &sides[1], &one_percent, &report);
	assert_int_equal(why_list_make(&report, NULL, 0, &list), 0);
	assert_true(list.items[0].calls);
	assert_int_equal(list.items[0].function_count, 4);
	functions = list.items[0].functions;
	assert_string_equal(functions[0].name, "put");
	assert_true(why_change(&functions[0].inclusive) == 25);
	assert_int_equal(functions[0].caller_count, 2);
	assert_string_equal(functions[0].callers[0], "fast_lookup");
	assert_string_equal(functions[0].callers[1], "top");
	/* Another name, and the most of the cost; and a name that is alike. */
	assert_string_equal(functions[1].name, "fast_lookup");
	assert_string_equal(functions[1].was, "walk");
	assert_true(functions[1].inclusive.base == 90);
	assert_true(functions[1].inclusive.new == 105);
	assert_string_equal(functions[2].name, "grab_fast");
	assert_string_equal(functions[2].was, "grab");
	/* One that nobody called has what it ran and called. */
	assert_string_equal(functions[3].name, "top");
	assert_true(functions[3].inclusive.base == 108);
	assert_int_equal(why_print(stream, &list, &(struct compare_style){ 0 }),
			 0);
	fclose(stream);
	assert_non_null(strstr(text, "walk -> fast_lookup [v]  < top"));
	assert_non_null(strstr(text, "put [v]  < fast_lookup, top"));
	free(text);
	why_list_free(&list);
	compare_free(&report);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

/* One more cell, which the same change makes as much slower. */
static void add_twin(struct result *side)
{
	struct cell *first = &side->cells[0], *cell;
	double level = first->trials[0].metrics[0].samples[0];

	cell = add_cell(side, "pin.locked", 512);
	add_trial(cell, 0, "pin", "instruction/page", false, &level, 1);
	cell->trials[0].profile = json_incref(side->cells[0].trials[0].profile);
}

static char *print_why(struct compare_report *report, bool all, size_t lines)
{
	struct why_list list;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	report->options.all = all;
	assert_int_equal(why_list_make(report, NULL, 0, &list), 0);
	assert_int_equal(why_print(stream, &list,
				   &(struct compare_style){ .lines = lines }),
			 0);
	fclose(stream);
	why_list_free(&list);
	return text;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		count++;
	}
	return count;
}

static void test_alike_are_told_once(void **state)
{
	struct compare_report report;
	struct result sides[2];
	char *text;

	(void)state;
	make_changed(sides);
	add_twin(&sides[0]);
	add_twin(&sides[1]);
	compare_results(&sides[0], &sides[1], &one_percent, &report);
	text = print_why(&report, false, 0);
	assert_non_null(strstr(text, "  alike: pin.locked pin +20.00 %\n"));
	assert_null(strstr(text, "pin.locked["));
	assert_non_null(strstr(text, "2 changed"));
	assert_non_null(strstr(text, "atomics"));
	free(text);
	text = print_why(&report, false, 9);
	assert_true(count_lines(text) <= 9);
	assert_null(strstr(text, "atomics"));
	free(text);
	text = print_why(&report, true, 8);
	assert_null(strstr(text, "alike"));
	assert_non_null(strstr(text, "\npin.locked"));
	free(text);
	compare_free(&report);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_symbol),
		cmocka_unit_test(test_alike_are_told_once),
		cmocka_unit_test(test_inlined),
		cmocka_unit_test(test_functions_and_kinds),
		cmocka_unit_test(test_compare_names_them),
		cmocka_unit_test(test_callers_and_other_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
