// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "compare_parts.h"

static bool takes_part(const struct comparison *row)
{
	return verdict_is_of_cost(row->verdict) && row->ratio > 0;
}

static struct comparison_group *find_group(struct compare_report *report,
					   const struct comparison *row)
{
	struct comparison_group *groups = report->groups, *group;

	for (size_t i = report->group_count; i-- > 0;) {
		group = &groups[i];
		/* Rows are sorted by case: it is not further up. */
		if (strcmp(group->name, row->base_cell->name))
			break;
		if (!strcmp(group->metric, row->metric) &&
		    group->higher_is_better == row->higher_is_better)
			return group;
	}
	groups = array_grow(groups, report->group_count, sizeof(*groups));
	if (!groups)
		return NULL;
	report->groups = groups;
	group = &groups[report->group_count++];
	*group = (struct comparison_group){
		.name = row->base_cell->name,
		.metric = row->metric,
		.higher_is_better = row->higher_is_better,
	};
	return group;
}

int compare_group(struct compare_report *report)
{
	size_t kept = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		struct comparison_group *group;

		if (!takes_part(row))
			continue;
		group = find_group(report, row);
		if (!group)
			return -ENOMEM;
		group->count++;
		group->ratio += log(row->ratio);
	}
	for (size_t i = 0; i < report->group_count; i++) {
		struct comparison_group *group = &report->groups[i];

		group->ratio = exp(group->ratio / group->count);
		if (group->count > 1)
			report->groups[kept++] = *group;
	}
	report->group_count = kept;
	return 0;
}
