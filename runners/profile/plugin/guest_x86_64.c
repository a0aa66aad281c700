// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "guest_code.h"
#include "runners/base/tell.h"

/* RDTSC, or RDTSCP. */
static bool reads_clock(const uint8_t *bytes, size_t size)
{
	return (size >= 2 && bytes[0] == 0x0f && bytes[1] == 0x31) ||
	       (size >= 3 && bytes[0] == 0x0f && bytes[1] == 0x01 &&
		bytes[2] == 0xf9);
}

static bool tells(const uint8_t *bytes, size_t size)
{
	static const uint8_t code[] = { TELL_CODE_X86_64 };

	return size == sizeof(code) && !memcmp(bytes, code, size);
}

/*
 * The lower half of the local APIC's command register, where it is memory.
 * Without x2APIC, which no emulator before QEMU 9 has; kinds.h knows that one
 * by function.
 */
static bool interrupts(uint64_t physical)
{
	return physical == 0xfee00300;
}

static bool is_table(uint64_t entry, int level)
{
	bool present = entry & 1, large = entry & 1u << 7;

	return present && (level == CODE_TABLE_LEVELS - 1 || !large);
}

/* Four levels; the kernel lies at no random place. */
static const struct code_tables tables = {
	.root = "cr3",
	.levels = CODE_TABLE_LEVELS,
	.address = 0x000ffffffffff000u,
	.direct_map = 0xffff888000000000u,
	.is_table = is_table,
};

static uint64_t near(const uint8_t *bytes, uint64_t next)
{
	return next + (uint64_t)(int64_t)(int8_t)bytes[0];
}

static uint64_t far(const uint8_t *bytes, uint64_t next)
{
	int32_t distance;

	memcpy(&distance, bytes, sizeof(distance));
	return next + (uint64_t)(int64_t)distance;
}

/* Of the opcodes 0f XX. */
static struct code_flow flow_0f(const uint8_t *bytes, size_t size,
				uint64_t next)
{
	if (size == 6 && (bytes[1] & 0xf0) == 0x80)
		return code_flow_of(CODE_BRANCHES, far(bytes + 2, next));
	if (bytes[1] == 0x05 || bytes[1] == 0x34) /* syscall, sysenter */
		return code_flow_of(CODE_ENTERS, CODE_NOWHERE);
	if (bytes[1] == 0x07 || bytes[1] == 0x35) /* sysret, sysexit */
		return code_flow_of(CODE_LEAVES, CODE_NOWHERE);
	return code_flow_of(CODE_GOES_ON, CODE_NOWHERE);
}

/* Prefixes are hints, or say nothing here. */
static struct code_flow flow(const uint8_t *bytes, size_t size, uint64_t next)
{
	while (size > 1 &&
	       (*bytes == 0x2e || *bytes == 0x3e || *bytes == 0xf2 ||
		*bytes == 0xf3 || *bytes >> 4 == 4)) {
		bytes++;
		size--;
	}
	if (size == 2 && ((bytes[0] & 0xf0) == 0x70 ||
			  (bytes[0] >= 0xe0 && bytes[0] <= 0xe3)))
		return code_flow_of(CODE_BRANCHES, near(bytes + 1, next));
	if (size == 2 && bytes[0] == 0xeb)
		return code_flow_of(CODE_JUMPS, near(bytes + 1, next));
	if (size == 5 && (bytes[0] == 0xe8 || bytes[0] == 0xe9))
		return code_flow_of(bytes[0] == 0xe8 ? CODE_CALLS : CODE_JUMPS,
				    far(bytes + 1, next));
	if (size > 1 && bytes[0] == 0xff && (bytes[1] >> 3 & 7) / 2 == 1)
		return code_flow_of(CODE_CALLS, CODE_NOWHERE);
	if (size > 1 && bytes[0] == 0xff && (bytes[1] >> 3 & 7) / 2 == 2)
		return code_flow_of(CODE_JUMPS, CODE_NOWHERE);
	if (size && (bytes[0] == 0xc3 || bytes[0] == 0xc2))
		return code_flow_of(CODE_RETURNS, CODE_NOWHERE);
	if (size && bytes[0] == 0xcf) /* iret */
		return code_flow_of(CODE_LEAVES, CODE_NOWHERE);
	if (size > 1 && bytes[0] == 0x0f)
		return flow_0f(bytes, size, next);
	return code_flow_of(CODE_GOES_ON, CODE_NOWHERE);
}

const struct guest_code guest_x86_64 = {
	.name = "x86_64",
	.reads_clock = reads_clock,
	.tells = tells,
	.flow = flow,
	.interrupts = interrupts,
	.stacks_calls = true,
	.tables = &tables,
};
