// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "plan_file.h"
#include "runners/base/plan_memory.h"

size_t plan_file_bytes(const char *text)
{
	size_t bytes = PLAN_MEMORY_BYTES;

	while (bytes < sizeof(struct plan_memory) + strlen(text))
		bytes *= 2;
	return bytes;
}

static int put(int fd, const void *from, size_t bytes, off_t at)
{
	ssize_t put = pwrite(fd, from, bytes, at);

	if (put < 0)
		return -errno;
	return (size_t)put == bytes ? 0 : -ENOSPC;
}

int plan_file_write(int fd, const char *text, unsigned int turn_ns)
{
	const struct plan_memory head = {
		.magic = PLAN_MEMORY_MAGIC,
		.turn_ns = turn_ns,
		.length = (uint32_t)strlen(text),
	};
	int ret;

	if (ftruncate(fd, (off_t)plan_file_bytes(text)))
		return -errno;
	ret = put(fd, &head, sizeof(head), 0);
	return ret ? ret :
		     put(fd, text, head.length,
			 offsetof(struct plan_memory, text));
}

int plan_file_stop(int fd, bool stop, bool restored)
{
	const uint32_t words[] = { stop, restored };
	int ret = put(fd, &words[0], sizeof(*words),
		      offsetof(struct plan_memory, stop));

	return ret ? ret :
		     put(fd, &words[1], sizeof(*words),
			 offsetof(struct plan_memory, restored));
}

bool plan_file_stops(int fd)
{
	uint32_t word = 0;

	return pread(fd, &word, sizeof(word),
		     offsetof(struct plan_memory, stops)) == sizeof(word) &&
	       word;
}
