/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What translated code does by itself, without a call: add and store.
 *
 * QEMU's interface 1 has inline counters at an address, later ones at a place of
 * a scoreboard with an element per CPU. QEMU 10.0 multiplies the number of the
 * CPU that it translates for by the size of an element in a constant, which that
 * number is to the rest of the block as well: from the second CPU on counters lie
 * anywhere and the guest's own ones change. Elements of one byte need no
 * multiplication; which CPU it translates for is known, and taken off again.
 */
#ifndef MMGAUGE_PLUGIN_INLINE_H
#define MMGAUGE_PLUGIN_INLINE_H

#include "guest_code.h"
#include "qemu_api.h"
#include "runners/profile/log_format.h"

void inline_use(const qemu_info_t *info);

/* Room for so many counters: whether there is. Where they lie, once there are CPUs. */
bool inline_counters(size_t count);
uint64_t *inline_executions(void);

/* @insn adds one to a counter before it runs; for a guest of one CPU. */
void inline_add(struct qemu_plugin_insn *insn, size_t counter);

/* Whether this QEMU can have code store, and is made to. */
bool inline_told(void);
int inline_open(void);

/* @insn stores @value at @to before it runs; CPU @cpu is translated for. */
void inline_store(struct qemu_plugin_insn *insn, const uint64_t *to,
		  uint64_t value, unsigned int cpu);

/* Its bytes; how many. */
size_t inline_bytes(struct qemu_plugin_insn *insn,
		    uint8_t bytes[PROFILE_CODE_MAX]);

#endif
