// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "accesses.h"
#include "lines.h"
#include "qemu_api.h"
#include "tables.h"

#define PAGE_SHIFT 12
#define KNOWN 4096

/*
 * Pages that are memory, by their virtual number: to ask QEMU of each access
 * is slow. What becomes a device's within a sample stays memory for it.
 */
static uint64_t known[KNOWN];

/* Whether it was a device's. */
static bool ask(uint32_t place, uint32_t info, uint64_t address, bool store)
{
	struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, address);
	uint64_t physical, page = address >> PAGE_SHIFT;

	if (!at)
		return false;
	physical = qemu_plugin_hwaddr_phys_addr(at);
	if (qemu_plugin_hwaddr_is_io(at)) {
		counts_device(place, store, store && code_interrupts(physical));
		return true;
	}
	known[page % KNOWN] = page;
	if (!lines_wanted())
		return false;
	lines_data(place, physical, 1u << qemu_plugin_mem_size_shift(info));
	if (tables_have(physical))
		lines_table(place, store);
	return false;
}

void access_count(struct slot *slot, uint32_t info, uint64_t address)
{
	uint64_t page = address >> PAGE_SHIFT;
	bool store = qemu_plugin_mem_is_store(info);

	if ((lines_wanted() || known[page % KNOWN] != page) &&
	    ask(slot->place, info, address, store))
		return;
	if (store)
		slot->stores++;
	else
		slot->loads++;
}

void access_forget(void)
{
	memset(known, 0, sizeof(known));
}
