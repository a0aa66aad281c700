// SPDX-License-Identifier: GPL-2.0-or-later
#include "cell_filter.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX 128

int cell_filter_check(const struct cell_filter *filter, struct error *err)
{
	for (size_t i = 0; i < filter->axis_count; i++) {
		const char *equals = strchr(filter->axes[i], '=');

		if (!equals || equals == filter->axes[i] || !equals[1])
			return error_set(err, -EINVAL,
					 "-p: '%.200s' is no AXIS=V[,V...]: "
					 "give one, like memory=thp",
					 filter->axes[i]);
	}
	return 0;
}

static bool takes_value(const char *wanted, const struct axis_value *axis)
{
	char value[VALUE_MAX], glob[VALUE_MAX];

	if (axis->text)
		snprintf(value, sizeof(value), "%s", axis->text);
	else
		snprintf(value, sizeof(value), "%" PRIu64, axis->number);
	while (*wanted) {
		size_t length = strcspn(wanted, ",");

		snprintf(glob, sizeof(glob), "%.*s", (int)length, wanted);
		if (!fnmatch(glob, value, 0))
			return true;
		wanted += length;
		wanted += *wanted == ',';
	}
	return false;
}

static bool takes_axis(const char *wanted, const struct cell *cell)
{
	size_t length = strcspn(wanted, "=");

	for (size_t i = 0; i < cell->axis_count; i++)
		if (strlen(cell->axes[i].axis) == length &&
		    !strncmp(cell->axes[i].axis, wanted, length))
			return takes_value(wanted + length + 1, &cell->axes[i]);
	return false;
}

bool cell_filter_takes(const struct cell_filter *filter,
		       const struct cell *cell)
{
	bool named = !filter->glob_count;

	for (size_t i = 0; i < filter->glob_count && !named; i++)
		named = !fnmatch(filter->globs[i], cell->name, 0);
	for (size_t i = 0; i < filter->axis_count && named; i++)
		named = takes_axis(filter->axes[i], cell);
	return named;
}

static bool has_case(const struct result *result, const char *glob)
{
	for (size_t i = 0; i < result->cell_count; i++)
		if (!fnmatch(glob, result->cells[i].name, 0))
			return true;
	return false;
}

const char *cell_filter_unused(const struct cell_filter *filter,
			       const struct result *const *results,
			       size_t count)
{
	for (size_t i = 0; i < filter->glob_count; i++) {
		bool used = false;

		for (size_t k = 0; k < count && !used; k++)
			used = has_case(results[k], filter->globs[i]);
		if (!used)
			return filter->globs[i];
	}
	return NULL;
}
