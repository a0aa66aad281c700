// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "cpus.h"
#include "inline.h"
#include "log.h"
#include "several.h"
#include "translate.h"

static void on_block(unsigned int cpu, void *data)
{
	(void)cpu;
	cpus_enter(data);
}

static void on_last(unsigned int cpu, uint32_t info, uint64_t address,
		    void *data)
{
	(void)cpu;
	(void)info;
	(void)address;
	(void)data;
	cpus_accessed();
}

static const struct translate_accesses accesses = { several_slot, several_stack,
						    several_device };

struct marker {
	struct cpus_block *block;
	size_t index;
};

static void on_marker(unsigned int cpu, void *data)
{
	const struct marker *marker = data;

	(void)cpu;
	cpus_read(marker->block, (uint32_t)marker->index);
}

static void watch_marker(struct qemu_plugin_insn *insn,
			 struct cpus_block *block, size_t index)
{
	struct marker *marker = malloc(sizeof(*marker));

	if (!marker)
		return;
	marker->block = block;
	marker->index = index;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
					       QEMU_PLUGIN_CB_NO_REGS, marker);
}

/* Of a call that jumps to where memory says only the store is the last. */
static void watch_last(struct qemu_plugin_insn *insn,
		       const struct code_flow *flow)
{
	qemu_plugin_register_vcpu_mem_cb(insn, on_last, QEMU_PLUGIN_CB_NO_REGS,
					 flow->end == CODE_CALLS ?
						 QEMU_PLUGIN_MEM_W :
						 QEMU_PLUGIN_MEM_RW,
					 NULL);
}

static void watch(struct qemu_plugin_insn *insn, struct cpus_block *block,
		  struct block *counts, size_t index, bool last)
{
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	uint8_t bytes[PROFILE_CODE_MAX] = { 0 };
	size_t size = inline_bytes(insn, bytes);
	struct code_flow flow = guest_code->flow(bytes, size, address + size);

	if (translate_is_ours(address) && guest_code->reads_clock(bytes, size))
		watch_marker(insn, block, index);
	if (inline_told())
		inline_store(insn, cpus_progress(), index + 1, cpus_turn());
	if (inline_told() && last)
		watch_last(insn, &flow);
	cpus_add(block, address, address + size, flow);
	if (!counts)
		return;
	translate_describe(counts, index, address, bytes, size);
	translate_watch(insn, counts, index, bytes, size, &accesses);
}

void translate_several(struct qemu_plugin_tb *tb, bool logged)
{
	size_t count = qemu_plugin_tb_n_insns(tb);
	uint64_t address;
	struct cpus_block *block;
	struct block *counts = NULL;

	if (!count)
		return;
	address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
	if (logged) {
		counts = ledger_block(address, count);
		if (!counts)
			log_give_up("too much code");
	}
	block = cpus_block(address, count, counts);
	if (!block)
		return;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < count; i++)
		watch(qemu_plugin_tb_get_insn(tb, i), block, counts, i,
		      i + 1 == count);
}
