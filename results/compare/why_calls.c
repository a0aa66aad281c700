// SPDX-License-Identifier: GPL-2.0-or-later
/* What the calls of two profiles tell of their functions. */
#include <math.h>
#include <string.h>

#include "why_parts.h"

/* Two that resemble each other by this share are taken for a renamed one. */
#define ALIKE 0.5
#define LARGE 0.05

static bool is(const struct profile_name *name, const char *module,
	       const char *function)
{
	return !strcmp(name->name, function) && !strcmp(name->module, module);
}

static bool is_call_of(const struct profile_call_row *call,
		       const struct why_function *function)
{
	return is(&call->to, function->module, function->name) &&
	       !is(&call->from, function->module, function->name);
}

/* A function that was only jumped to has no calls: then what it called. */
static double inclusive(const struct profile *profile,
			const struct why_function *function, double own)
{
	double called = 0, calls = own * (double)profile->units;

	for (size_t i = 0; i < profile->call_count; i++) {
		const struct profile_call_row *call = &profile->calls[i];

		if (is_call_of(call, function))
			called += (double)call->inclusive;
		else if (is(&call->from, function->module, function->name) &&
			 !is(&call->to, function->module, function->name))
			calls += (double)call->inclusive;
	}
	return (called >= own * (double)profile->units ? called : calls) /
	       (double)profile->units;
}

/* The one that called most often and is not in @named yet. */
static const struct profile_call_row *
next_caller(const struct profile *profile, const struct why_function *function,
	    const struct profile_call_row *const *named, size_t count)
{
	const struct profile_call_row *most = NULL;

	for (size_t i = 0; i < profile->call_count; i++) {
		const struct profile_call_row *call = &profile->calls[i];
		bool known = !is_call_of(call, function);

		for (size_t k = 0; k < count; k++)
			known |= named[k] == call;
		if (!known && (!most || call->calls > most->calls))
			most = call;
	}
	return most;
}

static void find_callers(const struct profile *profile,
			 struct why_function *function)
{
	const struct profile_call_row *named[WHY_CALLERS];
	size_t all = 0, count = 0;

	for (size_t i = 0; i < profile->call_count; i++)
		all += is_call_of(&profile->calls[i], function);
	while (count < WHY_CALLERS && count < all) {
		named[count] = next_caller(profile, function, named, count);
		function->callers[count] = named[count]->from.name;
		count++;
	}
	function->caller_count = all;
}

/* Length of what two names have in common at their ends, of the longer. */
static double likeness(const char *a, const char *b)
{
	size_t long_a = strlen(a), long_b = strlen(b), ahead = 0, behind = 0;
	size_t shorter = long_a < long_b ? long_a : long_b;

	while (ahead < shorter && a[ahead] == b[ahead])
		ahead++;
	while (ahead + behind < shorter &&
	       a[long_a - behind - 1] == b[long_b - behind - 1])
		behind++;
	return (double)(ahead + behind) / (double)(long_a + long_b - shorter);
}

/* The name that a function of the base has in the new kernel. */
static const char *new_name(const struct why *why,
			    const struct profile_name *base)
{
	for (size_t i = 0; i < why->function_count; i++)
		if (why->functions[i].was &&
		    is(base, why->functions[i].module, why->functions[i].was))
			return why->functions[i].name;
	return base->name;
}

static bool share_caller(const struct why *why, const struct profile *base,
			 const struct profile *new,
			 const struct why_function *was,
			 const struct why_function *is_now)
{
	for (size_t i = 0; i < base->call_count; i++) {
		const struct profile_name *from = &base->calls[i].from;
		const char *name;

		if (!is_call_of(&base->calls[i], was))
			continue;
		name = new_name(why, from);
		for (size_t k = 0; k < new->call_count; k++)
			if (is_call_of(&new->calls[k], is_now) &&
			    is(&new->calls[k].from, from->module, name))
				return true;
	}
	return false;
}

/*
 * As part of one: how much alike their names are; or, of a large part of the
 * metric, what they cost with all that they call.
 */
static double resemblance(const struct why *why, const struct why_function *was,
			  const struct why_function *is_now)
{
	double before = was->inclusive.base, after = is_now->inclusive.new;
	double cost = 0;

	if (before >= LARGE * why->ticks.base &&
	    after >= LARGE * why->ticks.new)
		cost = fmin(before, after) / fmax(before, after);
	return fmax(cost, likeness(was->name, is_now->name));
}

struct renaming {
	size_t was, now;
	double resemblance;
};

/*
 * Of two functions that only one side each has, and that the same function
 * calls, those that resemble each other most. Whether there are any.
 */
static bool find_renamed(const struct why *why, const struct profile *base,
			 const struct profile *new, struct renaming *best)
{
	*best = (struct renaming){ .resemblance = 0 };
	for (size_t i = 0; i < why->function_count; i++) {
		const struct why_function *was = &why->functions[i];

		for (size_t k = 0; k < why->function_count; k++) {
			const struct why_function *now = &why->functions[k];
			double alike;

			if (was->in_new || now->in_base)
				continue;
			alike = resemblance(why, was, now);
			if (alike > best->resemblance &&
			    share_caller(why, base, new, was, now))
				*best = (struct renaming){ i, k, alike };
		}
	}
	return best->resemblance >= ALIKE;
}

/* The base's row goes into the new kernel's, and the last one in its place. */
static void unite(struct why *why, const struct renaming *renaming)
{
	struct why_function *from = &why->functions[renaming->was];
	struct why_function *to = &why->functions[renaming->now];

	to->was = from->name;
	to->in_base = true;
	to->instructions.base = from->instructions.base;
	to->inclusive.base = from->inclusive.base;
	*from = why->functions[--why->function_count];
}

void why_add_calls(const struct profile *base, const struct profile *new,
		   struct why *why)
{
	struct renaming renaming;

	why->calls = base->call_count && new->call_count;
	if (!why->calls)
		return;
	for (size_t i = 0; i < why->function_count; i++) {
		struct why_function *function = &why->functions[i];
		struct why_pair *own = &function->instructions;

		if (function->in_base)
			function->inclusive.base =
				inclusive(base, function, own->base);
		if (function->in_new)
			function->inclusive.new =
				inclusive(new, function, own->new);
		find_callers(function->in_new ? new : base, function);
	}
	while (find_renamed(why, base, new, &renaming))
		unite(why, &renaming);
}
