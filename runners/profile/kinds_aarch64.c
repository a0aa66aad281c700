// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A64, by its own bits: every instruction is a word, and the library knows none
 * that came after ARMv8.0, as the atomics of one instruction (LSE) did. The
 * names of fields are those of Arm's manual (DDI 0487, C4.1).
 */
#include <string.h>

#include "kinds_arch.h"

/* A word is of these kinds where the bits of @mask are @value. */
struct row {
	uint32_t mask, value;
	uint64_t kinds;
};

static const struct row flow_rows[] = {
	{ 0xfc000000, 0x14000000, KIND_BIT(KIND_JUMP) }, /* b */
	{ 0xfc000000, 0x94000000, KIND_BIT(KIND_CALL) }, /* bl */
	{ 0xff000000, 0x54000000, KIND_BIT(KIND_CONDITIONAL) }, /* b.cond */
	{ 0x7e000000, 0x34000000, KIND_BIT(KIND_CONDITIONAL) }, /* cbz, cbnz */
	{ 0x7e000000, 0x36000000, KIND_BIT(KIND_CONDITIONAL) }, /* tbz, tbnz */
	/* br, blr, ret, eret; bits 24, 11 and 10 are those of pointer authentication. */
	{ 0xfefff000, 0xd61f0000,
	  KIND_BIT(KIND_JUMP) | KIND_BIT(KIND_INDIRECT) },
	{ 0xfefff000, 0xd63f0000,
	  KIND_BIT(KIND_CALL) | KIND_BIT(KIND_INDIRECT) },
	{ 0xfffff000, 0xd65f0000, KIND_BIT(KIND_RETURN) },
	{ 0xfffff000, 0xd69f0000,
	  KIND_BIT(KIND_ERET) | KIND_BIT(KIND_SERIALISING) },
	{ 0xffe0001f, 0xd4000001, KIND_BIT(KIND_SYSCALL) }, /* svc */
	{ 0xffe0001f, 0xd4000002, KIND_BIT(KIND_FIRMWARE) }, /* hvc */
	{ 0xffe0001f, 0xd4000003, KIND_BIT(KIND_FIRMWARE) }, /* smc */
};

static const struct row system_rows[] = {
	{ 0xffffffff, 0xd503203f, KIND_BIT(KIND_PAUSE) }, /* yield */
	{ 0xffffffff, 0xd503205f, KIND_BIT(KIND_EVENT_WAIT) }, /* wfe */
	{ 0xffffffff, 0xd503207f, KIND_BIT(KIND_HALT) }, /* wfi */
	{ 0xffffffff, 0xd503229f, KIND_BIT(KIND_SPECULATION) }, /* csdb */
	{ 0xffffffff, 0xd503309f, KIND_BIT(KIND_SPECULATION) }, /* ssbb */
	{ 0xffffffff, 0xd503349f, KIND_BIT(KIND_SPECULATION) }, /* pssbb */
	{ 0xfffff0ff, 0xd50330ff, KIND_BIT(KIND_SPECULATION) }, /* sb */
	{ 0xfffff0ff, 0xd503309f, KIND_BIT(KIND_DSB) },
	{ 0xfffff3ff, 0xd503323f, KIND_BIT(KIND_DSB) }, /* nXS */
	{ 0xfffff0ff, 0xd50330bf, KIND_BIT(KIND_DMB) },
	{ 0xfffff0ff, 0xd50330df,
	  KIND_BIT(KIND_ISB) | KIND_BIT(KIND_SERIALISING) },
	{ 0xffffffc0, 0xd5182000, KIND_BIT(KIND_TTBR) }, /* msr ttbr[01]_el1 */
	/* mrs cntpct_el0, cntvct_el0 and what reads them in order */
	{ 0xffffffe0, 0xd53be020, KIND_BIT(KIND_COUNTER) },
	{ 0xffffffe0, 0xd53be040, KIND_BIT(KIND_COUNTER) },
	{ 0xffffffe0, 0xd53be0a0, KIND_BIT(KIND_COUNTER) },
	{ 0xffffffe0, 0xd53be0c0, KIND_BIT(KIND_COUNTER) },
};

