// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile_fixture.h"

#include "runners/profile/symbols.h"
#include "kallsyms_fixture.h"

/*
 * In the file's order: names for one address, a function without a size, marks
 * of the kernel's, a table among the code, a label.
 */
static const char source[] =
	"__asm__(\".text\\n\"\n"
	"\".globl long_name, name, abc, __code_text_start\\n\"\n"
	"\".weak a\\n\"\n"
	"\".type a,@function\\n.type name,@function\\n\"\n"
	"\"__code_text_start:\\na:\\nlong_name:\\nname:\\nabc:\\n\"\n"
	"\".fill 16,1,0x90\\n.size name,8\\n\"\n"
	"\"unsized:\\n.fill 16,1,0x90\\n\"\n"
	"\"__pfx_next:\\n.fill 16,1,0x90\\n\"\n"
	"\"next:\\n.Llocal:\\n.fill 8,1,0x90\\n\"\n"
	"\"table:\\n.type table,@object\\n.fill 8,1,0\\n\"\n"
	"\"after:\\n.fill 16,1,0x90\\n.size after,16\\n\"\n"
	"\".section .init.text,\\\"ax\\\"\\nlast:\\n.fill 16,1,0x90\\n\"\n"
	"\".section .data\\ndatum:\\n.quad 0\\n\");\n";

static struct symbols *symbols;

static int setup(void **state)
{
	(void)state;
	symbols = symbols_new();
	return !symbols;
}

static int teardown(void **state)
{
	(void)state;
	symbols_free(symbols);
	return 0;
}

static int compile(void **state)
{
	int ret = make_scratch(state);

	make_file("a.c", source, strlen(source));
	run("cc -c a.c -o a.o && "
	    "ld -Ttext=0x10000 --section-start=.init.text=0x20000 "
	    "--build-id=0x00112233445566778899aabbccddeeff00112233 "
	    "-e name a.o -o a.elf 2>/dev/null && strip -s a.elf -o bare && "
	    "nm -n a.elf > a.map && xz -k a.o && zstd -q a.o -o a.o.zst");
	return ret;
}

static void assert_symbol(uint64_t address, const char *name, uint64_t start,
			  uint64_t size)
{
	const struct symbol *symbol = symbols_find(symbols, address);

	if (!name) {
		if (symbol)
			fail_msg("%lx is in %s", address, symbol->name);
		return;
	}
	if (!symbol || strcmp(symbol->name, name) || symbol->start != start ||
	    symbol->size != size)
		fail_msg("%lx: %s %lx %lx, not %s", address,
			 symbol ? symbol->name : "none",
			 symbol ? symbol->start : 0, symbol ? symbol->size : 0,
			 name);
}

static void assert_all(uint64_t text)
{
	/* Global before weak ("a"), short before long, by name. */
	assert_symbol(text, "abc", text, 8);
	assert_symbol(text + 7, "abc", text, 8);
	assert_symbol(text + 8, NULL, 0, 0);
	assert_symbol(text + 16, "unsized", text + 16, 16);
	assert_symbol(text + 31, "unsized", text + 16, 16);
	assert_symbol(text + 32, NULL, 0, 0); /* __pfx_next */
	assert_symbol(text + 48, "next", text + 48, 8);
	assert_symbol(text + 56, NULL, 0, 0); /* table */
	assert_symbol(text + 64, "after", text + 64, 16);
	assert_symbol(text + 80, NULL, 0, 0);
	assert_symbol(text - 1, NULL, 0, 0);
}

static void test_elf(void **state)
{
	(void)state;
	assert_int_equal(
		symbols_add_elf(symbols, in_scratch("a.elf"), "program", &err),
		0);
	assert_all(0x10000);
	/* No size, and nothing behind it: the section ends it. */
	assert_symbol(0x2000f, "last", 0x20000, 16);
	assert_symbol(0x20010, NULL, 0, 0);
	assert_symbol(UINT64_MAX, NULL, 0, 0);
	assert_string_equal(symbols_find(symbols, 0x10000)->module, "program");
}

