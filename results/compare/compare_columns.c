// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures that a row of a comparison may have. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare_table.h"

static char *fill_base(const struct comparison *row,
		       const struct format_scale *scale, char text[64])
{
	return format_number(row->base * scale->factor, text, 64);
}

static char *fill_new(const struct comparison *row,
		      const struct format_scale *scale, char text[64])
{
	return format_number(row->new * scale->factor, text, 64);
}

static char *fill_change(const struct comparison *row,
			 const struct format_scale *scale, char text[64])
{
	(void)scale;
	return format_change(row->ratio, text, 64);
}

static char *fill_interval(const struct comparison *row,
			   const struct format_scale *scale, char text[64])
{
	(void)scale;
	return format_interval(row->low, row->high, text, 64);
}

static char *fill_q(const struct comparison *row,
		    const struct format_scale *scale, char text[64])
{
	(void)scale;
	snprintf(text, 64, isfinite(row->q) ? "%.2g" : "-", row->q);
	return text;
}

static char *fill_boots(const struct comparison *row,
			const struct format_scale *scale, char text[64])
{
	(void)scale;
	snprintf(text, 64, "%u:%u", row->base_boots, row->new_boots);
	return text;
}

static char *fill_verdict(const struct comparison *row,
			  const struct format_scale *scale, char text[64])
{
	(void)scale;
	snprintf(text, 64, "%s", verdict_name(row->verdict));
	return text;
}

static const struct compare_column columns_known[] = {
	{ .name = "base", .fill = fill_base },
	{ .name = "new", .fill = fill_new },
	{ .name = "change", .fill = fill_change },
	{ .name = "interval", .fill = fill_interval },
	{ .name = "q", .fill = fill_q },
	{ .name = "boots", .fill = fill_boots },
	{ .name = "verdict", .fill = fill_verdict, .to_the_left = true },
};

#define KNOWN (sizeof(columns_known) / sizeof(*columns_known))

const char *compare_column_names(void)
{
	static char names[128];
	size_t used = 0;

	for (size_t i = 0; i < KNOWN; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", i ? "|" : "",
					 columns_known[i].name);
	return names;
}

/* An interval that is one number says what the change does. */
static bool any_interval(const struct compare_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		for (size_t k = 0; k < table->families[i].count; k++) {
			const struct comparison *row =
				table->families[i].lines[k]->row;

			if (row->high - row->low > 5e-5)
				return true;
		}
	return false;
}

size_t
compare_columns(const struct compare_table *table, const char *names,
		const struct compare_column *columns[COMPARE_COLUMNS_MAX])
{
	size_t count = 0;

	if (!names)
		names = any_interval(table) ? "base,new,change,interval" :
					      "base,new,change";
	while (*names && count < COMPARE_COLUMNS_MAX) {
		size_t length = strcspn(names, ",");

		for (size_t i = 0; i < KNOWN; i++)
			if (strlen(columns_known[i].name) == length &&
			    !strncmp(columns_known[i].name, names, length))
				columns[count++] = &columns_known[i];
		names += length;
		names += *names == ',';
	}
	return count;
}
