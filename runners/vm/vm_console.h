/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's kernel writes: whether it crashed, and its last lines. */
#ifndef MMGAUGE_VM_CONSOLE_H
#define MMGAUGE_VM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct vm_console {
	int fd;
	char seam[64]; /* end of the text searched so far */
	double time; /* when it last grew */
	bool crashed;
};

void vm_console_open(struct vm_console *console, int fd);

/* Search what it got since the last look; whether there is more. */
bool vm_console_look(struct vm_console *console);

/* It crashed, and has been quiet for so long that all of it is told. */
bool vm_console_is_told(const struct vm_console *console);

/* The last @size - 1 bytes of the file @fd without carriage returns. */
void vm_console_read_tail(int fd, char *text, size_t size);

/* Of vm.h's function of this name. */
void vm_console_crash_line(int fd, char *line, size_t size);

#endif
