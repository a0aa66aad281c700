/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that a seed decides (splitmix64). */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* 0..@limit - 1 */
static inline uint64_t random_below(struct random *random, uint64_t limit)
{
	return random_next(random) % limit;
}

static inline bool random_one_in(struct random *random, unsigned int many)
{
	return !random_below(random, many);
}

/* Of another stream than that of @seed. */
static inline uint64_t random_mix(uint64_t seed, uint64_t other)
{
	struct random random = { seed ^ other * 0xd6e8feb86659fd93ull };

	return random_next(&random);
}

#endif
