// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "log.h"
#include "places.h"

#define STACKS_MAX 64
#define FRAMES_MAX 1024 /* open at once on a stack */
#define EDGES_MAX (1u << 14)

/* Bytes that a stack of the kernel, of a program lies in: a power of two. */
#define KERNEL_STACK_BITS 14
#define USER_STACK_BITS 23

/* How far behind the instruction that faulted a handler may go on. */
#define RESUME_SLACK 16

enum frame_type { FRAME_CALL, FRAME_ENTRY, FRAME_INTERRUPT };

struct frame {
	enum frame_type type;
	uint32_t site, callee; /* PROFILE_NOBODY: not known yet */
	uint64_t sp; /* where the return address is; of a call only */
	uint64_t resume; /* where it is to return to */
	uint64_t start; /* own_clock() */
};

struct stack {
	uint64_t key;
	struct stack *parent; /* that it was called from */
	struct frame *frames;
	size_t count;
	/* Of a task, that is of a stack without a parent: */
	uint64_t away; /* instructions that were not its own */
	uint64_t left_at;
};

static struct stack stacks[STACKS_MAX];
static size_t stack_count;
static struct stack *current;
static uint64_t clock; /* instructions in this window */
static uint64_t pointer; /* that the last block used at its end */
static struct call_edge edges[EDGES_MAX];
static size_t edge_count;
static uint32_t *table; /* of edges[] + 1; 2 * EDGES_MAX, 0 is free */

int calls_init(void)
{
	table = calloc(2 * EDGES_MAX, sizeof(*table));
	for (size_t i = 0; i < STACKS_MAX && table; i++) {
		stacks[i].frames =
			calloc(FRAMES_MAX, sizeof(*stacks[i].frames));
		if (!stacks[i].frames)
			return -ENOMEM;
	}
	return table ? 0 : -ENOMEM;
}

bool calls_wanted(void)
{
	return table;
}

void calls_stack(uint64_t address)
{
	pointer = address;
}

static struct stack *task_of(struct stack *stack)
{
	while (stack->parent)
		stack = stack->parent;
	return stack;
}

/* Instructions of its task so far. */
static uint64_t own_clock(struct stack *stack)
{
	const struct stack *task = task_of(stack);

	return (task == task_of(current) ? clock : task->left_at) - task->away;
}

static void count_call(uint32_t site, uint32_t callee, uint64_t inclusive)
{
	uint64_t key = (uint64_t)site << 32 | callee;
	uint32_t at =
		(uint32_t)((key * 0x9e3779b97f4a7c15u) >> 40) % (2 * EDGES_MAX);
	struct call_edge *edge;

	for (; table[at]; at = (at + 1) % (2 * EDGES_MAX)) {
		edge = &edges[table[at] - 1];
		if (edge->site == site && edge->callee == callee)
			break;
	}
	if (!table[at]) {
		if (edge_count == EDGES_MAX) {
			log_give_up("too many different calls");
			return;
		}
		edges[edge_count] = (struct call_edge){ site, callee, 0, 0 };
		table[at] = (uint32_t)++edge_count;
	}
	edge = &edges[table[at] - 1];
	edge->calls++;
	edge->inclusive += inclusive;
}

/* The topmost call of @stack is over. */
static void pop(struct stack *stack)
{
	struct frame *frame = &stack->frames[stack->count - 1];
	uint64_t cost = own_clock(stack) - frame->start;

	if (frame->callee != PROFILE_NOBODY)
		count_call(frame->site, frame->callee, cost);
	if (frame->type == FRAME_INTERRUPT)
		task_of(stack)->away += cost;
	stack->count--;
}

static void push(struct stack *stack, enum frame_type type, uint32_t site,
		 uint64_t sp, uint64_t resume)
{
	if (stack->count == FRAMES_MAX) {
		log_give_up("calls more than 1024 deep");
		stack->count = 0;
	}
	stack->frames[stack->count++] = (struct frame){
		.type = type,
		.site = site,
		.callee = PROFILE_NOBODY,
		.sp = sp,
		.resume = resume,
		.start = own_clock(stack),
	};
}

static struct stack *add_stack(uint64_t key, struct stack *parent)
{
	struct stack *stack = &stacks[stack_count++];

	stack->key = key;
	stack->parent = parent;
	stack->count = 0;
	stack->away = stack->left_at = 0;
	return stack;
}

static uint64_t key_of(uint64_t address)
{
	return address >> (address >> 63 ? KERNEL_STACK_BITS : USER_STACK_BITS);
}

static struct stack *find_stack(uint64_t key)
{
	for (size_t i = 0; i < stack_count; i++)
		if (stacks[i].key == key)
			return &stacks[i];
	return NULL;
}

/* A stack is done with what was called on it, and all that is on top of it. */
static void leave(struct stack *until)
{
	for (; current != until; current = current->parent)
		while (current->count)
			pop(current);
}

static bool is_below(const struct stack *stack, const struct stack *top)
{
	while (top && top != stack)
		top = top->parent;
	return top;
}

static void switch_to(struct stack *stack)
{
	struct stack *to = task_of(stack);

	task_of(current)->left_at = clock;
	to->away += clock - to->left_at;
	current = stack;
}

