// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For flame graphs: "a;b;c N", instructions of c while called by b, called by
 * a. Who called is known call by call, not stack by stack, so what a function
 * ran and called is divided among its callers by what their calls cost, as
 * gprof does (Graham, Kessler and McKusick 1982).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "results/base/text.h"

#define DEPTH_MAX 64
/* A part of an instruction is no instruction. */
#define LEAST 0.5

struct tree {
	FILE *stream;
	const struct profile *profile;
	const struct profile_name *stack[DEPTH_MAX];
	size_t depth;
};

static bool same(const struct profile_name *a, const struct profile_name *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->module, b->module);
}

static double own(const struct profile *profile,
		  const struct profile_name *function)
{
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_function *other = &profile->functions[i];

		if (!strcmp(other->name, function->name) &&
		    !strcmp(other->module, function->module))
			return (double)profile_amount(other, 0);
	}
	return 0;
}

/* What its calls cost, without those by itself; 0: it is called by none. */
static double called(const struct profile *profile,
		     const struct profile_name *function)
{
	double cost = 0;

	for (size_t i = 0; i < profile->call_count; i++)
		if (same(&profile->calls[i].to, function) &&
		    !same(&profile->calls[i].from, function))
			cost += (double)profile->calls[i].inclusive;
	return cost;
}

static void print_stack(const struct tree *tree, double instructions)
{
	for (size_t i = 0; i < tree->depth; i++) {
		if (i)
			fputc(';', tree->stream);
		text_line_print(tree->stream, *tree->stack[i]->name ?
						      tree->stack[i]->name :
						      "(no symbol)");
	}
	fprintf(tree->stream, " %.0f\n", instructions);
}

static bool is_open(const struct tree *tree,
		    const struct profile_name *function)
{
	for (size_t i = 0; i < tree->depth; i++)
		if (same(tree->stack[i], function))
			return true;
	return false;
}

/* @share of all that the function ran and called. */
static void descend(struct tree *tree, const struct profile_name *function,
		    double share)
{
	const struct profile *profile = tree->profile;
	double instructions = share * own(profile, function);

	if (tree->depth == DEPTH_MAX || is_open(tree, function))
		return;
	tree->stack[tree->depth++] = function;
	if (instructions >= LEAST)
		print_stack(tree, instructions);
	for (size_t i = 0; i < profile->call_count; i++) {
		const struct profile_call_row *call = &profile->calls[i];
		double all;

		if (!same(&call->from, function) || same(&call->to, function))
			continue;
		all = called(profile, &call->to);
		if (all > 0 && share * (double)call->inclusive >= LEAST)
			descend(tree, &call->to,
				share * (double)call->inclusive / all);
	}
	tree->depth--;
}

static int print_folded(FILE *stream, const struct export_subject *subject)
{
	static const struct profile_name interrupt = { "", PROFILE_INTERRUPT };
	const struct profile *profile = subject->profile;
	struct tree tree = { .stream = stream, .profile = profile };

	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_name function = {
			profile->functions[i].module,
			profile->functions[i].name,
		};

		if (called(profile, &function) <= 0)
			descend(&tree, &function, 1);
	}
	descend(&tree, &interrupt, 1);
	return 0;
}

const struct export_format export_format_folded = {
	.name = "folded",
	.print = print_folded,
};
