// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call_edges.h"
#include "calls.h"
#include "expected.h"
#include "log.h"
#include "places.h"

#define STACKS_MAX 64
#define FRAMES_MAX 1024 /* open at once on a stack */

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
static bool wanted;

/* Where calls do not tell which stack they are on, what they do there does. */
static bool touched; /* pointer is news */
static bool went_in; /* since the last return, by a call or an interrupt */
static bool lost; /* a return led to where nothing had called from */

int calls_init(void)
{
	for (size_t i = 0; i < STACKS_MAX; i++) {
		stacks[i].frames =
			calloc(FRAMES_MAX, sizeof(*stacks[i].frames));
		if (!stacks[i].frames)
			return -ENOMEM;
	}
	wanted = !edges_init();
	return wanted ? 0 : -ENOMEM;
}

bool calls_wanted(void)
{
	return wanted;
}

void calls_stack(uint64_t address)
{
	pointer = address;
	touched = true;
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

/* The topmost call of @stack is over. */
static void pop(struct stack *stack)
{
	struct frame *frame = &stack->frames[stack->count - 1];
	uint64_t cost = own_clock(stack) - frame->start;

	if (frame->callee != PROFILE_NOBODY)
		edges_count(frame->site, frame->callee, cost);
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

/*
 * Of a return whose address was in a register: that of the topmost call which
 * was to return there, and what was called deeper is over.
 */
static void take_register_return(uint64_t to)
{
	for (struct stack *stack = current; stack; stack = stack->parent)
		for (size_t k = stack->count; k-- > 0;) {
			if (stack->frames[k].type != FRAME_CALL) {
				lost = true;
				return;
			}
			if (stack->frames[k].resume != to)
				continue;
			leave(stack);
			while (stack->count > k)
				pop(stack);
			return;
		}
	lost = true;
}

/* A stack that is touched first behind a return is another task's. */
static void note_stack(void)
{
	if (guest_code->stacks_calls || !touched)
		return;
	follow_stack(pointer, went_in && !lost);
	touched = lost = false;
}

static void take_call(const struct block *from)
{
	if (!guest_code->stacks_calls) {
		push(current, FRAME_CALL, from->last_place, 0, from->next);
		return;
	}
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

static void take_end(const struct block *from, const struct block *to)
{
	switch (from->flow.end) {
	case CODE_CALLS:
		take_call(from);
		break;
	case CODE_RETURNS:
		if (guest_code->stacks_calls)
			take_return(to->address);
		else
			take_register_return(to->address);
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
		current = add_stack(
			guest_code->stacks_calls ? 0 : key_of(pointer), NULL);
	note_stack();
	clock += ran;
	if (whole)
		take_end(from, to);
	if (whole && from->flow.end >= CODE_CALLS)
		went_in = from->flow.end == CODE_CALLS ||
			  from->flow.end == CODE_ENTERS;
	if (!expected_to(from, whole, resume, to)) {
		went_in = true;
		to->interrupts = true;
		push(current, FRAME_INTERRUPT, PROFILE_NOBODY, 0,
		     expected_of(from, whole, resume));
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

void calls_forget(void)
{
	edges_forget();
	stack_count = 0;
	current = NULL;
	clock = 0;
	touched = went_in = lost = false;
}
