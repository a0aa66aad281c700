// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "accesses.h"
#include "guest_code.h"
#include "lines.h"
#include "qemu_api.h"
#include "tables.h"

uint64_t access_known[ACCESS_KNOWN];

bool access_ask(uint32_t place, uint32_t info, uint64_t address, bool store,
		access_device device)
{
	struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, address);
	uint64_t physical, page = address >> ACCESS_PAGE_SHIFT;

	if (!at)
		return false;
	physical = qemu_plugin_hwaddr_phys_addr(at);
	if (qemu_plugin_hwaddr_is_io(at)) {
		device(place, store, store && guest_code->interrupts(physical));
		return true;
	}
	access_known[page % ACCESS_KNOWN] = page;
	if (!lines_wanted())
		return false;
	lines_data(place, physical, 1u << qemu_plugin_mem_size_shift(info));
	if (tables_have(physical))
		lines_table(place, store);
	return false;
}

void access_forget(void)
{
	memset(access_known, 0, sizeof(access_known));
}
