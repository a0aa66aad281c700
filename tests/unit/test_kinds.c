// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runners/profile/kinds.h"

#define HERE 0xffffffff81000000ull
#define BIT(kind) (1u << (kind))

static struct kinds_decoder *decoder;

/* Bytes, their length and what they are; as kernels have them. */
#define ROW(bytes, kinds)                               \
	{                                               \
		bytes, sizeof(bytes) - 1, kinds, #bytes \
	}

static const struct {
	const char *bytes;
	size_t length;
	uint32_t kinds;
	const char *text;
} rows[] = {
	/* lock bts, xadd, cmpxchg, dec, or; the same patched for one CPU. */
	ROW("\xf0\x48\x0f\xba\x2f\x00", BIT(KIND_ATOMIC)),
	ROW("\xf0\x48\x0f\xc1\x07", BIT(KIND_ATOMIC)),
	ROW("\xf0\x0f\xb1\x17", BIT(KIND_ATOMIC)),
	ROW("\xf0\xff\x0f", BIT(KIND_ATOMIC)),
	ROW("\xf0\x48\x0f\xc7\x0f", BIT(KIND_ATOMIC)),
	ROW("\xf0\x83\x44\x24\xfc\x00", BIT(KIND_ATOMIC)),
	ROW("\x3e\x48\x0f\xba\x2f\x00", BIT(KIND_ATOMIC)),
	ROW("\x3e\x0f\xc1\x07", BIT(KIND_ATOMIC)),
	ROW("\x3e\x0f\xb1\x17", BIT(KIND_ATOMIC)),
	ROW("\x3e\xff\x0f", BIT(KIND_ATOMIC)),
	ROW("\x3e\x83\x44\x24\xfc\x00", BIT(KIND_ATOMIC)),
	ROW("\x48\x87\x07", BIT(KIND_ATOMIC)),
	ROW("\x65\x48\x87\x05\x00\x00\x00\x00", BIT(KIND_ATOMIC)),
	/* Not locked, not in memory, not written. */
	ROW("\x48\x0f\xba\x2f\x00", 0), ROW("\x48\x0f\xc1\xc7", 0),
	ROW("\x48\x87\xc7", 0), ROW("\x65\xff\x05\x00\x00\x00\x00", 0),
	ROW("\x3e\x48\x8b\x07", 0), ROW("\x3e\x48\x0f\xba\x27\x00", 0), /* bt */
	ROW("\x3e\x90", 0), ROW("\x3e\x0f\x1f\x00", 0),
	ROW("\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00", 0), ROW("\x90", 0),
	ROW("\xf3\x0f\x1e\xfa", 0), /* endbr64 */
	ROW("\x0f\x0b", 0), /* ud2 */
	ROW("\xcc", 0),

	ROW("\x74\x05", BIT(KIND_CONDITIONAL)),
	ROW("\x3e\x74\x05", BIT(KIND_CONDITIONAL)),
	ROW("\x0f\x85\x00\x01\x00\x00", BIT(KIND_CONDITIONAL)),
	ROW("\xe3\x05", BIT(KIND_CONDITIONAL)),
	ROW("\xe2\x05", BIT(KIND_CONDITIONAL)), ROW("\xeb\x05", BIT(KIND_JUMP)),
	ROW("\xe9\x00\x01\x00\x00", BIT(KIND_JUMP)),
	ROW("\xff\xe0", BIT(KIND_JUMP) | BIT(KIND_INDIRECT)),
	ROW("\x3e\xff\xe0", BIT(KIND_JUMP) | BIT(KIND_INDIRECT)),
	ROW("\xff\x24\xc5\x00\x00\x00\x82",
	    BIT(KIND_JUMP) | BIT(KIND_INDIRECT)),
	ROW("\xe8\x00\x01\x00\x00", BIT(KIND_CALL)),
	ROW("\x2e\xe8\x00\x01\x00\x00", BIT(KIND_CALL)),
	ROW("\xff\xd0", BIT(KIND_CALL) | BIT(KIND_INDIRECT)),
	ROW("\x41\xff\xd3", BIT(KIND_CALL) | BIT(KIND_INDIRECT)),
	ROW("\xff\x14\x25\x00\x00\x00\x82",
	    BIT(KIND_CALL) | BIT(KIND_INDIRECT)),
	ROW("\xc3", BIT(KIND_RETURN)), ROW("\xf3\xc3", BIT(KIND_RETURN)),
	ROW("\xc2\x08\x00", BIT(KIND_RETURN)),
	ROW("\x48\xcb", BIT(KIND_RETURN)),

	ROW("\x0f\xa2", BIT(KIND_SERIALISING)),
	ROW("\x48\xcf", BIT(KIND_SERIALISING)),
	ROW("\x0f\x30", BIT(KIND_SERIALISING)),
	ROW("\x0f\x01\xe8", BIT(KIND_SERIALISING)), /* serialize */
	ROW("\x0f\x22\xe0", BIT(KIND_SERIALISING)), /* to cr4 */
	ROW("\x0f\x22\xc0", BIT(KIND_SERIALISING)),
	ROW("\x0f\x23\xf8", BIT(KIND_SERIALISING)), /* to dr7 */
	ROW("\x44\x0f\x22\xc0", 0), /* to cr8 */
	ROW("\x0f\x20\xd8", 0), /* from cr3 */
	ROW("\x0f\x22\xd8", BIT(KIND_SERIALISING) | BIT(KIND_TLB_FLUSH)),
	ROW("\x0f\x01\x3f", BIT(KIND_SERIALISING) | BIT(KIND_TLB_FLUSH)),
	ROW("\x66\x0f\x38\x82\x06", BIT(KIND_TLB_FLUSH)),
	ROW("\x0f\xae\xe8", BIT(KIND_LFENCE)),
	ROW("\x0f\xae\xf0", BIT(KIND_MFENCE)),
	ROW("\x0f\xae\xf8", BIT(KIND_SFENCE)),

	ROW("\xec", BIT(KIND_PORT)), ROW("\xe6\x80", BIT(KIND_PORT)),
	ROW("\xf3\x6d", BIT(KIND_PORT) | BIT(KIND_STRING)),
	ROW("\xf3\x66\x6f", BIT(KIND_PORT) | BIT(KIND_STRING)),
	ROW("\x6e", BIT(KIND_PORT)), ROW("\x0f\x31", BIT(KIND_TSC)),
	ROW("\x0f\x01\xf9", BIT(KIND_TSC)),
	ROW("\xf3\x48\xab", BIT(KIND_STRING)),
	ROW("\xf3\xa4", BIT(KIND_STRING)), ROW("\xf2\xae", BIT(KIND_STRING)),
	ROW("\x48\xab", 0), ROW("\xf2\x0f\x10\x07", 0), /* SSE's movsd */
	ROW("\xf3\x90", BIT(KIND_PAUSE)), ROW("\xf4", BIT(KIND_HALT)),
	ROW("\x0f\x05", BIT(KIND_SYSCALL)),
	ROW("\x48\x0f\x07", BIT(KIND_SYSRET)),
	ROW("\x0f\x01\xf8", BIT(KIND_SWAPGS)),
	ROW("\x0f\x01\xcb", 0), /* stac */
	ROW("\x0f\x01\xca", 0), /* clac */
};

