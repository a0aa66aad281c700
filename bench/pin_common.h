/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the pin.* cases share: the axes, and a range pinned and released by the
 * module.
 */
#ifndef MMGAUGE_BENCH_PIN_COMMON_H
#define MMGAUGE_BENCH_PIN_COMMON_H

#include "memory.h"

enum { PIN_KIND_PIN, PIN_KIND_GET };
enum { PIN_ACCESS_WRITE, PIN_ACCESS_READ };
enum { PIN_TERM_SHORT, PIN_TERM_LONG };

extern const struct bench_choice pin_kind_choices[];
extern const struct bench_choice pin_access_choices[];
extern const struct bench_choice pin_term_choices[];

/* A row each for the axes of the same names. */
#define PIN_AXIS_KIND                                                 \
	{                                                             \
		.name = "kind", .help = "a pin or a plain reference", \
		.choices = pin_kind_choices, .values = "pin",         \
	}
#define PIN_AXIS_ACCESS                                                    \
	{                                                                  \
		.name = "access", .help = "what the pages are wanted for", \
		.choices = pin_access_choices, .values = "write",          \
	}
#define PIN_AXIS_TERM                                               \
	{                                                           \
		.name = "term", .help = "how long they are wanted", \
		.choices = pin_term_choices, .values = "short",     \
	}
#define PIN_AXIS_BATCH(given)                                                  \
	{                                                                      \
		.name = "batch",                                               \
		.help = "pages a call, 0 for the whole range", .unit = "page", \
		.max = 1u << 18, .values = given,                              \
	}
#define PIN_AXIS_RANGE(given)                                               \
	{                                                                   \
		.name = "range", .help = "pages an operation pins",         \
		.unit = "page", .min = 1, .max = 1u << 18, .values = given, \
	}
#define PIN_AXIS_MEMORY                                           \
	{                                                         \
		.name = "memory", .help = "what backs the range", \
		.choices = memory_choices, .values = "4k",        \
	}

/* The cell's batch, with 0 meaning the range. */
uint32_t pin_batch(const struct bench *bench);

/* MMG_PIN_* of the axes kind, access and term. */
uint32_t pin_flags(const struct bench *bench);

/*
 * Whether the module takes such a batch; @slow where one call may have to fault
 * in or move all of it.
 */
bool pin_batch_fits(const struct bench *bench, bool slow);

/* What the axes kind, access, term, batch, range and memory cannot be. */
bool pin_excludes(const struct bench *bench);

/*
 * MMG_IOC_PIN; an error becomes a skip, with the reason, where this kernel
 * cannot do it, and a failure otherwise.
 */
int pin_request(struct bench *bench, enum memory_kind kind,
		struct mmg_pin *request);

/*
 * Which part of the range the fast path alone delivers, without a fault: each
 * page asked for by pin_user_pages_fast_only(), where there is none by
 * get_user_pages_fast_only(). Kept as the fact fast_share.
 */
int pin_fast_share(struct bench *bench, const struct mmg_pin *request);

#endif
