// SPDX-License-Identifier: GPL-2.0-only
/*
 * spin: a planted cost that is as long as it says, as seen from outside.
 */
#include <linux/sort.h>

#include "mmgauge.h"

#define MMG_SPIN_TRIES 33
#define MMG_SPIN_TRY_NS 10000

/* What a spin takes beyond what it waits for. */
static u64 mmg_spin_excess __read_mostly;

/*
 * Never with a pause: a hypervisor may take it for a reason to switch, and an
 * emulator leaves the translated code for it, often for several microseconds.
 */
noinline u64 mmg_spin(u64 ns)
{
	u64 excess = READ_ONCE(mmg_spin_excess);
	u64 start = ktime_get_ns(), now = start;

	while (now - start + excess < ns)
		now = ktime_get_ns();
	return now - start + excess;
}

static int mmg_by_value(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The median of some tries: an interrupt must not become part of it. */
void mmg_spin_calibrate(void)
{
	u64 excess[MMG_SPIN_TRIES], empty, start, took;
	int i;

	for (i = 0; i < MMG_SPIN_TRIES; i++) {
		start = ktime_get_ns();
		empty = ktime_get_ns() - start;
		start = ktime_get_ns();
		mmg_spin(MMG_SPIN_TRY_NS);
		took = ktime_get_ns() - start;
		excess[i] = took - min(took, empty + MMG_SPIN_TRY_NS);
	}
	sort(excess, MMG_SPIN_TRIES, sizeof(*excess), mmg_by_value, NULL);
	WRITE_ONCE(mmg_spin_excess, excess[MMG_SPIN_TRIES / 2]);
}
