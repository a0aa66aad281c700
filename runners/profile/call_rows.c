// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "functions.h"

static int by_ends(const void *a, const void *b)
{
	const struct call_row *x = a, *y = b;
	int order = x->interrupt - y->interrupt;

	if (!order)
		order = symbol_order(x->from, y->from);
	return order ? order : symbol_order(x->to, y->to);
}

static size_t unite_calls(struct call_row *rows, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(rows, count, sizeof(*rows), by_ends);
	for (size_t i = 0; i < count; i++) {
		if (!kept || by_ends(&rows[kept - 1], &rows[i])) {
			rows[kept++] = rows[i];
			continue;
		}
		rows[kept - 1].calls += rows[i].calls;
		rows[kept - 1].inclusive += rows[i].inclusive;
	}
	return kept;
}

/*
 * A jump to the first instruction of another function hands its call on, and
 * the shadow stack, which knows no functions, sees nothing of it. Whether @sum
 * is one that was taken.
 */
static bool is_jump(const struct profile_sum *sum,
		    const struct profile_log *log,
		    const struct symbols *symbols,
		    struct kinds_decoder *decoder, struct call_row *row)
{
	const struct profile_place *place = &log->places[sum->place];
	struct instruction instruction;
	uint64_t always = UINT64_C(1) << KIND_JUMP;
	uint64_t at_times = UINT64_C(1) << KIND_CONDITIONAL;

	if (kinds_decode(decoder, place->address, place->code, place->size,
			 &instruction) ||
	    !instruction.direct || !(instruction.kinds & (always | at_times)))
		return false;
	*row = (struct call_row){
		.from = symbols_find(symbols, place->address),
		.to = symbols_find(symbols, instruction.target),
		.calls =
			instruction.kinds & always ? sum->executed : sum->taken,
	};
	return row->calls && row->to && row->from != row->to &&
	       row->to->start == instruction.target;
}

/* What a function ran itself, and what its calls did. */
static uint64_t with_calls(const struct symbol *function,
			   const struct profile_match *match,
			   const struct profile_log *log,
			   const struct symbols *symbols,
			   const struct call_row *rows, size_t count)
{
	uint64_t instructions = 0;

	for (size_t i = 0; i < match->count; i++)
		if (symbols_find(symbols,
				 log->places[match->sums[i].place].address) ==
		    function)
			instructions += match->sums[i].executed;
	for (size_t i = 0; i < count; i++)
		if (rows[i].from == function && rows[i].to != function)
			instructions += rows[i].inclusive;
	return instructions;
}

/* Rows of the jumps behind the @count calls; how many there are then. */
static size_t add_jumps(const struct profile_match *match,
			const struct profile_log *log,
			const struct symbols *symbols,
			struct kinds_decoder *decoder, struct call_row *rows,
			size_t count)
{
	size_t calls = count;

	for (size_t i = 0; i < match->count; i++) {
		struct call_row *row = &rows[count];
		bool called = false;

		if (!is_jump(&match->sums[i], log, symbols, decoder, row))
			continue;
		for (size_t k = 0; k < count && !called; k++)
			called = rows[k].to == row->to;
		/* Called as well: its cost cannot be divided, so it is not. */
		if (!called)
			row->inclusive = with_calls(row->to, match, log,
						    symbols, rows, calls);
		count++;
	}
	return count;
}

int functions_calls(const struct profile_match *match,
		    const struct profile_log *log,
		    const struct symbols *symbols,
		    struct kinds_decoder *decoder, struct call_row **rows,
		    size_t *count)
{
	struct call_row *made =
		calloc(match->call_count + match->count + 1, sizeof(*made));
	size_t used;

	if (!made)
		return -ENOMEM;
	for (size_t i = 0; i < match->call_count; i++) {
		const struct profile_call *call = &match->calls[i];
		uint64_t to = log->places[call->callee].address;

		made[i] = (struct call_row){
			.interrupt = call->site == PROFILE_NOBODY,
			.to = symbols_find(symbols, to),
			.calls = call->calls,
			.inclusive = call->inclusive,
		};
		if (!made[i].interrupt)
			made[i].from = symbols_find(
				symbols, log->places[call->site].address);
	}
	used = unite_calls(made, match->call_count);
	used = add_jumps(match, log, symbols, decoder, made, used);
	*rows = made;
	*count = unite_calls(made, used);
	return 0;
}
