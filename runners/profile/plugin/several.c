// SPDX-License-Identifier: GPL-2.0-or-later
#include "calls.h"
#include "log.h"
#include "places.h"
#include "runners/profile/log_format.h"
#include "several.h"

static unsigned int caller;
/* Places of the markers that opened the windows. */
static uint32_t opened_by[LEDGERS] = { PROFILE_NOBODY, PROFILE_NOBODY };
static struct share *running; /* of the CPU whose turn it is */

static void forget(enum ledger_of of)
{
	const uint32_t *places;
	uint64_t instructions;

	opened_by[of] = PROFILE_NOBODY;
	ledger_close(of, &places, &instructions);
}

void several_sample(unsigned int cpu)
{
	caller = cpu;
	forget(LEDGER_OWN);
	forget(LEDGER_OTHERS);
	if (calls_wanted())
		calls_forget();
}

void several_run(void)
{
	opened_by[LEDGER_OWN] = PROFILE_NOBODY;
}

static void note(const struct share *share, struct block *block)
{
	if (block->window[share->of] != share->window)
		ledger_note(share->of, block);
}

void several_enter(struct share *share, unsigned int cpu, bool handler,
		   struct block *block)
{
	running = share;
	share->of = cpu == caller ? LEDGER_OWN : LEDGER_OTHERS;
	share->counts =
		log_is_sampling() &&
		(cpu == caller ||
		 (handler && opened_by[LEDGER_OTHERS] != PROFILE_NOBODY));
	share->reaching = PROFILE_NOBODY;
	share->window = ledger_window(share->of);
	if (!share->counts)
		return;
	note(share, block);
	share->split = 0;
	ledger_add(share->of, block, 0, block->count, 1);
}

/* A window that was closed since is left as it is. */
static bool is_open(const struct share *share)
{
	return share->counts && share->window == ledger_window(share->of);
}

void several_cut(const struct share *share, const struct block *block,
		 uint32_t first, uint32_t end)
{
	if (is_open(share))
		ledger_add(share->of, block, first, end, -1);
}

static uint32_t place_of(const struct block *block, uint32_t index)
{
	return ledger_slot(LEDGER_OWN, block, index)->place;
}

static uint64_t resume_of(const struct block *block, uint32_t ran)
{
	return ran < block->count ? place_at(place_of(block, ran))->address :
				    block->next;
}

void several_follow(struct share *share, const struct block *from, uint32_t ran,
		    struct block *to)
{
	if (!is_open(share))
		return;
	/* Behind the access of a device came its interrupt. */
	if (ran < from->count && place_of(from, ran) == share->reaching) {
		ledger_add(share->of, from, ran, ran + 1, 1);
		ran++;
	}
	if (ran == from->count && to->address == from->taken)
		ledger_slot(share->of, from, ran - 1)->taken++;
	if (share->of == LEDGER_OWN && calls_wanted())
		calls_follow(from, ran - share->split, ran == from->count,
			     resume_of(from, ran), to);
}

static void close_window(enum ledger_of of, enum tell_part part, uint32_t to)
{
	const uint32_t *places;
	uint64_t instructions;
	size_t count = ledger_close(of, &places, &instructions);

	if (opened_by[of] != PROFILE_NOBODY)
		log_window(part, opened_by[of], to, instructions, places,
			   count);
}

/* The first read of a sample opens it, the first behind its end closes it. */
static void mark_others(uint32_t marker)
{
	bool open = opened_by[LEDGER_OTHERS] != PROFILE_NOBODY;

	if (log_part() == TELL_INSIDE && !open) {
		forget(LEDGER_OTHERS);
		opened_by[LEDGER_OTHERS] = marker;
	}
	if (log_part() == TELL_AFTER && open) {
		close_window(LEDGER_OTHERS, TELL_OTHERS, marker);
		opened_by[LEDGER_OTHERS] = PROFILE_NOBODY;
	}
}

void several_marker(struct share *share, unsigned int cpu, struct block *block,
		    uint32_t index)
{
	uint32_t marker = place_of(block, index);

	if (!log_is_sampling() || cpu != caller)
		return;
	/* The rest of the block is the next window's. */
	several_cut(share, block, index, block->count);
	if (calls_wanted() && share->counts)
		calls_close(index - share->split);
	close_window(LEDGER_OWN, log_part(), marker);
	if (calls_wanted())
		calls_forget();
	mark_others(marker);
	opened_by[LEDGER_OWN] = marker;
	share->counts = true;
	share->of = LEDGER_OWN;
	share->window = ledger_window(LEDGER_OWN);
	ledger_note(LEDGER_OWN, block);
	share->split = index;
	ledger_add(LEDGER_OWN, block, index, block->count, 1);
}

struct slot *several_slot(struct slot *slot)
{
	return running && is_open(running) ? ledger_slot_of(running->of, slot) :
					     NULL;
}

void several_stack(uint64_t address)
{
	if (running && running->counts && running->of == LEDGER_OWN)
		calls_stack(address);
}

void several_device(uint32_t place, bool store, bool interrupts)
{
	if (!running || !is_open(running))
		return;
	ledger_reach(running->of, place, store, interrupts);
	running->reaching = place;
}
