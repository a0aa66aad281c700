// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A boot: its cells are divided among guests, the same ones on every machine, of
 * which as many run side by side as the machine has room for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "guest.h"
#include "guest_places.h"
#include "record.h"
#include "run_guest.h"
#include "several.h"

/*
 * What a guest takes on the exact clock, where guests do not disturb each other:
 * a boot costs as much time as some twenty cells.
 */
#define CELLS_AT_MOST 100

/* A kernel that dies so often before its first trial will not come up. */
#define BOOT_TRIES 2

/* Seconds: how often a signal is noticed, and who else is looked at. */
#define LOOK_ALONE 0.25
#define LOOK_BESIDE 0.02

/* The cells of a guest, and of those that follow it when it dies. */
struct share {
	struct guest guest;
	bool runs;
	int place; /* beside others, or -1 */
	unsigned int failures; /* boots in a row without a trial */
};

struct boot {
	struct run *run;
	struct target *target;
	unsigned int number;
	size_t *share_of; /* by cell of the run */
	bool *crashed; /* once, by cell of the run */
	struct share *shares; /* of many CPUs first: they take longest */
	size_t share_count;
	size_t running;
};

static bool is_due(const struct boot *boot, size_t cell)
{
	return !run_is_done(boot->run, boot->target, cell, boot->number);
}

/*
 * Every second boot runs them backwards: what a cell owes to those before it
 * then shows as a difference between boots.
 */
static void collect_some(const struct boot *boot, struct guest *guest,
			 size_t share, bool crashed)
{
	size_t all = boot->run->plan.count;

	for (size_t i = 0; i < all; i++) {
		size_t cell = boot->number % 2 ? all - 1 - i : i;

		if (boot->share_of[cell] == share &&
		    boot->crashed[cell] == crashed && is_due(boot, cell))
			guest->cells[guest->count++] = cell;
	}
}

/* What crashed comes last: should it crash again, no other boot is lost. */
static void collect_cells(const struct boot *boot, struct guest *guest,
			  size_t share)
{
	guest->count = 0;
	collect_some(boot, guest, share, false);
	collect_some(boot, guest, share, true);
}

static size_t count_cells(const struct boot *boot, unsigned int cpus)
{
	size_t count = 0;

	for (size_t i = 0; i < boot->run->plan.count; i++)
		count += several_cpus(boot->run, boot->target, i) == cpus;
	return count;
}

/* The cells of guests of @cpus, in as many shares as they need. */
static void divide(struct boot *boot, unsigned int cpus)
{
	size_t count = count_cells(boot, cpus), seen = 0;
	size_t shares = boot->target->instructions ?
				(count + CELLS_AT_MOST - 1) / CELLS_AT_MOST :
				count > 0;

	for (size_t i = 0; i < boot->run->plan.count; i++)
		if (several_cpus(boot->run, boot->target, i) == cpus)
			boot->share_of[i] =
				boot->share_count + seen++ * shares / count;
	for (size_t i = 0; i < shares; i++)
		boot->shares[boot->share_count++].guest.cpus = cpus;
}

static bool make_shares(struct boot *boot)
{
	size_t cells = boot->run->plan.count;
	unsigned int most = 0, cpus;

	boot->share_of = calloc(cells, sizeof(*boot->share_of));
	boot->crashed = calloc(cells, sizeof(*boot->crashed));
	boot->shares = calloc(cells, sizeof(*boot->shares));
	if (!boot->share_of || !boot->crashed || !boot->shares)
		return false;
	for (size_t i = 0; i < cells; i++) {
		cpus = several_cpus(boot->run, boot->target, i);
		most = cpus > most ? cpus : most;
	}
	for (cpus = most; cpus; cpus--)
		divide(boot, cpus);
	for (size_t i = 0; i < boot->share_count; i++) {
		struct share *share = &boot->shares[i];
		struct guest *guest = &share->guest;
		unsigned int least =
			boot->shares[boot->share_count - 1].guest.cpus;

		share->place = -1;
		guest->run = boot->run;
		guest->target = boot->target;
		guest->boot = boot->number;
		guest->describes = guest->cpus == least;
		guest->followed = i + 1 < boot->share_count &&
				  share[1].guest.cpus == guest->cpus;
		guest->crashed = boot->crashed;
		guest->cells = calloc(cells, sizeof(*guest->cells));
		if (!guest->cells)
			return false;
	}
	return true;
}

static void end_share(struct boot *boot, struct share *share)
{
	if (!share->runs)
		return;
	guest_end(&share->guest);
	if (share->place >= 0)
		close(share->place);
	share->place = -1;
	share->runs = false;
	boot->running--;
}

/* Start what is due, as far as there is room: for one there always is. */
static int start_some(struct boot *boot, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < boot->share_count && !ret; i++) {
		struct share *share = &boot->shares[i];

		if (share->runs)
			continue;
		collect_cells(boot, &share->guest, i);
		if (!share->guest.count)
			continue;
		share->place = guest_place(boot->target);
		if (share->place < 0 && boot->running)
			return 0;
		share->runs = true;
		boot->running++;
		share->guest.progressed = false;
		ret = guest_start(&share->guest, err);
	}
	return ret;
}

static int give_up(const struct share *share, struct error *err)
{
	const struct guest *guest = &share->guest;
	int ret = 0;

	for (size_t i = 0; i < guest->count && !ret; i++)
		if (!run_is_done(guest->run, guest->target, guest->cells[i],
				 guest->boot))
			ret = run_record_crash(guest->run, guest->target,
					       guest->cells[i], guest->boot,
					       guest->reason, err);
	return ret;
}

/* One round of looks. */
static int look_at_all(struct boot *boot, struct error *err)
{
	double seconds = boot->running > 1 ? LOOK_BESIDE : LOOK_ALONE;
	int ret = 0;

	for (size_t i = 0; i < boot->share_count && ret >= 0; i++) {
		struct share *share = &boot->shares[i];

		if (!share->runs)
			continue;
		ret = guest_look(&share->guest, seconds, err);
		if (ret)
			continue;
		end_share(boot, share);
		share->failures =
			share->guest.progressed ? 0 : share->failures + 1;
		if (share->failures >= BOOT_TRIES)
			ret = give_up(share, err);
	}
	return ret < 0 ? ret : 0;
}

int run_guest_boot(struct run *run, struct target *target, unsigned int number,
		   struct error *err)
{
	struct boot boot = { .run = run, .target = target, .number = number };
	int ret = make_shares(&boot) ?
			  start_some(&boot, err) :
			  error_set(err, -ENOMEM, "plan: out of memory");

	while (!ret && boot.running) {
		ret = look_at_all(&boot, err);
		if (!ret)
			ret = start_some(&boot, err);
	}
	for (size_t i = 0; i < boot.share_count; i++) {
		end_share(&boot, &boot.shares[i]);
		free(boot.shares[i].guest.cells);
	}
	free(boot.shares);
	free(boot.crashed);
	free(boot.share_of);
	return ret;
}
