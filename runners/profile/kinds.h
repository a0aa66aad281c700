/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kind of work an instruction is, from its bytes alone. docs/kinds.md says
 * what each costs; loads, stores and branches taken are not to be seen in the
 * bytes, the emulator counts them.
 */
#ifndef MMGAUGE_KINDS_H
#define MMGAUGE_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order is that of the output. An instruction may be of several kinds. */
enum kind {
	KIND_CONDITIONAL,
	KIND_RETURN,
	KIND_CALL,
	KIND_JUMP,
	KIND_ATOMIC,
	KIND_INDIRECT,
	KIND_SERIALISING,
	KIND_LFENCE,
	KIND_MFENCE,
	KIND_SFENCE,
	KIND_TLB_FLUSH,
	KIND_PORT,
	KIND_TSC,
	KIND_STRING,
	KIND_PAUSE,
	KIND_HALT,
	KIND_SYSCALL,
	KIND_SYSRET,
	KIND_SWAPGS,
	/* From here on those that x86 has not. */
	KIND_EXCLUSIVE_LOAD,
	KIND_EXCLUSIVE_STORE,
	KIND_ACQUIRE,
	KIND_RELEASE,
	KIND_DMB,
	KIND_DSB,
	KIND_ISB,
	KIND_SPECULATION,
	KIND_TLB_BROADCAST,
	KIND_TTBR,
	KIND_CACHE,
	KIND_BLOCK_CLEAR,
	KIND_COUNTER,
	KIND_EVENT_WAIT,
	KIND_ERET,
	KIND_FIRMWARE,
	KINDS,
};

struct kind_row {
	const char *name; /* in files and on the command line */
	const char *help; /* half a line */
};

extern const struct kind_row kind_rows[KINDS];

struct instruction {
	uint64_t kinds; /* bit n: of kind n */
	uint8_t length; /* in bytes */
	bool interrupts; /* sends an interrupt to CPUs; see kinds_resolve() */
	bool direct; /* a call or jump to... */
	uint64_t target; /* ...there */
};

struct kinds_decoder;

/* Bit n: its code has such of kind n; 0 for one that is not known. */
uint64_t kinds_of_arch(const char *arch);

/* For an architecture as `uname -m` has it; NULL: no row, or no memory. */
struct kinds_decoder *kinds_open(const char *arch);
void kinds_close(struct kinds_decoder *decoder);

/*
 * The instruction at @address whose bytes, as they were executed, begin at
 * @bytes. 0; -EILSEQ for what the decoder does not know: of no kind.
 */
int kinds_decode(struct kinds_decoder *decoder, uint64_t address,
		 const uint8_t *bytes, size_t length,
		 struct instruction *instruction);

/*
 * Thunks: a call of __x86_indirect_thunk_rax is an indirect call, a jump to
 * __x86_return_thunk a return, and what the thunk itself does to get there is
 * neither. Where a register says what an instruction does to the interrupt
 * controller, the function it is in tells. @function is its name, @target of
 * the one at instruction->target; NULL: not known.
 */
void kinds_resolve(const struct kinds_decoder *decoder, const char *function,
		   const char *target, struct instruction *instruction);

#endif
