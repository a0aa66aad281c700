// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/stat.h>

#include "ours.h"

bool system_is_ours(void)
{
	struct stat first, own;

	/* In our guests the agent is what the kernel started. */
	return !stat("/proc/1/exe", &first) && !stat("/proc/self/exe", &own) &&
	       first.st_dev == own.st_dev && first.st_ino == own.st_ino;
}
