// SPDX-License-Identifier: GPL-2.0-or-later
/* Pictures of what makes a change, from profiles that are made up. */
#include "why_fixture.h"

#include <unistd.h>

#include "plots/pictures/panel.h"
#include "plots/report/report.h"

static char *difference_of(const struct result sides[2], struct panel *panel)
{
	const struct result *const both[] = { &sides[0], &sides[1] };
	struct groups groups;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(groups_make(both, 2, &one_percent, &groups), 0);
	assert_int_equal(groups_explain(&groups), 0);
	assert_int_equal(reasons_drawn(groups.items->reasons), 1);
	assert_int_equal(difference_write(stream, panel, &groups.items->figures,
					  groups.items->reasons->list.items),
			 0);
	fclose(stream);
	groups_free(&groups);
	return text;
}

/* From zero to the longest bar either way, and room for its amount. */
static void test_bars_and_kinds(void **state)
{
	struct result sides[2];
	struct panel panel;
	char *text;

	(void)state;
	make_changed(sides);
	text = difference_of(sides, &panel);
	assert_int_equal(panel.kind, PANEL_DIFFERENCE);
	assert_int_equal(panel.series, 2);
	assert_contains(text,
			"pin.fast, pin: 50.00 \xe2\x86\x92 60.00 instr/page, "
			"+20.0 %\t \n\n\n"
			"0\tg\t40\t+40.00\tregression\n"
			"-1\tf\t-30\t\xe2\x88\x92"
			"30.00\timprovement\n\n\n"
			"-60\t-1.8\n63.212\t0.8\n\n\n-60\t-60\n");
	assert_contains(text, "\n\n\n0\tloads\t15.00\t14.00\n"
			      "-1\tatomics\t0.00\t1.00\n");
	free(text);
	/* As many instructions everywhere, and other kinds. */
	result_free(&sides[1]);
	make_side(&sides[1], "[\"instructions\", \"loads\", \"atomics\"]",
		  "{\"pin\": {\"ticks\": 104, \"harness\": 4, \"units\": 2, "
		  "\"functions\": {\"vmlinux\": {\"f\": [60, 20], "
		  "\"h\": [40, 8, 2]}, \"mmgauge\": {\"mmg_pin\": [4]}}}}",
		  50);
	text = difference_of(sides, &panel);
	assert_contains(text, "\n\n\n0\tno function has more or fewer\t0\t"
			      "+0.00\tunchanged\n\n\n");
	assert_contains(text, "\n\n\n0\tloads\t15.00\t14.00\n");
	free(text);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

/* {"vmlinux": {"f00": [@first], "f01": [@first + @step], ...}} */
static void make_many(struct result *result, uint64_t first, uint64_t step)
{
	json_t *functions = json_object(), *profile;
	char name[16], *text;
	uint64_t sum = 0;

	for (uint64_t i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "f%02u", (unsigned int)i);
		json_object_set_new(
			functions, name,
			json_pack("[I]", (json_int_t)(first + i * step)));
		sum += first + i * step;
	}
	profile = json_pack("{s:{s:I, s:I, s:I, s:{s:o}}}", "pin", "ticks",
			    (json_int_t)sum, "harness", (json_int_t)0, "units",
			    (json_int_t)1, "functions", "vmlinux", functions);
	text = json_dumps(profile, 0);
	make_side(result, "[\"instructions\"]", text, (double)sum);
	free(text);
	json_decref(profile);
}

/* Of twenty functions the twelve largest, and what the others make. */
static void test_the_rest_is_a_bar(void **state)
{
	struct result sides[2];
	struct panel panel;
	char *text;

	(void)state;
	make_many(&sides[0], 100, 0);
	make_many(&sides[1], 110, 10);
	text = difference_of(sides, &panel);
	assert_int_equal(panel.series, 0);
	assert_contains(text, "\n0\tf19\t200\t+200.00\tregression\n-1\tf18\t");
	assert_contains(text, "\n-11\tf08\t90\t+90.00\tregression\n"
			      "-12\t8 more\t360\t+360.00\tunchanged\n\n\n");
	free(text);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

static char *read_file(const char *folder, const char *name)
{
	char path[256], *text = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	if (getdelim(&text, &size, 0, file) < 0)
		fail_msg("%s is empty", path);
	fclose(file);
	return text;
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	while ((text = strstr(text, word))) {
		count++;
		text += strlen(word);
	}
	return count;
}

/* Leave of @page the first picture that has @label. */
static void only_picture(char *page, const char *label)
{
	char *from = strstr(page, label), *to;

	assert_non_null(from);
	to = strstr(from, "</svg>");
	assert_non_null(to);
	*to = '\0';
	memmove(page, from, (size_t)(to - from) + 1);
}

/* Fifteen changed cells; where one side has no profile there is nothing. */
static void test_pictures_of_a_report(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX", command[64], *text;
	struct result sides[2];
	const struct result *const both[] = { &sides[0], &sides[1] };
	struct error err = { "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	make_changed(sides);
	for (uint64_t pages = 1; pages < 15; pages++)
		for (int i = 0; i < 2; i++) {
			double level = i ? 60 : 50;
			struct cell *cell =
				add_cell(&sides[i], "pin.fast", pages);

			add_trial(cell, 0, "pin", "instruction/page", false,
				  &level, 1);
			cell->trials[0].profile = json_incref(
				sides[i].cells[0].trials[0].profile);
		}
	if (report_write(both, 2, &one_percent, folder, &err))
		fail_msg("%s", err.text);
	text = read_file(folder, "index.html");
	assert_contains(text, "These are the 12 largest of 15 changes");
	assert_int_equal(count_of(text, "aria-label=\"Functions that make"),
			 12);
	assert_int_equal(count_of(text, "<th scope=\"row\">atomics</th>"), 12);
	/* Ink for two bars, whatever else there is. */
	only_picture(text, "aria-label=\"Functions that make");
	assert_int_equal(count_of(text, "<polygon"), 2);
	free(text);

	json_object_del(sides[1].run, "profile");
	for (size_t i = 0; i < sides[1].cell_count; i++) {
		json_decref(sides[1].cells[i].trials[0].profile);
		sides[1].cells[i].trials[0].profile = NULL;
	}
	if (report_write(both, 2, &one_percent, folder, &err))
		fail_msg("%s", err.text);
	text = read_file(folder, "index.html");
	assert_int_equal(count_of(text, "why"), 0);
	free(text);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	result_free(&sides[0]);
	result_free(&sides[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars_and_kinds),
		cmocka_unit_test(test_the_rest_is_a_bar),
		cmocka_unit_test(test_pictures_of_a_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
