/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program: calls that some threads of a process make, and the end of it. It
 * is decided by a seed and by those of its changes, its line: the same line is
 * the same program, on any machine.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define PROGRAM_CALLS 96
#define PROGRAM_THREADS 4
#define PROGRAM_FILES 6
#define LINE_SEEDS 12

enum call_kind {
	CALL_REQUEST, /* an ioctl on a file */
	CALL_OPEN,
	CALL_CLOSE,
	CALL_DUP,
	CALL_SEND, /* the file to the partner, who uses it */
	CALL_MEMORY, /* a system call on memory: memory.c */
	CALL_TOUCH, /* a read or a write of a page */
	CALL_FORK, /* a child that uses the files, and ends */
	CALL_EXEC, /* the same, but another program with the files open */
	CALL_CPU, /* to another CPU, policy or nice value */
	CALL_LIMITS, /* privileges and limits */
	CALL_KINDS,
};

struct call {
	uint8_t kind, thread, file, fail; /* fail: which allocation, 0 none */
	uint8_t request, tweak, times; /* @times more than once */
	uint64_t seed, other;
};

enum program_flag {
	PROGRAM_IN_TURN = 1 << 0, /* one call after another, of all threads */
	PROGRAM_LAZY_FAULTS = 1 << 1, /* userfaultfd answers nobody */
	PROGRAM_KILLED = 1 << 2, /* at @kill_us, else let end */
	PROGRAM_LEAVES_PARTNER = 1 << 3, /* who outlives it with its files */
};

struct program {
	uint32_t flags, count, threads, kill_us;
	struct call calls[PROGRAM_CALLS];
};

struct line {
	uint32_t count; /* 0: none */
	uint64_t seeds[LINE_SEEDS];
};

void program_make(const struct line *line, struct program *program);

/* Another change; a line that is full loses its last one. */
void line_extend(struct line *line, uint64_t seed);

/* "1f2e.3d4c"; line_parse() returns false where it is none. */
#define LINE_TEXT (17 * LINE_SEEDS + 1)
void line_print(const struct line *line, char text[LINE_TEXT]);
bool line_parse(const char *text, struct line *line);

#endif
