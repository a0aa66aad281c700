// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "counts.h"
#include "lines.h"
#include "log.h"
#include "places.h"

static uint64_t *executed; /* per slot, QEMU's to add to */
static struct slot *slots;
static uint32_t slots_used;

static uint64_t window = 1; /* its number, for what belongs to it */
static uint32_t opened_by = UINT32_MAX; /* place of its marker */
static struct block **entered; /* the blocks that ran in it */
static size_t entered_count, entered_room;
static uint32_t *ran; /* the places */
static size_t ran_room;

/* An access of a device. */
struct reach {
	uint32_t place;
	bool store, interrupts;
};

static struct reach *reached; /* those in this window */
static size_t reach_count, reach_room;
static bool reaching; /* the last of them is what this block does last */
static struct block *current;
static uint64_t complete; /* of its last slot's count when it has all run */

int counts_init(void)
{
	slots = calloc(COUNTS_SLOTS, sizeof(*slots));
	return slots ? 0 : -ENOMEM;
}

void counts_use(uint64_t *executions)
{
	executed = executions;
}

struct block *counts_block(uint64_t address, size_t count)
{
	struct block *block;

	if (count > COUNTS_SLOTS - slots_used)
		return NULL;
	block = calloc(1, sizeof(*block));
	if (!block)
		return NULL;
	block->address = address;
	block->first = slots_used;
	block->count = (uint32_t)count;
	block->last = block->first + block->count - 1;
	slots_used += block->count;
	return block;
}

struct slot *counts_slot(const struct block *block, size_t index)
{
	return &slots[block->first + index];
}

/* Room for one more of @size in an array that doubles; whether there is. */
static bool make_room(void **array, size_t *room, size_t count, size_t size)
{
	size_t wanted = *room ? 2 * *room : 1024;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*array, wanted * size);
	if (!grown) {
		log_give_up("no memory");
		return false;
	}
	*array = grown;
	*room = wanted;
	return true;
}

/* What it counted while nobody asked goes. */
static void note(struct block *block)
{
	if (!make_room((void **)&entered, &entered_room, entered_count,
		       sizeof(*entered)))
		return;
	memset(&executed[block->first], 0, block->count * sizeof(*executed));
	block->window = window;
	block->split = 0;
	entered[entered_count++] = block;
}

static uint64_t address_of(const struct block *block, uint32_t index)
{
	return place_at(slots[block->first + index].place)->address;
}

/*
 * The block before has run: to its end; or to an instruction that faulted,
 * which the clock does not count; or up to where QEMU went on in another block,
 * behind an instruction that reaches a device, be it with the interrupt that it
 * asked for, or before one that lies on two pages. Runs of a part are kept apart, so that the counts of a block's slots
 * are equal again.
 */
static uint32_t settle_part(struct block *block, uint64_t next)
{
	uint64_t *counts = &executed[block->first];
	uint32_t last = block->count - 1, begin = block->split, done = begin;

	while (done <= last && counts[done] == complete)
		done++;
	for (uint32_t i = begin; i < done; i++) {
		counts[i]--;
		slots[block->first + i].partial++;
	}
	if (done <= last && done > begin && address_of(block, done) != next &&
	    !(reaching && slots[block->first + done - 1].place ==
				  reached[reach_count - 1].place)) {
		done--;
		slots[block->first + done].partial--;
	}
	block->split = 0;
	return done;
}

/* What has run of the block before, now that @next begins. */
static void settle(struct block *block, struct block *next)
{
	bool whole = executed[block->last] == complete;
	uint32_t begin = block->split, end = block->count;

	if (whole && next->address == block->taken)
		slots[block->last].taken++;
	if (!whole || begin)
		end = settle_part(block, next->address);
	if (calls_wanted())
		calls_follow(block, end - begin, whole,
			     whole ? block->next : address_of(block, end),
			     next);
}

void counts_device(uint32_t place, bool store, bool interrupts)
{
	if (!log_is_sampling() || !make_room((void **)&reached, &reach_room,
					     reach_count, sizeof(*reached)))
		return;
	reached[reach_count++] = (struct reach){ place, store, interrupts };
	reaching = true;
}

void counts_enter(struct block *block)
{
	/* Most of what a guest does is no sample: only caches remember it. */
	if (!log_is_sampling()) {
		if (lines_wanted())
			lines_code(block);
		return;
	}
	if (current)
		settle(current, block);
	if (block->window != window)
		note(block);
	if (lines_wanted() && current && current->flow.end == CODE_ENTERS)
		lines_anew();
	if (lines_wanted())
		lines_code(block);
	reaching = false;
	current = block;
	complete = executed[block->last] + 1;
}

/* Its sums in this window; its number goes to @ran when it is new there. */
static struct place *sums_of(uint32_t number, size_t *count)
{
	struct place *place = place_at(number);

	if (place->window == window)
		return place;
	if (!make_room((void **)&ran, &ran_room, *count, sizeof(*ran)))
		return NULL;
	ran[(*count)++] = number;
	place->window = window;
	place->executed = place->loads = place->stores = place->taken =
		place->devices = place->interrupts = 0;
	return place;
}

static void add_slot(uint32_t index, size_t *count)
{
	struct slot *slot = &slots[index];
	uint32_t times = (uint32_t)executed[index] + slot->partial;
	struct place *place = NULL;

	executed[index] = 0;
	if (times || slot->loads || slot->stores)
		place = sums_of(slot->place, count);
	if (place) {
		place->executed += times;
		place->loads += slot->loads;
		place->stores += slot->stores;
		place->taken += slot->taken;
	}
	slot->partial = slot->loads = slot->stores = slot->taken = 0;
}

static void add_reach(const struct reach *reach, size_t *count)
{
	struct place *place = sums_of(reach->place, count);

	if (!place)
		return;
	place->loads += !reach->store;
	place->stores += reach->store;
	place->devices++;
	place->interrupts += reach->interrupts;
}

/* Empties all counts; what ran is in ran[]. */
static size_t collect(void)
{
	size_t count = 0;

	for (size_t i = 0; i < entered_count; i++)
		for (uint32_t k = 0; k < entered[i]->count; k++)
			add_slot(entered[i]->first + k, &count);
	for (size_t i = 0; i < reach_count; i++)
		add_reach(&reached[i], &count);
	entered_count = 0;
	reach_count = 0;
	reaching = false;
	return count;
}

void counts_marker(struct block *block, size_t index)
{
	uint32_t marker = slots[block->first + index].place;
	uint64_t instructions = 0;
	size_t count;

	if (!log_is_sampling())
		return;
	if (calls_wanted())
		calls_close((uint32_t)index - block->split);
	count = collect();
	for (size_t i = 0; i < count; i++)
		instructions += place_at(ran[i])->executed;
	if (opened_by != UINT32_MAX)
		log_window(opened_by, marker, instructions, ran, count);
	if (calls_wanted())
		calls_forget();
	if (lines_wanted())
		lines_open();
	opened_by = marker;
	window++;
	note(block);
	block->split = (uint32_t)index;
	complete = 1;
}

void counts_forget(void)
{
	opened_by = UINT32_MAX;
	collect();
	window++;
	current = NULL;
	if (calls_wanted())
		calls_forget();
}
