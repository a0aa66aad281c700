// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ticks.h"

/* U+2212: beside a plus sign a hyphen is too short to be seen. */
#define MINUS "\xe2\x88\x92"
#define TIMES "\xc3\x97"

/* What is beyond cannot be drawn, but must not do harm either. */
#define EXTREME 1e250

static void add(struct ticks *ticks, double at, const char *label)
{
	struct tick *tick = &ticks->items[ticks->count];

	if (ticks->count == TICKS_MAX)
		return;
	tick->at = at;
	snprintf(tick->label, sizeof(tick->label), "%s", label);
	ticks->count++;
}

static void add_number(struct ticks *ticks, double at)
{
	static const char *const suffixes[] = { "", "k", "M", "G", "T" };
	char label[24];
	size_t i = 0;
	double shown = at;

	/* Five digits and more are counted, not read. */
	for (; fabs(at) >= 1e4 && fabs(shown) >= 1000 && i < 4; i++)
		shown /= 1000;
	snprintf(label, sizeof(label), "%g%s", shown, suffixes[i]);
	add(ticks, at, label);
}

/* Four to ten steps of 1, 2 or 5 times a power of ten. */
static double round_step(double span)
{
	double power = pow(10, floor(log10(span / 9)));
	double rest = span / 9 / power;

	return power * (rest > 5 ? 10 : rest > 2 ? 5 : rest > 1 ? 2 : 1);
}

static void linear(struct ticks *ticks, double low, double high)
{
	double step, first;

	if (low >= 0)
		low = 0;
	if (high <= 0)
		high = 0;
	if (!(high > low))
		high = low + 1;
	step = round_step(high - low);
	first = floor(low / step);
	ticks->low = first * step;
	ticks->high = high + (high - low) * 0.04;
	for (double i = first; i * step <= ticks->high && i < first + TICKS_MAX;
	     i++)
		add_number(ticks, i * step);
}

static void logarithmic(struct ticks *ticks, double low, double high)
{
	static const double parts[] = { 1, 2, 5 };
	/* The quotient itself may overflow. */
	double decades = log10(high) - log10(low);
	int stride = decades > 10 ? (int)ceil(decades / 10) : 1;

	ticks->logarithmic = true;
	ticks->low = low / 1.2;
	ticks->high = high * 1.2;
	for (int exponent = (int)floor(log10(ticks->low));
	     pow(10, exponent) <= ticks->high; exponent += stride) {
		for (size_t i = 0; i < (decades > 3 ? 1 : 3); i++) {
			double at = parts[i] * pow(10, exponent);

			if (at >= ticks->low && at <= ticks->high)
				add_number(ticks, at);
		}
	}
}

void ticks_values(struct ticks *ticks, double low, double high,
		  bool linear_wanted)
{
	memset(ticks, 0, sizeof(*ticks));
	low = fmax(low, -EXTREME);
	high = fmin(high, EXTREME);
	if (!linear_wanted && low > 1 / EXTREME && high / 30 > low)
		logarithmic(ticks, low, high);
	else
		linear(ticks, low, high);
}

void ticks_range(struct ticks *ticks, double low, double high)
{
	double room, step;

	memset(ticks, 0, sizeof(*ticks));
	low = fmax(low, -EXTREME);
	high = fmin(high, EXTREME);
	if (low > 1 / EXTREME && high / 30 > low) {
		logarithmic(ticks, low, high);
		return;
	}
	room = fmax((high - low) * 0.12, fmax(fabs(low), fabs(high)) * 0.05);
	if (!(room > 0))
		room = 1;
	ticks->low = low - room;
	ticks->high = high + room;
	/* Half as many as elsewhere: these panels are low. */
	step = round_step((ticks->high - ticks->low) * 2);
	for (double i = ceil(ticks->low / step); i * step <= ticks->high; i++)
		add_number(ticks, i * step);
}

static void ratio_label(double ratio, char label[24])
{
	double change = (ratio - 1) * 100;

	if (ratio == 1)
		snprintf(label, 24, "0");
	else if (ratio > 2.5)
		snprintf(label, 24, TIMES "%g", ratio);
	else
		snprintf(label, 24, "%s%.3g %%", change < 0 ? MINUS : "+",
			 fabs(change));
}

/* From the outside in, none closer to another (or to 1) than @gap. */
static void add_ratios(struct ticks *ticks, const double *ratios, size_t count,
		       double gap)
{
	double last = INFINITY;
	char label[24];

	for (size_t i = 0; i < count; i++) {
		double place = fabs(log(ratios[i]));

		if (ratios[i] < ticks->low || ratios[i] > ticks->high ||
		    last - place < gap || place < gap)
			continue;
		last = place;
		ratio_label(ratios[i], label);
		add(ticks, ratios[i], label);
	}
}

void ticks_ratios(struct ticks *ticks, double low, double high, double margin)
{
	static const double above[] = {
		1e6, 1e5,  1e4, 1000, 100,  30,	  10,	 5,	3,     2,
		1.5, 1.25, 1.1, 1.05, 1.02, 1.01, 1.005, 1.002, 1.001, 1.0005,
	};
	static const double below[] = {
		1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.05,  0.1,   0.25,  0.5,
		0.75, 0.9,  0.95, 0.98,	 0.99, 0.995, 0.998, 0.999, 0.9995,
	};
	double gap;

	memset(ticks, 0, sizeof(*ticks));
	ticks->logarithmic = true;
	low = fmax(fmin(low, 1 - margin), 1e-9);
	high = fmin(fmax(high, 1 + margin), 1e9);
	ticks->low = low * pow(low / high, 0.04);
	ticks->high = high * pow(high / low, 0.04);
	gap = log(ticks->high / ticks->low) / 9;
	add(ticks, 1, "0");
	add_ratios(ticks, below, sizeof(below) / sizeof(*below), gap);
	add_ratios(ticks, above, sizeof(above) / sizeof(*above), gap);
}

bool ticks_positions(const double *values, size_t count, bool straight,
		     double *positions)
{
	size_t zero = count && values[0] == 0;
	bool logs = count - zero >= 2 &&
		    values[count - 1] / values[zero] >= (straight ? 128 : 8);

	for (size_t i = 0; i < count; i++)
		positions[i] = logs ? log2(values[i]) : values[i];
	if (logs && zero)
		positions[0] =
			positions[1] - fmax(1, positions[2] - positions[1]);
	return !logs;
}
