// SPDX-License-Identifier: GPL-2.0-or-later
/* What a comparison cannot know, and a reader may think it does. */
#include <errno.h>

#include "compare_parts.h"
#include "results/format.h"

/* Boots are what is counted, and how runs differ nobody knows. */
static bool is_of_boots(const struct comparison *row)
{
	return verdict_is_of_cost(row->verdict) && !row->status &&
	       row->layer == LAYER_BOOTS;
}

/* What a cell costs depends a little on which ones ran before it. */
static int caution_of_order(struct compare_report *report)
{
	const json_t *base = result_value(report->base, "run/seed");
	const json_t *new = result_value(report->new, "run/seed");

	if (!json_is_integer(base) || !json_is_integer(new) ||
	    json_equal(base, new))
		return 0;
	report->caution = format_string(
		"the cells ran in another order (--seed %lld and %lld): some "
		"cost a few percent more or less behind others: run both with "
		"one --seed",
		(long long)json_integer_value(base),
		(long long)json_integer_value(new));
	return report->caution ? 0 : -ENOMEM;
}

/* Boots in turns are of one time: what differs between runs is in both. */
int compare_caution(struct compare_report *report, bool exact)
{
	const struct comparison *row = report->rows;
	const struct comparison *end = row + report->count;

	if (exact)
		return caution_of_order(report);
	if (compare_at_once(report))
		return 0;
	while (row < end && !is_of_boots(row))
		row++;
	if (row == end)
		return 0;
	report->caution = format_string(
		row->base_runs == 1 && row->new_runs == 1 ?
			"1 run a side: what differs between runs is not seen: "
			"compare with a baseline of 3 runs, or run "
			"--until-verdict" :
			"%u and %u runs: too few to see what differs between "
			"runs: save 3 as the baseline",
		row->base_runs, row->new_runs);
	return report->caution ? 0 : -ENOMEM;
}
