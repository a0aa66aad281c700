// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Least squares by columns that are made orthogonal one after another: a column
 * of which nothing is left is a combination of those before and is not told.
 * First one for each value of each dimension, then, as long as runs differ from
 * that, the pair that explains most of what is left.
 *
 * The base and the runs of a value alone weigh most: they say what it does by
 * itself, and what others have besides is left for pairs. Were all alike, the
 * value would take its share of what a pair does, which then is not seen.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effects.h"

#define NOTHING 1e-9 /* of a column's length */
#define WEIGHT 1000 /* of runs that differ from the base in one value at most */
#define ALIKE 0.01 /* what explains within this of the best is an alias */

struct term {
	struct effect a, b; /* b.value 0: a alone; both 0: what all have */
};

struct fit {
	const struct effects_input *input;
	struct term *terms;
	size_t count;
	double *columns; /* orthogonal, a run's length each */
	double *plain; /* as they were */
	double *weights; /* of each run; 0: it has no cost */
	double *left; /* of the logarithms */
};

static double dot(const double *a, const double *b, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += a[i] * b[i];
	return sum;
}

static bool has(const struct combination *run, const struct effect *effect)
{
	return !effect->value ||
	       run->values[effect->dimension] == effect->value;
}

static double weight_of(const struct effects_input *input, size_t run)
{
	unsigned int set = 0;

	if (isnan(input->logs[run]))
		return 0;
	for (size_t i = 0; i < input->dimensions; i++)
		set += input->runs[run].values[i] != 0;
	return set < 2 ? WEIGHT : 1;
}

static void make_column(const struct fit *fit, const struct term *term,
			double *column)
{
	const struct effects_input *input = fit->input;

	for (size_t i = 0; i < input->count; i++)
		column[i] = has(&input->runs[i], &term->a) &&
					    has(&input->runs[i], &term->b) ?
				    fit->weights[i] :
				    0;
}

static void take_off(double *from, const double *column, size_t count)
{
	double length = dot(column, column, count);
	double share = length > 0 ? dot(from, column, count) / length : 0;

	for (size_t i = 0; i < count; i++)
		from[i] -= share * column[i];
}

