// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "checks.h"
#include "random.h"
#include "subject.h"
#include "worker.h"

#define MODULE "/mmgauge.ko"
#define USERS 3
#define UNLOAD_TRIES 2000
#define HOG_NS 900000000ll /* real-time tasks may have so much of a second */

/* Where its code begins, so that an address is an offset in the object. */
static void read_text(void)
{
	FILE *file = fopen("/sys/module/mmgauge/sections/.text", "re");
	unsigned long long text = 0;

	if (file && fscanf(file, "%llx", &text) == 1)
		board->text = text;
	if (file)
		fclose(file);
}

static int load(const char *path, const char *arguments)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 || syscall(SYS_finit_module, fd, arguments, 0) ?
			    errno :
			    0;

	if (fd >= 0)
		close(fd);
	return error;
}

void module_load_disk(void)
{
	load("/brd.ko", "rd_nr=1 rd_size=65536");
}

bool module_load(void)
{
	int error = load(MODULE, "");

	if (error) {
		worker_fault("the module cannot be loaded: %s",
			     strerror(error));
		return false;
	}
	board->loads++;
	read_text();
	return true;
}

bool module_unload(void)
{
	for (unsigned int tries = 0; tries < UNLOAD_TRIES; tries++) {
		if (!syscall(SYS_delete_module, "mmgauge", O_NONBLOCK))
			return true;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		usleep(5000);
	}
	worker_fault("the module cannot be unloaded: %s", strerror(errno));
	return false;
}

static void user_main(uint64_t seed)
{
	const struct targets targets = { .arena = ARENA,
					 .arena_bytes = ZONES * ZONE_BYTES,
					 .memfd = -1 };
	int fd = open("/dev/mmgauge", O_RDWR);

	for (;;) {
		calls_some(&targets, fd, seed++, 2);
		if (seed % 4)
			continue;
		close(fd);
		fd = open("/dev/mmgauge", O_RDWR);
	}
}

/* Refused while it has users, and gone when they are. */
static void unload_while_used(struct random *random)
{
	pid_t users[USERS];

	for (int i = 0; i < USERS; i++) {
		uint64_t seed = random_next(random);

		users[i] = fork();
		if (!users[i])
			user_main(seed);
	}
	usleep(random_below(random, 20000));
	/* It may go: they had not come yet, or are between two files. */
	if (!syscall(SYS_delete_module, "mmgauge", O_NONBLOCK))
		module_load();
	usleep(random_below(random, 20000));
	for (int i = 0; i < USERS; i++)
		if (users[i] > 0)
			kill(users[i], SIGKILL);
	if (random_one_in(random, 2))
		while (waitpid(-1, NULL, 0) > 0)
			;
	module_unload();
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static void use_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Bind, close, and let nobody else have the CPU: what is freed later waits. */
static void closer_main(int told, uint64_t moment_us, const _Atomic bool *gone)
{
	const struct sched_param param = { .sched_priority = 50 };
	struct mmg_bind bind = { .flags = MMG_BOND_WORK };
	long long until;
	int fd;

	use_cpu(1);
	fd = open("/dev/mmgauge", O_RDWR);
	if (ioctl(fd, MMG_IOC_BIND, &bind))
		_exit(1);
	close(fd);
	(void)!write(told, "", 1);
	usleep(moment_us);
	sched_setscheduler(0, SCHED_FIFO, &param);
	until = worker_now_ns() + HOG_NS;
	while (!*gone && worker_now_ns() < until)
		;
	_exit(0);
}

/*
 * The last notifier of a bond is freed by a callback on the CPU that closed the
 * file, when others' grace period is over. The module is unloaded on another CPU
 * before that gets to run: at some moment this one has something better to do.
 */
static void unload_at_once(struct random *random)
{
	uint64_t moment_us = random_below(random, 8000);
	_Atomic bool *gone = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int pipes[2];
	char byte;
	pid_t pid;

	if (gone == MAP_FAILED || pipe(pipes))
		return;
	pid = fork();
	if (!pid)
		closer_main(pipes[1], moment_us, gone);
	close(pipes[1]);
	use_cpu(0);
	if (read(pipes[0], &byte, 1) != 1)
		worker_fault("a bond cannot be made");
	close(pipes[0]);
	module_unload();
	*gone = true;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	munmap((void *)gone, 4096);
}

void module_loads(unsigned int count, unsigned long seed)
{
	struct random random = { seed };

	while (count-- && !board->ended) {
		if (count % 3)
			unload_while_used(&random);
		else
			unload_at_once(&random);
		if (!board->ended)
			module_load();
	}
}
