// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "behaviour.h"
#include "results/base/array.h"
#include "results/base/text.h"

/* Facts are sums over operations, divided: two roundings at most. */
#define ROUNDING 1e-9

static bool same(double a, double b)
{
	return fabs(a - b) <= ROUNDING * fmax(fabs(a), fabs(b));
}

double behaviour_fact(const struct cell *cell, const char *name)
{
	double value = NAN;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct fact *fact = trial_fact(&cell->trials[i], name);

		if (!fact || !fact->exact || isnan(fact->value))
			continue;
		if (!isnan(value) && !same(value, fact->value))
			return NAN;
		value = fact->value;
	}
	return value;
}

/* Operations of a sample, if all trials had as many; else 0. */
static uint64_t batch_of(const struct cell *cell)
{
	uint64_t batch = cell->trial_count ? cell->trials[0].batch : 0;

	for (size_t i = 1; i < cell->trial_count; i++)
		if (cell->trials[i].batch != batch)
			return 0;
	return batch;
}

/*
 * What happens once in a sample is a fraction of an operation, which hangs on
 * how many there are in it: where that differs, only whole numbers can be held
 * against each other.
 */
static bool are_comparable(const struct cell *base, const struct cell *new,
			   double before, double after)
{
	uint64_t batch = batch_of(base);

	if (isnan(before) || isnan(after))
		return false;
	return (batch && batch == batch_of(new)) ||
	       (same(before, rint(before)) && same(after, rint(after)));
}

static int add(struct behaviour *behaviour, const char *name, double base,
	       double new)
{
	struct fact_change *grown = array_grow(
		behaviour->changes, behaviour->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	behaviour->changes = grown;
	grown[behaviour->count++] = (struct fact_change){ name, base, new };
	return 0;
}

int behaviour_compare(const struct cell *base, const struct cell *new,
		      struct behaviour *behaviour)
{
	const struct trial *first = base->trials;

	*behaviour = (struct behaviour){ 0 };
	for (size_t i = 0; base->trial_count && i < first->fact_count; i++) {
		const char *name = first->facts[i].name;
		double before = behaviour_fact(base, name);
		double after = behaviour_fact(new, name);

		if (!are_comparable(base, new, before, after) ||
		    same(before, after))
			continue;
		if (add(behaviour, name, before, after)) {
			behaviour_free(behaviour);
			return -ENOMEM;
		}
	}
	return 0;
}

void behaviour_free(struct behaviour *behaviour)
{
	free(behaviour->changes);
	*behaviour = (struct behaviour){ 0 };
}

char *behaviour_text(const struct behaviour *behaviour)
{
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < behaviour->count; i++)
		fprintf(stream, "%s%s %.9g -> %.9g", i ? ", " : "",
			behaviour->changes[i].name, behaviour->changes[i].base,
			behaviour->changes[i].new);
	if (!text_finish(stream, &text))
		return text;
	free(text);
	return NULL;
}

bool behaviour_is_broken(enum cell_status base, enum cell_status new)
{
	return base == CELL_OK && new != CELL_OK &&new != CELL_SKIPPED;
}
