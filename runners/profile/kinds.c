// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kinds_arch.h"

const struct kind_row kind_rows[KINDS] = {
	[KIND_ATOMIC] = { "atomics",
			  "reads and writes memory as one step (lock, xchg; "
			  "cas, swp, ldadd and the like)" },
	[KIND_CONDITIONAL] = { "conditional_branches",
			       "jumps on a condition, taken or not" },
	[KIND_JUMP] = { "jumps", "jumps without a condition" },
	[KIND_CALL] = { "calls", "calls, direct and indirect" },
	[KIND_INDIRECT] = { "indirect_branches",
			    "calls and jumps to where a register or memory "
			    "says, also through a thunk" },
	[KIND_RETURN] = { "returns", "returns, also through a thunk" },
	[KIND_SERIALISING] = { "serialising",
			       "waits for all before it (cpuid, iret, wrmsr, "
			       "serialize, writes of control registers; isb, "
			       "eret)" },
	[KIND_LFENCE] = { "lfences", "load fences" },
	[KIND_MFENCE] = { "mfences", "memory fences" },
	[KIND_SFENCE] = { "sfences", "store fences" },
	[KIND_TLB_FLUSH] = { "tlb_flushes",
			     "drops translations of this CPU (invlpg, "
			     "invpcid, writes of cr3; tlbi)" },
	[KIND_PORT] = { "port_accesses", "in, out, ins, outs" },
	[KIND_TSC] = { "tsc_reads", "rdtsc, rdtscp" },
	[KIND_STRING] = { "rep_strings",
			  "repeated string instructions, each repetition "
			  "counted" },
	[KIND_PAUSE] = { "pauses", "pause, yield, of loops that wait" },
	[KIND_HALT] = { "halts", "hlt, wfi, of an idle CPU" },
	[KIND_SYSCALL] = { "syscalls", "enters the kernel (syscall, svc)" },
	[KIND_SYSRET] = { "sysrets", "leaves the kernel (sysret)" },
	[KIND_SWAPGS] = { "swapgs", "changes GS between kernel and user" },
	[KIND_EXCLUSIVE_LOAD] = { "exclusive_loads",
				  "ldxr and the like: the first half of an "
				  "atomic step" },
	[KIND_EXCLUSIVE_STORE] = { "exclusive_stores",
				   "stxr and the like: its second half" },
	[KIND_ACQUIRE] = { "acquires",
			   "loads before all that follows (ldar, ldapr, ldaxr, "
			   "casa)" },
	[KIND_RELEASE] = { "releases",
			   "stores behind all before (stlr, stlxr, casl)" },
	[KIND_DMB] = { "dmbs", "data memory barriers" },
	[KIND_DSB] = { "dsbs", "waits for all accesses and tlbi before it" },
	[KIND_ISB] = { "isbs", "fetches anew what follows" },
	[KIND_SPECULATION] = { "speculation_barriers",
			       "csdb, sb, ssbb, pssbb" },
	[KIND_TLB_BROADCAST] = { "tlb_broadcasts",
				 "drops translations of all CPUs (tlbi ...is, "
				 "...os)" },
	[KIND_TTBR] = { "table_switches", "msr ttbr0_el1, ttbr1_el1" },
	[KIND_CACHE] = { "cache_operations",
			 "dc, ic: cleans or drops cache lines" },
	[KIND_BLOCK_CLEAR] = { "block_clears", "dc zva: clears a block" },
	[KIND_COUNTER] = { "counter_reads", "mrs cntvct_el0, cntpct_el0" },
	[KIND_EVENT_WAIT] = { "event_waits", "wfe, of loops that wait" },
	[KIND_ERET] = { "erets", "leaves the kernel, or a handler" },
	[KIND_FIRMWARE] = { "firmware_calls", "hvc, smc" },
};

struct kinds_decoder {
	const struct kinds_arch *arch;
	csh handle;
	cs_insn *code; /* reused */
};

static const struct kinds_arch *find_arch(const char *name)
{
#define KINDS_ARCH_ROW(row) &(row),
	static const struct kinds_arch *const archs[] = { KINDS_ARCHS(
		KINDS_ARCH_ROW) };

	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (!strcmp(archs[i]->name, name))
			return archs[i];
	return NULL;
}

uint64_t kinds_of_arch(const char *name)
{
	const struct kinds_arch *arch = find_arch(name);

	return arch ? arch->kinds : 0;
}

struct kinds_decoder *kinds_open(const char *name)
{
	const struct kinds_arch *arch = find_arch(name);
	struct kinds_decoder *decoder;

	if (!arch)
		return NULL;
	decoder = calloc(1, sizeof(*decoder));
	if (!decoder)
		return NULL;
	decoder->arch = arch;
	if (arch->library &&
	    cs_open(arch->arch, arch->mode, &decoder->handle) == CS_ERR_OK) {
		cs_option(decoder->handle, CS_OPT_DETAIL, CS_OPT_ON);
		decoder->code = cs_malloc(decoder->handle);
	}
	if (arch->library && !decoder->code) {
		kinds_close(decoder);
		return NULL;
	}
	return decoder;
}

void kinds_close(struct kinds_decoder *decoder)
{
	if (!decoder)
		return;
	if (decoder->code)
		cs_free(decoder->code, 1);
	if (decoder->handle)
		cs_close(&decoder->handle);
	free(decoder);
}

int kinds_decode(struct kinds_decoder *decoder, uint64_t address,
		 const uint8_t *bytes, size_t length,
		 struct instruction *instruction)
{
	const uint8_t *at = bytes;
	size_t left = length;
	uint64_t behind = address;
	bool known;

	*instruction = (struct instruction){ 0 };
	known = decoder->arch->library &&
		cs_disasm_iter(decoder->handle, &at, &left, &behind,
			       decoder->code);
	if (known)
		instruction->length = (uint8_t)decoder->code->size;
	return decoder->arch->classify(known ? decoder->code : NULL, address,
				       bytes, length, instruction) ?
		       0 :
		       -EILSEQ;
}

void kinds_resolve(const struct kinds_decoder *decoder, const char *function,
		   const char *target, struct instruction *instruction)
{
	const uint64_t flow = KIND_BIT(KIND_JUMP) | KIND_BIT(KIND_CALL) |
			      KIND_BIT(KIND_INDIRECT) | KIND_BIT(KIND_RETURN);

	if (function && decoder->arch->thunk(function) != THUNK_NONE) {
		instruction->kinds &= ~flow;
		return;
	}
	if (instruction->interrupts)
		instruction->interrupts =
			function && decoder->arch->interrupts(function);
	if (!target || !instruction->direct)
		return;
	switch (decoder->arch->thunk(target)) {
	case THUNK_INDIRECT:
		instruction->kinds |= KIND_BIT(KIND_INDIRECT);
		break;
	case THUNK_RETURN:
		instruction->kinds &= ~flow;
		instruction->kinds |= KIND_BIT(KIND_RETURN);
		break;
	case THUNK_NONE:
		break;
	}
}
