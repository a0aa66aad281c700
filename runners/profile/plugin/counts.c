// SPDX-License-Identifier: GPL-2.0-or-later
#include "calls.h"
#include "counts.h"
#include "ledger.h"
#include "lines.h"
#include "log.h"
#include "places.h"
#include "runners/profile/log_format.h"

static uint64_t *executed; /* per slot, QEMU's to add to */
static uint32_t opened_by = PROFILE_NOBODY; /* place of the window's marker */
static uint32_t reaching = PROFILE_NOBODY; /* what this block does last */
static struct block *current;
static uint64_t complete; /* of its last slot's count when it has all run */

void counts_use(uint64_t *executions)
{
	executed = executions;
	ledger_use(executions);
}

static uint32_t place_of(const struct block *block, uint32_t index)
{
	return ledger_slot(LEDGER_OWN, block, index)->place;
}

static uint64_t address_of(const struct block *block, uint32_t index)
{
	return place_at(place_of(block, index))->address;
}

/*
 * The block before has run: to its end; or to an instruction that faulted,
 * which the clock does not count; or up to where QEMU went on in another block,
 * behind an instruction that reaches a device, be it with the interrupt that it
 * asked for, or before one that lies on two pages. Runs of a part are kept
 * apart, so that the counts of a block's slots are equal again.
 */
static uint32_t settle_part(struct block *block, uint64_t next)
{
	uint64_t *counts = &executed[block->first];
	uint32_t last = block->count - 1, begin = block->split, done = begin;

	while (done <= last && counts[done] == complete)
		counts[done++]--;
	ledger_add(LEDGER_OWN, block, begin, done, 1);
	if (done <= last && done > begin && address_of(block, done) != next &&
	    place_of(block, done - 1) != reaching) {
		done--;
		ledger_add(LEDGER_OWN, block, done, done + 1, -1);
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
		ledger_slot(LEDGER_OWN, block, end - 1)->taken++;
	if (!whole || begin)
		end = settle_part(block, next->address);
	if (calls_wanted())
		calls_follow(block, end - begin, whole,
			     whole ? block->next : address_of(block, end),
			     next);
}

void counts_device(uint32_t place, bool store, bool interrupts)
{
	if (!log_is_sampling())
		return;
	ledger_reach(LEDGER_OWN, place, store, interrupts);
	reaching = place;
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
	if (block->window[LEDGER_OWN] != ledger_window(LEDGER_OWN))
		ledger_note(LEDGER_OWN, block);
	if (lines_wanted() && current && current->flow.end == CODE_ENTERS)
		lines_anew();
	if (lines_wanted())
		lines_code(block);
	reaching = PROFILE_NOBODY;
	current = block;
	complete = executed[block->last] + 1;
}

void counts_marker(struct block *block, size_t index)
{
	uint32_t marker = place_of(block, (uint32_t)index);
	uint64_t instructions;
	const uint32_t *places;
	size_t count;

	if (!log_is_sampling())
		return;
	if (calls_wanted())
		calls_close((uint32_t)index - block->split);
	count = ledger_close(LEDGER_OWN, &places, &instructions);
	if (opened_by != PROFILE_NOBODY)
		log_window(log_part(), opened_by, marker, instructions, places,
			   count);
	if (calls_wanted())
		calls_forget();
	if (lines_wanted())
		lines_open();
	opened_by = marker;
	reaching = PROFILE_NOBODY;
	ledger_note(LEDGER_OWN, block);
	block->split = (uint32_t)index;
	complete = 1;
}

void counts_forget(void)
{
	const uint32_t *places;
	uint64_t instructions;

	opened_by = reaching = PROFILE_NOBODY;
	ledger_close(LEDGER_OWN, &places, &instructions);
	current = NULL;
	if (calls_wanted())
		calls_forget();
}
