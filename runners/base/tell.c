// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "tell.h"

static size_t values_of(enum tell_type type)
{
	return type == TELL_CELL ? 1 : type == TELL_METRIC ? TELL_VALUES : 0;
}

static void tell_byte(uint8_t byte)
{
#if defined(__x86_64__) || defined(__aarch64__)
	static uint8_t board[256] __attribute__((aligned(256)));
	uintptr_t address = (uintptr_t)&board[byte] - TELL_OFFSET;
#endif

#if defined(__x86_64__)
	__asm__ volatile("movb %c1(%0), %%al"
			 :
			 : "D"(address), "i"(TELL_OFFSET)
			 : "rax", "memory");
#elif defined(__aarch64__)
	register uintptr_t base __asm__("x16") = address;

	__asm__ volatile("ldrb wzr, [%0, %1]"
			 :
			 : "r"(base), "i"(TELL_OFFSET)
			 : "memory");
#else
	(void)byte;
#endif
}

void tell(enum tell_type type, const uint64_t values[])
{
	tell_byte((uint8_t)type);
	for (size_t i = 0; i < values_of(type); i++)
		for (unsigned int bit = 0; bit < 64; bit += 8)
			tell_byte((uint8_t)(values[i] >> bit));
}

bool tell_read(struct tell_reader *reader, uint8_t byte,
	       struct tell_message *message)
{
	if (reader->have == reader->want) {
		memset(reader, 0, sizeof(*reader));
		reader->message.type = (enum tell_type)byte;
		reader->want = 8 * values_of(reader->message.type);
	} else {
		reader->message.values[reader->have / 8] |=
			(uint64_t)byte << (reader->have % 8 * 8);
		reader->have++;
	}
	if (reader->have < reader->want)
		return false;
	*message = reader->message;
	return true;
}
