// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "bench/clock.h"
#include "vm_console.h"

/* Of the console at a look: it may be written as fast as it is read. */
#define LOOKS 8

/* A crashed kernel that writes nothing for so long has written all. */
#define QUIET_SECONDS 1.0

static double now(void)
{
	return (double)clock_nanoseconds(CLOCK_MONOTONIC) * 1e-9;
}

void vm_console_open(struct vm_console *console, int fd)
{
	*console = (struct vm_console){ .fd = fd, .time = now() };
}

/* The first sign of a crash in @text, or NULL. */
static const char *crash_sign(const char *text)
{
	static const char *const signs[] = {
		"BUG: ",
		"kernel BUG at",
		"Oops:",
		"general protection fault",
		"double fault",
		"Kernel panic - not syncing",
		"Unable to handle kernel", /* arm64 and riscv */
	};
	const char *first = NULL;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		const char *found = strstr(text, signs[i]);

		if (found && (!first || found < first))
			first = found;
	}
	return first;
}

bool vm_console_look(struct vm_console *console)
{
	size_t old = strlen(console->seam);
	char text[8192 + sizeof(console->seam)];
	ssize_t got = 1;

	memcpy(text, console->seam, old);
	for (int look = 0; look < LOOKS && got > 0; look++) {
		size_t length, keep;

		got = read(console->fd, text + old, 8192);
		if (got <= 0)
			break;
		length = old + (size_t)got;

		for (size_t i = old; i < length; i++)
			if (!text[i])
				text[i] = '?';
		text[length] = '\0';
		console->time = now();
		console->crashed |= crash_sign(text) != NULL;
		keep = length < sizeof(console->seam) ?
			       length :
			       sizeof(console->seam) - 1;
		memmove(text, text + length - keep, keep + 1);
		old = keep;
	}
	memcpy(console->seam, text, old);
	console->seam[old] = '\0';
	return got > 0;
}

bool vm_console_is_told(const struct vm_console *console)
{
	return console->crashed && now() - console->time > QUIET_SECONDS;
}

void vm_console_read_tail(int fd, char *text, size_t size)
{
	off_t length = fd < 0 ? 0 : lseek(fd, 0, SEEK_END), at;
	size_t kept = 0;
	ssize_t got;

	*text = '\0';
	at = length > (off_t)size - 1 ? length - (off_t)(size - 1) : 0;
	got = fd < 0 ? 0 : pread(fd, text, size - 1, at);
	for (ssize_t i = 0; i < got; i++)
		if (text[i] && text[i] != '\r')
			text[kept++] = text[i];
	text[kept] = '\0';
}

/* Where it was in the kernel, not in user mode; NULL: that is not told. */
static const char *crash_place(const char *text)
{
	/* Of x86, riscv and arm64; the last is in the one before. */
	static const char *const signs[] = { "RIP: 0010:", "epc : ", "pc : " };
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && !found; i++)
		found = strstr(text, signs[i]);
	return found;
}

/* A line of the kernel's log from @at on, without its time. */
static void copy_line(const char *at, char *line, size_t size)
{
	snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
}

void vm_console_crash_line(int fd, char *line, size_t size)
{
	char text[65536]; /* a report of a crash is some 5 KiB */
	const char *sign, *place;
	size_t length;

	vm_console_read_tail(fd, text, sizeof(text));
	sign = crash_sign(text);
	*line = '\0';
	if (!sign)
		return;
	copy_line(sign, line, size);
	place = crash_place(sign);
	length = strlen(line);
	if (place && length + 3 < size) {
		strcpy(line + length, ": ");
		copy_line(place, line + length + 2, size - length - 2);
	}
}