/* What is left of @column beside all of @fit's; 0: nothing. */
static double make_orthogonal(const struct fit *fit, double *column)
{
	size_t runs = fit->input->count;
	double before = dot(column, column, runs), after;

	/* Twice, for what rounding leaves. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < fit->count; i++)
			take_off(column, fit->columns + i * runs, runs);
	after = dot(column, column, runs);
	return after > NOTHING * before ? after : 0;
}

static bool add_term(struct fit *fit, const struct term *term)
{
	size_t runs = fit->input->count;
	double *column = fit->columns + fit->count * runs;
	double *plain = fit->plain + fit->count * runs;

	make_column(fit, term, plain);
	memcpy(column, plain, runs * sizeof(*column));
	if (make_orthogonal(fit, column) <= 0)
		return false;
	take_off(fit->left, column, runs);
	fit->terms[fit->count++] = *term;
	return true;
}

/* From the orthogonal columns back to the terms, the last one first. */
static void solve(const struct fit *fit, double *shares)
{
	size_t runs = fit->input->count;

	for (size_t i = fit->count; i--;) {
		const double *column = fit->columns + i * runs;
		double share = 0;

		for (size_t j = 0; j < runs; j++)
			if (!isnan(fit->input->logs[j]))
				share += column[j] * fit->weights[j] *
					 fit->input->logs[j];
		for (size_t j = i + 1; j < fit->count; j++)
			share -= shares[j] *
				 dot(column, fit->plain + j * runs, runs);
		shares[i] = share / dot(column, column, runs);
	}
}

static double largest(const struct fit *fit)
{
	double most = 0;

	for (size_t i = 0; i < fit->input->count; i++)
		if (fit->weights[i] > 0)
			most = fmax(most, fabs(fit->left[i]) / fit->weights[i]);
	return most;
}

/* How much of what is left @term would explain, as a sum of squares. */
static double explains(const struct fit *fit, const struct term *term,
		       double *column)
{
	size_t runs = fit->input->count;
	double length, share;

	make_column(fit, term, column);
	length = make_orthogonal(fit, column);
	if (length <= 0)
		return 0;
	share = dot(fit->left, column, runs);
	return share * share / length;
}

/* The next pair of values of two dimensions, from {0}; false: no more. */
static bool next_pair(const struct effects_input *input, struct term *term)
{
	struct effect *a = &term->a, *b = &term->b;

	if (!a->value) {
		*term = (struct term){ { 0, 1, 0 }, { 1, 0, 0 } };
		if (input->dimensions < 2)
			return false;
	}
	for (;;) {
		if (++b->value < input->values[b->dimension])
			return true;
		b->value = 0;
		if (++b->dimension < input->dimensions)
			continue;
		if (++a->value >= input->values[a->dimension]) {
			a->value = 1;
			a->dimension++;
		}
		b->dimension = a->dimension + 1;
		if (b->dimension >= input->dimensions)
			return false;
		if (a->value >= input->values[a->dimension])
			b->dimension = input->dimensions - 1;
	}
}

static double at(const struct effects_input *input,
		 const struct combination *wanted)
{
	for (size_t i = 0; i < input->count; i++)
		if (!memcmp(&input->runs[i], wanted, sizeof(*wanted)))
			return input->logs[i];
	return NAN;
}

/* What @effect does alone; 0 where nobody has looked. */
static double alone(const struct effects_input *input,
		    const struct effect *effect)
{
	struct combination none = { 0 }, one = { 0 };
	double log;

	one.values[effect->dimension] = (unsigned char)effect->value;
	log = at(input, &one) - at(input, &none);
	return isnan(log) ? 0 : fabs(log);
}

/* Of pairs that explain the same, those that both do something come first. */
static double promise(const struct effects_input *input, const struct effect *a,
		      const struct effect *b)
{
	return fmin(alone(input, a), alone(input, b));
}

/* Among the others, by promise; the last one falls out. */
static void note_alias(const struct effects_input *input,
		       const struct term *term, struct suspect *suspect)
{
	size_t place = suspect->alias_count++;

	if (place > EFFECT_ALIASES - 1)
		place = EFFECT_ALIASES;
	while (place && promise(input, &term->a, &term->b) >
				promise(input, &suspect->aliases[place - 1].a,
					&suspect->aliases[place - 1].b)) {
		place--;
		if (place + 1 < EFFECT_ALIASES)
			suspect->aliases[place + 1] = suspect->aliases[place];
	}
	if (place < EFFECT_ALIASES) {
		suspect->aliases[place].a = term->a;
		suspect->aliases[place].b = term->b;
	}
}

static void note_aliases(const struct fit *fit, const struct term *best,
			 double most, double *column, struct suspect *suspect)
{
	struct term term = { 0 };

	while (next_pair(fit->input, &term))
		if (memcmp(&term, best, sizeof(term)) &&
		    explains(fit, &term, column) >= most * (1 - ALIKE))
			note_alias(fit->input, &term, suspect);
}

/* The one of most promise among those that explain the most; 0: none does. */
static double find_best(const struct fit *fit, struct term *best,
			double *column)
{
	struct term term = { 0 };
	double most = 0, promised = -1;

	while (next_pair(fit->input, &term))
		most = fmax(most, explains(fit, &term, column));
	term = (struct term){ 0 };
	while (most > 0 && next_pair(fit->input, &term)) {
		double now = promise(fit->input, &term.a, &term.b);

		if (explains(fit, &term, column) < most * (1 - ALIKE) ||
		    now <= promised)
			continue;
		promised = now;
		*best = term;
	}
	return most;
}

static bool find_suspect(struct fit *fit, struct effects *effects,
			 double *column)
{
	struct suspect *suspect = &effects->suspects[effects->suspect_count];
	struct term best = { 0 };
	double most = find_best(fit, &best, column);
	double direct = effects_direct(fit->input, &best.a, &best.b);

	/* Anything explains the last run that is left, but by its four runs. */
	if (most <= 0 || (fit->count + 1 >= fit->input->count && isnan(direct)))
		return false;
	*suspect = (struct suspect){ .a = best.a, .b = best.b };
	note_aliases(fit, &best, most, column, suspect);
	suspect->direct = direct;
	effects->suspect_count++;
	return add_term(fit, &best);
}

static void take_shares(const struct fit *fit, struct effects *effects,
			const double *shares)
{
	size_t pairs = 0;

	for (size_t i = 0; i < fit->count; i++) {
		const struct term *term = &fit->terms[i];

		if (term->b.value)
			effects->suspects[pairs++].log = shares[i];
		for (size_t j = 0; j < effects->count && !term->b.value; j++)
			if (effects->list[j].dimension == term->a.dimension &&
			    effects->list[j].value == term->a.value)
				effects->list[j].log = shares[i];
	}
}

/* A column that another one repeats leaves neither of them to be told. */
static bool is_told(const struct fit *fit, size_t which, double *column)
{
	struct fit others = *fit;
	size_t runs = fit->input->count;
	double *columns = calloc((fit->count + 1) * runs, sizeof(*columns));
	bool told = columns != NULL;

	others.columns = columns;
	others.count = 0;
	for (size_t i = 0; i < fit->count && told; i++) {
		double *at = columns + others.count * runs;

		if (i == which)
			continue;
		memcpy(at, fit->plain + i * runs, runs * sizeof(*at));
		if (make_orthogonal(&others, at) > 0)
			others.count++;
	}
	if (told) {
		memcpy(column, fit->plain + which * runs,
		       runs * sizeof(*column));
		told = make_orthogonal(&others, column) > 0;
	}
	free(columns);
	return told;
}

static void fit_all(struct fit *fit, double tolerance, struct effects *effects,
		    double *column, double *shares)
{
	const struct effects_input *input = fit->input;
	size_t missing = 0;
	struct term *dropped = fit->terms + input->count + 1;

	add_term(fit, &(struct term){ 0 });
	for (size_t i = 0; i < input->dimensions; i++)
		for (unsigned int j = 1; j < input->values[i]; j++) {
			const struct term term = { { i, j, 0 }, { 0 } };

			effects->list[effects->count++] =
				(struct effect){ i, j, NAN };
			if (!add_term(fit, &term))
				dropped[missing++] = term;
		}
	while (largest(fit) > tolerance &&
	       effects->suspect_count < SUSPECTS_MAX &&
	       find_suspect(fit, effects, column))
		;
	effects->residual = largest(fit);
	solve(fit, shares);
	take_shares(fit, effects, shares);
	/* What a dropped column is made of cannot be told either. */
	for (size_t i = 0; i < missing; i++) {
		fit->terms[fit->count] = dropped[i];
		make_column(fit, &dropped[i],
			    fit->plain + fit->count * input->count);
		fit->count++;
	}
	for (size_t i = 0; i < effects->count && missing; i++)
		for (size_t j = 0; j < fit->count; j++)
			if (!fit->terms[j].b.value &&
			    fit->terms[j].a.value == effects->list[i].value &&
			    fit->terms[j].a.dimension ==
				    effects->list[i].dimension &&
			    !is_told(fit, j, column))
				effects->list[i].log = NAN;
}

int effects_find(const struct effects_input *input, double tolerance,
		 struct effects *effects)
{
	size_t runs = input->count, terms = 1 + SUSPECTS_MAX;
	struct fit fit = { .input = input };
	double *column, *shares;
	int ret = -ENOMEM;

	*effects = (struct effects){ 0 };
	for (size_t i = 0; i < input->dimensions; i++)
		terms += input->values[i];
	terms += runs + 2;
	fit.terms = calloc(2 * terms, sizeof(*fit.terms));
	fit.columns = calloc(terms * (runs + 1), sizeof(*fit.columns));
	fit.plain = calloc(terms * (runs + 1), sizeof(*fit.plain));
	fit.weights = calloc(runs + 1, sizeof(*fit.weights));
	fit.left = calloc(runs + 1, sizeof(*fit.left));
	column = calloc(runs + 1, sizeof(*column));
	shares = calloc(terms, sizeof(*shares));
	effects->list = calloc(terms, sizeof(*effects->list));
	if (fit.terms && fit.columns && fit.plain && fit.weights && fit.left &&
	    column && shares && effects->list) {
		for (size_t i = 0; i < runs; i++) {
			fit.weights[i] = weight_of(input, i);
			fit.left[i] = fit.weights[i] > 0 ?
					      fit.weights[i] * input->logs[i] :
					      0;
		}
		fit_all(&fit, tolerance, effects, column, shares);
		ret = 0;
	}
	free(fit.terms);
	free(fit.columns);
	free(fit.plain);
	free(fit.weights);
	free(fit.left);
	free(column);
	free(shares);
	return ret;
}

void effects_free(struct effects *effects)
{
	free(effects->list);
	*effects = (struct effects){ 0 };
}

/* The logarithms of none, @a, @b and both, all else at its base. */
static void four(const struct effects_input *input, const struct effect *a,
		 const struct effect *b, double logs[4])
{
	for (int i = 0; i < 4; i++) {
		struct combination run = { 0 };

		if (i & 1)
			run.values[a->dimension] = (unsigned char)a->value;
		if (i & 2)
			run.values[b->dimension] = (unsigned char)b->value;
		logs[i] = at(input, &run);
	}
}

double effects_direct(const struct effects_input *input, const struct effect *a,
		      const struct effect *b)
{
	double logs[4];

	four(input, a, b, logs);
	return logs[3] - logs[1] - logs[2] + logs[0];
}

double effects_sum(const struct effects_input *input, const struct effect *a,
		   const struct effect *b)
{
	double logs[4];

	four(input, a, b, logs);
	return logs[3] - log(exp(logs[1]) + exp(logs[2]) - exp(logs[0]));
}
