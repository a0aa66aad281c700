// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "log.h"
#include "places.h"

/* An access of a device. */
struct reach {
	uint32_t place;
	bool store, interrupts;
};

static struct ledger {
	uint64_t window; /* its number, for what belongs to it */
	struct block **entered; /* the blocks that ran in it */
	size_t entered_count, entered_room;
	struct reach *reached; /* those in this window */
	size_t reach_count, reach_room;
} ledgers[LEDGERS];

static uint64_t *executed; /* per slot, QEMU's to add to; NULL: all are runs */
static struct slot *slots; /* COUNTS_SLOTS of each ledger */
static uint32_t slots_used;
static unsigned int used;
static uint64_t closed; /* windows */
static uint32_t *ran; /* the places of the one that is being closed */
static size_t ran_room;

int ledger_init(unsigned int count)
{
	used = count;
	slots = calloc(count, COUNTS_SLOTS * sizeof(*slots));
	for (unsigned int of = 0; of < LEDGERS; of++)
		ledgers[of].window = 1;
	return slots ? 0 : -ENOMEM;
}

void ledger_use(uint64_t *executions)
{
	executed = executions;
}

struct block *ledger_block(uint64_t address, size_t count)
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

struct slot *ledger_slot_of(enum ledger_of of, struct slot *slot)
{
	return slot + (size_t)of * COUNTS_SLOTS;
}

struct slot *ledger_slot(enum ledger_of of, const struct block *block,
			 size_t index)
{
	return ledger_slot_of(of, &slots[block->first + index]);
}

void ledger_place(const struct block *block, size_t index, uint32_t place)
{
	for (unsigned int of = 0; of < used; of++)
		ledger_slot((enum ledger_of)of, block, index)->place = place;
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

uint64_t ledger_window(enum ledger_of of)
{
	return ledgers[of].window;
}

void ledger_note(enum ledger_of of, struct block *block)
{
	struct ledger *ledger = &ledgers[of];

	if (!make_room((void **)&ledger->entered, &ledger->entered_room,
		       ledger->entered_count, sizeof(*ledger->entered)))
		return;
	if (executed)
		memset(&executed[block->first], 0,
		       block->count * sizeof(*executed));
	block->window[of] = ledger->window;
	block->split = 0;
	ledger->entered[ledger->entered_count++] = block;
}

void ledger_add(enum ledger_of of, const struct block *block, uint32_t first,
		uint32_t end, int times)
{
	struct slot *slot = ledger_slot(of, block, 0);

	for (uint32_t i = first; i < end; i++)
		slot[i].runs += (uint32_t)times;
}

void ledger_reach(enum ledger_of of, uint32_t place, bool store,
		  bool interrupts)
{
	struct ledger *ledger = &ledgers[of];

	if (make_room((void **)&ledger->reached, &ledger->reach_room,
		      ledger->reach_count, sizeof(*ledger->reached)))
		ledger->reached[ledger->reach_count++] =
			(struct reach){ place, store, interrupts };
}

/* Its sums in this window; its number goes to @ran when it is new there. */
static struct place *sums_of(uint32_t number, size_t *count)
{
	struct place *place = place_at(number);

	if (place->window == closed)
		return place;
	if (!make_room((void **)&ran, &ran_room, *count, sizeof(*ran)))
		return NULL;
	ran[(*count)++] = number;
	place->window = closed;
	place->executed = place->loads = place->stores = place->taken =
		place->devices = place->interrupts = 0;
	return place;
}

static void add_slot(enum ledger_of of, uint32_t index, size_t *count)
{
	struct slot *slot = ledger_slot_of(of, &slots[index]);
	uint32_t times = slot->runs;
	struct place *place = NULL;

	if (executed) {
		times += (uint32_t)executed[index];
		executed[index] = 0;
	}
	if (times || slot->loads || slot->stores)
		place = sums_of(slot->place, count);
	if (place) {
		place->executed += times;
		place->loads += slot->loads;
		place->stores += slot->stores;
		place->taken += slot->taken;
	}
	slot->runs = slot->loads = slot->stores = slot->taken = 0;
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

size_t ledger_close(enum ledger_of of, const uint32_t **places,
		    uint64_t *instructions)
{
	struct ledger *ledger = &ledgers[of];
	size_t count = 0;

	closed++;
	for (size_t i = 0; i < ledger->entered_count; i++)
		for (uint32_t k = 0; k < ledger->entered[i]->count; k++)
			add_slot(of, ledger->entered[i]->first + k, &count);
	for (size_t i = 0; i < ledger->reach_count; i++)
		add_reach(&ledger->reached[i], &count);
	ledger->entered_count = ledger->reach_count = 0;
	ledger->window++;
	*instructions = 0;
	for (size_t i = 0; i < count; i++)
		*instructions += place_at(ran[i])->executed;
	*places = ran;
	return count;
}
