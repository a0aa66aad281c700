// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"

/* Pairs of reads that are looked at; no case has a dozen. */
#define PAIRS_MAX 64
#define TOGETHER_MAX 4

/* The windows between the same two reads. */
struct pair {
	uint32_t from, to;
	uint64_t instructions; /* of all of them, in the sample */
};

struct pairs {
	struct pair list[PAIRS_MAX];
	size_t count;
	size_t chosen[TOGETHER_MAX];
	size_t chosen_count;
};

static const struct profile_metric *metric_of(const struct profile_sample *from,
					      uint64_t number)
{
	for (size_t i = 0; i < from->metric_count; i++)
		if (from->metrics[i].number == number)
			return &from->metrics[i];
	return NULL;
}

static double value(const struct profile_metric *metric)
{
	return ((double)metric->ticks - (double)metric->harness) /
	       (double)metric->units;
}

struct ranked {
	double value;
	size_t sample;
};

static int by_value(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->sample < y->sample ? -1 : x->sample > y->sample;
}

/* The sample whose value is the median (of an even number, the lower one). */
static int median_sample(const struct profile_log *log, uint64_t number,
			 size_t *sample)
{
	struct ranked *ranked = calloc(log->sample_count + 1, sizeof(*ranked));
	size_t count = 0;

	if (!ranked)
		return -ENOMEM;
	for (size_t i = 0; i < log->sample_count; i++) {
		const struct profile_metric *metric =
			metric_of(&log->samples[i], number);

		if (metric)
			ranked[count++] = (struct ranked){ value(metric), i };
	}
	qsort(ranked, count, sizeof(*ranked), by_value);
	if (count)
		*sample = ranked[(count - 1) / 2].sample;
	free(ranked);
	return count > 0;
}

static bool is_of(uint32_t parts, enum tell_part part)
{
	return parts >> part & 1;
}

/* The windows of a metric that are known beforehand; 0: any may be. */
static uint32_t parts_of(uint64_t number)
{
	switch (number) {
	case TELL_NUMBER_OTHERS:
		return 1u << TELL_OTHERS;
	case TELL_NUMBER_SYSTEM:
		return 1u << TELL_OTHERS | 1u << TELL_INSIDE;
	default:
		return 0;
	}
}

static void find_pairs(const struct profile_log *log,
		       const struct profile_sample *sample, struct pairs *pairs)
{
	pairs->count = 0;
	for (size_t i = 0; i < sample->use_count; i++) {
		const struct profile_use *use = &sample->uses[i];
		const struct profile_window *window =
			&log->windows[use->window];
		size_t at = 0;

		if (use->part == TELL_OTHERS)
			continue;
		while (at < pairs->count &&
		       (pairs->list[at].from != window->from ||
			pairs->list[at].to != window->to))
			at++;
		if (at == PAIRS_MAX)
			return;
		if (at == pairs->count)
			pairs->list[pairs->count++] = (struct pair){
				.from = window->from,
				.to = window->to,
			};
		pairs->list[at].instructions +=
			use->times * window->instructions;
	}
}

/* Choose @wanted pairs from @first on that add up to @ticks. */
static bool choose(struct pairs *pairs, size_t first, size_t wanted,
		   uint64_t ticks)
{
	size_t position = pairs->chosen_count;

	if (!wanted)
		return !ticks;
	for (size_t i = first; i < pairs->count; i++) {
		uint64_t part = pairs->list[i].instructions;

		if (part > ticks)
			continue;
		pairs->chosen[pairs->chosen_count++] = i;
		if (choose(pairs, i + 1, wanted - 1, ticks - part))
			return true;
		pairs->chosen_count = position;
	}
	return false;
}

static bool is_chosen(const struct pairs *pairs,
		      const struct profile_window *window)
{
	for (size_t i = 0; i < pairs->chosen_count; i++) {
		const struct pair *pair = &pairs->list[pairs->chosen[i]];

		if (pair->from == window->from && pair->to == window->to)
			return true;
	}
	return false;
}