static void test_module(void **state)
{
	static const struct section_address places[] = {
		{ ".init.text", 0xffffffffc0300000 },
		{ ".text", 0xffffffffc0200000 },
	};
	static const char *const files[] = { "a.o", "a.o.xz", "a.o.zst" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		teardown(state);
		setup(state);
		if (symbols_add_module(symbols, in_scratch(files[i]), "mod",
				       places, 2, &err))
			fail_msg("%s", err.text);
		assert_all(0xffffffffc0200000);
		assert_symbol(0xffffffffc0300000, NULL, 0, 0);
	}
	/* Beside it something else, but not over it. */
	assert_int_equal(
		symbols_add_elf(symbols, in_scratch("a.elf"), "program", &err),
		0);
	assert_all(0x10000);
	assert_all(0xffffffffc0200000);
	assert_int_equal(symbols_add_module(symbols, in_scratch("a.o"), "again",
					    places, 2, &err),
			 -EEXIST);
	assert_line("a.o: its code lies where other code is");
	assert_all(0xffffffffc0200000);
	assert_int_equal(symbols_add_module(symbols, in_scratch("a.o"), "mod",
					    places, 1, &err),
			 -ENODATA);
	assert_int_equal(symbols_add_module(symbols, in_scratch("a.o"), "mod",
					    places, 0, &err),
			 -ENODATA);
}

static void test_image(void **state)
{
	static struct image image;
	static const struct image_symbol list[] = {
		{ 0, "A__per_cpu_start" }, { TEXT, "T_text" },
		{ TEXT, "tstartup_64" },   { TEXT + 64, "t__pfx_main" },
		{ TEXT + 80, "Tmain" },	   { TEXT + 80, "tmain_alias" },
		{ TEXT + 128, "T_etext" }, { TEXT + 4096, "Dsome_data" },
	};

	(void)state;
	image_make(&image, AGE_6_4, true, list, 8);
	make_file("image", image.bytes, image.length);
	if (symbols_add_elf(symbols, in_scratch("image"), "vmlinux", &err))
		fail_msg("%s", err.text);
	assert_symbol(TEXT + 63, "startup_64", TEXT, 64);
	assert_symbol(TEXT + 64, NULL, 0, 0);
	assert_symbol(TEXT + 80, "main", TEXT + 80, 48);
	assert_symbol(TEXT + 128, NULL, 0, 0);
	assert_symbol(TEXT + 4096, NULL, 0, 0);
	assert_symbol(0, NULL, 0, 0);
}

static void test_bad_files(void **state)
{
	static const struct section_address text = { ".text", 4096 };

	(void)state;
	assert_int_equal(
		symbols_add_elf(symbols, in_scratch("none"), "x", &err),
		-ENOENT);
	assert_line("none");
	assert_int_equal(
		symbols_add_elf(symbols, in_scratch("bare"), "x", &err),
		-ENODATA);
	assert_line("bare: no symbols of code");
	assert_int_equal(symbols_add_elf(symbols, in_scratch("a.o"), "x", &err),
			 -ENOEXEC);
	assert_int_equal(symbols_add_module(symbols, in_scratch("a.c"), "x",
					    &text, 1, &err),
			 -ENOEXEC);
	run("head -c 300 a.o.xz > cut.xz; head -c 700 a.elf > cut; : > empty");
	assert_int_equal(
		symbols_add_elf(symbols, in_scratch("cut.xz"), "x", &err),
		-ENOEXEC);
	assert_line("cut.xz: damaged");
	assert_true(symbols_add_elf(symbols, in_scratch("cut"), "x", &err) < 0);
	assert_true(symbols_add_elf(symbols, in_scratch("empty"), "x", &err) <
		    0);
	/* None of it was added. */
	assert_null(symbols_find(symbols, 0x10000));
}

static void test_program_against_nm(void **state)
{
	char line[PATH_MAX + 64], *text, *at, name[512];
	size_t checked = 0;
	uint64_t start = 0;
	int used;

	(void)state;
	assert_int_equal(
		symbols_add_elf(symbols, TEST_AGENT, "mmgauge-agent", &err), 0);
	snprintf(line, sizeof(line),
		 "nm -S --defined-only '%s' | grep ' [Tt] '", TEST_AGENT);
	at = text = shell(line);
	for (; *at; at += used, checked++) {
		const struct symbol *symbol;

		used = (int)strcspn(at, "\n") + 1;
		assert_int_equal(sscanf(at, "%lx", &start), 1);
		snprintf(name, sizeof(name), "%.*s", used - 1, at);
		symbol = symbols_find(symbols, start);
		if (!symbol || symbol->start != start)
			fail_msg("%s: found %s", name,
				 symbol ? symbol->name : "nothing");
	}
	free(text);
	assert_true(checked > 1000);
	assert_string_equal(symbols_find(symbols, start)->module,
			    "mmgauge-agent");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_elf),
		TEST(test_module),
		TEST(test_image),
		TEST(test_bad_files),
		TEST(test_program_against_nm),
	};

	return cmocka_run_group_tests_name("symbols", tests, compile,
					   remove_scratch);
}
