// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kinds_arch.h"

const struct kind_row kind_rows[KINDS] = {
	[KIND_ATOMIC] = { "atomics",
			  "reads and writes memory as one step (lock, xchg)" },
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
			       "serialize, writes of control registers)" },
	[KIND_LFENCE] = { "lfences", "load fences" },
	[KIND_MFENCE] = { "mfences", "memory fences" },
	[KIND_SFENCE] = { "sfences", "store fences" },
	[KIND_TLB_FLUSH] = { "tlb_flushes",
			     "drops translations of this CPU (invlpg, "
			     "invpcid, writes of cr3)" },
	[KIND_PORT] = { "port_accesses", "in, out, ins, outs" },
	[KIND_TSC] = { "tsc_reads", "rdtsc, rdtscp" },
	[KIND_STRING] = { "rep_strings",
			  "repeated string instructions, each repetition "
			  "counted" },
	[KIND_PAUSE] = { "pauses", "pause, of loops that wait" },
	[KIND_HALT] = { "halts", "hlt, of an idle CPU" },
	[KIND_SYSCALL] = { "syscalls", "enters the kernel (syscall)" },
	[KIND_SYSRET] = { "sysrets", "leaves the kernel (sysret)" },
	[KIND_SWAPGS] = { "swapgs", "changes GS between kernel and user" },
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
	if (cs_open(arch->arch, arch->mode, &decoder->handle) == CS_ERR_OK) {
		cs_option(decoder->handle, CS_OPT_DETAIL, CS_OPT_ON);
		decoder->code = cs_malloc(decoder->handle);
	}
	if (!decoder->code) {
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
	bool known;

	*instruction = (struct instruction){ 0 };
	known = cs_disasm_iter(decoder->handle, &at, &left, &address,
			       decoder->code);
	if (known)
		instruction->length = (uint8_t)decoder->code->size;
	return decoder->arch->classify(known ? decoder->code : NULL, bytes,
				       length, instruction) ?
		       0 :
		       -EILSEQ;
}

void kinds_resolve(const struct kinds_decoder *decoder, const char *function,
		   const char *target, struct instruction *instruction)
{
	const uint32_t flow = kind_bit(KIND_JUMP) | kind_bit(KIND_CALL) |
			      kind_bit(KIND_INDIRECT) | kind_bit(KIND_RETURN);

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
		instruction->kinds |= kind_bit(KIND_INDIRECT);
		break;
	case THUNK_RETURN:
		instruction->kinds &= ~flow;
		instruction->kinds |= kind_bit(KIND_RETURN);
		break;
	case THUNK_NONE:
		break;
	}
}
