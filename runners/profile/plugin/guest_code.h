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

/* Where addresses of x86-64 are not canonical: no code can be there. */
#define CODE_NOWHERE (1ull << 62)

/*
 * Where a conditional branch goes when it is taken; CODE_NOWHERE of any other
 * instruction, and of one that goes to @next, behind it, either way. Prefixes
 * are hints.
 */
static inline uint64_t code_branch_target(const uint8_t *bytes, size_t size,
					  uint64_t next)
{
	uint64_t target = next;
	int32_t far;

	while (size && (*bytes == 0x2e || *bytes == 0x3e || *bytes == 0xf2)) {
		bytes++;
		size--;
	}
	if (size == 2 && ((bytes[0] & 0xf0) == 0x70 ||
			  (bytes[0] >= 0xe0 && bytes[0] <= 0xe3))) {
		target += (uint64_t)(int64_t)(int8_t)bytes[1];
	} else if (size == 6 && bytes[0] == 0x0f && (bytes[1] & 0xf0) == 0x80) {
		memcpy(&far, bytes + 2, sizeof(far));
		target += (uint64_t)(int64_t)far;
	}
	return target == next ? CODE_NOWHERE : target;
}

#endif
