/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening what a user names: a file, or a pipe that somebody writes to. */
#ifndef MMGAUGE_INPUT_H
#define MMGAUGE_INPUT_H

#include <jansson.h>

#include "error.h"

/*
 * A descriptor to read @path from, or a negative errno. -ETIMEDOUT for a named
 * pipe that nobody has written to for INPUT_SECONDS; what the shell names
 * (/dev/stdin, /dev/fd/63) has its writer and is waited for.
 */
#define INPUT_SECONDS 5
int input_open(const char *path);

/*
 * What jansson, asked with errno 0, says of the file @path that it did not take:
 * -ENOMEM or -EIO where that is not the file's fault, else -EINVAL with the
 * place in it and @remedy.
 */
int input_refused(const char *path, const json_error_t *why, const char *remedy,
		  struct error *err);

/* What @error of it, positive, is in words. */
const char *input_reason(int error);

#endif
