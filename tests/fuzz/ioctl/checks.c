// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "checks.h"
#include "worker.h"

#define SLACK_KIB 16384

/* Whatever the kernel has no such file for is left out. */
static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 &&
		  write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

void checks_setup_failures(void)
{
	static const char *const attributes[][2] = {
		{ "failslab/verbose", "0" },
		{ "failslab/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/ignore-gfp-highmem", "N" },
		{ "fail_page_alloc/min-order", "0" },
	};
	char path[100];

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]);
	     i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s",
			 attributes[i][0]);
		write_file(path, attributes[i][1]);
	}
}

/* The number behind @name in a file of names and numbers; -1: not there. */
static long long read_number(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	long long number = -1, found;
	size_t length = strlen(name);
	char row[256];

	while (file && fgets(row, sizeof(row), file))
		if (!strncmp(row, name, length) &&
		    (isspace(row[length]) || row[length] == ':') &&
		    sscanf(row + length + (row[length] == ':'), "%lld",
			   &found) == 1)
			number = found;
	if (file)
		fclose(file);
	return number;
}

static void check_pins(void)
{
	long long acquired =
		read_number("/proc/vmstat", "nr_foll_pin_acquired");
	long long released =
		read_number("/proc/vmstat", "nr_foll_pin_released");

	if (acquired != released)
		worker_fault("%lld pins are left", acquired - released);
}

static void check_users(void)
{
	FILE *file = fopen("/sys/module/mmgauge/refcnt", "re");
	int users = 0;

	if (file && fscanf(file, "%d", &users) == 1 && users)
		worker_fault("%d users of the module are left", users);
	if (file)
		fclose(file);
}

/* Its kernel threads are named as it is. */
static void check_threads(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	char path[300], name[32];

	while (folder && (entry = readdir(folder))) {
		FILE *file;

		if (!isdigit(entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.200s/comm",
			 entry->d_name);
		file = fopen(path, "re");
		if (file && fgets(name, sizeof(name), file) &&
		    !strcmp(name, "mmgauge\n"))
			worker_fault("thread %s of the module is left",
				     entry->d_name);
		if (file)
			fclose(file);
	}
	if (folder)
		closedir(folder);
}

/* Memory that is neither free nor any of what it can be used for. */
static long long unaccounted(void)
{
	static const char *const uses[] = {
		"MemFree",    "Buffers",       "Cached",      "SwapCached",
		"AnonPages",  "Slab",	       "Percpu",      "KernelStack",
		"PageTables", "SecPageTables", "VmallocUsed",
	};
	long long rest = read_number("/proc/meminfo", "MemTotal");

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		long long kib = read_number("/proc/meminfo", uses[i]);

		if (kib > 0)
			rest -= kib;
	}
	return rest;
}

static void check_pages(bool first)
{
	static long long before;
	long long now = unaccounted();

	/* Pages of LRU batches and of lists of CPUs come and go. */
	for (int tries = 0; !first && now > before + SLACK_KIB && tries < 5;
	     tries++) {
		write_file("/proc/sys/vm/drop_caches", "3");
		sleep(1);
		now = unaccounted();
	}
	printf("fuzz: %lld KiB unaccounted for\n", now);
	if (first)
		before = now;
	else if (now > before + SLACK_KIB)
		worker_fault("%lld KiB of pages are lost", now - before);
}

void checks_idle(bool first)
{
	write_file("/proc/sys/vm/drop_caches", "3");
	sleep(1);
	check_pins();
	check_users();
	check_threads();
	check_pages(first);
}

/* What was found in the first scan counts when it is there in the second. */
void checks_leaks(void)
{
	static const char path[] = "/sys/kernel/debug/kmemleak";
	char text[600];
	ssize_t length;
	int fd;

	if (access(path, F_OK))
		return;
	sleep(6);
	write_file(path, "scan");
	sleep(6);
	write_file(path, "scan");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (length > 0) {
		text[length] = '\0';
		worker_fault("kmemleak: %s", text);
		/* All of it for who reads the console. */
		while ((length = read(fd, text, sizeof(text))) > 0)
			(void)!write(STDOUT_FILENO, text, length);
	}
	if (fd >= 0)
		close(fd);
	puts("fuzz: kmemleak was asked");
}
