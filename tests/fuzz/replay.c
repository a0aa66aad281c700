// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Without libFuzzer: every file given, as it is, cut at every so many bytes,
 * and with bytes changed, the same way each time. It looks for crashes and for
 * what the sanitizers find, and says how many inputs it tried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/error.h"
#include "results/store/result_file.h"
#include "fuzz.h"

#define DAMAGES 400
#define CUTS 50

/* Numerical Recipes' quick generator: any will do, but always the same. */
static uint32_t next(uint32_t *state)
{
	return *state = *state * 1664525u + 1013904223u;
}

static void try(const char *bytes, size_t length, size_t *tried)
{
	/* An allocation of its own, so that reading beyond the end is seen. */
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		exit(2);
	memcpy(copy, bytes, length);
	LLVMFuzzerTestOneInput(copy, length);
	free(copy);
	++*tried;
}

static void replay(char *bytes, size_t length, size_t *tried)
{
	static const char interesting[] = "\0\xff\"{}[],:-0919.eE\n\t ";
	uint32_t state = 1;

	try(bytes, length, tried);
	for (size_t i = 0; i < CUTS; i++)
		try(bytes, length * i / CUTS, tried);
	for (size_t i = 0; i < DAMAGES && length; i++) {
		size_t at = next(&state) % length;
		char kept = bytes[at];
		uint32_t choice = next(&state) >> 8;

		bytes[at] =
			i % 2 ? (char)choice :
				interesting[choice % (sizeof(interesting) - 1)];
		try(bytes, length, tried);
		if (i % 4)
			bytes[at] = kept; /* else damage adds up */
	}
}

int main(int argc, char **argv)
{
	size_t tried = 0;

	for (int i = 1; i < argc; i++) {
		struct error err;
		size_t length;
		char *bytes;

		if (file_read(argv[i], &bytes, &length, &err)) {
			fprintf(stderr, "%s\n", err.text);
			return 2;
		}
		replay(bytes, length, &tried);
		free(bytes);
	}
	printf("%zu inputs of %d files\n", tried, argc - 1);
	return argc > 1 ? 0 : 2;
}
