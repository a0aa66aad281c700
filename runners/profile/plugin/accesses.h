/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an instruction does to memory, and to devices that look like it. */
#ifndef MMGAUGE_PLUGIN_ACCESSES_H
#define MMGAUGE_PLUGIN_ACCESSES_H

#include "counts.h"
#include "lines.h"
#include "qemu_api.h"

#define ACCESS_PAGE_SHIFT 12
#define ACCESS_KNOWN 4096

/*
 * Pages that are memory, by their virtual number: to ask QEMU of each access
 * is slow. What becomes a device's within a cell stays memory for it.
 */
extern uint64_t access_known[ACCESS_KNOWN];

/* Where an access of a device is counted: counts_device(), or of several CPUs. */
typedef void (*access_device)(uint32_t place, bool store, bool interrupts);

/* Ask QEMU where it is: whether it is a device's, which is counted then. */
bool access_ask(uint32_t place, uint32_t info, uint64_t address, bool store,
		access_device device);

/* In the callback of an access; @info and @address are QEMU's. */
static inline void access_count(struct slot *slot, uint32_t info,
				uint64_t address, access_device device)
{
	uint64_t page = address >> ACCESS_PAGE_SHIFT;
	bool store = qemu_plugin_mem_is_store(info);

	if ((lines_wanted() || access_known[page % ACCESS_KNOWN] != page) &&
	    access_ask(slot->place, info, address, store, device))
		return;
	if (store)
		slot->stores++;
	else
		slot->loads++;
}

/* A cell begins. */
void access_forget(void);

#endif
