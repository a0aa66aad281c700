// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "kinds_arch.h"
#include "results/base/prefix.h"

/* Those in front of an instruction that say something about its kind. */
struct prefixes {
	bool lock;
	bool ds; /* 3e */
	bool repeat;
	const uint8_t *opcode; /* what follows them */
	size_t length; /* from there on */
};

static struct prefixes read_prefixes(const uint8_t *bytes, size_t length)
{
	static const uint8_t others[] = { 0x26, 0x2e, 0x36, 0x64,
					  0x65, 0x66, 0x67 };
	struct prefixes prefixes = { 0 };
	size_t i;

	for (i = 0; i < length; i++) {
		if (bytes[i] == 0xf0)
			prefixes.lock = true;
		else if (bytes[i] == 0x3e)
			prefixes.ds = true;
		else if (bytes[i] == 0xf2 || bytes[i] == 0xf3)
			prefixes.repeat = true;
		else if (!memchr(others, bytes[i], sizeof(others)))
			break;
	}
	if (i < length && bytes[i] >> 4 == 4) /* REX */
		i++;
	prefixes.opcode = bytes + i;
	prefixes.length = length - i;
	return prefixes;
}

/*
 * Instructions whose kind is in their name. Serialising are those of Intel's
 * manual, volume 3, "Serializing Instructions".
 */
static const struct {
	unsigned int id;
	enum kind kind;
} named[] = {
	{ X86_INS_CPUID, KIND_SERIALISING },
	{ X86_INS_IRET, KIND_SERIALISING },
	{ X86_INS_IRETD, KIND_SERIALISING },
	{ X86_INS_IRETQ, KIND_SERIALISING },
	{ X86_INS_RSM, KIND_SERIALISING },
	{ X86_INS_WRMSR, KIND_SERIALISING },
	{ X86_INS_INVD, KIND_SERIALISING },
	{ X86_INS_WBINVD, KIND_SERIALISING },
	{ X86_INS_INVLPG, KIND_SERIALISING },
	{ X86_INS_LGDT, KIND_SERIALISING },
	{ X86_INS_LIDT, KIND_SERIALISING },
	{ X86_INS_LLDT, KIND_SERIALISING },
	{ X86_INS_LTR, KIND_SERIALISING },
	{ X86_INS_LFENCE, KIND_LFENCE },
	{ X86_INS_MFENCE, KIND_MFENCE },
	{ X86_INS_SFENCE, KIND_SFENCE },
	{ X86_INS_INVLPG, KIND_TLB_FLUSH },
	{ X86_INS_INVPCID, KIND_TLB_FLUSH },
	{ X86_INS_IN, KIND_PORT },
	{ X86_INS_OUT, KIND_PORT },
	{ X86_INS_INSB, KIND_PORT },
	{ X86_INS_INSW, KIND_PORT },
	{ X86_INS_INSD, KIND_PORT },
	{ X86_INS_OUTSB, KIND_PORT },
	{ X86_INS_OUTSW, KIND_PORT },
	{ X86_INS_OUTSD, KIND_PORT },
	{ X86_INS_RDTSC, KIND_TSC },
	{ X86_INS_RDTSCP, KIND_TSC },
	{ X86_INS_PAUSE, KIND_PAUSE },
	{ X86_INS_HLT, KIND_HALT },
	{ X86_INS_SYSCALL, KIND_SYSCALL },
	{ X86_INS_SYSENTER, KIND_SYSCALL },
	{ X86_INS_SYSRET, KIND_SYSRET },
	{ X86_INS_SYSEXIT, KIND_SYSRET },
	{ X86_INS_SWAPGS, KIND_SWAPGS },
	{ X86_INS_RET, KIND_RETURN },
	{ X86_INS_RETF, KIND_RETURN },
	{ X86_INS_RETFQ, KIND_RETURN },
	{ X86_INS_CALL, KIND_CALL },
	{ X86_INS_LCALL, KIND_CALL },
	{ X86_INS_LOOP, KIND_CONDITIONAL },
	{ X86_INS_LOOPE, KIND_CONDITIONAL },
	{ X86_INS_LOOPNE, KIND_CONDITIONAL },
	{ X86_INS_JMP, KIND_JUMP },
	{ X86_INS_LJMP, KIND_JUMP },
};

static uint64_t named_kinds(unsigned int id)
{
	uint64_t kinds = 0;

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].id == id)
			kinds |= KIND_BIT(named[i].kind);
	return kinds;
}

/* Those that may have a lock prefix, when they write to memory. */
static bool is_lockable(unsigned int id)
{
	static const unsigned int lockable[] = {
		X86_INS_ADC,	    X86_INS_ADD,  X86_INS_AND,
		X86_INS_BTC,	    X86_INS_BTR,  X86_INS_BTS,
		X86_INS_CMPXCHG,    X86_INS_DEC,  X86_INS_INC,
		X86_INS_CMPXCHG16B, X86_INS_NEG,  X86_INS_NOT,
		X86_INS_CMPXCHG8B,  X86_INS_OR,	  X86_INS_SBB,
		X86_INS_SUB,	    X86_INS_XADD, X86_INS_XCHG,
		X86_INS_XOR,
	};

	for (size_t i = 0; i < sizeof(lockable) / sizeof(lockable[0]); i++)
		if (lockable[i] == id)
			return true;
	return false;
}

static bool is_memory(const cs_x86 *x86, unsigned int operand)
{
	return operand < x86->op_count &&
	       x86->operands[operand].type == X86_OP_MEM;
}

