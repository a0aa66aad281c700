// SPDX-License-Identifier: GPL-2.0-only
/*
 * check: what is asked of the arguments of more than one request.
 */
#include <linux/mm.h>
#include <linux/sched.h>

#include "mmgauge.h"

int mmg_check_clock(u32 clock)
{
	if (clock > MMG_CLOCK_OWN)
		return -EINVAL;
	/* Some machines have no counter and read zero for ever. */
	if (clock == MMG_CLOCK_CYCLES && !mmg_cycles())
		return -EOPNOTSUPP;
	if (clock == MMG_CLOCK_OWN && !mmg_cpus)
		return -EOPNOTSUPP;
	return 0;
}

int mmg_check_range(u64 start, u64 length)
{
	if (!PAGE_ALIGNED(start) || !PAGE_ALIGNED(length) || !length)
		return -EINVAL;
	if (start > TASK_SIZE || length > TASK_SIZE - start)
		return -EINVAL;
	return 0;
}
