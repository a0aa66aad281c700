// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "caches.h"
#include "lines.h"
#include "log.h"

#define PAGES (1u << 20)
#define SUMS (1u << 16)
#define PAGE_LINES 64
/* Lines of code are told from lines of data by this bit of their numbers. */
#define CODE (1ull << 63)

/* The lines of a page that a system call has touched. */
struct page {
	uint64_t number; /* + 1; 0 is free */
	uint64_t call;
	uint64_t lines; /* bit n: line n */
};

/* What an instruction has touched in this window. */
struct touches {
	uint64_t window;
	uint32_t amounts[PROFILE_TOUCHES];
};

/* With the line that was used last, and when: to use it again does nothing. */
struct first {
	struct cache cache;
	uint64_t line, call;
	enum profile_touch is, missing;
};

bool lines_are_wanted;

static struct first l1d = { .is = PROFILE_DATA_LINES,
			    .missing = PROFILE_L1D_MISSES };
static struct first l1i = { .is = PROFILE_CODE_LINES,
			    .missing = PROFILE_L1I_MISSES };
static struct cache l2;
static struct page *pages; /* open addressing, as sums[] is */
static size_t pages_used;
static struct touches *places; /* by number */
static uint32_t *touched; /* the places that did, in this window */
static size_t touched_count;
static uint64_t window = 1;
static uint64_t call = 1; /* number of the system call */

static struct lines_sum *sums;
static uint32_t *sum_at; /* position in sums[] + 1, of a hash */
static size_t sums_used;

int lines_init(const char *data, const char *code, const char *second)
{
	int ret = cache_init(&l1d.cache, data);

	if (!ret)
		ret = cache_init(&l1i.cache, code);
	if (!ret)
		ret = cache_init(&l2, second);
	if (ret)
		return ret;
	pages = calloc(PAGES, sizeof(*pages));
	places = calloc(PROFILE_PLACES_MAX, sizeof(*places));
	touched = calloc(PROFILE_PLACES_MAX, sizeof(*touched));
	sums = calloc(SUMS, sizeof(*sums));
	sum_at = calloc(2 * SUMS, sizeof(*sum_at));
	lines_are_wanted = pages && places && touched && sums && sum_at;
	return lines_are_wanted ? 0 : -ENOMEM;
}

static uint32_t mixed(uint64_t value)
{
	return (uint32_t)((value * 0x9e3779b97f4a7c15u) >> 32);
}

/* NULL: there is no more room. */
static struct page *page_of(uint64_t number)
{
	uint32_t at = mixed(number) % PAGES;

	while (pages[at].number && pages[at].number != number + 1)
		at = (at + 1) % PAGES;
	if (!pages[at].number && pages_used++ > PAGES / 2) {
		log_give_up("too many different pages");
		return NULL;
	}
	pages[at].number = number + 1;
	return &pages[at];
}

/* Whether the system call touches it for the first time. */
static bool is_new(uint64_t line)
{
	struct page *page = page_of(line / PAGE_LINES);
	uint64_t bit = 1ull << line % PAGE_LINES;
	bool known;

	if (!page)
		return false;
	if (page->call != call) {
		page->call = call;
		page->lines = 0;
	}
	known = page->lines & bit;
	page->lines |= bit;
	return !known;
}

static uint32_t *amounts_of(uint32_t place)
{
	struct touches *touches = &places[place];

	if (touches->window != window) {
		memset(touches, 0, sizeof(*touches));
		touches->window = window;
		touched[touched_count++] = place;
	}
	return touches->amounts;
}

static void add(uint32_t place, enum profile_touch what)
{
	amounts_of(place)[what]++;
}

/* The caches see everything, the sums what samples do. */
static void use(uint32_t place, uint64_t line, struct first *first)
{
	bool hit, second;

	if (first->line == line && first->call == call)
		return;
	first->line = line;
	first->call = call;
	hit = cache_use(&first->cache, line);
	second = hit || cache_use(&l2, line);
	if (!log_is_sampling())
		return;
	if (is_new(line))
		add(place, first->is);
	if (!hit)
		add(place, first->missing);
	if (!second)
		add(place, PROFILE_L2_MISSES);
}

void lines_data(uint32_t place, uint64_t physical, unsigned int size)
{
	uint64_t last = (physical + size - 1) / CODE_LINE;

	for (uint64_t line = physical / CODE_LINE; line <= last; line++)
		use(place, line, &l1d);
}

void lines_code(const struct block *block)
{
	uint64_t last = (block->next - 1) / CODE_LINE;

	for (uint64_t line = block->address / CODE_LINE; line <= last; line++)
		use(block->first_place, line | CODE, &l1i);
}

void lines_table(uint32_t place, bool store)
{
	if (log_is_sampling())
		add(place, store ? PROFILE_TABLE_STORES : PROFILE_TABLE_LOADS);
}

void lines_anew(void)
{
	call++;
}

void lines_open(void)
{
	lines_anew();
	window++;
	touched_count = 0;
}

static bool is_sum(const struct lines_sum *a, const struct lines_sum *b)
{
	return a->from == b->from && a->to == b->to && a->part == b->part &&
	       a->place == b->place;
}

/* The sample's sum for what @key names; NULL: there is no more room. */
static struct lines_sum *sum_of(const struct lines_sum *key)
{
	uint32_t at = mixed(((uint64_t)key->from << 40 ^
			     (uint64_t)key->to << 20 ^ key->place) +
			    key->part) %
		      (2 * SUMS);

	while (sum_at[at] && !is_sum(&sums[sum_at[at] - 1], key))
		at = (at + 1) % (2 * SUMS);
	if (!sum_at[at]) {
		if (sums_used == SUMS) {
			log_give_up("a sample touches too much");
			return NULL;
		}
		sums[sums_used] = *key;
		sum_at[at] = (uint32_t)++sums_used;
	}
	return &sums[sum_at[at] - 1];
}

void lines_close(uint32_t from, uint32_t to, enum tell_part part)
{
	for (size_t i = 0; i < touched_count; i++) {
		const struct touches *touches = &places[touched[i]];
		struct lines_sum key = { from, to, touched[i], part, { 0 } };
		struct lines_sum *sum = sum_of(&key);

		for (int k = 0; sum && k < PROFILE_TOUCHES; k++)
			sum->amounts[k] += touches->amounts[k];
	}
}

void lines_forget(void)
{
	memset(sum_at, 0, 2 * SUMS * sizeof(*sum_at));
	sums_used = 0;
}

const struct lines_sum *lines_next(size_t *position)
{
	return *position < sums_used ? &sums[(*position)++] : NULL;
}