static int decode(const char *bytes, size_t length,
		  struct instruction *instruction)
{
	return kinds_decode(decoder, HERE, (const uint8_t *)bytes, length,
			    instruction);
}

static void test_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct instruction instruction;
		int ret = decode(rows[i].bytes, rows[i].length, &instruction);

		if (ret || instruction.kinds != rows[i].kinds ||
		    instruction.length != rows[i].length)
			fail_msg("%s: %d, kinds %llx, not %x, length %u",
				 rows[i].text, ret,
				 (unsigned long long)instruction.kinds,
				 rows[i].kinds, instruction.length);
	}
}

static void test_bytes_that_are_none(void **state)
{
	struct instruction instruction;

	(void)state;
	assert_int_equal(decode("\x06", 1, &instruction), -EILSEQ);
	assert_int_equal(instruction.kinds, 0);
	assert_int_equal(decode("", 0, &instruction), -EILSEQ);
	assert_int_equal(decode("\xf0\xf0", 2, &instruction), -EILSEQ);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t cut = 0; cut < rows[i].length; cut++)
			decode(rows[i].bytes, cut, &instruction);
}

static void test_targets(void **state)
{
	static const char *const direct[] = {
		"\xe8\x00\x01\x00\x00", /* 5 bytes, and 256 */
		"\xe9\x00\x01\x00\x00",
	};
	struct instruction instruction;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(decode(direct[i], 5, &instruction), 0);
		assert_true(instruction.direct);
		assert_int_equal(instruction.target, HERE + 5 + 256);
	}
	assert_int_equal(decode("\x74\xfe", 2, &instruction), 0);
	assert_true(instruction.direct);
	assert_int_equal(instruction.target, HERE);
	assert_int_equal(decode("\xff\xd0", 2, &instruction), 0);
	assert_false(instruction.direct);
	assert_int_equal(decode("\xc3", 1, &instruction), 0);
	assert_false(instruction.direct);
}

