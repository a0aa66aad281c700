/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What requests there are: a table that describe.py makes of the module's own
 * header, and the making of arguments by it.
 */
#ifndef FUZZ_REQUESTS_H
#define FUZZ_REQUESTS_H

#include <stddef.h>
#include <stdint.h>

#include "kmod/mmgauge_uapi.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum field_role {
	FIELD_OUT,
	FIELD_RESERVED, /* zero */
	FIELD_ANY,
	FIELD_ONE_OF, /* low..high of an enumeration */
	FIELD_MASK, /* of the bits of high */
	FIELD_SPAN, /* low..high */
	FIELD_PART, /* low..high, and no more than "pages" says */
	FIELD_ADDRESS, /* of a page */
	FIELD_LENGTH, /* in bytes, whole pages */
	FIELD_BUFFER, /* address of what is filled */
	FIELD_MEMFD,
};

struct field {
	const char *name;
	enum field_role role;
	uint16_t offset, bytes;
	uint64_t low, high;
};

struct request_kind {
	const char *name;
	unsigned long number;
	size_t size;
	const struct field *fields;
	size_t count;
};

#define REQUEST_BYTES 512

size_t requests_count(void);
const struct request_kind *requests_kind(size_t index);

/* Where pages may be, and what else a request may point to. */
struct targets {
	uint64_t arena, arena_bytes;
	uint64_t buffer; /* of MMG_MAX_SAMPLES */
	int memfd;
};

/*
 * The arguments of a request of @kind, decided by @seed alone, but for the field
 * number @tweak, which @other decides.
 */
void requests_fill(const struct request_kind *kind, uint64_t seed,
		   unsigned int tweak, uint64_t other,
		   const struct targets *targets, void *request);

#endif
