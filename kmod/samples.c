// SPDX-License-Identifier: GPL-2.0-only
/*
 * samples: room for the calls of a request that are timed one by one.
 */
#include <linux/slab.h>

#include "mmgauge.h"

int mmg_series_start(struct mmg_series *series)
{
	series->count = 0;
	if (!series->ticks)
		series->ticks = kvcalloc(MMG_MAX_SAMPLES, sizeof(u64),
					 GFP_KERNEL_ACCOUNT);
	return series->ticks ? 0 : -ENOMEM;
}
