/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin itself must know of an instruction; all else is told from its
 * bytes afterwards (kinds.h). x86-64.
 */
#ifndef MMGAUGE_PROFILE_GUEST_CODE_H
#define MMGAUGE_PROFILE_GUEST_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "runners/base/tell.h"

/* RDTSC, or RDTSCP. */
static inline bool code_reads_clock(const uint8_t *bytes, size_t size)
{
	return (size >= 2 && bytes[0] == 0x0f && bytes[1] == 0x31) ||
	       (size >= 3 && bytes[0] == 0x0f && bytes[1] == 0x01 &&
		bytes[2] == 0xf9);
}

/* The load of tell_byte(). */
static inline bool code_tells(const uint8_t *bytes, size_t size)
{
	static const uint8_t code[] = { TELL_CODE };

	return size == sizeof(code) && !memcmp(bytes, code, size);
}

/* The upper half of the addresses is the kernel's. */
static inline bool code_is_kernel(uint64_t address)
{
	return address >> 63;
}

#define CODE_LINE 64u /* bytes of a cache line */

/*
 * A store there sends an interrupt to CPUs: the lower half of the local APIC's
 * command register, where it is memory. Without x2APIC, which no emulator
 * before QEMU 9 has; kinds.h knows that one by function.
 */
static inline bool code_interrupts(uint64_t physical)
{
	return physical == 0xfee00300;
}

/*
 * Page tables of four levels; all of the memory is mapped from CODE_DIRECT_MAP
 * on, where the kernel lies at no random place.
 */
#define CODE_TABLE_REGISTER "cr3"
#define CODE_TABLE_LEVELS 4
#define CODE_TABLE_ADDRESS 0x000ffffffffff000u
#define CODE_DIRECT_MAP 0xffff888000000000u

/* Whether an entry of a table of @level leads to one of the level below. */
static inline bool code_is_table(uint64_t entry, int level)
{
	bool present = entry & 1, large = entry & 1u << 7;

	return present && (level == CODE_TABLE_LEVELS - 1 || !large);
}

/* Where addresses of x86-64 are not canonical: no code can be there. */
#define CODE_NOWHERE (1ull << 62)

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

static inline uint64_t code_near(const uint8_t *bytes, uint64_t next)
{
	return next + (uint64_t)(int64_t)(int8_t)bytes[0];
}

static inline uint64_t code_far(const uint8_t *bytes, uint64_t next)
{
	int32_t far;

	memcpy(&far, bytes, sizeof(far));
	return next + (uint64_t)(int64_t)far;
}

static inline struct code_flow code_flow_of(enum code_end end, uint64_t target)
{
	return (struct code_flow){ end, target };
}

/* Of the opcodes 0f XX. */
static inline struct code_flow code_flow_0f(const uint8_t *bytes, size_t size,
					    uint64_t next)
{
	if (size == 6 && (bytes[1] & 0xf0) == 0x80)
		return code_flow_of(CODE_BRANCHES, code_far(bytes + 2, next));
	if (bytes[1] == 0x05 || bytes[1] == 0x34) /* syscall, sysenter */
		return code_flow_of(CODE_ENTERS, CODE_NOWHERE);
	if (bytes[1] == 0x07 || bytes[1] == 0x35) /* sysret, sysexit */
		return code_flow_of(CODE_LEAVES, CODE_NOWHERE);
	return code_flow_of(CODE_GOES_ON, CODE_NOWHERE);
}

/* @next is the address behind it. Prefixes are hints, or say nothing here. */
static inline struct code_flow code_flow(const uint8_t *bytes, size_t size,
					 uint64_t next)
{
	while (size > 1 &&
	       (*bytes == 0x2e || *bytes == 0x3e || *bytes == 0xf2 ||
		*bytes == 0xf3 || *bytes >> 4 == 4)) {
		bytes++;
		size--;
	}
	if (size == 2 && ((bytes[0] & 0xf0) == 0x70 ||
			  (bytes[0] >= 0xe0 && bytes[0] <= 0xe3)))
		return code_flow_of(CODE_BRANCHES, code_near(bytes + 1, next));
	if (size == 2 && bytes[0] == 0xeb)
		return code_flow_of(CODE_JUMPS, code_near(bytes + 1, next));
	if (size == 5 && (bytes[0] == 0xe8 || bytes[0] == 0xe9))
		return code_flow_of(bytes[0] == 0xe8 ? CODE_CALLS : CODE_JUMPS,
				    code_far(bytes + 1, next));
	if (size > 1 && bytes[0] == 0xff && (bytes[1] >> 3 & 7) / 2 == 1)
		return code_flow_of(CODE_CALLS, CODE_NOWHERE);
	if (size > 1 && bytes[0] == 0xff && (bytes[1] >> 3 & 7) / 2 == 2)
		return code_flow_of(CODE_JUMPS, CODE_NOWHERE);
	if (size && (bytes[0] == 0xc3 || bytes[0] == 0xc2))
		return code_flow_of(CODE_RETURNS, CODE_NOWHERE);
	if (size && bytes[0] == 0xcf) /* iret */
		return code_flow_of(CODE_LEAVES, CODE_NOWHERE);
	if (size > 1 && bytes[0] == 0x0f)
		return code_flow_0f(bytes, size, next);
	return code_flow_of(CODE_GOES_ON, CODE_NOWHERE);
}

#endif
