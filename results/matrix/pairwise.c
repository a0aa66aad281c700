// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Greedy: a combination begins with the first pair that is not there yet, and
 * of each further dimension takes the value that adds the most pairs.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pairwise.h"

#define ALL_MAX 65536
#define VALUES_MAX 256
#define UNSET -1

struct cover {
	const unsigned int *values;
	size_t dimensions;
	bool *seen; /* of two dimensions and their values */
	size_t left;
	int chosen[DIMENSIONS_MAX];
};

static size_t pair_of(const struct cover *cover, size_t a, unsigned int at_a,
		      size_t b, unsigned int at_b)
{
	size_t low = a < b ? a : b, high = a < b ? b : a;
	unsigned int at_low = a < b ? at_a : at_b;
	unsigned int at_high = a < b ? at_b : at_a;

	return ((low * cover->dimensions + high) * VALUES_MAX + at_low) *
		       VALUES_MAX +
	       at_high;
}

/* How many pairs @value of @dimension would add to what is chosen. */
static size_t gain(const struct cover *cover, size_t dimension,
		   unsigned int value)
{
	size_t new = 0;

	for (size_t i = 0; i < cover->dimensions; i++)
		if (i != dimension && cover->chosen[i] != UNSET)
			new += !cover->seen[pair_of(
				cover, dimension, value, i,
				(unsigned int)cover->chosen[i])];
	return new;
}

static void fill(struct cover *cover)
{
	for (size_t i = 0; i < cover->dimensions; i++) {
		unsigned int best = 0;

		if (cover->chosen[i] != UNSET)
			continue;
		for (unsigned int j = 1; j < cover->values[i]; j++)
			if (gain(cover, i, j) > gain(cover, i, best))
				best = j;
		cover->chosen[i] = (int)best;
	}
}

static void begin(struct cover *cover)
{
	for (size_t i = 0; i < cover->dimensions; i++)
		cover->chosen[i] = UNSET;
	for (size_t a = 0; a < cover->dimensions; a++)
		for (size_t b = a + 1; b < cover->dimensions; b++)
			for (unsigned int i = 0; i < cover->values[a]; i++)
				for (unsigned int j = 0; j < cover->values[b];
				     j++)
					if (!cover->seen[pair_of(cover, a, i, b,
								 j)]) {
						cover->chosen[a] = (int)i;
						cover->chosen[b] = (int)j;
						return;
					}
}

static void mark(struct cover *cover)
{
	for (size_t a = 0; a < cover->dimensions; a++)
		for (size_t b = a + 1; b < cover->dimensions; b++) {
			bool *seen = &cover->seen[pair_of(
				cover, a, (unsigned int)cover->chosen[a], b,
				(unsigned int)cover->chosen[b])];

			cover->left -= !*seen;
			*seen = true;
		}
}

/* Unless it is there. */
static int take(const struct cover *cover, struct combination **chosen,
		size_t *count)
{
	struct combination new = { 0 }, *grown;

	for (size_t i = 0; i < cover->dimensions; i++)
		new.values[i] = (unsigned char)cover->chosen[i];
	for (size_t i = 0; i < *count; i++)
		if (!memcmp(&(*chosen)[i], &new, sizeof(new)))
			return 0;
	grown = realloc(*chosen, (*count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*chosen = grown;
	grown[(*count)++] = new;
	return 0;
}

/* Each value alone: they tell what it does without any other. */
static int take_single(struct cover *cover, struct combination **chosen,
		       size_t *count)
{
	int ret = 0;

	for (size_t i = 0; i < cover->dimensions; i++)
		cover->chosen[i] = 0;
	ret = take(cover, chosen, count);
	for (size_t i = 0; i < cover->dimensions && !ret; i++) {
		for (unsigned int j = 1; j < cover->values[i] && !ret; j++) {
			cover->chosen[i] = (int)j;
			ret = take(cover, chosen, count);
		}
		cover->chosen[i] = 0;
	}
	return ret;
}

int pairwise_choose(const unsigned int *values, size_t dimensions,
		    struct combination **chosen, size_t *count)
{
	struct cover cover = { .values = values, .dimensions = dimensions };
	int ret;

	*chosen = NULL;
	*count = 0;
	cover.seen =
		calloc(dimensions * dimensions * VALUES_MAX * VALUES_MAX + 1,
		       sizeof(*cover.seen));
	if (!cover.seen)
		return -ENOMEM;
	for (size_t a = 0; a < dimensions; a++)
		for (size_t b = a + 1; b < dimensions; b++)
			cover.left += (size_t)values[a] * values[b];
	ret = take_single(&cover, chosen, count);
	while (!ret && cover.left) {
		begin(&cover);
		fill(&cover);
		mark(&cover);
		ret = take(&cover, chosen, count);
	}
	free(cover.seen);
	return ret;
}

int pairwise_all(const unsigned int *values, size_t dimensions,
		 struct combination **chosen, size_t *count)
{
	size_t all = 1;

	for (size_t i = 0; i < dimensions; i++)
		if ((all *= values[i]) > ALL_MAX)
			return -E2BIG;
	*chosen = calloc(all, sizeof(**chosen));
	if (!*chosen)
		return -ENOMEM;
	for (size_t i = 0; i < all; i++) {
		size_t rest = i;

		for (size_t j = dimensions; j--; rest /= values[j])
			(*chosen)[i].values[j] =
				(unsigned char)(rest % values[j]);
	}
	*count = all;
	return 0;
}
