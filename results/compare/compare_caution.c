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

/* How many boots of a host @result is of; a run is of one. */
static unsigned int host_boots(const struct result *result)
{
	const json_t *runs = result_value(result, "run/baseline/runs");
	unsigned int boots = 0;

	for (size_t i = 0; i < json_array_size(runs); i++) {
		const json_t *first =
			json_object_get(json_array_get(runs, i), "first_boot");
		bool seen = false;

		for (size_t j = 0; j < i; j++)
			seen |= json_equal(
				first, json_object_get(json_array_get(runs, j),
						       "first_boot"));
		boots += !seen;
	}
	return boots ? boots : 1;
}

static bool of_hosts(const struct compare_report *report)
{
	return compare_on_host(report->base) && compare_on_host(report->new);
}

bool compare_over_boots(const struct compare_report *report)
{
	return !of_hosts(report) ||
	       host_boots(report->base) + host_boots(report->new) >= 4;
}

static bool any_of_cost(const struct compare_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		if (verdict_is_of_cost(report->rows[i].verdict) &&
		    !report->rows[i].status)
			return true;
	return false;
}

/* What a host says of this boot, or these, holds of no other one. */
static int caution_of_boots(struct compare_report *report)
{
	unsigned int base = host_boots(report->base);
	unsigned int new = host_boots(report->new);
	const json_t *one = result_value(report->base, "machine/boot_id");
	const json_t *other = result_value(report->new, "machine/boot_id");

	if (base == 1 && new == 1 && json_is_string(one) &&
	    json_equal(one, other))
		report->caution = format_string(
			"on this boot: both sides are of it, and other boots "
			"may differ: reboot between runs, 3 a side");
	else
		report->caution = format_string(
			"of these boots, %u and %u: what differs between boots "
			"is not seen: reboot between runs, 3 a side, and "
			"compare A,B,C with D,E,F",
			base, new);
	return report->caution ? 0 : -ENOMEM;
}

/* Boots in turns are of one time: what differs between runs is in both. */
int compare_caution(struct compare_report *report, bool exact)
{
	const struct comparison *row = report->rows;
	const struct comparison *end = row + report->count;

	if (exact)
		return caution_of_order(report);
	if (of_hosts(report) && !compare_over_boots(report))
		return any_of_cost(report) ? caution_of_boots(report) : 0;
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
