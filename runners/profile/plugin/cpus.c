// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpus.h"
#include "kmod/mmgauge_uapi.h"
#include "log.h"
#include "qemu_api.h"
#include "several.h"

struct cpus_block {
	uint64_t address, last, next; /* of its last instruction, and behind */
	struct code_flow flow; /* of that one */
	uint32_t count;
	struct block *counts; /* for the log, or NULL */
	bool interrupts; /* it is where an interrupt or a fault goes */
	bool user;
	bool accesses; /* its last instruction does, unless it faults */
	const struct cpus_block *after; /* where it went by itself, last */
	uint16_t ends[]; /* of its instructions, from its address on */
};

/* QEMU's own; a program that loads plugins exports all it has. */
static void *(*get_cpu)(int index);
static void **current_cpu; /* of the thread of the CPUs */

static struct cpu {
	void *identity;
	struct cpus_block *block; /* that it is in */
	uint64_t instructions, interrupts;
	unsigned int depth; /* of the handlers it is in */
	uint32_t counted; /* instructions of its block */
	uint32_t begun; /* of those, when its turn was over */
	bool accessed; /* likewise: the last of them was not cut short */
	struct share share;
} cpus[MMG_CPUS_MAX];
static unsigned int cpu_count;
static struct cpu *current = cpus;
static void *current_identity;
static struct mmg_cpus *shown;
static uint64_t progress;
static bool progresses; /* it is told */
static bool accessed;

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

uint64_t *cpus_progress(void)
{
	progresses = true;
	return &progress;
}

struct cpus_block *cpus_block(uint64_t address, size_t count,
			      struct block *counts)
{
	struct cpus_block *block =
		malloc(sizeof(*block) + count * sizeof(block->ends[0]));

	if (!block)
		return NULL;
	*block = (struct cpus_block){
		.address = address,
		.counts = counts,
		.user = !code_is_kernel(address),
	};
	return block;
}

/* Only its stack can tell whether it came through. */
static bool is_told_by_access(const struct cpus_block *block)
{
	return guest_code->stacks_calls && (block->flow.end == CODE_CALLS ||
					    block->flow.end == CODE_RETURNS);
}

void cpus_add(struct cpus_block *block, uint64_t address, uint64_t next,
	      struct code_flow flow)
{
	block->ends[block->count++] = (uint16_t)(next - block->address);
	block->last = address;
	block->next = next;
	block->flow = flow;
	block->accesses = is_told_by_access(block);
}

void cpus_accessed(void)
{
	accessed = true;
}

static struct cpu *find_current(void)
{
	if (!current_cpu)
		current_cpu = dlsym(RTLD_DEFAULT, "current_cpu");
	for (unsigned int i = 0; i < cpu_count; i++)
		if (cpus[i].identity == *current_cpu)
			return &cpus[i];
	return current;
}

