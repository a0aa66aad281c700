// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/profile_inlined.h"
#include "why_parts.h"

/* Of a change, what a function makes less than this share of is the rest. */
#define SHARE_SHOWN 0.005

double why_change(const struct why_pair *pair)
{
	return pair->new - pair->base;
}

struct why_pair why_level(const struct why *why)
{
	return (struct why_pair){
		.base = why->ticks.base - why->harness.base,
		.new = why->ticks.new - why->harness.new,
	};
}

/* The boots of an exact clock agree: any of them will do. */
static int side(const struct cell *cell, const char *metric,
		struct profile *profile)
{
	*profile = (struct profile){ 0 };
	for (size_t i = 0; cell && metric && i < cell->trial_count; i++) {
		int ret = profile_of(&cell->trials[i], metric, profile);

		if (ret)
			return ret;
	}
	return 0;
}

static double per_unit(uint64_t amount, const struct profile *profile)
{
	return (double)amount / (double)profile->units;
}

static int by_change(const void *a, const void *b)
{
	const struct why_function *x = a, *y = b;
	double first = fabs(why_change(&x->instructions));
	double second = fabs(why_change(&y->instructions));
	int order = strcmp(x->module, y->module);

	if (first != second)
		return first > second ? -1 : 1;
	return order ? order : strcmp(x->name, y->name);
}

static int fold(struct profile *base, struct profile *new)
{
	int ret = profile_fold(base);

	return ret ? ret : profile_fold(new);
}

/* Both are sorted by name. */
static int merge(const struct profile *base, const struct profile *new,
		 struct why *why)
{
	size_t i = 0, j = 0;

	why->functions =
		calloc(base->count + new->count + 1, sizeof(*why->functions));
	if (!why->functions)
		return -ENOMEM;
	while (i < base->count || j < new->count) {
		int order = i == base->count ?
				    1 :
			    j == new->count ?
				    -1 :
				    profile_function_order(&base->functions[i],
							   &new->functions[j]);
		const struct profile_function *from =
			order <= 0 ? &base->functions[i] : &new->functions[j];
		struct why_function *to =
			&why->functions[why->function_count++];

		to->module = from->module;
		to->name = from->name;
		to->in_base = order <= 0;
		to->in_new = order >= 0;
		if (to->in_base)
			to->instructions.base = per_unit(
				profile_amount(&base->functions[i++], 0), base);
		if (to->in_new)
			to->instructions.new = per_unit(
				profile_amount(&new->functions[j++], 0), new);
	}
	why_add_calls(base, new, why);
	qsort(why->functions, why->function_count, sizeof(*why->functions),
	      by_change);
	return 0;
}

/* The place of a kind's name in a side's list, or beyond it. */
static size_t place_of(const json_t *names, const char *name)
{
	size_t at;
	json_t *other;

	json_array_foreach (names, at, other)
		if (json_string_value(other) &&
		    !strcmp(json_string_value(other), name))
			return at;
	return json_array_size(names);
}

/* Kinds that both sides count. */
static int add_kinds(const struct compare_report *report,
		     const struct profile *base, const struct profile *new,
		     struct why *why)
{
	const json_t *names = result_value(report->base, "run/profile");
	const json_t *others = result_value(report->new, "run/profile");
	size_t at;
	json_t *name;

	why->kinds = calloc(json_array_size(names) + 1, sizeof(*why->kinds));
	if (!why->kinds)
		return -ENOMEM;
	json_array_foreach (names, at, name) {
		const char *text = json_string_value(name);
		size_t other = text ? place_of(others, text) : 0;

		if (!at || !text || other >= json_array_size(others))
			continue;
		why->kinds[why->kind_count++] = (struct why_kind){
			.name = text,
			.amount.base = per_unit(profile_total(base, at), base),
			.amount.new = per_unit(profile_total(new, other), new),
		};
	}
	return 0;
}

int why_of(const struct compare_report *report, const struct comparison *row,
	   struct why *why)
{
	struct profile base = { 0 }, new = { 0 };
	int ret = side(row->base_cell, row->metric, &base);

	*why = (struct why){ 0 };
	if (ret > 0)
		ret = side(row->new_cell, row->metric, &new);
	if (ret > 0) {
		why->row = row;
		why->sample[0] = base.ticks;
		why->sample[1] = new.ticks;
		why->ticks.base = per_unit(base.ticks, &base);
		why->ticks.new = per_unit(new.ticks, &new);
		why->harness.base = per_unit(base.harness, &base);
		why->harness.new = per_unit(new.harness, &new);
		ret = compare_by_symbol(report) ? fold(&base, &new) : 0;
		if (!ret)
			ret = merge(&base, &new, why);
		if (!ret)
			ret = add_kinds(report, &base, &new, why);
		if (ret)
			why_free(why);
		ret = ret ? ret : 1;
	}
	profile_free(&base);
	profile_free(&new);
	return ret;
}

void why_free(struct why *why)
{
	free(why->functions);
	free(why->kinds);
	*why = (struct why){ 0 };
}

struct why_split why_split(const struct why *why, size_t limit)
{
	double least = fabs(why_change(&why->ticks)) * SHARE_SHOWN;
	struct why_split split = { 0 };

	for (size_t i = 0; i < why->function_count; i++) {
		double change = why_change(&why->functions[i].instructions);

		if (change == 0)
			break;
		if (split.shown < limit && fabs(change) >= least) {
			split.shown++;
			continue;
		}
		split.rest += change;
		split.more++;
	}
	return split;
}

bool why_changed(const struct why *why)
{
	/* The largest change is the first. */
	if (why->function_count &&
	    why_change(&why->functions[0].instructions) != 0)
		return true;
	for (size_t i = 0; i < why->kind_count; i++)
		if (why_change(&why->kinds[i].amount) != 0)
			return true;
	return false;
}
