// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kinds of A64: words as GNU as 2.40 made them of the text beside them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runners/profile/kinds.h"
#include "runners/profile/plugin/guest_code.h"

#define HERE 0xffff800080010000ull
#define BIT(kind) (UINT64_C(1) << KIND_##kind)

static struct kinds_decoder *decoder;

static const struct {
	uint32_t word;
	uint64_t kinds;
	const char *text;
} rows[] = {
	{ 0x14000002, BIT(JUMP), "b .+8" },
	{ 0x17ffffff, BIT(JUMP), "b .-4" },
	{ 0x94000004, BIT(CALL), "bl .+16" },
	{ 0x54000040, BIT(CONDITIONAL), "b.eq .+8" },
	{ 0xb4000043, BIT(CONDITIONAL), "cbz x3, .+8" },
	{ 0x35ffffc3, BIT(CONDITIONAL), "cbnz w3, .-8" },
	{ 0xb6400043, BIT(CONDITIONAL), "tbz x3, #40, .+8" },
	{ 0x371fffe3, BIT(CONDITIONAL), "tbnz w3, #3, .-4" },
	{ 0xd61f0200, BIT(JUMP) | BIT(INDIRECT), "br x16" },
	{ 0xd63f0060, BIT(CALL) | BIT(INDIRECT), "blr x3" },
	{ 0xd65f03c0, BIT(RETURN), "ret" },
	{ 0xd65f0120, BIT(RETURN), "ret x9" },
	{ 0xd61f083f, BIT(JUMP) | BIT(INDIRECT), "braaz x1" },
	{ 0xd71f0822, BIT(JUMP) | BIT(INDIRECT), "braa x1, x2" },
	{ 0xd63f083f, BIT(CALL) | BIT(INDIRECT), "blraaz x1" },
	{ 0xd73f0c22, BIT(CALL) | BIT(INDIRECT), "blrab x1, x2" },
	{ 0xd65f0bff, BIT(RETURN), "retaa" },
	{ 0xd65f0fff, BIT(RETURN), "retab" },
	{ 0xd69f03e0, BIT(ERET) | BIT(SERIALISING), "eret" },
	{ 0xd69f0bff, BIT(ERET) | BIT(SERIALISING), "eretaa" },
	{ 0xd4000001, BIT(SYSCALL), "svc #0" },
	{ 0xd4000002, BIT(FIRMWARE), "hvc #0" },
	{ 0xd4000003, BIT(FIRMWARE), "smc #0" },
	{ 0xd4210000, 0, "brk #0x800" },
	{ 0xc85f7c20, BIT(EXCLUSIVE_LOAD), "ldxr x0, [x1]" },
	{ 0x085f7c20, BIT(EXCLUSIVE_LOAD), "ldxrb w0, [x1]" },
	{ 0x885ffc20, BIT(EXCLUSIVE_LOAD) | BIT(ACQUIRE), "ldaxr w0, [x1]" },
	{ 0xc87f0820, BIT(EXCLUSIVE_LOAD), "ldxp x0, x2, [x1]" },
	{ 0x887f8820, BIT(EXCLUSIVE_LOAD) | BIT(ACQUIRE),
	  "ldaxp w0, w2, [x1]" },
	{ 0xc8037c20, BIT(EXCLUSIVE_STORE), "stxr w3, x0, [x1]" },
	{ 0x8803fc20, BIT(EXCLUSIVE_STORE) | BIT(RELEASE),
	  "stlxr w3, w0, [x1]" },
	{ 0x4803fc20, BIT(EXCLUSIVE_STORE) | BIT(RELEASE),
	  "stlxrh w3, w0, [x1]" },
	{ 0xc8230820, BIT(EXCLUSIVE_STORE), "stxp w3, x0, x2, [x1]" },
	{ 0xc8238820, BIT(EXCLUSIVE_STORE) | BIT(RELEASE),
	  "stlxp w3, x0, x2, [x1]" },
	{ 0xc8dffc20, BIT(ACQUIRE), "ldar x0, [x1]" },
	{ 0x08dffc20, BIT(ACQUIRE), "ldarb w0, [x1]" },
	{ 0xc89ffc20, BIT(RELEASE), "stlr x0, [x1]" },
	{ 0x489ffc20, BIT(RELEASE), "stlrh w0, [x1]" },
	{ 0xc8df7c20, BIT(ACQUIRE), "ldlar x0, [x1]" },
	{ 0xc89f7c20, BIT(RELEASE), "stllr x0, [x1]" },
	{ 0xf8bfc020, BIT(ACQUIRE), "ldapr x0, [x1]" },
	{ 0x38bfc020, BIT(ACQUIRE), "ldaprb w0, [x1]" },
	{ 0xd9408020, BIT(ACQUIRE), "ldapur x0, [x1, #8]" },
	{ 0xd9008020, BIT(RELEASE), "stlur x0, [x1, #8]" },
	{ 0xc8a07c22, BIT(ATOMIC), "cas x0, x2, [x1]" },
	{ 0x88e07c22, BIT(ATOMIC) | BIT(ACQUIRE), "casa w0, w2, [x1]" },
	{ 0xc8a0fc22, BIT(ATOMIC) | BIT(RELEASE), "casl x0, x2, [x1]" },
	{ 0xc8e0fc22, BIT(ATOMIC) | BIT(ACQUIRE) | BIT(RELEASE),
	  "casal x0, x2, [x1]" },
	{ 0x08a07c22, BIT(ATOMIC), "casb w0, w2, [x1]" },
	{ 0x48e0fc22, BIT(ATOMIC) | BIT(ACQUIRE) | BIT(RELEASE),
	  "casalh w0, w2, [x1]" },
	{ 0x48207c82, BIT(ATOMIC), "casp x0, x1, x2, x3, [x4]" },
	{ 0x0860fc82, BIT(ATOMIC) | BIT(ACQUIRE) | BIT(RELEASE),
	  "caspal w0, w1, w2, w3, [x4]" },
	{ 0xf8208022, BIT(ATOMIC), "swp x0, x2, [x1]" },
	{ 0xb8e08022, BIT(ATOMIC) | BIT(ACQUIRE) | BIT(RELEASE),
	  "swpal w0, w2, [x1]" },
	{ 0xf8200022, BIT(ATOMIC), "ldadd x0, x2, [x1]" },
	{ 0xb8a00022, BIT(ATOMIC) | BIT(ACQUIRE), "ldadda w0, w2, [x1]" },
	{ 0xf8600022, BIT(ATOMIC) | BIT(RELEASE), "ldaddl x0, x2, [x1]" },
	{ 0xf8e00022, BIT(ATOMIC) | BIT(ACQUIRE) | BIT(RELEASE),
	  "ldaddal x0, x2, [x1]" },
	{ 0xb820003f, BIT(ATOMIC), "stadd w0, [x1]" },
	{ 0xf860003f, BIT(ATOMIC) | BIT(RELEASE), "staddl x0, [x1]" },
	{ 0xf8201022, BIT(ATOMIC), "ldclr x0, x2, [x1]" },
	{ 0xf8e03022, BIT(ATOMIC) | BIT(ACQUIRE) | BIT(RELEASE),
	  "ldsetal x0, x2, [x1]" },
	{ 0xb8202022, BIT(ATOMIC), "ldeor w0, w2, [x1]" },
	{ 0xf8204022, BIT(ATOMIC), "ldsmax x0, x2, [x1]" },
	{ 0xf8207022, BIT(ATOMIC), "ldumin x0, x2, [x1]" },
	{ 0xf820303f, BIT(ATOMIC), "stset x0, [x1]" },
	{ 0xf83fd140, 0, "ld64b x0, [x10]" },
	{ 0xf83f9140, 0, "st64b x0, [x10]" },
	{ 0xf9400020, 0, "ldr x0, [x1]" },
	{ 0xf8626820, 0, "ldr x0, [x1, x2]" },
	{ 0x58000040, 0, "ldr x0, .+8" },
	{ 0xa8c17bfd, 0, "ldp x29, x30, [sp], #16" },
	{ 0xa9bf7bfd, 0, "stp x29, x30, [sp, #-16]!" },
	{ 0xb8004420, 0, "str w0, [x1], #4" },
	{ 0xf8400820, 0, "ldtr x0, [x1]" },
	{ 0xf8000820, 0, "sttr x0, [x1]" },
	{ 0xf9800031, 0, "prfm pstl1strm, [x1]" },
	{ 0xf8200420, 0, "ldraa x0, [x1]" },
	{ 0x69000440, 0, "stgp x0, x1, [x2]" },
	{ 0xd9200820, 0, "stg x0, [x1]" },
	{ 0xd5033bbf, BIT(DMB), "dmb ish" },
	{ 0xd50339bf, BIT(DMB), "dmb ishld" },
	{ 0xd5033abf, BIT(DMB), "dmb ishst" },
	{ 0xd50331bf, BIT(DMB), "dmb oshld" },
	{ 0xd5033b9f, BIT(DSB), "dsb ish" },
	{ 0xd5033a9f, BIT(DSB), "dsb ishst" },
	{ 0xd503379f, BIT(DSB), "dsb nsh" },
	{ 0xd5033f9f, BIT(DSB), "dsb sy" },
	{ 0xd5033fdf, BIT(ISB) | BIT(SERIALISING), "isb" },
	{ 0xd503229f, BIT(SPECULATION), "csdb" },
	{ 0xd50330ff, BIT(SPECULATION), "sb" },
	{ 0xd503309f, BIT(SPECULATION), "ssbb" },
	{ 0xd503349f, BIT(SPECULATION), "pssbb" },
	{ 0xd5033f5f, 0, "clrex" },
	{ 0xd508871f, BIT(TLB_FLUSH), "tlbi vmalle1" },
	{ 0xd5088720, BIT(TLB_FLUSH), "tlbi vae1, x0" },
	{ 0xd50887a0, BIT(TLB_FLUSH), "tlbi vale1, x0" },
	{ 0xd5088740, BIT(TLB_FLUSH), "tlbi aside1, x0" },
	{ 0xd5088620, BIT(TLB_FLUSH), "tlbi rvae1, x0" },
	{ 0xd508831f, BIT(TLB_BROADCAST), "tlbi vmalle1is" },
	{ 0xd5088320, BIT(TLB_BROADCAST), "tlbi vae1is, x0" },
	{ 0xd50883a0, BIT(TLB_BROADCAST), "tlbi vale1is, x0" },
	{ 0xd5088340, BIT(TLB_BROADCAST), "tlbi aside1is, x0" },
	{ 0xd50883e0, BIT(TLB_BROADCAST), "tlbi vaale1is, x0" },
	{ 0xd5088220, BIT(TLB_BROADCAST), "tlbi rvae1is, x0" },
	{ 0xd50882a0, BIT(TLB_BROADCAST), "tlbi rvale1is, x0" },
	{ 0xd508811f, BIT(TLB_BROADCAST), "tlbi vmalle1os" },
	{ 0xd5088520, BIT(TLB_BROADCAST), "tlbi rvae1os, x0" },
	{ 0xd50c83df, BIT(TLB_BROADCAST), "tlbi vmalls12e1is" },
	{ 0xd50c8020, BIT(TLB_BROADCAST), "tlbi ipas2e1is, x0" },
	{ 0xd5182000, BIT(TTBR), "msr ttbr0_el1, x0" },
	{ 0xd5182020, BIT(TTBR), "msr ttbr1_el1, x0" },
	{ 0xd5182040, 0, "msr tcr_el1, x0" },
	{ 0xd5382000, 0, "mrs x0, ttbr0_el1" },
	{ 0xd50b7420, BIT(BLOCK_CLEAR), "dc zva, x0" },
	{ 0xd50b7e20, BIT(CACHE), "dc civac, x0" },
	{ 0xd50b7b20, BIT(CACHE), "dc cvau, x0" },
	{ 0xd50b7a20, BIT(CACHE), "dc cvac, x0" },
	{ 0xd5087620, BIT(CACHE), "dc ivac, x0" },
	{ 0xd50b7c20, BIT(CACHE), "dc cvap, x0" },
	{ 0xd50b7520, BIT(CACHE), "ic ivau, x0" },
	{ 0xd508751f, BIT(CACHE), "ic iallu" },
	{ 0xd508711f, BIT(CACHE), "ic ialluis" },
	{ 0xd5087800, 0, "at s1e1r, x0" },
	{ 0xd53be040, BIT(COUNTER), "mrs x0, cntvct_el0" },
	{ 0xd53be020, BIT(COUNTER), "mrs x0, cntpct_el0" },
	{ 0xd53be0c0, BIT(COUNTER), "mrs x0, S3_3_C14_C0_6" },
	{ 0xd53be0a0, BIT(COUNTER), "mrs x0, S3_3_C14_C0_5" },
	{ 0xd53be000, 0, "mrs x0, cntfrq_el0" },
	{ 0xd5384100, 0, "mrs x0, sp_el0" },
	{ 0xd5184100, 0, "msr sp_el0, x0" },
	{ 0xd50342df, 0, "msr daifset, #2" },
	{ 0xd50342ff, 0, "msr daifclr, #2" },
	{ 0xd503201f, 0, "nop" },
	{ 0xd503203f, BIT(PAUSE), "yield" },
	{ 0xd503205f, BIT(EVENT_WAIT), "wfe" },
	{ 0xd503207f, BIT(HALT), "wfi" },
	{ 0xd503209f, 0, "sev" },
	{ 0xd50320bf, 0, "sevl" },
	{ 0xd503245f, 0, "bti c" },
	{ 0xd503233f, 0, "paciasp" },
	{ 0xd50323bf, 0, "autiasp" },
	{ 0xd28dadbf, 0, "movz xzr, #0x6d6d" },
	{ 0x8b020020, 0, "add x0, x1, x2" },
	{ 0x3dc00020, 0, "ldr q0, [x1]" },
	{ 0x4c407020, 0, "ld1 {v0.16b}, [x1]" },
	{ 0x1e6e1000, 0, "fmov d0, #1.0" },
};

