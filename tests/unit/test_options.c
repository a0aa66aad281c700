// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#define assert_close(a, b, within) assert_true(fabs((a) - (b)) <= (within))

#include "runners/base/parse.h"
#include "runners/cli/options.h"
#include "runners/base/suggest.h"

struct values {
	bool flag;
	const char *text;
	struct text_list list;
	uint64_t count;
	double percent;
	double seconds;
	const char *choice;
	const char *set;
};

#define AT(field) offsetof(struct values, field)

static const struct option_row rows[] = {
	{
		.name = "flag",
		.letter = 'f',
		.kind = OPTION_FLAG,
		.help = "a flag",
		.offset = AT(flag),
	},
	{
		.name = "text",
		.letter = 't',
		.kind = OPTION_TEXT,
		.argument = "T",
		.help = "a text",
		.offset = AT(text),
	},
	{
		.name = "list",
		.letter = 'l',
		.kind = OPTION_LIST,
		.argument = "L",
		.help = "a list",
		.offset = AT(list),
	},
	{
		.name = "count",
		.kind = OPTION_COUNT,
		.argument = "N",
		.help = "a count",
		.offset = AT(count),
		.min = 2,
		.max = 9,
	},
	{
		.name = "percent",
		.kind = OPTION_PERCENT,
		.argument = "P%",
		.help = "a share",
		.offset = AT(percent),
	},
	{
		.name = "seconds",
		.kind = OPTION_SECONDS,
		.argument = "S",
		.help = "a time",
		.offset = AT(seconds),
	},
	{
		.name = "choice",
		.kind = OPTION_CHOICE,
		.argument = "C",
		.help = "a choice",
		.offset = AT(choice),
		.choices = "red|green",
	},
	{
		.name = "set",
		.kind = OPTION_SET,
		.argument = "S,...",
		.help = "some of them, or none",
		.offset = AT(set),
		.choices = "big|bigger",
	},
	{ 0 },
};

static const struct command command = {
	.name = "test",
	.summary = "a command",
	.arguments = "A [B]",
	.min_arguments = 1,
	.max_arguments = 2,
	.options = rows,
	.options_size = sizeof(struct values),
	.defaults = &(struct values){ .count = 5, .text = "given" },
};

static int parse(struct values *values, struct error *err, char **argv,
		 int *operands)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return options_parse(&command, argc, argv, values, operands, err);
}

#define ARGV(...) ((char *[]){ "test", __VA_ARGS__, NULL })

static void test_all_kinds(void **state)
{
	char **argv = ARGV("-f", "one", "--list=a", "-l", "b", "--count", "7",
			   "--percent", "2.5%", "--seconds=2m", "--choice",
			   "green", "two");
	struct values values;
	struct error err;
	int operands;

	(void)state;
	assert_int_equal(parse(&values, &err, argv, &operands), 0);
	assert_true(values.flag);
	assert_string_equal(values.text, "given");
	assert_int_equal(values.list.count, 2);
	assert_string_equal(values.list.items[1], "b");
	assert_int_equal(values.count, 7);
	assert_close(values.percent, 0.025, 1e-12);
	assert_close(values.seconds, 120, 1e-12);
	assert_string_equal(values.choice, "green");
	assert_int_equal(operands, 2);
	assert_string_equal(argv[1], "one");
	assert_string_equal(argv[2], "two");
	options_free(&command, &values);
}

static void test_a_set(void **state)
{
	struct values values;
	struct error err;
	int operands;

	(void)state;
	assert_int_equal(parse(&values, &err, ARGV("x"), &operands), 0);
	assert_null(values.set);
	/* What follows is no value of it. */
	assert_int_equal(parse(&values, &err, ARGV("--set", "big"), &operands),
			 0);
	assert_string_equal(values.set, "");
	assert_int_equal(operands, 1);
	assert_int_equal(
		parse(&values, &err, ARGV("--set=bigger,big", "x"), &operands),
		0);
	assert_string_equal(values.set, "bigger,big");
}

static void test_help_is_told_apart(void **state)
{
	struct values values;
	struct error err;
	int operands;

	(void)state;
	assert_int_equal(parse(&values, &err, ARGV("-h"), &operands), 1);
	assert_int_equal(parse(&values, &err, ARGV("--help"), &operands), 1);
}

static void test_refusals(void **state)
{
	static const struct {
		char *argv[4];
		const char *why;
	} bad[] = {
		{ { "test", "x", "--cuont=3", NULL }, "did you mean --count?" },
		{ { "test", "x", "-q", NULL }, "unknown option" },
		{ { "test", "x", "--count", NULL }, "needs a value" },
		{ { "test", "x", "--count=1", NULL }, "from 2 to 9" },
		{ { "test", "x", "--count=10", NULL }, "from 2 to 9" },
		{ { "test", "x", "--count=3x", NULL }, "from 2 to 9" },
		{ { "test", "x", "--percent=101", NULL }, "percentage" },
		{ { "test", "x", "--percent=nan", NULL }, "percentage" },
		{ { "test", "x", "--seconds=5y", NULL }, "time above 0" },
		{ { "test", "x", "--seconds=inf", NULL }, "time above 0" },
		{ { "test", "x", "--choice=re", NULL }, "red|green" },
		{ { "test", "x", "--choice=blue", NULL }, "red|green" },
		{ { "test", "x", "--set=bigge", NULL }, "big|bigger" },
		{ { "test", "x", "--set=big,,big", NULL }, "big|bigger" },
		{ { "test", NULL }, "too few" },
		{ { "test", "x", "y", "z" }, "too many" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *argv[5] = { 0 };
		struct values values;
		struct error err = { "" };
		int operands;

		memcpy(argv, bad[i].argv, sizeof(bad[i].argv));
		assert_true(parse(&values, &err, argv, &operands) < 0);
		if (!strstr(err.text, bad[i].why))
			fail_msg("'%s' does not say '%s'", err.text,
				 bad[i].why);
		options_free(&command, &values);
	}
}

static void test_counts(void **state)
{
	uint64_t count;

	(void)state;
	assert_int_equal(parse_count("512", &count), 0);
	assert_int_equal(count, 512);
	assert_int_equal(parse_count("2k", &count), 0);
	assert_int_equal(count, 2048);
	assert_int_equal(parse_count("1G", &count), 0);
	assert_int_equal(count, 1 << 30);
	assert_true(parse_count("", &count) < 0);
	assert_true(parse_count("-1", &count) < 0);
	assert_true(parse_count(" 1", &count) < 0);
	assert_true(parse_count("1KB", &count) < 0);
	assert_true(parse_count("99999999999999999999", &count) < 0);
	assert_true(parse_count("18446744073709551615K", &count) < 0);
}

static void test_suggestions(void **state)
{
	struct suggestion nearest = { 0 };

	(void)state;
	suggest(&nearest, "compre", "list");
	assert_null(nearest.name);
	suggest(&nearest, "compre", "compare");
	suggest(&nearest, "compre", "completely");
	assert_string_equal(nearest.name, "compare");
	nearest = (struct suggestion){ 0 };
	suggest(&nearest, "x", "y");
	assert_null(nearest.name);
	suggest(&nearest, "", "y");
	assert_null(nearest.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_a_set),
		cmocka_unit_test(test_help_is_told_apart),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
