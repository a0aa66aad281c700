/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin itself must know of an instruction; all else is told from its
 * bytes afterwards (kinds.h). A file guest_NAME.c for each architecture, and a
 * row in GUEST_CODES.
 */
#ifndef MMGAUGE_PROFILE_GUEST_CODE_H
#define MMGAUGE_PROFILE_GUEST_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum code_end {
	CODE_GOES_ON, /* to the next instruction */
	CODE_BRANCHES, /* there, or to its target */
	CODE_JUMPS, /* to its target, or anywhere where it has none */
	CODE_CALLS,
	CODE_RETURNS,
	CODE_ENTERS, /* the kernel */
	CODE_LEAVES, /* it, or a handler of interrupts */
};

/* Where an instruction that ends a block goes. */
struct code_flow {
	enum code_end end;
	uint64_t target; /* CODE_NOWHERE: it is not in the bytes */
};

static inline struct code_flow code_flow_of(enum code_end end, uint64_t target)
{
	return (struct code_flow){ end, target };
}

/* No address of code, on any of them. */
#define CODE_NOWHERE (1ull << 62)

#define CODE_LINE 64u /* bytes of a cache line */

/* Page tables, and where the kernel maps all of the memory. */
struct code_tables {
	const char *root; /* QEMU's register with the first table's address */
	int levels; /* CODE_TABLE_LEVELS at most */
	uint64_t address; /* bits of an entry that are one */
	uint64_t direct_map;
	/* Whether an entry of a table of @level leads to one of the level below. */
	bool (*is_table)(uint64_t entry, int level);
};

#define CODE_TABLE_LEVELS 4

struct guest_code {
	const char *name; /* as QEMU calls its target */
	/* It is a read of the clock, or the mark of one that is mmgauge's. */
	bool (*reads_clock)(const uint8_t *bytes, size_t size);
	/* It is the load of tell_byte(). */
	bool (*tells)(const uint8_t *bytes, size_t size);
	/* Of the instruction whose bytes end before @next. */
	struct code_flow (*flow)(const uint8_t *bytes, size_t size,
				 uint64_t next);
	/* A store there sends an interrupt to CPUs. */
	bool (*interrupts)(uint64_t physical);
	/* A call stores where it is to return to, and a return loads it. */
	bool stacks_calls;
	/* Whether it may access the stack; where calls do not, that tells which. */
	bool (*uses_stack)(const uint8_t *bytes, size_t size);
	const struct code_tables *tables; /* NULL: not known */
};

#define GUEST_CODES(row) row(guest_x86_64) row(guest_aarch64)

#define GUEST_CODE_DECLARE(name) extern const struct guest_code name;
GUEST_CODES(GUEST_CODE_DECLARE)

/* That of the guest: the first until guest_code_use(). */
extern const struct guest_code *guest_code;

/* By QEMU's name of its target; whether there is one. */
bool guest_code_use(const char *target);

/* The upper half of the addresses is the kernel's. */
static inline bool code_is_kernel(uint64_t address)
{
	return address >> 63;
}

#endif