/*
 * xchg with memory locks by itself. On one CPU the kernel has put a DS prefix
 * in place of each lock (alternatives_smp_unlock()); nothing else puts one
 * before such an instruction.
 */
static bool is_atomic(const cs_insn *code, const struct prefixes *prefixes)
{
	const cs_x86 *x86 = &code->detail->x86;

	if (code->id == X86_INS_XCHG)
		return is_memory(x86, 0) || is_memory(x86, 1);
	return (prefixes->lock || prefixes->ds) && is_lockable(code->id) &&
	       is_memory(x86, 0);
}

/* movs, cmps, stos, lods, scas, ins and outs; movsd may be SSE's as well. */
static bool is_string(const struct prefixes *prefixes)
{
	uint8_t opcode = prefixes->length ? *prefixes->opcode : 0;

	return (opcode >= 0xa4 && opcode <= 0xa7) ||
	       (opcode >= 0xaa && opcode <= 0xaf) ||
	       (opcode >= 0x6c && opcode <= 0x6f);
}

/* A control register, other than CR8, or a debug register is written. */
static uint64_t register_kinds(const cs_insn *code)
{
	const cs_x86_op *to = code->detail->x86.operands;

	if (code->id != X86_INS_MOV || !code->detail->x86.op_count ||
	    to->type != X86_OP_REG)
		return 0;
	if (to->reg == X86_REG_CR3)
		return KIND_BIT(KIND_SERIALISING) | KIND_BIT(KIND_TLB_FLUSH);
	if ((to->reg >= X86_REG_CR0 && to->reg <= X86_REG_CR15 &&
	     to->reg != X86_REG_CR8) ||
	    (to->reg >= X86_REG_DR0 && to->reg <= X86_REG_DR15))
		return KIND_BIT(KIND_SERIALISING);
	return 0;
}

/* Where a call or a jump goes. */
static void read_target(const cs_insn *code, struct instruction *instruction)
{
	const uint64_t calls = KIND_BIT(KIND_CALL) | KIND_BIT(KIND_JUMP);
	const cs_x86 *x86 = &code->detail->x86;
	bool immediate =
		x86->op_count == 1 && x86->operands[0].type == X86_OP_IMM;

	if (instruction->kinds & calls && !immediate) {
		instruction->kinds |= KIND_BIT(KIND_INDIRECT);
	} else if (instruction->kinds & (calls | KIND_BIT(KIND_CONDITIONAL))) {
		instruction->direct = immediate;
		instruction->target = (uint64_t)x86->operands[0].imm;
	}
}

/* serialize is younger than the library. */
static bool is_serialize(const struct prefixes *prefixes)
{
	return prefixes->length >= 3 &&
	       !memcmp(prefixes->opcode, "\x0f\x01\xe8", 3);
}

static bool classify(const cs_insn *code, uint64_t address,
		     const uint8_t *bytes, size_t length,
		     struct instruction *instruction)
{
	struct prefixes prefixes = read_prefixes(bytes, length);
	bool jump = false;

	(void)address;
	if (is_serialize(&prefixes)) {
		instruction->kinds = KIND_BIT(KIND_SERIALISING);
		instruction->length = (uint8_t)(prefixes.opcode - bytes + 3);
		return true;
	}
	if (!code)
		return false;
	for (unsigned int i = 0; i < code->detail->groups_count; i++)
		jump |= code->detail->groups[i] == X86_GRP_JUMP;
	instruction->kinds = named_kinds(code->id) | register_kinds(code);
	if (jump && !(instruction->kinds & KIND_BIT(KIND_JUMP)))
		instruction->kinds |= KIND_BIT(KIND_CONDITIONAL);
	if (is_atomic(code, &prefixes))
		instruction->kinds |= KIND_BIT(KIND_ATOMIC);
	if (prefixes.repeat && is_string(&prefixes))
		instruction->kinds |= KIND_BIT(KIND_STRING);
	instruction->interrupts = code->id == X86_INS_WRMSR;
	read_target(code, instruction);
	return true;
}

/* arch/x86/lib/retpoline.S, by the mitigations of several CPUs. */
static enum thunk thunk(const char *function)
{
	static const char *const returns[] = {
		"__x86_return_thunk",	   "its_return_thunk",
		"srso_return_thunk",	   "srso_alias_return_thunk",
		"retbleed_return_thunk",   "zen_return_thunk",
		"call_depth_return_thunk",
	};

	if (skip_prefix(function, "__x86_indirect_"))
		return THUNK_INDIRECT;
	for (size_t i = 0; i < sizeof(returns) / sizeof(returns[0]); i++)
		if (!strcmp(function, returns[i]))
			return THUNK_RETURN;
	return THUNK_NONE;
}

/*
 * A write of x2APIC's command register, in arch/x86/kernel/apic: which register
 * wrmsr writes is not in its bytes. xAPIC's is memory, which the plugin sees.
 */
static bool interrupts(const char *function)
{
	const char *x2apic = strstr(function, "x2apic_");

	return x2apic && (strstr(x2apic, "_IPI") || strstr(x2apic, "_ipi") ||
			  strstr(x2apic, "_icr_write"));
}

const struct kinds_arch kinds_x86_64 = {
	.name = "x86_64",
	.kinds = KIND_BIT(KIND_SWAPGS + 1) - 1,
	.library = true,
	.arch = CS_ARCH_X86,
	.mode = CS_MODE_64,
	.classify = classify,
	.thunk = thunk,
	.interrupts = interrupts,
};
