// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kinds of memory need of the system as a whole. In a guest of ours it is
 * set and put back; a host is left alone and told what to do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "ours.h"

#define THP "/sys/kernel/mm/transparent_hugepage/"
#define HUGETLB "/sys/kernel/mm/hugepages/hugepages-%zukB/"

bool memory_system_has_thp(void)
{
	static int known = -1;

	if (known < 0)
		known = !access("/sys/kernel/mm/transparent_hugepage", F_OK);
	return known;
}

static int read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, text, size - 1);
	close(fd);
	if (got < 0)
		return -EIO;
	text[got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t got;
	int ret;

	if (fd < 0)
		return -errno;
	got = write(fd, text, strlen(text));
	ret = got < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* "always [madvise] never" -> "madvise"; a plain value stays as it is. */
static void choice_in(char *text)
{
	char *from = strchr(text, '['), *to = strchr(text, ']');

	if (!from || !to || to < from)
		return;
	*to = '\0';
	memmove(text, from + 1, (size_t)(to - from));
}

/* Write @text to @path and remember what was there. */
static int change(struct memory *memory, const char *path, const char *text)
{
	char old[sizeof(memory->settings->old)];
	int ret = read_text(path, old, sizeof(old));

	if (ret)
		return ret;
	choice_in(old);
	if (!strcmp(old, text))
		return 0;
	ret = write_text(path, text);
	for (size_t i = 0; i < MEMORY_SETTINGS && !ret; i++) {
		struct memory_setting *setting = &memory->settings[i];

		if (*setting->old)
			continue;
		snprintf(setting->path, sizeof(setting->path), "%s", path);
		memcpy(setting->old, old, sizeof(old));
		break;
	}
	return ret;
}

void memory_system_restore(struct memory *memory)
{
	for (size_t i = MEMORY_SETTINGS; i-- > 0;) {
		struct memory_setting *setting = &memory->settings[i];

		if (*setting->old && write_text(setting->path, setting->old))
			fprintf(stderr, "mmgauge: %s: cannot restore '%s'\n",
				setting->path, setting->old);
		*setting->old = '\0';
	}
}

static long read_number(const char *path)
{
	char text[64];

	return read_text(path, text, sizeof(text)) ? -1 : atol(text);
}

/* Reserved pages are given out whole: as many as the range is long. */
static int prepare_hugetlb(struct bench *bench, struct memory *memory)
{
	size_t size = memory_folio_pages(memory->kind) * memory_page_size();
	long needed = (long)(memory->length / size), there;
	char reserved[sizeof(memory->settings->path)];
	char path[sizeof(memory->settings->path)];
	char text[64];

	snprintf(reserved, sizeof(reserved), HUGETLB "nr_hugepages",
		 size >> 10);
	snprintf(path, sizeof(path), HUGETLB "free_hugepages", size >> 10);
	there = read_number(path);
	if (there < 0)
		return bench_skip(bench,
				  "no huge pages of %zu MiB with this kernel "
				  "and CPU (%s)",
				  size >> 20, reserved);
	if (there >= needed)
		return 0;
	snprintf(text, sizeof(text), "%ld",
		 read_number(reserved) + needed - there);
	if (!system_is_ours())
		return bench_skip(bench,
				  "%ld huge pages of %zu MiB needed, %ld free: "
				  "write %s to %s",
				  needed, size >> 20, there, text, reserved);
	if (change(memory, reserved, text) || read_number(path) < needed)
		return bench_skip(bench,
				  "cannot reserve %ld huge pages of %zu MiB: "
				  "memory is full or fragmented",
				  needed, size >> 20);
	return 0;
}

/* Only the wanted size may be given: the kernel takes the largest allowed. */
static int prepare_mthp(struct bench *bench, struct memory *memory)
{
	size_t kib =
		memory_folio_pages(memory->kind) * memory_page_size() >> 10;
	static const unsigned int others[] = { 16, 64, 1024, 2048 };
	char path[sizeof(memory->settings->path)], now[64];
	int ret = 0;

	if (memory_folio_pages(memory->kind) == 1)
		return bench_skip(
			bench,
			"pages are of %zu KiB here, no smaller than such folios",
			kib);
	snprintf(path, sizeof(path), THP "hugepages-%zukB/enabled", kib);
	if (read_text(path, now, sizeof(now)))
		return bench_skip(bench,
				  "this kernel has no anonymous folios of "
				  "%zu KiB (%s)",
				  kib, path);
	if (!system_is_ours()) {
		choice_in(now);
		if (!strcmp(now, "madvise"))
			return 0;
		return bench_skip(bench,
				  "folios of %zu KiB: write madvise to %s and "
				  "never to that of larger sizes",
				  kib, path);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others) && !ret; i++) {
		snprintf(path, sizeof(path), THP "hugepages-%ukB/enabled",
			 others[i]);
		ret = change(memory, path,
			     others[i] == kib ? "madvise" : "never");
	}
	if (ret)
		return bench_fail(bench, "%s: %s", path, strerror(-ret));
	return 0;
}

int memory_system_prepare(struct bench *bench, struct memory *memory)
{
	switch (memory->kind) {
	case MEMORY_HUGETLB:
	case MEMORY_HUGETLB1G:
		return prepare_hugetlb(bench, memory);
	case MEMORY_MTHP16K:
	case MEMORY_MTHP64K:
	case MEMORY_MTHP1M:
		return prepare_mthp(bench, memory);
	case MEMORY_ZERO:
		return memory_has_zero_page() ?
			       0 :
			       bench_skip(bench,
					  "this kernel maps no zero page: what "
					  "is only read gets a page of its own "
					  "(/proc/self/pagemap)");
	default:
		return 0;
	}
}
