// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inline.h"

/*
 * QEMU reads the version wanted before it calls anything, so that it is chosen
 * when the library is loaded.
 */
QEMU_PLUGIN_EXPORT extern int qemu_plugin_version;
int qemu_plugin_version = 1;

static void (*add_at_address)(struct qemu_plugin_insn *, enum qemu_plugin_op,
			      void *, uint64_t);
static void (*do_per_cpu)(struct qemu_plugin_insn *, enum qemu_plugin_op,
			  qemu_plugin_u64, uint64_t);
static void *(*scoreboard_new)(size_t);
static void *(*scoreboard_find)(void *, unsigned int);
static size_t (*copy_bytes)(const struct qemu_plugin_insn *, void *, size_t);
static const void *(*point_at_bytes)(const struct qemu_plugin_insn *);

static uint64_t *executions;
static void *scoreboard, *bytes_board;
static bool stores;

__attribute__((constructor)) static void choose_interface(void)
{
	bool copies = dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_new") &&
		      dlsym(RTLD_DEFAULT, "qemu_plugin_u64_set");

	qemu_look_up(&add_at_address,
		     "qemu_plugin_register_vcpu_insn_exec_inline");
	qemu_look_up(&do_per_cpu,
		     "qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu");
	qemu_look_up(&scoreboard_new, "qemu_plugin_scoreboard_new");
	qemu_look_up(&scoreboard_find, "qemu_plugin_scoreboard_find");
	/* Stores came with conditional callbacks. */
	stores = do_per_cpu && scoreboard_new && scoreboard_find &&
		 dlsym(RTLD_DEFAULT,
		       "qemu_plugin_register_vcpu_tb_exec_cond_cb");
	if (!add_at_address && copies)
		qemu_plugin_version = 2;
}

void inline_use(const qemu_info_t *info)
{
	/* Since interface 3 it copies the bytes instead of pointing at them. */
	if (info->version.cur >= 3)
		qemu_look_up(&copy_bytes, "qemu_plugin_insn_data");
	else
		qemu_look_up(&point_at_bytes, "qemu_plugin_insn_data");
}

bool inline_counters(size_t count)
{
	if (add_at_address)
		executions = calloc(count, sizeof(*executions));
	else if (do_per_cpu && scoreboard_new && scoreboard_find)
		scoreboard = scoreboard_new(count * sizeof(*executions));
	return executions || scoreboard;
}

uint64_t *inline_executions(void)
{
	return scoreboard ? scoreboard_find(scoreboard, 0) : executions;
}

void inline_add(struct qemu_plugin_insn *insn, size_t counter)
{
	qemu_plugin_u64 entry = { scoreboard, counter * sizeof(*executions) };

	if (scoreboard)
		do_per_cpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, entry, 1);
	else
		add_at_address(insn, QEMU_PLUGIN_INLINE_ADD_U64,
			       &executions[counter], 1);
}

bool inline_told(void)
{
	return stores;
}

int inline_open(void)
{
	bytes_board = scoreboard_new(1);
	return bytes_board ? 0 : -ENOMEM;
}

void inline_store(struct qemu_plugin_insn *insn, const uint64_t *to,
		  uint64_t value, unsigned int cpu)
{
	uintptr_t begin = (uintptr_t)scoreboard_find(bytes_board, 0);
	qemu_plugin_u64 entry = { bytes_board, (uintptr_t)to - begin - cpu };

	do_per_cpu(insn, QEMU_PLUGIN_INLINE_STORE_U64, entry, value);
}

size_t inline_bytes(struct qemu_plugin_insn *insn,
		    uint8_t bytes[PROFILE_CODE_MAX])
{
	size_t size = qemu_plugin_insn_size(insn);

	if (size > PROFILE_CODE_MAX)
		size = PROFILE_CODE_MAX;
	if (copy_bytes)
		return copy_bytes(insn, bytes, size);
	memcpy(bytes, point_at_bytes(insn), size);
	return size;
}
