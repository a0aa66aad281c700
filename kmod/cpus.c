// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpus: what each virtual CPU has executed, where an emulator counts that.
 */
#include <linux/io.h>
#include <linux/pci.h>

#include "mmgauge.h"

const struct mmg_cpus *mmg_cpus;

static struct pci_dev *mmg_cpus_device;
static bool mmg_cpus_enabled;

static const struct mmg_cpus *mmg_cpus_map(struct pci_dev *device)
{
	void *memory;

	if (pci_resource_len(device, MMG_CPUS_BAR) < MMG_CPUS_BYTES)
		return NULL;
	memory = memremap(pci_resource_start(device, MMG_CPUS_BAR),
			  sizeof(*mmg_cpus), MEMREMAP_WT);
	if (memory &&
	    (num_possible_cpus() > MMG_CPUS_MAX ||
	     READ_ONCE(((struct mmg_cpus *)memory)->magic) != MMG_CPUS_MAGIC)) {
		memunmap(memory);
		memory = NULL;
	}
	return memory;
}

/*
 * Where no firmware runs before the kernel nobody has told the device to answer
 * at its addresses: arm64's virt, until 6.1 at least.
 */
static const struct mmg_cpus *mmg_cpus_enable(struct pci_dev *device)
{
	const struct mmg_cpus *found;

	if (pci_enable_device_mem(device))
		return NULL;
	found = mmg_cpus_map(device);
	mmg_cpus_enabled = found;
	if (!found)
		pci_disable_device(device);
	return found;
}

/* Other devices of this kind hold other things: the magic tells. */
void mmg_cpus_find(void)
{
	struct pci_dev *device = NULL;

	while (!mmg_cpus && (device = pci_get_device(MMG_CPUS_VENDOR,
						     MMG_CPUS_DEVICE, device)))
		mmg_cpus = mmg_cpus_map(device) ?: mmg_cpus_enable(device);
	mmg_cpus_device = device;
}

void mmg_cpus_release(void)
{
	if (mmg_cpus)
		memunmap((void *)mmg_cpus);
	if (mmg_cpus_enabled)
		pci_disable_device(mmg_cpus_device);
	pci_dev_put(mmg_cpus_device);
}
