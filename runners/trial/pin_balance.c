// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "pin_balance.h"

#define LOOKS 4
#define PROBE PIN_BALANCE_PROBE

static int read_counters(int64_t *acquired, int64_t *released)
{
	FILE *file = fopen("/proc/vmstat", "re");
	unsigned int seen = 0;
	char line[128];

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		seen += sscanf(line, "nr_foll_pin_acquired %" SCNd64,
			       acquired) == 1;
		seen += sscanf(line, "nr_foll_pin_released %" SCNd64,
			       released) == 1;
	}
	fclose(file);
	return seen == 2 ? 0 : -ENOENT;
}

static int read_outstanding(int64_t *pins)
{
	int64_t acquired, released;
	int ret = read_counters(&acquired, &released);

	if (!ret)
		*pins = acquired - released;
	return ret;
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

/* How many of the pages that it holds the counters show, at most; or -1. */
static int count_held(void)
{
	size_t length = PROBE * (size_t)sysconf(_SC_PAGESIZE);
	void *pages = mmap(NULL, length, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mmg_pin hold = {
		.start = (uint64_t)pages,
		.pages = PROBE,
		.batch = PROBE,
		.iterations = 1,
		.flags = MMG_PIN_WRITE | MMG_PIN_HOLD,
	};
	int64_t before, after, released;
	int device = bench_device();

	if (pages == MAP_FAILED || device < 0 || fold_counters() ||
	    read_counters(&before, &released) ||
	    bench_device_request(device, MMG_IOC_PIN, &hold) ||
	    fold_counters() || read_counters(&after, &released))
		return -1;
	return after - before < PROBE ? (int)(after - before) : PROBE;
}

/*
 * By a child: a process that has pinned once forks differently ever after, and
 * its end gives back what it holds.
 */
int pin_balance_probe(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		int held = count_held();

		_exit(held < 0 ? 255 : held);
	}
	if (child < 0 || waitpid(child, &status, 0) != child ||
	    !WIFEXITED(status) || WEXITSTATUS(status) > PROBE)
		return -EIO;
	return WEXITSTATUS(status);
}