static uint64_t sum_of(const struct profile_log *log,
		       const struct profile_sample *sample, uint32_t parts)
{
	uint64_t instructions = 0;

	for (size_t i = 0; i < sample->use_count; i++)
		if (is_of(parts, sample->uses[i].part))
			instructions += sample->uses[i].times *
					log->windows[sample->uses[i].window]
						.instructions;
	return instructions;
}

/* All windows of these @parts count: whether they are @ticks. */
static bool weigh_parts(const struct profile_log *log,
			const struct profile_sample *sample, uint32_t parts,
			uint64_t ticks, uint32_t *weights)
{
	if (sum_of(log, sample, parts) != ticks)
		return false;
	for (size_t i = 0; i < sample->use_count; i++)
		if (is_of(parts, sample->uses[i].part))
			weights[i] = sample->uses[i].times;
	return true;
}

/*
 * How often each use of @sample counts for the metric; whether there is an
 * answer.
 */
static bool weigh(const struct profile_log *log,
		  const struct profile_sample *sample,
		  const struct profile_metric *metric, uint32_t *weights)
{
	uint64_t ticks = metric->ticks;
	uint32_t parts = parts_of(metric->number);
	struct pairs pairs = { .count = 0 };
	bool found = false;

	if (weigh_parts(log, sample, parts ? parts : 1u << TELL_INSIDE, ticks,
			weights))
		return true;
	if (parts)
		return false;
	find_pairs(log, sample, &pairs);
	for (size_t many = 1; many <= TOGETHER_MAX && !found; many++)
		found = choose(&pairs, 0, many, ticks);
	for (size_t i = 0; i < sample->use_count; i++) {
		const struct profile_use *use = &sample->uses[i];
		const struct profile_window *window =
			&log->windows[use->window];

		if (use->part == TELL_OTHERS)
			continue;
		if (is_chosen(&pairs, window))
			weights[i] = use->times;
		if (!found && window->instructions == ticks) {
			weights[i] = 1;
			return true;
		}
	}
	return found;
}

static int by_place(const void *a, const void *b)
{
	const struct profile_sum *x = a, *y = b;

	return x->place < y->place ? -1 : x->place > y->place;
}

static void unite(struct profile_match *match)
{
	size_t kept = 0;

	qsort(match->sums, match->count, sizeof(*match->sums), by_place);
	for (size_t i = 0; i < match->count; i++) {
		const struct profile_sum *from = &match->sums[i];
		struct profile_sum *to = &match->sums[kept - (kept > 0)];

		if (!kept || to->place != from->place) {
			match->sums[kept++] = *from;
			continue;
		}
		to->executed += from->executed;
		to->loads += from->loads;
		to->stores += from->stores;
		to->taken += from->taken;
		to->devices += from->devices;
		to->interrupts += from->interrupts;
		for (int k = 0; k < PROFILE_TOUCHES; k++)
			to->touched[k] += from->touched[k];
	}
	match->count = kept;
}

/* Whether a use of the sample between the same reads counts, and all do. */
static bool is_weighed(const struct profile_log *log,
		       const struct profile_sample *sample,
		       const uint32_t *weights,
		       const struct profile_touches *touches)
{
	for (size_t i = 0; i < sample->use_count; i++) {
		const struct profile_use *use = &sample->uses[i];
		const struct profile_window *window =
			&log->windows[use->window];

		if (use->part == touches->part &&
		    window->from == touches->from && window->to == touches->to)
			return weights[i] == use->times;
	}
	return false;
}

static void add_touches(const struct profile_log *log,
			const struct profile_sample *sample,
			const uint32_t *weights, struct profile_match *match)
{
	for (size_t i = 0; i < sample->touch_count; i++) {
		const struct profile_touches *touches = &sample->touches[i];
		struct profile_sum *sum = &match->sums[match->count];

		if (!is_weighed(log, sample, weights, touches))
			continue;
		*sum = (struct profile_sum){ .place = touches->place };
		for (int k = 0; k < PROFILE_TOUCHES; k++)
			sum->touched[k] = touches->amounts[k];
		match->count++;
	}
}

