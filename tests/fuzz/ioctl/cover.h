/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the module's code a thread went through, by the kernel's KCOV: with
 * none in the kernel all of this does nothing.
 */
#ifndef FUZZ_COVER_H
#define FUZZ_COVER_H

#include <stdbool.h>

/* As many as a program has threads; kept from program to program. */
bool cover_open(void);

/* The calling thread is number @thread from here on. */
void cover_start(unsigned int thread);

/* What it went through since; true if some of it nobody had before. */
bool cover_collect(unsigned int thread);

#endif
