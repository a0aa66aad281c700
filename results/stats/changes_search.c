// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a change may be: candidates, found without regard to autocorrelation.
 */
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes_parts.h"

/*
 * What is left of the needed standard errors at the widest scale. Chosen by
 * tests/sim: the chance of any false change in a series of noise is about
 * exp(-3 * MARGIN), less than 1 %.
 */
#define MARGIN 1.75
#define MARGIN_RATE 3.0

/* Points of the narrowest windows, and how much wider the next ones are. */
#define WINDOW 512
#define WINDOW_FACTOR 8

static double penalty(size_t points, size_t count)
{
	return sqrt(2 * log(M_E * (double)count / (double)points));
}

double changes_needed(size_t points, size_t count)
{
	return penalty(points, count) + MARGIN;
}

double changes_probability(double clear, size_t points, size_t count)
{
	return 1 - exp(-MARGIN_RATE * fmax(0, clear - penalty(points, count)));
}

double changes_median(struct search *search, size_t start, size_t end)
{
	memcpy(search->scratch, search->values + start,
	       (end - start) * sizeof(*search->scratch));
	return gsl_stats_median(search->scratch, 1, end - start);
}

void changes_sum(struct search *search, size_t start, size_t end, double low,
		 double high)
{
	double middle = (low + high) / 2, sum = 0;

	search->sums[0] = 0;
	for (size_t i = start; i < end; i++) {
		sum += changes_clamp(search->values[i], low, high) - middle;
		search->sums[i - start + 1] = sum;
	}
}

double changes_split(const double *sums, size_t start, size_t end, size_t *at)
{
	double count = (double)(end - start), total = sums[end] - sums[start];
	double most = -1;

	*at = start + CHANGES_SEGMENT_MIN;
	for (size_t i = *at; i + CHANGES_SEGMENT_MIN <= end; i++) {
		double left = (double)(i - start);
		double bow = (sums[i] - sums[start]) * count - total * left;
		double gain = bow * bow / (left * (count - left));

		if (gain > most) {
			most = gain;
			*at = i;
		}
	}
	return most / count;
}

/* By how many standard errors the best split is clearer than needed. */
static double excess(const struct search *search, size_t start, size_t end,
		     size_t *at)
{
	double gain = changes_split(search->sums, start, end, at);
	size_t left = *at - start, right = end - *at;

	return sqrt(gain) / (search->noise * search->inflation) -
	       changes_needed(left < right ? left : right, search->count);
}

/*
 * Parts of the segment, each the square root of two shorter than the last and
 * overlapping by half, so that some part holds any change and little else
 * (Kovacs et al., "Seeded binary segmentation", 2023).
 */
static bool search_parts(const struct search *search, size_t count,
			 size_t shortest, size_t *at)
{
	double length = (double)count, best = 0;

	while ((length /= M_SQRT2) >= (double)shortest) {
		size_t part = (size_t)length;

		for (size_t start = 0; start < count; start += part / 2) {
			size_t end =
				start + part < count ? start + part : count;
			size_t where;
			double more;

			if (end - start < 2 * CHANGES_SEGMENT_MIN)
				break;
			more = excess(search, start, end, &where);
			if (more > best) {
				best = more;
				*at = where;
			}
		}
	}
	return best > 0;
}

struct segment {
	size_t start, end;
};

/* The clearest change within the segment, if one is clear enough. */
static bool search_segment(struct search *search, struct segment segment,
			   size_t shortest, size_t *at)
{
	double reach = CHANGES_CLIP * search->noise, middle;
	size_t length = segment.end - segment.start;

	if (length < 2 * CHANGES_SEGMENT_MIN)
		return false;
	middle = changes_median(search, segment.start, segment.end);
	changes_sum(search, segment.start, segment.end, middle - reach,
		    middle + reach);
	if (excess(search, 0, length, at) <= 0 &&
	    !search_parts(search, length, shortest, at))
		return false;
	*at += segment.start;
	return true;
}

/* Split the segment at its clearest change, and so on with both parts. */
static void search_window(struct search *search, struct segment *segments,
			  struct segment window, size_t shortest)
{
	size_t left = 1, at;

	segments[0] = window;
	while (left) {
		struct segment segment = segments[--left];

		if (!search_segment(search, segment, shortest, &at))
			continue;
		search->places[search->place_count].at = at;
		search->places[search->place_count++].stale = true;
		segments[left++] = (struct segment){ segment.start, at };
		segments[left++] = (struct segment){ at, segment.end };
	}
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	return (left->at > right->at) - (left->at < right->at);
}

/* Windows overlap: what both saw must not count twice. */
static void merge_places(struct search *search)
{
	size_t kept = 0;

	if (search->place_count)
		qsort(search->places, search->place_count,
		      sizeof(*search->places), compare_places);
	for (size_t i = 0; i < search->place_count; i++)
		if (!kept ||
		    search->places[i].at >=
			    search->places[kept - 1].at + CHANGES_SEGMENT_MIN)
			search->places[kept++] = search->places[i];
	search->place_count = kept;
}

/*
 * Narrow windows first: the best split of a long stretch with many changes in
 * it lies anywhere, often near an end, and then splitting takes quadratic time.
 */
static void search_windows(struct search *search, struct segment *segments,
			   size_t width, size_t shortest)
{
	size_t known = search->place_count;

	for (size_t i = 0; i <= known; i++) {
		size_t start = i ? search->places[i - 1].at : 0;
		size_t end = i < known ? search->places[i].at : search->count;

		for (; end - start > width; start += width / 2)
			search_window(search, segments,
				      (struct segment){ start, start + width },
				      shortest);
		search_window(search, segments, (struct segment){ start, end },
			      shortest);
	}
	merge_places(search);
}

int changes_candidates(struct search *search)
{
	size_t width = WINDOW, shortest = 2 * CHANGES_SEGMENT_MIN;
	struct segment *segments;

	segments = calloc(search->count / CHANGES_SEGMENT_MIN + 2,
			  sizeof(*segments));
	if (!segments)
		return -ENOMEM;
	for (; width < search->count; width *= WINDOW_FACTOR) {
		search_windows(search, segments, width, shortest);
		shortest = width / 2;
	}
	search_windows(search, segments, search->count, shortest);
	free(segments);
	return 0;
}
