// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of A64, held against what the disassembling library makes of any words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <capstone/capstone.h>
#include <cmocka.h>

#include "runners/profile/kinds.h"

#define HERE 0xffff800080010000ull
#define BIT(kind) (UINT64_C(1) << KIND_##kind)
#define TRIES 300000

/* By the library's name of it. */
static const struct {
	const char *name; /* with '*': the beginning of it */
	uint64_t kinds;
} names[] = {
	{ "b", BIT(JUMP) },
	{ "bl", BIT(CALL) },
	{ "b.*", BIT(CONDITIONAL) },
	{ "cbz", BIT(CONDITIONAL) },
	{ "cbnz", BIT(CONDITIONAL) },
	{ "tbz", BIT(CONDITIONAL) },
	{ "tbnz", BIT(CONDITIONAL) },
	{ "br", BIT(JUMP) | BIT(INDIRECT) },
	{ "blr", BIT(CALL) | BIT(INDIRECT) },
	{ "ret", BIT(RETURN) },
	{ "eret", BIT(ERET) | BIT(SERIALISING) },
	{ "svc", BIT(SYSCALL) },
	{ "hvc", BIT(FIRMWARE) },
	{ "smc", BIT(FIRMWARE) },
	{ "ldxr*", BIT(EXCLUSIVE_LOAD) },
	{ "ldxp", BIT(EXCLUSIVE_LOAD) },
	{ "ldaxr*", BIT(EXCLUSIVE_LOAD) | BIT(ACQUIRE) },
	{ "ldaxp", BIT(EXCLUSIVE_LOAD) | BIT(ACQUIRE) },
	{ "stxr*", BIT(EXCLUSIVE_STORE) },
	{ "stxp", BIT(EXCLUSIVE_STORE) },
	{ "stlxr*", BIT(EXCLUSIVE_STORE) | BIT(RELEASE) },
	{ "stlxp", BIT(EXCLUSIVE_STORE) | BIT(RELEASE) },
	{ "ldar*", BIT(ACQUIRE) },
	{ "stlr*", BIT(RELEASE) },
	{ "dmb", BIT(DMB) },
	{ "dsb", BIT(DSB) },
	{ "isb", BIT(ISB) | BIT(SERIALISING) },
	{ "yield", BIT(PAUSE) },
	{ "wfe", BIT(EVENT_WAIT) },
	{ "wfi", BIT(HALT) },
	{ "ic", BIT(CACHE) },
};

static bool is_called(const char *name, const char *pattern)
{
	size_t length = strcspn(pattern, "*");

	return pattern[length] ? !strncmp(name, pattern, length) :
				 !strcmp(name, pattern);
}

/* What it is of by its first operand. */
static uint64_t by_operand(const cs_insn *code)
{
	size_t length = strcspn(code->op_str, ",");
	const char *operand = code->op_str;

	if (!strcmp(code->mnemonic, "tlbi"))
		return length > 2 && !strncmp(operand + length - 2, "is", 2) ?
			       BIT(TLB_BROADCAST) :
			       BIT(TLB_FLUSH);
	if (!strcmp(code->mnemonic, "dc"))
		return !strncmp(operand, "zva", 3) ? BIT(BLOCK_CLEAR) :
						     BIT(CACHE);
	if (!strcmp(code->mnemonic, "msr") && !strncmp(operand, "ttbr", 4) &&
	    !strncmp(operand + 5, "_el1,", 5))
		return BIT(TTBR);
	if (!strcmp(code->mnemonic, "mrs") &&
	    (strstr(operand, ", cntvct_el0") ||
	     strstr(operand, ", cntpct_el0")))
		return BIT(COUNTER);
	return 0;
}

/* It has no name of its own for what came after ARMv8.0. */
static bool is_nameless(const cs_insn *code)
{
	return !strcmp(code->mnemonic, "hint") ||
	       !strncmp(code->mnemonic, "sys", 3) ||
	       strstr(code->op_str, "s3_") ||
	       (!strcmp(code->mnemonic, "dsb") && *code->op_str == '#');
}

static uint64_t kinds_by_name(const cs_insn *code)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is_called(code->mnemonic, names[i].name))
			return names[i].kinds;
	return by_operand(code);
}

/* Always the same numbers: xorshift. */
static uint32_t next_word(void)
{
	static const struct {
		uint32_t mask, value;
	} spaces[] = {
		{ 0x003fffff, 0xd5000000 }, /* system instructions */
		{ 0x0007ffff, 0xd5080000 }, /* sys */
		{ 0x0000007f, 0xd53be000 }, /* counters */
		{ 0x0000003f, 0xd5182000 }, /* bases of page tables */
		{ 0x00000fe0, 0xd503201f }, /* hints */
		{ 0x00000fe0, 0xd503301f }, /* barriers */
		{ 0xffffffff, 0x14000000 }, /* branches */
		{ 0x00e003e0, 0xd61f0000 }, /* to registers */
		{ 0x0300ffff, 0xd4000000 }, /* exceptions */
		{ 0xc0ffffff, 0x08000000 }, /* exclusives */
		{ 0xffffffff, 0 },
	};
	static uint64_t state = 0x6d6d67;
	size_t at;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	at = (size_t)(state >> 32) % (sizeof(spaces) / sizeof(*spaces));
	return ((uint32_t)state & spaces[at].mask) | spaces[at].value;
}

static void test_library(void **state)
{
	struct kinds_decoder *decoder = kinds_open("aarch64");
	uint64_t seen = 0, named = 0;
	cs_insn *code;
	csh handle;

	(void)state;
	assert_int_equal(cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle),
			 CS_ERR_OK);
	code = cs_malloc(handle);
	for (int i = 0; i < TRIES; i++) {
		uint32_t word = next_word();
		struct instruction instruction;
		uint64_t address = HERE;
		uint8_t bytes[4];
		const uint8_t *at = bytes;
		size_t left = 4;

		for (int k = 0; k < 4; k++)
			bytes[k] = (uint8_t)(word >> 8 * k);
		if (!cs_disasm_iter(handle, &at, &left, &address, code) ||
		    is_nameless(code))
			continue;
		assert_int_equal(
			kinds_decode(decoder, HERE, bytes, 4, &instruction), 0);
		if (instruction.kinds != kinds_by_name(code))
			fail_msg("%08x %s %s: kinds %llx", word, code->mnemonic,
				 code->op_str,
				 (unsigned long long)instruction.kinds);
		seen |= instruction.kinds;
		named++;
	}
	cs_free(code, 1);
	cs_close(&handle);
	kinds_close(decoder);
	print_message("%llu of %d have a name\n", (unsigned long long)named,
		      TRIES);
	assert_true(named > TRIES / 6);
	/* Each that the library has a name for. */
	assert_int_equal(kinds_of_arch("aarch64") & ~seen,
			 BIT(ATOMIC) | BIT(SPECULATION));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_library),
	};

	return cmocka_run_group_tests_name("kinds_library", tests, NULL, NULL);
}
