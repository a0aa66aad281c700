/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a fuzz target is: one file fuzz_NAME.c with LLVMFuzzerTestOneInput().
 * With clang and -DFUZZ=ON libFuzzer calls it (tests/fuzz/run); otherwise
 * replay.c does, with the seeds and what a few thousand small damages make of
 * them.
 */
#ifndef MMGAUGE_FUZZ_H
#define MMGAUGE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file with these bytes, whose name has this ending; removed at the end. */
const char *fuzz_file(const uint8_t *data, size_t size, const char *ending);

/* For readers of text: a new string, cut at the first NUL. */
char *fuzz_text(const uint8_t *data, size_t size);

#endif
