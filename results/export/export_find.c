// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "export_find.h"

#define EXPORT_ROW(name) &export_format_##name,

static const struct export_format *const formats[] = {
	EXPORT_FORMATS(EXPORT_ROW) NULL,
};

const struct export_format *export_format(const char *name)
{
	size_t i = 0;

	while (formats[i] && strcmp(formats[i]->name, name) != 0)
		i++;
	return formats[i];
}

const char *export_format_names(void)
{
	static char names[64];
	size_t used = 0;

	for (size_t i = 0; formats[i]; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", i ? "|" : "",
					 formats[i]->name);
	return names;
}

/* 1 when there is one. */
static int find_profile(const struct cell *cell, const char *metric,
			const char **found, struct profile *profile)
{
	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct trial *trial = &cell->trials[i];

		for (size_t k = 0; k < trial->metric_count; k++) {
			int ret;

			*found = trial->metrics[k].name;
			if (metric && strcmp(metric, *found) != 0)
				continue;
			ret = profile_of(trial, *found, profile);
			if (ret)
				return ret;
		}
	}
	return 0;
}

int export_find(const struct result *result, const char *glob,
		const char *const *axes, size_t axis_count, const char *metric,
		const struct cell **cell, const char **found,
		struct profile *profile, struct error *err)
{
	char first[512], second[512];
	int ret;

	*cell = NULL;
	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *other = &result->cells[i];

		if (!export_wanted(other, glob, axes, axis_count) ||
		    !other->trial_count)
			continue;
		if (*cell)
			return error_set(
				err, -EINVAL,
				"%.300s and %.300s: choose one with "
				"-p AXIS=V",
				cell_label(*cell, first, sizeof(first)),
				cell_label(other, second, sizeof(second)));
		*cell = other;
	}
	if (!*cell)
		return error_set(err, -ENOENT,
				 "%s: the run has measured no such cell: see "
				 "`mmgauge compare RUN RUN --all`",
				 glob);
	ret = find_profile(*cell, metric, found, profile);
	if (ret > 0)
		return 0;
	return ret ? error_set(err, ret, "out of memory") :
		     error_set(err, -ENOENT,
			       "%.300s: no profile of %s: measure it with "
			       "`mmgauge run --profile=calls`",
			       cell_label(*cell, first, sizeof(first)),
			       metric ? metric : "any metric");
}
