// SPDX-License-Identifier: GPL-2.0-or-later
#include "accesses.h"
#include "calls.h"
#include "ledger.h"
#include "log.h"
#include "translate.h"

static const struct translate_accesses *to;

static void on_memory(unsigned int cpu, uint32_t info, uint64_t address,
		      void *data)
{
	struct slot *slot = to->slot(data);

	(void)cpu;
	if (slot)
		access_count(slot, info, address, to->device);
}

/* Where a call keeps the address that it returns to. */
static void on_call(unsigned int cpu, uint32_t info, uint64_t address,
		    void *data)
{
	on_memory(cpu, info, address, data);
	if (qemu_plugin_mem_is_store(info))
		to->stack(address);
}

static void on_stack(unsigned int cpu, uint32_t info, uint64_t address,
		     void *data)
{
	on_memory(cpu, info, address, data);
	to->stack(address);
}

static void on_told(unsigned int cpu, uint32_t info, uint64_t address,
		    void *data)
{
	on_memory(cpu, info, address, data);
	log_told((uint8_t)address);
}

static bool uses_stack(const uint8_t *bytes, size_t size)
{
	return guest_code->uses_stack && guest_code->uses_stack(bytes, size);
}

static qemu_plugin_mem_cb handler(const struct block *block,
				  const uint8_t *bytes, size_t size)
{
	if (guest_code->tells(bytes, size))
		return on_told;
	if (calls_wanted() && block->flow.end == CODE_CALLS)
		return on_call;
	if (calls_wanted() &&
	    (block->flow.end == CODE_RETURNS || uses_stack(bytes, size)))
		return on_stack;
	return on_memory;
}

void translate_watch(struct qemu_plugin_insn *insn, const struct block *block,
		     size_t index, const uint8_t *bytes, size_t size,
		     const struct translate_accesses *accesses)
{
	to = accesses;
	qemu_plugin_register_vcpu_mem_cb(
		insn, handler(block, bytes, size), QEMU_PLUGIN_CB_NO_REGS,
		QEMU_PLUGIN_MEM_RW, ledger_slot(LEDGER_OWN, block, index));
}