static int add_up(const struct profile_log *log,
		  const struct profile_sample *sample, const uint32_t *weights,
		  struct profile_match *match)
{
	size_t room = 1 + sample->touch_count;

	for (size_t i = 0; i < sample->use_count; i++)
		if (weights[i])
			room += log->windows[sample->uses[i].window].count;
	match->sums = calloc(room, sizeof(*match->sums));
	if (!match->sums)
		return -ENOMEM;
	for (size_t i = 0; i < sample->use_count; i++) {
		const struct profile_window *window =
			&log->windows[sample->uses[i].window];
		uint64_t times = weights[i];

		for (size_t k = 0; times && k < window->count; k++) {
			const struct profile_entry *entry = &window->entries[k];

			match->sums[match->count++] = (struct profile_sum){
				.place = entry->place,
				.executed = times * entry->executed,
				.loads = times * entry->loads,
				.stores = times * entry->stores,
				.taken = times * entry->taken,
				.devices = times * entry->devices,
				.interrupts = times * entry->interrupts,
			};
		}
	}
	add_touches(log, sample, weights, match);
	unite(match);
	return 1;
}

static int by_ends(const void *a, const void *b)
{
	const struct profile_call *x = a, *y = b;

	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	return x->callee < y->callee ? -1 : x->callee > y->callee;
}

static void unite_calls(struct profile_match *match)
{
	size_t kept = 0;

	if (match->call_count)
		qsort(match->calls, match->call_count, sizeof(*match->calls),
		      by_ends);
	for (size_t i = 0; i < match->call_count; i++) {
		const struct profile_call *from = &match->calls[i];

		if (!kept || by_ends(&match->calls[kept - 1], from)) {
			match->calls[kept++] = *from;
			continue;
		}
		match->calls[kept - 1].calls += from->calls;
		match->calls[kept - 1].inclusive += from->inclusive;
	}
	match->call_count = kept;
}

static int add_calls(const struct profile_log *log,
		     const struct profile_sample *sample,
		     const uint32_t *weights, struct profile_match *match)
{
	size_t room = 1;

	for (size_t i = 0; i < sample->use_count; i++)
		if (weights[i])
			room += log->windows[sample->uses[i].window].call_count;
	match->calls = calloc(room, sizeof(*match->calls));
	if (!match->calls)
		return -ENOMEM;
	for (size_t i = 0; i < sample->use_count; i++) {
		const struct profile_window *window =
			&log->windows[sample->uses[i].window];
		uint64_t times = weights[i];

		for (size_t k = 0; times && k < window->call_count; k++) {
			struct profile_call call = window->calls[k];

			call.calls *= times;
			call.inclusive *= times;
			match->calls[match->call_count++] = call;
		}
	}
	unite_calls(match);
	return 1;
}

int profile_match(const struct profile_log *log, uint64_t number,
		  struct profile_match *match)
{
	const struct profile_sample *sample;
	uint32_t *weights;
	size_t at;
	int ret = median_sample(log, number, &at);

	*match = (struct profile_match){ 0 };
	if (ret <= 0)
		return ret;
	sample = &log->samples[at];
	match->metric = *metric_of(sample, number);
	weights = calloc(sample->use_count + 1, sizeof(*weights));
	if (!weights)
		return -ENOMEM;
	ret = weigh(log, sample, &match->metric, weights) ?
		      add_up(log, sample, weights, match) :
		      0;
	/* Who called whom is followed on the sample's own CPU alone. */
	if (ret > 0 && !parts_of(number))
		ret = add_calls(log, sample, weights, match);
	free(weights);
	return ret;
}

void profile_match_free(struct profile_match *match)
{
	free(match->sums);
	free(match->calls);
	*match = (struct profile_match){ 0 };
}
