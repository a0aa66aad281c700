// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reasons.h"

/* Those told of to the front; among them the order stays. */
static int sort_told(struct reasons *reasons, double threshold)
{
	struct why *items = reasons->list.items;
	struct why *others = calloc(reasons->list.count + 1, sizeof(*others));
	size_t count = 0;

	if (!others)
		return -ENOMEM;
	for (size_t i = 0; i < reasons->list.count; i++) {
		if (why_is_told(&items[i], threshold))
			items[reasons->told++] = items[i];
		else
			others[count++] = items[i];
	}
	if (count)
		memcpy(items + reasons->told, others, count * sizeof(*others));
	free(others);
	return 0;
}

int reasons_make(const struct compare_report *report, struct reasons *reasons)
{
	int ret;

	*reasons = (struct reasons){ 0 };
	ret = why_list_make(report, NULL, 0, &reasons->list);
	return ret ? ret : sort_told(reasons, report->options.threshold);
}

void reasons_free(struct reasons *reasons)
{
	why_list_free(&reasons->list);
}

size_t reasons_drawn(const struct reasons *reasons)
{
	return reasons->told < REASONS_DRAWN ? reasons->told : REASONS_DRAWN;
}