unsigned int cpus_turn(void)
{
	return (unsigned int)(find_current() - cpus);
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
	/* Where faults go to, system calls may, too. */
	if (to->interrupts && from->flow.end != CODE_ENTERS)
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

/* Of its block only the first @ran, or even fewer, have run. */
static void take_back(struct cpu *cpu, uint32_t ran)
{
	if (ran >= cpu->counted)
		return;
	add(cpu, -(uint64_t)(cpu->counted - ran));
	if (cpu->block->counts)
		several_cut(&cpu->share, cpu->block->counts, ran, cpu->counted);
	cpu->counted = ran;
}

/* Behind its last instruction, if that accesses no memory for once. */
static bool leads(const struct cpus_block *from, const struct cpus_block *to)
{
	return !is_told_by_access(from) && goes(from, to);
}

/* Before another block begins, on this CPU or at the turn of another. */
static void stop(struct cpu *cpu)
{
	if (!cpu->block || !progresses)
		return;
	if (!progress || progress > cpu->block->count) {
		log_give_up("this QEMU does not tell how far a CPU came");
		progresses = false;
		return;
	}
	cpu->begun = (uint32_t)progress;
	cpu->accessed = accessed;
	if (accessed && cpu->begun == cpu->block->count)
		cpu->block->accesses = true;
	take_back(cpu, cpu->begun);
}

/*
 * How many of its instructions have run, if @to is where it went on: the one
 * begun last too if it is behind that; else it faulted, or is to begin again.
 */
static uint32_t ran_of(const struct cpu *cpu, const struct cpus_block *to)
{
	const struct cpus_block *block = cpu->block;
	uint32_t begun = cpu->begun;
	bool done;

	if (!progresses)
		return block->count - missing(block, to->address);
	if (begun == block->count)
		done = cpu->accessed || !block->accesses || leads(block, to);
	else
		done = to->address == block->address + block->ends[begun - 1];
	return done ? begun : begun - 1;
}

static uint64_t resume_of(const struct cpus_block *block, uint32_t ran)
{
	return ran ? block->address + block->ends[ran - 1] : block->address;
}

/* From its block to the next: into a handler, or out of one. */
static void follow(struct cpu *cpu, struct cpus_block *to)
{
	const struct cpus_block *from = cpu->block;
	uint32_t ran = ran_of(cpu, to);
	bool whole = ran == from->count;

	take_back(cpu, ran);
	/* An IRET to behind itself serialises, and returns from nothing. */
	if (whole && from->flow.end == CODE_LEAVES && cpu->depth &&
	    to->address != from->next)
		cpu->depth--;
	if (whole && from->flow.end != CODE_LEAVES && goes(from, to))
		cpu->block->after = to;
	if (whole ? !goes(from, to) : to->address != resume_of(from, ran)) {
		to->interrupts = true;
		cpu->depth++;
	}
	/* A handler may end in another task, which returns from its own. */
	if (to->user)
		cpu->depth = 0;
	if (from->counts && to->counts) {
		to->counts->interrupts |= to->interrupts;
		several_follow(&cpu->share, from->counts, ran, to->counts);
	}
}

/*
 * As most do: all of its block has run, and it went on where it did last time.
 * Then there is nothing to take back and no handler.
 */
static bool goes_on(struct cpus_block *from, const struct cpus_block *to)
{
	if (from->after != to || progress != from->count || to->interrupts ||
	    from->counts || (!accessed && is_told_by_access(from)))
		return false;
	if (accessed)
		from->accesses = true;
	return true;
}

static void change(struct cpus_block *block)
{
	stop(current);
	if (!current_cpu || *current_cpu != current_identity) {
		current = find_current();
		current_identity = *current_cpu;
	}
	if (current->block)
		follow(current, block);
}

void cpus_enter(struct cpus_block *block)
{
	if (!current->block || !current_cpu ||
	    *current_cpu != current_identity || !goes_on(current->block, block))
		change(block);
	else if (block->user)
		current->depth = 0;
	add(current, block->count);
	current->block = block;
	current->counted = block->count;
	if (block->counts)
		several_enter(&current->share, (unsigned int)(current - cpus),
			      current->depth, block->counts);
	progress = 0;
	accessed = false;
}

/*
 * Nobody else's: its turn may end between the read of the clock and that of
 * this, which must be as old.
 */
static void show(struct mmg_cpu *own)
{
	uint64_t others = 0, interrupts = 0;

	for (unsigned int i = 0; i < cpu_count; i++) {
		if (&cpus[i] == current)
			continue;
		others += cpus[i].instructions;
		interrupts += cpus[i].interrupts;
	}
	own->others = others;
	own->interrupts = interrupts;
}

void cpus_read(struct cpus_block *block, uint32_t index)
{
	show(&shown->cpus[current - cpus]);
	if (block->counts)
		several_marker(&current->share, (unsigned int)(current - cpus),
			       block->counts, index);
}
