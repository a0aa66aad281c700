// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "runners/vm/kernel_kind.h"
#include "sweep_time.h"

/* To boot and measure, where no kernel has told yet: of quick, on idle cores. */
#define MEASURE_SECONDS 10

/* The mean of those that are done; the count. */
static size_t mean_of(const struct sweep *sweep, bool cached, double *mean)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < sweep->count; i++) {
		const struct subject *subject = &sweep->subjects[i];

		if (subject->cached != cached || subject->seconds <= 0)
			continue;
		sum += subject->seconds;
		count++;
	}
	if (count)
		*mean = sum / (double)count;
	return count;
}

static const struct kernel_kind *kind_of(const struct sweep *sweep)
{
	const char *argument;

	return sweep->count ?
		       kernel_kind_of(sweep->subjects[0].spec, &argument) :
		       NULL;
}

/* What is still to do for one. */
static double left_of(const struct subject *subject, double expected,
		      uint64_t now)
{
	double spent = (double)(now - subject->started) / 1e9;

	if (subject->state == SUBJECT_WAITING)
		return expected;
	if (subject->state != SUBJECT_RUNNING)
		return 0;
	/* One that takes longer than others will not be done at once. */
	return spent < 0.9 * expected ? expected - spent : 0.1 * spent;
}

struct sweep_time sweep_time(const struct sweep *sweep, unsigned int at_once,
			     uint64_t now)
{
	const struct kernel_kind *kind = kind_of(sweep);
	struct sweep_time time = {
		.cached = sweep->seconds > 0 ? sweep->seconds : MEASURE_SECONDS,
	};
	double work = 0, longest = 0;

	time.other = time.cached + (kind ? kind->make_seconds : 0);
	time.cached_told = mean_of(sweep, true, &time.cached);
	time.other_told = mean_of(sweep, false, &time.other);
	for (size_t i = 0; i < sweep->count; i++) {
		const struct subject *subject = &sweep->subjects[i];
		double left = left_of(
			subject, subject->cached ? time.cached : time.other,
			now);

		work += left;
		longest = left > longest ? left : longest;
		if (subject->state != SUBJECT_WAITING)
			continue;
		time.waiting[!subject->cached]++;
		if (!subject->cached && kind)
			time.mib += kind->make_mib;
	}
	if (time.mib && kind)
		time.mib += kind->first_mib;
	time.left = work / at_once > longest ? work / at_once : longest;
	return time;
}

/* "12 s as the 3 so far did" */
static int put_class(char *text, size_t size, const char *what, double seconds,
		     size_t told)
{
	if (told)
		return snprintf(text, size, " %s %.0f s as %zu did", what,
				seconds, told);
	return snprintf(text, size, " %s %.0f s as on idle cores", what,
			seconds);
}

char *sweep_time_text(const struct sweep_time *time, char *text, size_t size)
{
	bool cached = time->waiting[0] || time->cached_told;
	bool other = time->waiting[1] || time->other_told;
	size_t used;

	used = (size_t)(time->left >= 90 ?
				snprintf(text, size, "about %.0f min left",
					 time->left / 60) :
				snprintf(text, size, "about %.0f s left",
					 time->left));
	if (cached || other)
		used += (size_t)snprintf(text + used, size - used, ", if");
	if (cached)
		used += (size_t)put_class(text + used, size - used,
					  "one in the cache takes",
					  time->cached, time->cached_told);
	if (cached && other)
		used += (size_t)snprintf(text + used, size - used, " and");
	if (other)
		put_class(text + used, size - used, "another takes",
			  time->other, time->other_told);
	return text;
}
