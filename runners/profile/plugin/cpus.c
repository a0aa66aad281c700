// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpus.h"
#include "kmod/mmgauge_uapi.h"
#include "qemu_api.h"

struct cpus_block {
	uint64_t address, last, next; /* of its last instruction, and behind */
	struct code_flow flow; /* of that one */
	uint32_t count;
	bool interrupts; /* it is where an interrupt or a fault goes */
	bool user;
	uint16_t ends[]; /* of its instructions, from its address on */
};

/* QEMU's own; a program that loads plugins exports all it has. */
static void *(*get_cpu)(int index);
static void **current_cpu; /* of the thread of the CPUs */

static struct cpu {
	void *identity;
	const struct cpus_block *block; /* that it is in */
	uint64_t instructions, interrupts;
	unsigned int depth; /* of the handlers it is in */
} cpus[MMG_CPUS_MAX];
static unsigned int cpu_count;
static struct cpu *current = cpus;
static void *current_identity;
static struct mmg_cpus *shown;

bool cpus_told(void)
{
	void *found = dlsym(RTLD_DEFAULT, "current_cpu");

	return found && qemu_look_up(&get_cpu, "qemu_get_cpu");
}

int cpus_open(const char *path)
{
	int fd;

	if (!cpus_told())
		return -ENOSYS;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	shown = mmap(NULL, MMG_CPUS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	close(fd);
	if (shown == MAP_FAILED) {
		shown = NULL;
		return -errno;
	}
	shown->magic = MMG_CPUS_MAGIC;
	return 0;
}

bool cpus_wanted(void)
{
	return shown;
}

void cpus_grow(unsigned int count)
{
	while (cpu_count < count && cpu_count < MMG_CPUS_MAX) {
		cpus[cpu_count].identity = get_cpu((int)cpu_count);
		cpu_count++;
	}
}

struct cpus_block *cpus_block(uint64_t address, size_t count)
{
	struct cpus_block *block =
		malloc(sizeof(*block) + count * sizeof(block->ends[0]));

	if (!block)
		return NULL;
	*block = (struct cpus_block){
		.address = address,
		.user = !code_is_kernel(address),
	};
	return block;
}

void cpus_add(struct cpus_block *block, uint64_t address, uint64_t next,
	      struct code_flow flow)
{
	block->ends[block->count++] = (uint16_t)(next - block->address);
	block->last = address;
	block->next = next;
	block->flow = flow;
}

static void find_current(void)
{
	if (!current_cpu)
		current_cpu = dlsym(RTLD_DEFAULT, "current_cpu");
	current_identity = *current_cpu;
	for (unsigned int i = 0; i < cpu_count; i++)
		if (cpus[i].identity == current_identity)
			current = &cpus[i];
}

/*
 * Of @block what did not run, though it begins to count as a whole, if @next
 * is where it went on.
 */
static uint32_t missing(const struct cpus_block *block, uint64_t next)
{
	uint64_t offset = next - block->address;

	if (offset >= block->next - block->address ||
	    next == block->flow.target)
		return 0;
	for (uint32_t i = 0; i + 1 < block->count; i++)
		if (block->ends[i] == offset)
			return block->count - 1 - i;
	return 0;
}

/* Whether @from goes to @to by itself; to its own last where that repeats. */
static bool goes(const struct cpus_block *from, const struct cpus_block *to)
{
	if (to->interrupts)
		return false;
	switch (from->flow.end) {
	case CODE_GOES_ON:
		return to->address == from->next || to->address == from->last;
	case CODE_BRANCHES:
		return to->address == from->next ||
		       to->address == from->flow.target;
	case CODE_JUMPS:
	case CODE_CALLS:
		return from->flow.target == CODE_NOWHERE ||
		       to->address == from->flow.target;
	default:
		return true;
	}
}

static void add(struct cpu *cpu, uint64_t count)
{
	cpu->instructions += count;
	if (cpu->depth)
		cpu->interrupts += count;
}

/* From one block to the next: into a handler, or out of one. */
static void follow(struct cpu *cpu, const struct cpus_block *from,
		   struct cpus_block *to)
{
	uint32_t cut = missing(from, to->address);

	add(cpu, -(uint64_t)cut);
	/* An IRET to behind itself serialises, and returns from nothing. */
	if (!cut && from->flow.end == CODE_LEAVES && cpu->depth &&
	    to->address != from->next)
		cpu->depth--;
	if (!cut && !goes(from, to)) {
		to->interrupts = true;
		cpu->depth++;
	}
	/* A handler may end in another task, which returns from its own. */
	if (to->user)
		cpu->depth = 0;
}

void cpus_enter(struct cpus_block *block)
{
	if (!current_cpu || *current_cpu != current_identity)
		find_current();
	if (current->block)
		follow(current, current->block, block);
	add(current, block->count);
	current->block = block;
}

void cpus_show(void)
{
	struct mmg_cpu *own = &shown->cpus[current - cpus];
	uint64_t others = 0;

	for (unsigned int i = 0; i < cpu_count; i++) {
		if (&cpus[i] != current)
			others += cpus[i].instructions;
		shown->cpus[i].interrupts = cpus[i].interrupts;
	}
	/*
	 * Nobody else's: its turn may end between the read of the clock and
	 * that of this, which must be as old.
	 */
	own->others = others;
}