static void put(uint32_t word, uint8_t bytes[4])
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(word >> 8 * i);
}

static int decode(uint32_t word, struct instruction *instruction)
{
	uint8_t bytes[4];

	put(word, bytes);
	return kinds_decode(decoder, HERE, bytes, 4, instruction);
}

static void test_words(void **state)
{
	struct instruction instruction;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int ret = decode(rows[i].word, &instruction);

		if (ret || instruction.kinds != rows[i].kinds ||
		    instruction.length != 4 || instruction.interrupts)
			fail_msg("%s: %d, kinds %llx, not %llx", rows[i].text,
				 ret, (unsigned long long)instruction.kinds,
				 (unsigned long long)rows[i].kinds);
		/* All of them are said to be there. */
		assert_false(rows[i].kinds & ~kinds_of_arch("aarch64"));
	}
	assert_int_equal(decode(0, &instruction), -EILSEQ); /* udf */
	assert_int_equal(kinds_decode(decoder, HERE, (const uint8_t *)"\xc0", 1,
				      &instruction),
			 -EILSEQ);
}

static void test_interrupts(void **state)
{
	static const struct {
		uint32_t word;
		bool interrupts;
	} writes[] = {
		{ 0xd518cba0, true }, /* msr icc_sgi1r_el1, x0 */
		{ 0xd518cbc3, true }, /* msr icc_asgi1r_el1, x3 */
		{ 0xd518cb80, false }, /* another register */
		{ 0xd518cb20, false }, /* msr icc_dir_el1, x0 */
		{ 0xd538cba0, false }, /* mrs */
	};
	struct instruction instruction;

	(void)state;
	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++) {
		assert_int_equal(decode(writes[i].word, &instruction), 0);
		kinds_resolve(decoder, "gic_ipi_send_mask", NULL, &instruction);
		assert_int_equal(instruction.interrupts, writes[i].interrupts);
	}
}

