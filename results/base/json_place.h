/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a JSON reader is, as a JSON pointer (RFC 6901), and where its
 * complaints go. A pointer too long for the buffer is cut; reading goes on.
 */
#ifndef MMGAUGE_JSON_PLACE_H
#define MMGAUGE_JSON_PLACE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct place {
	char pointer[512];
	size_t length;
	struct error *err;
	const json_t *profiles; /* the file's lists for them, or NULL */
};

void place_start(struct place *place, const char *pointer, struct error *err);

/* Step into a member; returns what place_leave() needs to step back out. */
size_t place_enter(struct place *place, const char *key);
size_t place_enter_index(struct place *place, size_t index);
void place_leave(struct place *place, size_t before);

/* Set "POINTER: WHY" for this place, or for its member @key; -EINVAL. */
int place_refuse(const struct place *place, const char *why);
int place_refuse_key(struct place *place, const char *key, const char *why);
int place_no_memory(const struct place *place); /* -ENOMEM */

/* Read the member @key of @object, the object this place is. */
int place_get(struct place *place, const json_t *object, const char *key,
	      json_type type, json_t **value);
int place_integer(struct place *place, const json_t *object, const char *key,
		  uint64_t max, uint64_t *number);
int place_text(struct place *place, const json_t *object, const char *key,
	       const char **text); /* not empty; belongs to @object */

#endif
