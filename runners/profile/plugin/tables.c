// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest_code.h"
#include "log.h"
#include "qemu_api.h"
#include "tables.h"

#define PAGE 4096
#define SLOTS (1u << 17)

/* Of QEMU from 9.2 on, and of the GLib that it is linked with. */
static struct qemu_plugin_array *(*get_registers)(void);
static int (*read_register)(struct qemu_plugin_register *,
			    struct qemu_plugin_bytes *);
static bool (*read_memory)(uint64_t, struct qemu_plugin_bytes *, size_t);
static struct qemu_plugin_bytes *(*new_bytes)(void);
static struct qemu_plugin_bytes *(*set_size)(struct qemu_plugin_bytes *,
					     unsigned int);

struct known {
	uint64_t page; /* + 1; 0 is free */
	uint32_t walk;
};

static struct known *known; /* open addressing */
static size_t used;
static uint32_t walk;
static struct qemu_plugin_register *root;
static struct qemu_plugin_bytes *pages[CODE_TABLE_LEVELS], *value;

bool tables_told(void)
{
	return guest_code->tables &&
	       qemu_look_up(&get_registers, "qemu_plugin_get_registers") &&
	       qemu_look_up(&read_register, "qemu_plugin_read_register") &&
	       qemu_look_up(&read_memory, "qemu_plugin_read_memory_vaddr") &&
	       qemu_look_up(&new_bytes, "g_byte_array_new") &&
	       qemu_look_up(&set_size, "g_byte_array_set_size");
}

int tables_open(void)
{
	const struct qemu_plugin_array *all = get_registers();
	const struct qemu_plugin_reg_descriptor *at = (void *)all->data;

	for (unsigned int i = 0; i < all->length; i++)
		if (!strcmp(at[i].name, guest_code->tables->root))
			root = at[i].handle;
	known = calloc(SLOTS, sizeof(*known));
	value = new_bytes();
	for (int level = 0; level < guest_code->tables->levels; level++)
		pages[level] = new_bytes();
	return known ? 0 : -ENOMEM;
}

static struct known *slot_of(uint64_t page)
{
	uint32_t at = (uint32_t)((page * 0x9e3779b97f4a7c15u) >> 32) % SLOTS;

	while (known[at].page && known[at].page != page + 1)
		at = (at + 1) % SLOTS;
	return &known[at];
}

static void add_table(uint64_t physical)
{
	struct known *slot = slot_of(physical / PAGE);

	if (!slot->page && ++used > SLOTS / 2) {
		log_give_up("too many page tables");
		return;
	}
	slot->page = physical / PAGE + 1;
	slot->walk = walk;
}

static void walk_table(uint64_t physical, int level)
{
	const struct code_tables *tables = guest_code->tables;
	struct qemu_plugin_bytes *page = pages[level];

	add_table(physical);
	if (!level)
		return;
	set_size(page, PAGE);
	if (!read_memory(tables->direct_map + physical, page, PAGE))
		return;
	for (size_t at = 0; at < PAGE; at += sizeof(uint64_t)) {
		uint64_t entry;

		memcpy(&entry, page->data + at, sizeof(entry));
		if (tables->is_table(entry, level))
			walk_table(entry & tables->address, level - 1);
	}
}

void tables_walk(void)
{
	const struct code_tables *tables = guest_code->tables;
	uint64_t physical = 0;

	if (!root || !log_is_sampling())
		return;
	set_size(value, 0);
	if (read_register(root, value) < (int)sizeof(physical))
		return;
	memcpy(&physical, value->data, sizeof(physical));
	walk++;
	walk_table(physical & tables->address, tables->levels - 1);
}

bool tables_have(uint64_t physical)
{
	const struct known *slot = root ? slot_of(physical / PAGE) : NULL;

	return slot && slot->page && slot->walk == walk;
}
