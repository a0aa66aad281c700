// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile_fixture.h"

#include "runners/profile/inlines.h"

/* The asm is where deepest() is, in middle(), in outer(), line by line. */
static const char source[] =
	"static inline __attribute__((always_inline)) int deepest(int a)\n"
	"{\n"
	"	__asm__ volatile(\"here: .globl here\\n nop\");\n"
	"	return a + 1;\n"
	"}\n"
	"static inline __attribute__((always_inline)) int middle(int a)\n"
	"{\n"
	"	for (int i = 0; i < a; i++) { int b = a;\n"
	"		a += deepest(b); }\n"
	"	return a;\n"
	"}\n"
	"int outer(int a)\n"
	"{\n"
	"	return middle(a) * 2;\n"
	"}\n"
	"int other(int a) { return a * 3; }\n";

static struct inlines *inlines;
static struct inline_step steps[INLINE_STEPS_MAX];

static int setup(void **state)
{
	(void)state;
	inlines = inlines_new();
	return !inlines;
}

static int teardown(void **state)
{
	(void)state;
	inlines_free(inlines);
	return 0;
}

static int compile(void **state)
{
	int ret = make_scratch(state);

	make_file("a.c", source, strlen(source));
	run("cc -g -O1 -fno-unroll-loops -fno-pie -c a.c -o a.o && "
	    "ld -Ttext=0x10000 -e outer a.o -o a.elf && "
	    "objcopy --only-keep-debug a.elf a.debug && strip -g a.elf -o bare "
	    "&& xz -k a.o");
	return ret;
}

static uint64_t address_of(const char *name)
{
	char line[64], *text;
	uint64_t address;

	snprintf(line, sizeof(line), "nm a.elf | grep ' %s$'", name);
	text = shell(line);
	assert_int_equal(sscanf(text, "%lx", &address), 1);
	free(text);
	return address;
}

static void assert_step(size_t i, const char *function, int line)
{
	assert_string_equal(steps[i].function, function);
	assert_non_null(steps[i].file);
	assert_non_null(strstr(steps[i].file, "a.c"));
	assert_int_equal(steps[i].line, line);
}

static void assert_chain(uint64_t base)
{
	uint64_t here = address_of("here") - 0x10000 + base;
	uint64_t other = address_of("other") - 0x10000 + base;

	for (int twice = 0; twice < 2; twice++) {
		assert_int_equal(inlines_find(inlines, here, steps), 3);
		assert_step(0, "deepest", 3);
		assert_step(1, "middle", 9);
		assert_step(2, "outer", 14);
		assert_int_equal(inlines_find(inlines, other, steps), 1);
		assert_step(0, "other", 16);
	}
	assert_int_equal(inlines_find(inlines, base - 1, steps), 0);
	assert_int_equal(inlines_find(inlines, base + 4096, steps), 0);
}

static void test_program(void **state)
{
	(void)state;
	assert_int_equal(inlines_add_elf(inlines, in_scratch("a.elf"), &err),
			 0);
	assert_chain(0x10000);
}

static void test_debug_file(void **state)
{
	(void)state;
	assert_int_equal(inlines_add_elf(inlines, in_scratch("a.debug"), &err),
			 0);
	assert_chain(0x10000);
}

static void test_module(void **state)
{
	static const struct section_address places[] = {
		{ ".data", 0xffffffffc0400000 },
		{ ".text", 0xffffffffc0200000 },
	};
	static const char *const files[] = { "a.o", "a.o.xz" };

	for (size_t i = 0; i < 2; i++) {
		teardown(state);
		setup(state);
		assert_int_equal(
			inlines_add_elf(inlines, in_scratch("a.elf"), &err), 0);
		if (inlines_add_module(inlines, in_scratch(files[i]), places, 2,
				       &err))
			fail_msg("%s", err.text);
		assert_chain(0xffffffffc0200000);
		assert_chain(0x10000);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	assert_int_equal(inlines_find(inlines, 0x10000, steps), 0);
	assert_int_equal(inlines_add_elf(inlines, in_scratch("bare"), &err),
			 -ENODATA);
	assert_line("bare: no debugging information");
	assert_int_equal(inlines_add_elf(inlines, in_scratch("a.o"), &err),
			 -ENOEXEC);
	assert_line("a.o: another kind of file");
	assert_int_equal(inlines_add_elf(inlines, in_scratch("a.c"), &err),
			 -ENOEXEC);
	assert_int_equal(inlines_add_elf(inlines, in_scratch("none"), &err),
			 -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_program),
		TEST(test_debug_file),
		TEST(test_module),
		TEST(test_refusals),
	};

	return cmocka_run_group_tests_name("inlines", tests, compile,
					   remove_scratch);
}
