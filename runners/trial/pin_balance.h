/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins must balance: whatever a trial pins it has released when it is over, by
 * the kernel's own count (nr_foll_pin_acquired and nr_foll_pin_released in
 * /proc/vmstat, since 5.7).
 */
#ifndef MMGAUGE_PIN_BALANCE_H
#define MMGAUGE_PIN_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

struct pin_balance {
	bool known; /* this kernel counts them */
	int64_t before; /* acquired and not released */
};

void pin_balance_start(struct pin_balance *balance);

/*
 * How many more are out now: 0, or what is left of it after some patience, for
 * counts that CPUs still keep for themselves and releases under way.
 */
int64_t pin_balance_leaked(const struct pin_balance *balance);

/*
 * Whether the counters count at all: a child pins so many pages with the module
 * and looks. How many they show, at most so many; -EIO where it cannot be tried.
 */
#define PIN_BALANCE_PROBE 8
int pin_balance_probe(void);

#endif
