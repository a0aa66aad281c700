// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "random.h"

#define DEVICES "/sys/bus/pci/devices"

struct board *board;

static unsigned int read_id(const char *device, const char *name)
{
	char path[300], text[16] = "";
	unsigned int id = 0;
	int fd;

	snprintf(path, sizeof(path), DEVICES "/%.200s/%s", device, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		sscanf(text, "%x", &id);
	if (fd >= 0)
		close(fd);
	return id;
}

static int open_device(void)
{
	DIR *folder = opendir(DEVICES);
	struct dirent *entry;
	char path[300];
	int fd = -1;

	while (folder && fd < 0 && (entry = readdir(folder))) {
		if (read_id(entry->d_name, "vendor") != 0x1af4 ||
		    read_id(entry->d_name, "device") != 0x1110)
			continue;
		snprintf(path, sizeof(path), DEVICES "/%.200s/enable",
			 entry->d_name);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd >= 0) {
			if (write(fd, "1", 1) != 1)
				perror(path);
			close(fd);
		}
		snprintf(path, sizeof(path), DEVICES "/%.200s/resource2",
			 entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	if (folder)
		closedir(folder);
	return fd;
}

int board_open(void)
{
	int fd = open_device();

	board = mmap(NULL, BOARD_BYTES, PROT_READ | PROT_WRITE,
		     fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	if (board == MAP_FAILED)
		return -errno;
	board->magic = BOARD_MAGIC;
	return 0;
}

bool board_is_over(void)
{
	return board->ended || (board->most && board->ioctls >= board->most);
}

static void put(struct board_line *to, const struct line *line)
{
	to->count = 0;
	memcpy(to->seeds, line->seeds, line->count * sizeof(line->seeds[0]));
	to->count = line->count;
}

void board_run(unsigned int worker, const struct line *line)
{
	put(&board->running[worker], line);
	board->programs++;
}

void board_keep(const struct line *line)
{
	uint64_t at = board->corpus_count++;

	if (at < BOARD_CORPUS)
		put(&board->corpus[at], line);
}

bool board_pick(struct random *random, struct line *line)
{
	uint64_t count = board->corpus_count;
	const struct board_line *from;

	if (count > BOARD_CORPUS)
		count = BOARD_CORPUS;
	if (!count)
		return false;
	from = &board->corpus[random_below(random, count)];
	line->count = from->count;
	if (!line->count || line->count > LINE_SEEDS)
		return false;
	memcpy(line->seeds, from->seeds, sizeof(line->seeds));
	return true;
}
