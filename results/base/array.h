/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow, for the files of this folder. */
#ifndef MMGAUGE_ARRAY_H
#define MMGAUGE_ARRAY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * Make room for one more element behind @count of @size bytes; NULL when out
 * of memory, @array then stays valid. No capacity is stored: it is @count
 * rounded up to a power of two, so the array is full exactly when @count is
 * one. An array that grows is allocated by this function alone.
 */
static inline void *array_grow(void *array, size_t count, size_t size)
{
	size_t room = count ? count * 2 : 1;

	if (count & (count - 1))
		return array;
	if (room > SIZE_MAX / size)
		return NULL;
	return realloc(array, room * size);
}

#endif
