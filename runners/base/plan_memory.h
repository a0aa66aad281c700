/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the plan reaches a guest of the exact clock: in the memory of a device
 * (QEMU's ivshmem-plain), which is the same device whatever the plan is. So all
 * that the guest did before it read the plan is the same for every plan, and can
 * be kept as a snapshot.
 */
#ifndef MMGAUGE_PLAN_MEMORY_H
#define MMGAUGE_PLAN_MEMORY_H

#include <stdint.h>

#define PLAN_MEMORY_VENDOR 0x1af4
#define PLAN_MEMORY_DEVICE 0x1110
#define PLAN_MEMORY_BAR 2
#define PLAN_MEMORY_MAGIC 0x6d6d67706c616e0aull
#define PLAN_MEMORY_BYTES (1u << 20) /* at least; a power of two */

/*
 * To stop itself a guest writes a byte to the first BAR of this one. That ends
 * the instruction, the block of code and QEMU's turn: nothing else happens before
 * the snapshot, and nothing of the host's time is in it.
 */
#define PLAN_STOP_VENDOR 0x1b36
#define PLAN_STOP_DEVICE 0x0011 /* pvpanic-pci */
#define PLAN_STOP_BAR 0
#define PLAN_STOP_BYTE 1 /* 0: nothing happens */

struct plan_memory {
	uint64_t magic;
	uint32_t stop; /* (from the host) stop before reading @text */
	uint32_t stops; /* (from the guest) it does now */
	uint32_t restored; /* (from the host) it goes on in another QEMU */
	uint32_t turn_ns; /* (from the host) the CPUs' turns; 0: of one CPU */
	uint32_t length; /* of @text, without an end */
	char text[]; /* JSON: the requests of the trials */
};

#endif