static uint64_t resolve(const char *bytes, size_t length, const char *function,
			const char *target)
{
	struct instruction instruction;

	assert_int_equal(decode(bytes, length, &instruction), 0);
	kinds_resolve(decoder, function, target, &instruction);
	return instruction.kinds;
}

static void test_thunks(void **state)
{
	static const char call[] = "\xe8\x00\x01\x00\x00";
	static const char jump[] = "\xe9\x00\x01\x00\x00";
	static const char rax[] = "__x86_indirect_thunk_rax";

	(void)state;
	assert_int_equal(resolve(call, 5, "f", rax),
			 BIT(KIND_CALL) | BIT(KIND_INDIRECT));
	assert_int_equal(resolve(jump, 5, "f", rax),
			 BIT(KIND_JUMP) | BIT(KIND_INDIRECT));
	assert_int_equal(resolve(jump, 5, "f", "__x86_return_thunk"),
			 BIT(KIND_RETURN));
	assert_int_equal(resolve(jump, 5, "f", "srso_return_thunk"),
			 BIT(KIND_RETURN));
	assert_int_equal(resolve(call, 5, "f", "set_return_thunk"),
			 BIT(KIND_CALL));
	assert_int_equal(resolve(call, 5, "f", "g"), BIT(KIND_CALL));
	assert_int_equal(resolve(call, 5, NULL, NULL), BIT(KIND_CALL));
	/* Its own steps are no calls and no returns of the kernel's. */
	assert_int_equal(resolve(call, 5, rax, NULL), 0);
	assert_int_equal(resolve("\xc3", 1, rax, NULL), 0);
	assert_int_equal(resolve("\xc3", 1, "__x86_return_thunk", NULL), 0);
	assert_int_equal(resolve("\xf3\x90", 2, rax, NULL), BIT(KIND_PAUSE));
}

static void test_rows(void **state)
{
	(void)state;
	assert_null(kinds_open("vax"));
	for (int i = 0; i < KINDS; i++) {
		assert_non_null(kind_rows[i].name);
		assert_non_null(kind_rows[i].help);
		assert_null(strchr(kind_rows[i].name, ' '));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(kind_rows[i].name,
						kind_rows[j].name);
	}
}

/* docs/kinds.md says of each what it costs. */
static void test_rows_are_documented(void **state)
{
	static char page[65536];
	char path[4096], name[64];
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/docs/kinds.md",
		 getenv("MMGAUGE_SOURCE"));
	file = fopen(path, "r");
	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (int i = 0; i < KINDS; i++) {
		snprintf(name, sizeof(name), "`%s`", kind_rows[i].name);
		if (!strstr(page, name))
			fail_msg("docs/kinds.md: nothing about %s", name);
	}
}

static int setup(void **state)
{
	(void)state;
	decoder = kinds_open("x86_64");
	return !decoder;
}

static int teardown(void **state)
{
	(void)state;
	kinds_close(decoder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bytes_that_are_none),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_thunks),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_rows_are_documented),
	};

	return cmocka_run_group_tests_name("kinds", tests, setup, teardown);
}
