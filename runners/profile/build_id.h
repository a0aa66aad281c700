/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do a file's symbols fit what runs in the guest? A build id is the linker's
 * checksum of what it linked; the kernel shows its own in /sys/kernel/notes,
 * a module's is in /sys/module/NAME/notes/.note.gnu.build-id.
 */
#ifndef MMGAUGE_BUILD_ID_H
#define MMGAUGE_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/base/error.h"

#define BUILD_ID_MAX 32

struct build_id {
	uint8_t bytes[BUILD_ID_MAX];
	size_t length; /* 0: none */
};

/* Of notes as the kernel shows them; -ENODATA when it is not among them. */
int build_id_of_notes(const void *notes, size_t length, struct build_id *id);

/*
 * Of a kernel, a module or a program, packed or not. 0; -ENODATA when it has
 * none, or another errno, with a line.
 */
int build_id_of_file(const char *path, struct build_id *id, struct error *err);

bool build_id_equal(const struct build_id *a, const struct build_id *b);

/* In hexadecimal digits; returns @text. */
char *build_id_text(const struct build_id *id, char text[2 * BUILD_ID_MAX + 1]);

/*
 * Whether the symbols of @path fit what has @running: 0, -ESTALE when they are
 * of another build, or as build_id_of_file(); a line that says so.
 */
int build_id_check(const char *path, const struct build_id *running,
		   struct error *err);

#endif
