// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "pin_balance.h"

#define LOOKS 4

static int read_outstanding(int64_t *pins)
{
	FILE *file = fopen("/proc/vmstat", "re");
	int64_t acquired = 0, released = 0;
	unsigned int seen = 0;
	char line[128];

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		seen += sscanf(line, "nr_foll_pin_acquired %" SCNd64,
			       &acquired) == 1;
		seen += sscanf(line, "nr_foll_pin_released %" SCNd64,
			       &released) == 1;
	}
	fclose(file);
	*pins = acquired - released;
	return seen == 2 ? 0 : -ENOENT;
}

/* What each CPU counted for itself goes into the sum; root only. */
static int fold_counters(void)
{
	int fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	ssize_t done;

	if (fd < 0)
		return -errno;
	done = write(fd, "1", 1);
	close(fd);
	return done == 1 ? 0 : -EIO;
}

void pin_balance_start(struct pin_balance *balance)
{
	fold_counters();
	balance->known = !read_outstanding(&balance->before);
}

int64_t pin_balance_leaked(const struct pin_balance *balance)
{
	int64_t now = balance->before;

	for (int look = 0; balance->known && look < LOOKS; look++) {
		/* Without the right to fold, the kernel does it a second. */
		struct timespec patience = { .tv_nsec = 250000000 };

		if (fold_counters())
			patience = (struct timespec){ .tv_sec = 1 };
		if (read_outstanding(&now) || now == balance->before)
			break;
		nanosleep(&patience, NULL);
	}
	return now - balance->before;
}
