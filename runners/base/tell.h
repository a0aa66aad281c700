/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the agent tells a plugin of the emulator: which cell it is at, where a
 * sample begins and ends, and what became of it.
 *
 * A byte is told by the address of a load, from a board of 256 bytes: a plugin
 * sees addresses, the guest itself notices nothing, and where nobody listens it
 * is a load. Never within what a clock times.
 */
#ifndef MMGAUGE_TELL_H
#define MMGAUGE_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TELL_VALUES 4

enum tell_type {
	TELL_CELL = 1, /* 1 value: its index in the plan */
	TELL_BEGIN, /* of a sample: the clock is about to be read */
	TELL_RUN, /* what it times is about to begin, with the next read */
	TELL_END, /* the clock has been read */
	TELL_KEEP, /* the sample counts */
	/*
	 * 4 values: number of the metric (of the case, or enum tell_number),
	 * ticks, the harness's part, units
	 */
	TELL_METRIC,
	TELL_DONE, /* the cell is */
};

/* Where in a sample a window lies. */
enum tell_part {
	TELL_INSIDE, /* between TELL_BEGIN and TELL_END */
	TELL_AFTER,
	TELL_OTHERS, /* of the other CPUs, from TELL_BEGIN to behind TELL_END */
	TELL_PARTS
};

/* Metrics that are no case's: of TELL_OTHERS, and of that and TELL_INSIDE. */
enum tell_number { TELL_NUMBER_OTHERS = 14, TELL_NUMBER_SYSTEM };

struct tell_message {
	enum tell_type type;
	uint64_t values[TELL_VALUES];
};

void tell(enum tell_type type, const uint64_t values[]);

/* Bytes back into messages: whether @byte completed one. */
struct tell_reader {
	struct tell_message message;
	size_t have, want; /* bytes of the values */
};

bool tell_read(struct tell_reader *reader, uint8_t byte,
	       struct tell_message *message);

/*
 * The load by which a plugin knows it, whatever its address. On x86-64 MOV AL,
 * [RDI + TELL_OFFSET], with the letters of "mmga" as the offset; on arm64 LDRB
 * WZR, [X16, #TELL_OFFSET], which compilers have no use for.
 */
#define TELL_CODE_X86_64 0x8a, 0x87, 0x6d, 0x6d, 0x67, 0x61
#define TELL_CODE_AARCH64 (0x3940021fu | 0xd6d << 10)

#if defined(__aarch64__)
#define TELL_OFFSET 0xd6d
#else
#define TELL_OFFSET 0x61676d6d
#endif

#endif
