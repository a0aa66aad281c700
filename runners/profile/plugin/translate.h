/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of QEMU for a block that it translates. */
#ifndef MMGAUGE_PLUGIN_TRANSLATE_H
#define MMGAUGE_PLUGIN_TRANSLATE_H

#include "counts.h"
#include "qemu_api.h"

/* Reads of the clock that are mmgauge's: of modules, of programs. */
void translate_ours(uint64_t modules_begin, uint64_t user_end);
bool translate_is_ours(uint64_t address);

/*
 * Of instruction number @index of @block, with @bytes at @address: what it is,
 * for the log.
 */
void translate_describe(struct block *block, size_t index, uint64_t address,
			const uint8_t *bytes, size_t size);

/* What becomes of the accesses of memory of a guest of one CPU, of several. */
struct translate_accesses {
	struct slot *(*slot)(struct slot *slot); /* NULL: it does not count */
	void (*stack)(uint64_t address); /* calls_stack() */
	void (*device)(uint32_t place, bool store, bool interrupts);
};

/*
 * Watch those of instruction number @index of @block, with @bytes, for the log.
 * All that is translated has the same @accesses.
 */
void translate_watch(struct qemu_plugin_insn *insn, const struct block *block,
		     size_t index, const uint8_t *bytes, size_t size,
		     const struct translate_accesses *accesses);

/* For the log, of a guest of one CPU. */
void translate_one(struct qemu_plugin_tb *tb);

/* Of a guest of several: what each executes, and the log if it is @logged. */
void translate_several(struct qemu_plugin_tb *tb, bool logged);

#endif