static uint64_t find(const struct row *rows, size_t count, uint32_t word)
{
	for (size_t i = 0; i < count; i++)
		if ((word & rows[i].mask) == rows[i].value)
			return rows[i].kinds;
	return 0;
}

static unsigned int bits(uint32_t word, unsigned int low, unsigned int count)
{
	return word >> low & ((1u << count) - 1);
}

/* Of SYS: tlbi, dc and ic. */
static uint64_t system_operation(uint32_t word)
{
	unsigned int op1 = bits(word, 16, 3), crn = bits(word, 12, 4);
	unsigned int crm = bits(word, 8, 4);

	/* Outer and inner shareable, by range or not; crn 9 is nXS. */
	if (crn == 8 || crn == 9)
		return crm == 1 || crm == 2 || crm == 3 || crm == 5 ||
				       (op1 == 4 && crm == 0) ?
			       KIND_BIT(KIND_TLB_BROADCAST) :
			       KIND_BIT(KIND_TLB_FLUSH);
	if (crn != 7)
		return 0;
	if (op1 == 3 && crm == 4)
		return KIND_BIT(KIND_BLOCK_CLEAR);
	/* ic iallu(is), ic ivau; dc by set, to a point. */
	return crm == 1 || crm == 5 || crm == 6 || (crm >= 10 && crm <= 14) ?
		       KIND_BIT(KIND_CACHE) :
		       0;
}

static uint64_t ordered(bool acquires, bool releases)
{
	return (acquires ? KIND_BIT(KIND_ACQUIRE) : 0) |
	       (releases ? KIND_BIT(KIND_RELEASE) : 0);
}

/* Exclusives, compare and swap, ldar and stlr: o2, L, o1 and o0 say which. */
static uint64_t exclusive(uint32_t word)
{
	bool o2 = bits(word, 23, 1), load = bits(word, 22, 1);
	bool o1 = bits(word, 21, 1), o0 = bits(word, 15, 1);

	/* cas, and casp where there would be a pair of less than a word. */
	if (o1 && (o2 || !bits(word, 31, 1)))
		return KIND_BIT(KIND_ATOMIC) | ordered(load, o0);
	if (o2)
		return ordered(load, !load);
	return (load ? KIND_BIT(KIND_EXCLUSIVE_LOAD) :
		       KIND_BIT(KIND_EXCLUSIVE_STORE)) |
	       ordered(load && o0, !load && o0);
}

/* ldadd, swp and the like; ldapr lies among them. */
static uint64_t atomic(uint32_t word)
{
	unsigned int o3 = bits(word, 15, 1), opc = bits(word, 12, 3);
	bool acquires = bits(word, 23, 1), releases = bits(word, 22, 1);

	if (o3 && opc == 4 && acquires && !releases)
		return KIND_BIT(KIND_ACQUIRE);
	if (o3 && opc)
		return 0;
	/* Whose result nobody wants acquires nothing. */
	return KIND_BIT(KIND_ATOMIC) |
	       ordered(acquires && bits(word, 0, 5) != 31, releases);
}

static uint64_t memory(uint32_t word)
{
	if ((word & 0x3f000000) == 0x08000000)
		return exclusive(word);
	if ((word & 0x3f200c00) == 0x38200000)
		return atomic(word);
	if ((word & 0x3f200c00) == 0x19000000) /* stlur, ldapur */
		return ordered(bits(word, 22, 2), !bits(word, 22, 2));
	return 0;
}

