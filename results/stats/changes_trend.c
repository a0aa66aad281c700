// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strong trends. To differences of neighbours a steep slope is a point that
 * depends on the one before, and the steeper the more: a search that allows for
 * so much dependence finds nothing. So where it found nothing, see whether the
 * series is a trend that no dependence explains.
 */
#include <string.h>

#include "changes_parts.h"

/*
 * Standard errors by which a ramp must rise, more than the best of them does in
 * one of 100 series of AR(1) noise of 0.6, or in any of independent points:
 * this look is for what cannot be missed, and must add next to no false alarms.
 */
#define RISE_CLEAR 7.0

#define POINTS_MIN 8
#define WINDOWS_NARROWEST 4 /* parts of the series, overlapping by half */

/*
 * Standard errors by which neighbouring differences agree in sign. Even in a
 * random walk they agree no more often than not, so beyond this it is a curve.
 */
#define SIGNS_CLEAR 3.0

/*
 * A trend that is no straight line leaves a curve, which looks like dependence
 * again; that there is a trend has been shown by then, so this much will do.
 */
#define TREND_AUTOCORRELATION 0.5

struct trend {
	bool found;
	double clear, autocorrelation; /* of the clearest ramp */
};

static double ramp_at(const struct ramp *ramp, size_t i)
{
	double length = (double)(ramp->until - ramp->from);

	if (i < ramp->from)
		return ramp->level;
	if (i >= ramp->until)
		return ramp->level + ramp->rise;
	return ramp->level +
	       ramp->rise * ((double)(i - ramp->from) + 0.5) / length;
}

/* How clear the best ramp in @start..@end is, by what it leaves. */
static double measure_ramp(struct search *search, size_t start, size_t end,
			   double *autocorrelation)
{
	struct window window = { 0 };
	struct ramp ramp = { 0 };
	double last = 0, squares = 0, products = 0, noise, rho;

	changes_fill_window(search, start, end, HUGE_VAL, &window);
	if (!changes_find_ramp(search, &window, &ramp))
		return 0;
	for (size_t i = 0; i < window.count; i++) {
		double rest = search->values[start + i] - window.origin -
			      ramp_at(&ramp, i);

		squares += rest * rest;
		products += rest * last;
		last = rest;
	}
	rho = squares > 0 ? products / squares : 0;
	rho += 2 / sqrt((double)window.count);
	*autocorrelation = changes_clamp(rho, 0, CHANGES_AUTOCORRELATION_MAX);
	noise = sqrt(squares / (double)(window.count - 4)) *
		changes_inflation(*autocorrelation);
	ramp.rise = fabs(ramp.rise) * sqrt(ramp.spread);
	if (noise > 0)
		return ramp.rise / noise;
	return ramp.rise > 0 ? HUGE_VAL : 0;
}

static bool is_curve(const struct search *search, size_t start, size_t end)
{
	double sum = 0;

	for (size_t i = start + 2; i < end; i++) {
		const double *value = &search->values[i];
		double one = value[0] - value[-1], two = value[-1] - value[-2];

		if (one * two > 0)
			sum++;
		else
			sum--;
	}
	return sum > SIGNS_CLEAR * sqrt((double)(end - start));
}

static void look_at(struct search *search, size_t start, size_t end,
		    struct trend *trend)
{
	double autocorrelation = TREND_AUTOCORRELATION;
	double clear = measure_ramp(search, start, end, &autocorrelation);

	if (clear > RISE_CLEAR || is_curve(search, start, end))
		trend->found = true;
	if (clear > RISE_CLEAR && clear > trend->clear) {
		trend->clear = clear;
		trend->autocorrelation = autocorrelation;
	}
}

bool changes_is_trend(struct search *search, double *autocorrelation)
{
	struct trend trend = { .autocorrelation = TREND_AUTOCORRELATION };

	for (size_t parts = 1; parts <= WINDOWS_NARROWEST; parts *= 2) {
		size_t length = search->count / parts;

		if (length < POINTS_MIN)
			break;
		for (size_t i = 0; i < 2 * parts - 1; i++) {
			size_t start = i * length / 2;

			look_at(search, start, start + length, &trend);
		}
	}
	*autocorrelation = fmin(trend.autocorrelation, TREND_AUTOCORRELATION);
	return trend.found && *autocorrelation < search->autocorrelation_limit;
}
