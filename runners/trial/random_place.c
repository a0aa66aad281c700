// SPDX-License-Identifier: GPL-2.0-or-later
#include "random_place.h"

#if defined(__x86_64__)

#include <cpuid.h>

/* A boot draws some hundreds. */
#define DRAWN_MAX 65536

static bool has_numbers(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && c & bit_RDRND;
}

uint64_t random_place(void)
{
	uint64_t number = 0;

	if (has_numbers())
		__asm__ volatile("rdrand %0" : "=r"(number) : : "cc");
	return number;
}

/* As many instructions whether it draws or not, and as often in any case. */
bool random_place_again(uint64_t place, bool anew)
{
	uint64_t number = 0, draws = anew & has_numbers(), left = DRAWN_MAX;

	__asm__ volatile("1: test %1, %1\n\t"
			 "jz 2f\n\t"
			 "rdrand %0\n\t"
			 "cmp %0, %3\n\t"
			 "setne %b1\n\t"
			 "jmp 3f\n"
			 "2: nop\n\t"
			 "nop\n\t"
			 "nop\n\t"
			 "jmp 3f\n"
			 "3: dec %2\n\t"
			 "jnz 1b"
			 : "+r"(number), "+q"(draws), "+r"(left)
			 : "r"(place)
			 : "cc");
	return !draws;
}

#else /* neither the CPUs of guests nor their kernels have any */

uint64_t random_place(void)
{
	return 0;
}

bool random_place_again(uint64_t place, bool anew)
{
	(void)place;
	(void)anew;
	return true;
}

#endif
