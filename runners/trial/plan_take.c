// SPDX-License-Identifier: GPL-2.0-or-later
#include "meet.h"
#include "pci_memory.h"
#include "plan_take.h"
#include "random_place.h"
#include "runners/base/plan_memory.h"

static bool is_plan(const void *memory, size_t size)
{
	const struct plan_memory *plan = memory;

	return size > sizeof(*plan) && plan->magic == PLAN_MEMORY_MAGIC;
}

/*
 * Without the device that does it the guest goes on, and its host sees that. One
 * that is not to stop does the same work, or its samples would begin elsewhere.
 */
static void stop_self(volatile struct plan_memory *plan)
{
	const struct pci_memory stop = { .vendor = PLAN_STOP_VENDOR,
					 .device = PLAN_STOP_DEVICE,
					 .bar = PLAN_STOP_BAR,
					 .writes = true };
	size_t size;
	volatile unsigned char *port = pci_memory_map(&stop, &size);

	if (!port)
		return;
	plan->stops = plan->stop;
	meet(port, (unsigned char)(plan->stop * PLAN_STOP_BYTE), plan->turn_ns);
}

json_t *plan_take(const char *path)
{
	const struct pci_memory wanted = { .vendor = PLAN_MEMORY_VENDOR,
					   .device = PLAN_MEMORY_DEVICE,
					   .bar = PLAN_MEMORY_BAR,
					   .writes = true,
					   .is_it = is_plan };
	struct plan_memory *plan;
	uint64_t place;
	size_t size;
	bool same;

	plan = pci_memory_map(&wanted, &size);
	if (!plan)
		return json_load_file(path, 0, NULL);
	place = random_place();
	stop_self(plan);
	/* From here on it may be another one than before. */
	__sync_synchronize();
	same = random_place_again(place, plan->restored);
	if (!same || plan->length > size - sizeof(*plan))
		return NULL;
	return json_loadb(plan->text, plan->length, 0, NULL);
}
