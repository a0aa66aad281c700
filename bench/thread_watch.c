// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "thread_watch.h"

int switches_read(int tid, struct switches *switches)
{
	char path[64], text[4096];
	const char *state, *voluntary, *involuntary;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	state = strstr(text, "\nState:\t");
	voluntary = strstr(text, "\nvoluntary_ctxt_switches:\t");
	involuntary = strstr(text, "\nnonvoluntary_ctxt_switches:\t");
	if (!state || !voluntary || !involuntary)
		return -EIO;
	switches->state = state[strlen("\nState:\t")];
	switches->voluntary = strtoul(strchr(voluntary, '\t'), NULL, 10);
	switches->involuntary = strtoul(strchr(involuntary, '\t'), NULL, 10);
	return 0;
}

uint64_t interrupts_read(int interrupts, const char *name,
			 const cpu_set_t *cpus)
{
	static char text[1 << 18];
	const char *row;
	uint64_t sum = 0;
	ssize_t length;

	length = pread(interrupts, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	for (row = text; row; row = strchr(row, '\n')) {
		row += strspn(row, " \n");
		if (!strncmp(row, name, strlen(name)))
			break;
	}
	for (int cpu = 0; row; cpu++) {
		char *end;
		uint64_t count =
			strtoull(cpu ? row : row + strlen(name), &end, 10);

		if (end == row || *end == '\n')
			break;
		if (CPU_ISSET(cpu, cpus))
			sum += count;
		row = end;
		if (row[strspn(row, " ")] < '0' || row[strspn(row, " ")] > '9')
			break;
	}
	return sum;
}

void counts_add(char *text, size_t size, unsigned long count)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%lu", used ? ", " : "", count);
}
