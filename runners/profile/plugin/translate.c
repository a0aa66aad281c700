// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "calls.h"
#include "counts.h"
#include "inline.h"
#include "ledger.h"
#include "lines.h"
#include "log.h"
#include "places.h"
#include "tables.h"
#include "translate.h"

static uint64_t modules_begin, user_end;

void translate_ours(uint64_t modules, uint64_t user)
{
	modules_begin = modules;
	user_end = user;
}

bool translate_is_ours(uint64_t address)
{
	return address >= modules_begin || address < user_end;
}

static void on_block(unsigned int cpu, void *data)
{
	(void)cpu;
	counts_enter(data);
}

static struct slot *slot_of(struct slot *slot)
{
	return log_is_sampling() || lines_wanted() ? slot : NULL;
}

static const struct translate_accesses accesses = { slot_of, calls_stack,
						    counts_device };

struct marker {
	struct block *block;
	size_t index;
};

static void on_marker(unsigned int cpu, void *data)
{
	const struct marker *marker = data;

	(void)cpu;
	counts_marker(marker->block, marker->index);
	tables_walk();
}

/* Before its own count: a marker belongs to the window that it opens. */
static void watch_marker(struct qemu_plugin_insn *insn, struct block *block,
			 size_t index)
{
	struct marker *marker = malloc(sizeof(*marker));

	if (!marker) {
		log_give_up("no memory");
		return;
	}
	marker->block = block;
	marker->index = index;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
					       QEMU_PLUGIN_CB_R_REGS, marker);
}

void translate_describe(struct block *block, size_t index, uint64_t address,
			const uint8_t *bytes, size_t size)
{
	uint32_t place = places_find(address, bytes, size);

	if (place == PROFILE_PLACES_MAX) {
		log_give_up("too many different instructions");
		place = 0;
	}
	ledger_place(block, index, place);
	block->next = address + size;
	block->flow = guest_code->flow(bytes, size, block->next);
	block->taken = block->flow.end == CODE_BRANCHES &&
				       block->flow.target != block->next ?
			       block->flow.target :
			       CODE_NOWHERE;
	block->last_place = place;
	if (!index)
		block->first_place = place;
}

static void watch(struct qemu_plugin_tb *tb, struct block *block, size_t index)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, index);
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	uint8_t bytes[PROFILE_CODE_MAX] = { 0 };
	size_t size = inline_bytes(insn, bytes);

	translate_describe(block, index, address, bytes, size);
	if (guest_code->reads_clock(bytes, size) && translate_is_ours(address))
		watch_marker(insn, block, index);
	inline_add(insn, block->first + index);
	translate_watch(insn, block, index, bytes, size, &accesses);
}

void translate_one(struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);
	struct block *block;

	if (!count)
		return;
	block = ledger_block(
		qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0)), count);
	if (!block) {
		log_give_up("too much code");
		return;
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < count; i++)
		watch(tb, block, i);
}
