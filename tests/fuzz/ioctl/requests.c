// SPDX-License-Identifier: GPL-2.0-or-later
/* The making of arguments: mostly ones that are taken, and some of each kind of
 * wrong ones.
 */
#include <string.h>

#include "random.h"
#include "requests.h"
#include "requests_table.h"

#define PAGE 4096ull

size_t requests_count(void)
{
	return COUNT(request_kinds);
}

const struct request_kind *requests_kind(size_t index)
{
	return &request_kinds[index];
}

/* What goes wrong at the edges of types. */
static uint64_t hostile(struct random *random)
{
	static const uint64_t values[] = {
		0,	    1,		 ~0ull,		 ~0ull - 4095,
		1ull << 31, 1ull << 32,	 1ull << 63,	 0x7fffffff,
		0xffffffff, 0x80000000u, 0x7ffffffff000, 0xffff888000000000ull,
		4095,	    4097,
	};

	if (random_one_in(random, 3))
		return random_next(random);
	return values[random_below(random, COUNT(values))];
}

/* Small ones are taken soon; one in a hundred is the largest. */
static uint64_t span(struct random *random, uint64_t low, uint64_t high)
{
	uint64_t most;

	switch (random_below(random, 100)) {
	case 0:
		return high;
	case 1:
		return high + 1;
	case 2:
		return low ? low - 1 : high + random_below(random, 1000);
	case 3 ... 5:
		most = 4096;
		break;
	case 6 ... 24:
		most = 256;
		break;
	case 25 ... 54:
		return low;
	default:
		most = 16;
	}
	if (most > high - low)
		most = high - low;
	return low + random_below(random, most + 1);
}

/* The beginning of a huge page a quarter of the time, and another page. */
static uint64_t address(struct random *random, const struct targets *targets)
{
	uint64_t pages = targets->arena_bytes / PAGE, page;

	if (random_one_in(random, 60))
		return hostile(random);
	page = random_below(random, pages);
	if (random_one_in(random, 2))
		page &= ~511ull;
	else if (random_one_in(random, 2))
		page = (page & ~511ull) + random_below(random, 16);
	return targets->arena + page * PAGE;
}

/* The first are the plain ones. */
static uint64_t one_of(struct random *random, uint64_t count)
{
	uint64_t one = random_below(random, count);
	uint64_t other = random_below(random, count);

	return one < other ? one : other;
}

static uint64_t value(const struct field *field, struct random *random,
		      const struct targets *targets, uint64_t pages)
{
	if (random_one_in(random, 150))
		return hostile(random);
	switch (field->role) {
	case FIELD_ANY:
		return random_one_in(random, 2) ? 0 : random_below(random, 64);
	case FIELD_ONE_OF:
		return one_of(random, field->high - field->low + 1) +
		       field->low;
	case FIELD_MASK:
		/* Few at once, or nothing goes together. */
		if (random_one_in(random, 3))
			return 0;
		return random_next(random) & random_next(random) & field->high;
	case FIELD_SPAN:
		return span(random, field->low, field->high);
	case FIELD_PART:
		return random_one_in(random, 3) ? pages :
						  1 + random_below(random, 64);
	case FIELD_ADDRESS:
		return address(random, targets);
	case FIELD_LENGTH:
		return span(random, 0, 4096) * PAGE;
	case FIELD_BUFFER:
		return targets->buffer;
	case FIELD_MEMFD:
		return (uint64_t)targets->memfd;
	default:
		return 0;
	}
}

static uint64_t read_pages(const struct request_kind *kind, const char *request)
{
	uint32_t pages;

	for (size_t i = 0; i < kind->count; i++)
		if (!strcmp(kind->fields[i].name, "pages") &&
		    kind->fields[i].bytes == sizeof(pages)) {
			memcpy(&pages, request + kind->fields[i].offset,
			       sizeof(pages));
			return pages;
		}
	return 1;
}

/* A part is taken if it is no larger than the whole, nearly always. */
static uint64_t bounded(const struct field *field, struct random *random,
			uint64_t value, uint64_t pages)
{
	if (field->role != FIELD_PART || value <= pages || !pages ||
	    random_one_in(random, 20))
		return value;
	return 1 + value % pages;
}

void requests_fill(const struct request_kind *kind, uint64_t seed,
		   unsigned int tweak, uint64_t other,
		   const struct targets *targets, void *request)
{
	/* What is of a whole mm has no place in it. */
	bool everywhere = !(random_mix(seed, 0) % 6);

	memset(request, 0, REQUEST_BYTES);
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *field = &kind->fields[i];
		struct random random = { random_mix(i == tweak ? other : seed,
						    i + 1) };
		uint64_t pages = read_pages(kind, request), number;

		if (field->bytes > sizeof(number) ||
		    (everywhere && (field->role == FIELD_ADDRESS ||
				    field->role == FIELD_LENGTH)))
			continue;
		/* What is out or reserved is zero, nearly always. */
		number = value(field, &random, targets, pages);
		number = bounded(field, &random, number, pages);
		memcpy((char *)request + field->offset, &number, field->bytes);
	}
}
