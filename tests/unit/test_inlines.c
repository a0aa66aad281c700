// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile_fixture.h"

#include "results/base/profile_inlined.h"
#include "runners/profile/inlines.h"

/* deepest() in middle() in outer(); each has instructions of its own. */
static const char source[] =
	"#define IN static inline __attribute__((always_inline))\n"
	"volatile int v;\n"
	"IN int deepest(int a) { v = a; return v + a; }\n"
	"IN int middle(int a)\n"
	"{\n"
	"	for (int i = 0; i < a; i++) { int b = v; a += deepest(b); }\n"
	"	v = 5;\n"
	"	return a;\n"
	"}\n"
	"int outer(int a) { v = 7; return middle(a) * 2 + v; }\n"
	"int other(int a) { return a * 3 + deepest(v); }\n"
	"int plain(int a) { return a ^ v; }\n";

static struct inlines *inlines;

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
	run("cc -g -O2 -fno-pie -c a.c -o a.o && "
	    "ld --build-id -Ttext=0x10000 -e outer a.o -o a.elf && "
	    "ld --build-id=0x0123456789abcdef -Ttext=0x10000 -e outer a.o -o b.elf && "
	    "objcopy --only-keep-debug a.elf a.debug && "
	    "objcopy --only-keep-debug a.o a.ko && "
	    "objcopy --compress-debug-sections a.elf packed && "
	    "strip -g a.elf -o bare && xz -k a.o");
	/* The witness, a line each: address, innermost function, ... symbol. */
	run("objdump -d --no-show-raw-insn a.elf | "
	    "sed -n 's/^ *\\([0-9a-f]*\\):.*/0x\\1/p' | "
	    "addr2line -aife a.elf | "
	    "awk '/^0x/ { if (NR != 1) print \"\"; "
	    "printf \"%s\", $1; n = 0; next } ++n % 2 { printf \" %s\", $1 } "
	    "END { print \"\" }' >chains");
	return ret;
}

/*
 * Each instruction as addr2line of binutils has it, where the code lies at
 * @base.
 */
static void hold_against_addr2line(uint64_t base)
{
	char *text = shell("cat chains");
	size_t inlined = 0, checked = 0;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char inner[32], more[32] = "";
		const char *found;
		uint64_t address;

		assert_true(sscanf(line, "%lx %31s %31s", &address, inner,
				   more) >= 2);
		found = inlines_find(inlines, address - 0x10000 + base);
		if (!*more && found)
			fail_msg("%s, but %s", line, found);
		if (*more)
			assert_string_equal(found ? found : "", inner);
		inlined += *more != '\0';
		checked++;
	}
	free(text);
	assert_true(inlined > 8 && checked > inlined + 8);
}

static uint64_t address_of(const char *chain)
{
	char line[256], *text;
	uint64_t address;

	snprintf(line, sizeof(line), "grep ' %s$' chains | head -n 1", chain);
	text = shell(line);
	assert_int_equal(sscanf(text, "%lx", &address), 1);
	free(text);
	return address;
}

static void test_program(void **state)
{
	static const char *const files[] = { "a.elf", "a.debug", "packed" };

	for (size_t i = 0; i < 3; i++) {
		teardown(state);
		setup(state);
		assert_int_equal(
			inlines_add_elf(inlines, in_scratch(files[i]), &err),
			0);
		hold_against_addr2line(0x10000);
		/* Asked again, and where nothing is. */
		hold_against_addr2line(0x10000);
		assert_null(inlines_find(inlines, 0xffff));
		assert_null(inlines_find(inlines, 0x11000));
	}
}

/* Three depths, each by its own instructions. */
static void test_depths(void **state)
{
	(void)state;
	assert_int_equal(inlines_add_elf(inlines, in_scratch("a.elf"), &err),
			 0);
	assert_string_equal(
		inlines_find(inlines, address_of("deepest middle outer")),
		"deepest");
	assert_string_equal(inlines_find(inlines, address_of("middle outer")),
			    "middle");
	assert_null(inlines_find(inlines, address_of("outer")));
	assert_string_equal(inlines_find(inlines, address_of("deepest other")),
			    "deepest");
	assert_null(inlines_find(inlines, address_of("plain")));
}

static void test_module(void **state)
{
	static const struct section_address places[] = {
		{ ".data", 0xffffffffc0400000 },
		{ ".text", 0xffffffffc0200000 },
	};
	static const char *const files[] = { "a.o", "a.o.xz", "a.ko" };

	for (size_t i = 0; i < 3; i++) {
		teardown(state);
		setup(state);
		assert_int_equal(
			inlines_add_elf(inlines, in_scratch("a.elf"), &err), 0);
		if (inlines_add_module(inlines, in_scratch(files[i]), places, 2,
				       &err))
			fail_msg("%s", err.text);
		hold_against_addr2line(0xffffffffc0200000);
		hold_against_addr2line(0x10000);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	assert_null(inlines_find(inlines, 0x10000));
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
	assert_int_equal(
		inlines_check(in_scratch("a.debug"), in_scratch("bare"), &err),
		0);
	assert_int_equal(
		inlines_check(in_scratch("a.debug"), in_scratch("a.c"), &err),
		0);
	assert_int_equal(
		inlines_check(in_scratch("a.debug"), in_scratch("b.elf"), &err),
		-ESTALE);
	assert_line("a.debug: of another build");
	assert_int_equal(
		inlines_check(in_scratch("bare"), in_scratch("bare"), &err),
		-ENODATA);
}

/* Without what was inlined there is a row for each symbol, of the same sum. */
static void test_fold(void **state)
{
	static const char text[] =
		"{\"ticks\": 100, \"harness\": 0, \"units\": 1, \"functions\": "
		"{\"m\": {\"f\": [9]}, \"vmlinux\": {\"a in f\": [40, 3], "
		"\"b in f\": [20], \"b in g\": [5, 1, 2], \"f\": [26, 4]}}, "
		"\"calls\": [[\"vmlinux\", \"f\", \"vmlinux\", \"g\", 1, 5]]}";
	struct trial trial = { .profile = json_object() };
	struct profile profile;

	(void)state;
	json_object_set_new(trial.profile, "pin", json_loads(text, 0, NULL));
	assert_int_equal(profile_of(&trial, "pin", &profile), 1);
	assert_int_equal(profile.count, 5);
	/* As if the symbol had called it. */
	assert_int_equal(profile.call_count, 4);
	assert_string_equal(profile.calls[1].from.name, "f");
	assert_string_equal(profile.calls[1].to.name, "a in f");
	assert_int_equal(profile.calls[1].inclusive, 40);
	assert_int_equal(profile_total(&profile, 0), 100);
	assert_int_equal(profile_fold(&profile), 0);
	assert_int_equal(profile.count, 3);
	assert_string_equal(profile.functions[1].name, "f");
	assert_string_equal(profile.functions[1].module, "vmlinux");
	assert_int_equal(profile_amount(&profile.functions[1], 0), 86);
	assert_int_equal(profile_amount(&profile.functions[1], 1), 7);
	assert_string_equal(profile.functions[2].name, "g");
	assert_int_equal(profile_amount(&profile.functions[2], 2), 2);
	assert_int_equal(profile_total(&profile, 0), 100);
	profile_free(&profile);
	json_decref(trial.profile);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_program),  TEST(test_depths), TEST(test_module),
		TEST(test_refusals), TEST(test_fold),
	};

	return cmocka_run_group_tests_name("inlines", tests, compile,
					   remove_scratch);
}