static void test_targets(void **state)
{
	static const struct {
		uint32_t word;
		int64_t offset;
	} branches[] = {
		{ 0x94000004, 16 },	    { 0x17ffffff, -4 },
		{ 0x96000000, -(1 << 27) }, { 0x54000040, 8 },
		{ 0x35ffffc3, -8 },	    { 0x371fffe3, -4 },
		{ 0x37180043, 8 },
	};
	struct instruction instruction;

	(void)state;
	for (size_t i = 0; i < sizeof(branches) / sizeof(*branches); i++) {
		assert_int_equal(decode(branches[i].word, &instruction), 0);
		assert_true(instruction.direct);
		assert_int_equal(instruction.target,
				 HERE + (uint64_t)branches[i].offset);
	}
	assert_int_equal(decode(0xd63f0060, &instruction), 0); /* blr x3 */
	assert_false(instruction.direct);
	assert_int_equal(decode(0xd65f03c0, &instruction), 0); /* ret */
	assert_false(instruction.direct);
}

static enum code_end end_of(uint64_t kinds)
{
	return kinds & BIT(CALL)	? CODE_CALLS :
	       kinds & BIT(JUMP)	? CODE_JUMPS :
	       kinds & BIT(CONDITIONAL) ? CODE_BRANCHES :
	       kinds & BIT(RETURN)	? CODE_RETURNS :
	       kinds & BIT(SYSCALL)	? CODE_ENTERS :
	       kinds & BIT(ERET)	? CODE_LEAVES :
					  CODE_GOES_ON;
}

