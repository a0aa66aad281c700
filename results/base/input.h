/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening what a user names: a file, or a pipe that somebody writes to. */
#ifndef MMGAUGE_INPUT_H
#define MMGAUGE_INPUT_H

/*
 * A descriptor to read @path from, or a negative errno. -ETIMEDOUT for a named
 * pipe that nobody has written to for INPUT_SECONDS; what the shell names
 * (/dev/stdin, /dev/fd/63) has its writer and is waited for.
 */
#define INPUT_SECONDS 5
int input_open(const char *path);

/* What @error of it, positive, is in words. */
const char *input_reason(int error);

#endif
