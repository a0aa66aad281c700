// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "runners/base/profile_parts.h"

const char *amount_name(unsigned int amount)
{
	static const char *const names[] = {
		[AMOUNT_INSTRUCTIONS] = "instructions",
		[AMOUNT_LOADS] = "loads",
		[AMOUNT_STORES] = "stores",
		[AMOUNT_TAKEN] = "branches_taken",
		[AMOUNT_DEVICES] = "device_accesses",
		[AMOUNT_INTERRUPTS] = "interrupts_sent",
		[AMOUNT_LINES + PROFILE_DATA_LINES] = "data_lines",
		[AMOUNT_LINES + PROFILE_CODE_LINES] = "code_lines",
		[AMOUNT_LINES + PROFILE_L1D_MISSES] = "l1d_misses",
		[AMOUNT_LINES + PROFILE_L1I_MISSES] = "l1i_misses",
		[AMOUNT_LINES + PROFILE_L2_MISSES] = "l2_misses",
		[AMOUNT_LINES + PROFILE_TABLE_LOADS] = "table_loads",
		[AMOUNT_LINES + PROFILE_TABLE_STORES] = "table_stores",
	};

	return names[amount] ? names[amount] :
			       kind_rows[amount - AMOUNT_KINDS].name;
}

size_t amounts_of(const char *arch, unsigned int parts,
		  unsigned int amounts[AMOUNTS])
{
	unsigned int end =
		!(parts & PROFILE_LINES)  ? AMOUNT_LINES :
		!(parts & PROFILE_TABLES) ? AMOUNT_LINES + PROFILE_TABLE_LOADS :
					    AMOUNTS;
	uint64_t kinds = kinds_of_arch(arch);
	size_t count = 0;

	for (unsigned int i = 0; i < end; i++) {
		bool kind = i >= AMOUNT_KINDS && i < AMOUNT_KINDS + KINDS;

		if (!kind || kinds >> (i - AMOUNT_KINDS) & 1)
			amounts[count++] = i;
	}
	return count;
}

static struct instruction decoded(const struct profile_place *place,
				  const struct symbols *symbols,
				  const struct symbol *function,
				  struct kinds_decoder *decoder)
{
	const struct symbol *target = NULL;
	struct instruction instruction;

	if (kinds_decode(decoder, place->address, place->code, place->size,
			 &instruction))
		return (struct instruction){ 0 };
	if (instruction.direct)
		target = symbols_find(symbols, instruction.target);
	kinds_resolve(decoder, function ? function->name : NULL,
		      target ? target->name : NULL, &instruction);
	return instruction;
}

static void add(struct function_row *row, const struct profile_sum *sum,
		const struct instruction *instruction)
{
	row->amounts[AMOUNT_INSTRUCTIONS] += sum->executed;
	row->amounts[AMOUNT_LOADS] += sum->loads;
	row->amounts[AMOUNT_STORES] += sum->stores;
	row->amounts[AMOUNT_TAKEN] += sum->taken;
	for (unsigned int kind = 0; kind < KINDS; kind++)
		if (instruction->kinds >> kind & 1)
			row->amounts[AMOUNT_KINDS + kind] += sum->executed;
	row->amounts[AMOUNT_DEVICES] += sum->devices;
	row->amounts[AMOUNT_INTERRUPTS] += sum->interrupts;
	if (instruction->interrupts)
		row->amounts[AMOUNT_INTERRUPTS] += sum->executed;
	for (unsigned int i = 0; i < PROFILE_TOUCHES; i++)
		row->amounts[AMOUNT_LINES + i] += sum->touched[i];
}

static int by_text(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

int symbol_order(const struct symbol *x, const struct symbol *y)
{
	int order;

	if (x == y || !x || !y)
		return !!x - !!y;
	order = by_text(x->module, y->module);
	return order ? order : by_text(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
	const struct function_row *x = a, *y = b;
	int order = symbol_order(x->symbol, y->symbol);

	if (order || x->inlined == y->inlined || !x->inlined || !y->inlined)
		return order ? order : !!x->inlined - !!y->inlined;
	return strcmp(x->inlined, y->inlined);
}

static size_t unite(struct function_row *rows, size_t count)
{
	size_t kept = 0;

	qsort(rows, count, sizeof(*rows), by_name);
	for (size_t i = 0; i < count; i++) {
		if (!kept || by_name(&rows[kept - 1], &rows[i])) {
			rows[kept++] = rows[i];
			continue;
		}
		for (unsigned int k = 0; k < AMOUNTS; k++)
			rows[kept - 1].amounts[k] += rows[i].amounts[k];
	}
	return kept;
}

int functions_of(const struct profile_match *match,
		 const struct profile_log *log, const struct symbols *symbols,
		 struct inlines *inlines, struct kinds_decoder *decoder,
		 struct function_row **rows, size_t *count)
{
	struct function_row *made = calloc(match->count + 1, sizeof(*made));

	if (!made)
		return -ENOMEM;
	for (size_t i = 0; i < match->count; i++) {
		const struct profile_sum *sum = &match->sums[i];
		const struct profile_place *place = &log->places[sum->place];
		struct instruction instruction;

		made[i].symbol = symbols_find(symbols, place->address);
		if (inlines && made[i].symbol)
			made[i].inlined = inlines_find(inlines, place->address);
		instruction = decoded(place, symbols, made[i].symbol, decoder);
		add(&made[i], sum, &instruction);
	}
	*rows = made;
	*count = unite(made, match->count);
	return 0;
}
