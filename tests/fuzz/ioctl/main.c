// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The init of a guest that tries its module: rounds of workers, and after each
 * whether all is as it was. What to do is in the environment, from the kernel's
 * command line (tests/fuzz/kernel).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "checks.h"
#include "cover.h"
#include "subject.h"
#include "worker.h"

#define ROUND_NS 60000000000ll
#define PAGE 4096

static uint64_t option(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : fallback;
}

static void mount_all(void)
{
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tmp", "/tmp", "tmpfs", 0, NULL);
}

/* A RAM disk has its pages from when they are written: now, not one by one. */
static bool fill(int fd, off_t bytes)
{
	static char zeros[65536];

	for (off_t at = 0; at < bytes; at += sizeof(zeros))
		if (pwrite(fd, zeros, sizeof(zeros), at) < 0)
			return false;
	return true;
}

/* A RAM disk to swap to, as mkswap makes it. Some kernels have none. */
static void swap_on(void)
{
	struct {
		char boot[1024];
		uint32_t version, last_page, bad_pages;
		char rest[PAGE - 1024 - 12 - 10];
		char magic[10];
	} __attribute__((packed)) header = { .version = 1 };
	int fd = open("/dev/ram0", O_RDWR | O_CLOEXEC);
	off_t bytes = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

	if (bytes <= PAGE) {
		puts("fuzz: no swap here");
		return;
	}
	header.last_page = bytes / PAGE - 1;
	memcpy(header.magic, "SWAPSPACE2", 10);
	if (!fill(fd, bytes) ||
	    pwrite(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    fsync(fd) || swapon("/dev/ram0", 0))
		perror("fuzz: swap");
	close(fd);
}

static void run_round(unsigned int round, long long until)
{
	uint64_t workers = option("fuzz_workers", 8);
	uint64_t seed = option("fuzz_seed", 1) + round * 1000003ull;
	const char *text = getenv("fuzz_line");
	struct line line;

	if (text && !line_parse(text, &line)) {
		worker_fault("'%s' is no line", text);
		return;
	}
	if (workers > BOARD_WORKERS)
		workers = BOARD_WORKERS;
	for (unsigned int i = 0; i < workers; i++)
		if (!fork()) {
			cover_open();
			worker_run(i, seed, until, text ? &line : NULL);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
}

static void run_all(void)
{
	long long end = worker_now_ns() +
			(long long)option("fuzz_seconds", 10) * 1000000000;
	unsigned int round = 0;
	long long until;
	bool over;

	checks_idle(true);
	do {
		until = worker_now_ns() + ROUND_NS;
		run_round(round, until < end ? until : end);
		if (!board->ended)
			checks_idle(false);
		if (!board->ended && module_unload())
			module_load();
		over = board_is_over() || worker_now_ns() >= end;
		if (!board->ended && (!(++round % 5) || over))
			checks_leaks();
	} while (!over);
	if (!board->ended && option("fuzz_loads", 0)) {
		module_loads(option("fuzz_loads", 0), option("fuzz_seed", 1));
		checks_leaks();
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[0], "after"))
		return others_after(argv);
	if (getpid() != 1) {
		fputs("the init of a guest: see tests/fuzz/kernel\n", stderr);
		return 2;
	}
	mount_all();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (board_open())
		perror("fuzz: board");
	board->most = option("fuzz_most", 0);
	checks_setup_failures();
	module_load_disk();
	swap_on();
	puts("fuzz: BEGIN");
	if (module_load())
		run_all();
	if (!board->ended && module_unload())
		board->ended = 1;
	printf("fuzz: END %s\n", board->ended == 1 ? "fine" : "fault");
	sync();
	usleep(100000);
	/* Under QEMU's -no-reboot that is the end, without ACPI as well. */
	reboot(RB_AUTOBOOT);
	return 1;
}