static uint64_t kinds_of_word(uint32_t word)
{
	uint64_t kinds =
		find(flow_rows, sizeof(flow_rows) / sizeof(*flow_rows), word);

	if (!kinds)
		kinds = find(system_rows,
			     sizeof(system_rows) / sizeof(*system_rows), word);
	if (!kinds && (word & 0xfff80000) == 0xd5080000)
		kinds = system_operation(word);
	return kinds ? kinds : memory(word);
}

/* Its offset in instructions, of @count bits from @low on. */
static uint64_t offset(uint32_t word, unsigned int low, unsigned int count)
{
	uint64_t field = bits(word, low, count);

	return (field ^ 1ull << (count - 1)) - (1ull << (count - 1));
}

static void read_target(uint32_t word, uint64_t address,
			struct instruction *instruction)
{
	const uint64_t branches = KIND_BIT(KIND_CALL) | KIND_BIT(KIND_JUMP) |
				  KIND_BIT(KIND_CONDITIONAL);

	if (!(instruction->kinds & branches) ||
	    instruction->kinds & KIND_BIT(KIND_INDIRECT))
		return;
	instruction->direct = true;
	if (!(instruction->kinds & KIND_BIT(KIND_CONDITIONAL)))
		address += 4 * offset(word, 0, 26);
	else if ((word & 0x7e000000) == 0x36000000)
		address += 4 * offset(word, 5, 14);
	else
		address += 4 * offset(word, 5, 19);
	instruction->target = address;
}

static bool classify(const cs_insn *code, uint64_t address,
		     const uint8_t *bytes, size_t length,
		     struct instruction *instruction)
{
	uint32_t word;

	(void)code;
	if (length < sizeof(word))
		return false;
	word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	       (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	if (!(word >> 16)) /* udf */
		return false;
	instruction->length = sizeof(word);
	instruction->kinds = kinds_of_word(word);
	/* msr icc_sgi1r_el1, icc_asgi1r_el1, icc_sgi0r_el1 */
	instruction->interrupts =
		(word & 0xffffff00) == 0xd518cb00 && bits(word, 5, 3) >= 5;
	read_target(word, address, instruction);
	return true;
}

/* Veneers of the linker are jumps as others. */
static enum thunk thunk(const char *function)
{
	(void)function;
	return THUNK_NONE;
}

/* The register is in the instruction: wherever it is. */
static bool interrupts(const char *function)
{
	(void)function;
	return true;
}

const struct kinds_arch kinds_aarch64 = {
	.name = "aarch64",
	.kinds = KIND_BIT(KIND_CONDITIONAL) | KIND_BIT(KIND_RETURN) |
		 KIND_BIT(KIND_CALL) | KIND_BIT(KIND_JUMP) |
		 KIND_BIT(KIND_ATOMIC) | KIND_BIT(KIND_INDIRECT) |
		 KIND_BIT(KIND_SERIALISING) | KIND_BIT(KIND_TLB_FLUSH) |
		 KIND_BIT(KIND_PAUSE) | KIND_BIT(KIND_HALT) |
		 KIND_BIT(KIND_SYSCALL) | KIND_BIT(KIND_EXCLUSIVE_LOAD) |
		 KIND_BIT(KIND_EXCLUSIVE_STORE) | KIND_BIT(KIND_ACQUIRE) |
		 KIND_BIT(KIND_RELEASE) | KIND_BIT(KIND_DMB) |
		 KIND_BIT(KIND_DSB) | KIND_BIT(KIND_ISB) |
		 KIND_BIT(KIND_SPECULATION) | KIND_BIT(KIND_TLB_BROADCAST) |
		 KIND_BIT(KIND_TTBR) | KIND_BIT(KIND_CACHE) |
		 KIND_BIT(KIND_BLOCK_CLEAR) | KIND_BIT(KIND_COUNTER) |
		 KIND_BIT(KIND_EVENT_WAIT) | KIND_BIT(KIND_ERET) |
		 KIND_BIT(KIND_FIRMWARE),
	.classify = classify,
	.thunk = thunk,
	.interrupts = interrupts,
};
