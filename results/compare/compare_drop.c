// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows, and all else of a report, that are wanted no more. */
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"

static void free_row(struct comparison *row)
{
	behaviour_free(&row->behaviour);
	free(row->reason);
	stats_logs_free(&row->base_logs);
	stats_logs_free(&row->new_logs);
}

void compare_drop_rows(struct compare_report *report)
{
	const struct cell_filter *keep = report->options.keep;
	size_t kept = 0;

	if (!keep)
		return;
	for (size_t i = 0; i < report->count; i++) {
		struct comparison *row = &report->rows[i];

		if (cell_filter_takes(keep, row->base_cell ? row->base_cell :
							     row->new_cell))
			report->rows[kept++] = *row;
		else
			free_row(row);
	}
	report->count = kept;
}

void compare_free(struct compare_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		free_row(&report->rows[i]);
	for (size_t i = 0; i < report->group_count; i++)
		free(report->groups[i].reason);
	for (size_t i = 0; i < report->difference_count; i++)
		free(report->differences[i]);
	free(report->rows);
	free(report->groups);
	free(report->differences);
	free(report->refusal);
	free(report->caution);
	memset(report, 0, sizeof(*report));
}
