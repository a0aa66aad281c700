/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from outside on its way to people: names in somebody's result, titles of
 * commits, consoles, what a compiler says. What would steer a terminal, or
 * reorder a line, is shown instead: C0 controls as "\x1b", DEL, C1 controls,
 * and what sets the direction of text as "\u202e", bytes that are no UTF-8 as
 * "\xff". In JSON, which has no raw C0 and is always UTF-8, that stands for the
 * same characters.
 */
#ifndef MMGAUGE_BASE_TEXT_H
#define MMGAUGE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * The door: all that the program prints to *@stream (stdout or stderr), which
 * is replaced, goes through it on its way to @fd, whoever prints it and how.
 * Line breaks and tabs pass. -ENOMEM.
 */
int text_door(FILE **stream, int fd, int buffering);

/*
 * Whether the reader of stdout has gone, as `head` goes: it has all it wants.
 * Told only where SIGPIPE is ignored.
 */
bool text_reader_gone(void);

/* Our own escape sequence, which passes. */
void text_own(FILE *stream, const char *escape);

/* Whether what reads @fd takes escape sequences: a terminal, and no dumb one. */
bool text_takes_escapes(int fd);

/*
 * A stream that makes a new string, and its end: 0, or -ENOMEM with *@text NULL.
 * glibc's own open_memstream() says nothing where the memory was not enough.
 * What was not made is lost, as it is where somebody could only print half.
 */
FILE *text_begin(char **text, size_t *size);
int text_finish(FILE *stream, char **text);

/*
 * For want of memory something is not there that should be printed, or written;
 * was there any such thing?
 */
void text_lose(void);
bool text_lost(void);

/*
 * @text in one line: as above, line breaks and tabs as well. As a new string,
 * NULL without memory; or as much of it as there is room for, which needs none.
 */
char *text_line(const char *text);
char *text_line_copy(char *buffer, size_t size, const char *text);
void text_line_print(FILE *stream, const char *text);

#endif
