/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of a guest's devices, by what they say they are. */
#ifndef MMGAUGE_PCI_MEMORY_H
#define MMGAUGE_PCI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct pci_memory {
	unsigned long vendor, device;
	int bar;
	bool writes; /* is to be written, too */
	/* Of several devices of a kind the right one; NULL: each is. */
	bool (*is_it)(const void *memory, size_t size);
};

/*
 * Map the first that is there, for as long as the process lives; *size gets the
 * bytes of it. NULL: none is, or it cannot be mapped.
 */
void *pci_memory_map(const struct pci_memory *wanted, size_t *size);

#endif