/* The stack that @address is on becomes the current one. */
static void follow_stack(uint64_t address, bool called)
{
	struct stack *stack = find_stack(key_of(address));

	if (stack == current)
		return;
	if (stack && is_below(stack, current)) {
		leave(stack);
		return;
	}
	if (!stack && stack_count == STACKS_MAX) {
		log_give_up("too many stacks");
		return;
	}
	if (called) {
		/* One that an interrupt left is used from its top again. */
		if (!stack)
			stack = add_stack(key_of(address), current);
		else if (!stack->count && stack->parent)
			stack->parent = current;
		if (is_below(current, stack)) {
			current = stack;
			return;
		}
	}
	switch_to(stack ? stack : add_stack(key_of(address), NULL));
}

/* What was called deeper than @address is over, without a return. */
static void drop(uint64_t address)
{
	while (current->count) {
		const struct frame *top = &current->frames[current->count - 1];

		if (top->type != FRAME_CALL || top->sp > address)
			break;
		pop(current);
	}
}

static struct frame *top(void)
{
	return current->count ? &current->frames[current->count - 1] : NULL;
}

/* A return to where nothing called from is a jump, by a thunk. */
static void take_return(uint64_t to)
{
	struct frame *frame;

	follow_stack(pointer, false);
	drop(pointer - 1);
	frame = top();
	if (!frame || frame->type != FRAME_CALL || frame->sp != pointer)
		return;
	if (frame->resume == to) {
		pop(current);
		return;
	}
	current->count--;
	frame = top();
	if (frame && frame->type == FRAME_CALL)
		frame->callee = PROFILE_NOBODY;
}

static void take_call(const struct block *from)
{
	follow_stack(pointer, true);
	drop(pointer);
	push(current, FRAME_CALL, from->last_place, pointer, from->next);
}

/* Back in what was interrupted, or in the program. */
static void take_leave(uint64_t to)
{
	for (size_t i = stack_count; i-- > 0;) {
		struct stack *stack = &stacks[i];

		for (size_t k = stack->count; k-- > 0;) {
			const struct frame *frame = &stack->frames[k];

			if (frame->type == FRAME_CALL ||
			    to - frame->resume >= RESUME_SLACK)
				continue;
			if (is_below(stack, current))
				leave(stack);
			else
				switch_to(stack);
			while (stack->count > k)
				pop(stack);
			return;
		}
	}
}

/* A thunk jumps to what was called through it. */
static void take_jump(const struct block *from)
{
	struct frame *frame = top();

	if (from->flow.target == CODE_NOWHERE && frame &&
	    frame->callee == from->first_place)
		frame->callee = PROFILE_NOBODY;
}

static bool is_expected(const struct block *from, bool whole, uint64_t resume,
			const struct block *to)
{
	uint64_t target = from->flow.target;

	/* Where faults go to, system calls may, too. */
	if (to->interrupts && !(whole && from->flow.end == CODE_ENTERS))
		return false;
	if (!whole)
		return to->address == resume;
	switch (from->flow.end) {
	case CODE_GOES_ON: /* or once more, of one that repeats */
		return to->address == from->next ||
		       to->address == place_at(from->last_place)->address;
	case CODE_BRANCHES:
		return to->address == from->next || to->address == target;
	case CODE_JUMPS:
	case CODE_CALLS:
		return target == CODE_NOWHERE || to->address == target;
	default:
		return true;
	}
}

static uint64_t expected(const struct block *from, bool whole, uint64_t resume)
{
	if (!whole)
		return resume;
	return from->flow.target == CODE_NOWHERE ? from->next :
						   from->flow.target;
}

static void take_end(const struct block *from, const struct block *to)
{
	switch (from->flow.end) {
	case CODE_CALLS:
		take_call(from);
		break;
	case CODE_RETURNS:
		take_return(to->address);
		break;
	case CODE_ENTERS:
		push(current, FRAME_ENTRY, from->last_place, 0, from->next);
		break;
	case CODE_LEAVES:
		take_leave(to->address);
		break;
	case CODE_JUMPS:
		take_jump(from);
		break;
	default:
		break;
	}
}

void calls_follow(const struct block *from, uint32_t ran, bool whole,
		  uint64_t resume, struct block *to)
{
	struct frame *frame;

	if (!current)
		current = add_stack(0, NULL);
	clock += ran;
	if (whole)
		take_end(from, to);
	if (!is_expected(from, whole, resume, to)) {
		to->interrupts = true;
		push(current, FRAME_INTERRUPT, PROFILE_NOBODY, 0,
		     expected(from, whole, resume));
	}
	frame = top();
	if (!frame || frame->callee != PROFILE_NOBODY)
		return;
	/* A call that faulted is made again. */
	if (frame->type == FRAME_CALL &&
	    to->address == place_at(frame->site)->address)
		current->count--;
	else
		frame->callee = to->first_place;
}

void calls_close(uint32_t ran)
{
	clock += ran;
	for (size_t i = stack_count; i-- > 0;)
		while (stacks[i].count)
			pop(&stacks[i]);
}

size_t calls_edges(const struct call_edge **list)
{
	*list = edges;
	return edge_count;
}

void calls_forget(void)
{
	if (edge_count)
		memset(table, 0, 2 * EDGES_MAX * sizeof(*table));
	edge_count = 0;
	stack_count = 0;
	current = NULL;
	clock = 0;
}
