/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions by their address, each with a number that the log uses. */
#ifndef MMGAUGE_PROFILE_PLACES_H
#define MMGAUGE_PROFILE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runners/profile/log_format.h"

struct place {
	uint64_t address;
	uint64_t window; /* that the sums are of */
	uint32_t executed, loads, stores, taken, devices, interrupts;
	uint8_t size, bytes[PROFILE_CODE_MAX];
	bool logged;
};

int places_init(void); /* or -ENOMEM */

/*
 * The number of the instruction at @address; it is of the bytes it had when
 * first seen, unless they changed: then it is another. PROFILE_PLACES_MAX: no room.
 */
uint32_t places_find(uint64_t address, const uint8_t *bytes, size_t size);
struct place *place_at(uint32_t number);

#endif