static void check_flow(uint32_t word)
{
	struct instruction instruction;
	struct code_flow flow;
	uint8_t bytes[4];

	put(word, bytes);
	if (decode(word, &instruction))
		return;
	flow = guest_aarch64.flow(bytes, 4, HERE + 4);
	if (flow.end != end_of(instruction.kinds) ||
	    flow.target !=
		    (instruction.direct ? instruction.target : CODE_NOWHERE))
		fail_msg("%08x: flow %d %llx", word, flow.end,
			 (unsigned long long)flow.target);
}

/* The plugin, which has its own table, says the same of where code goes. */
static void test_flow(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_flow(rows[i].word);
}

static void test_marks(void **state)
{
	uint8_t bytes[4];

	(void)state;
	put(0xd28dadbf, bytes); /* mov xzr, #0x6d6d */
	assert_true(guest_aarch64.reads_clock(bytes, 4));
	put(0xd28dada0, bytes); /* mov x0, #0x6d6d */
	assert_false(guest_aarch64.reads_clock(bytes, 4));
	put(0xd53be040, bytes); /* mrs x0, cntvct_el0 */
	assert_false(guest_aarch64.reads_clock(bytes, 4));
	put(0x3975b61f, bytes); /* ldrb wzr, [x16, #0xd6d] */
	assert_true(guest_aarch64.tells(bytes, 4));
	put(0x3975b600, bytes);
	assert_false(guest_aarch64.tells(bytes, 4));
}

static int setup(void **state)
{
	(void)state;
	decoder = kinds_open("aarch64");
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
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_flow),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests_name("kinds_aarch64", tests, setup,
					   teardown);
}
