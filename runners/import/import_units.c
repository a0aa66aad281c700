// SPDX-License-Identifier: GPL-2.0-or-later
/* Units of others, and which direction of them is better. */
#include <stdio.h>
#include <string.h>

#include "import.h"

/* A numerator that can be told to be a cost, and what it is here. */
static const struct unit_row {
	const char *name, *here;
	double divide, multiply;
} rows[] = {
	{ "s", "s", 1, 1 },
	{ "sec", "s", 1, 1 },
	{ "ms", "s", 1e3, 1 },
	{ "us", "s", 1e6, 1 },
	{ "ns", "s", 1e9, 1 },
	{ "instruction", "instruction", 1, 1 },
	{ "instructions", "instruction", 1, 1 },
	{ "cycles", "cycle", 1, 1 },
	{ "B", "byte", 1, 1 },
	{ "byte", "byte", 1, 1 },
	{ "bytes", "byte", 1, 1 },
	{ "kB", "byte", 1, 1e3 },
	{ "MB", "byte", 1, 1e6 },
	{ "GB", "byte", 1, 1e9 },
	{ "allocs", "alloc", 1, 1 },
	{ "alloc", "alloc", 1, 1 },
};

static bool said(const struct import *import, const char *unit, bool *higher)
{
	size_t length = strlen(unit);

	for (size_t i = 0; import->units && i < import->units->count; i++) {
		const char *item = import->units->items[i];

		if (strncmp(item, unit, length) || item[length] != '=')
			continue;
		*higher = !strcmp(item + length + 1, "higher");
		return true;
	}
	return false;
}

static const struct unit_row *find(const char *unit, size_t length)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strlen(rows[i].name) == length &&
		    !strncmp(rows[i].name, unit, length))
			return &rows[i];
	return NULL;
}

bool import_unit_known(const char *unit)
{
	size_t length = strcspn(unit, "/");

	return find(unit, length) || (length && !strcmp(unit + length, "/s"));
}

bool import_unit(const struct import *import, const char *unit,
		 const char *better, struct import_unit *found)
{
	size_t length = strcspn(unit, "/");
	const struct unit_row *row = find(unit, length);
	const char *per = strcmp(unit + length, "/op") ? unit + length : "";
	bool known = import_unit_known(unit);

	*found = (struct import_unit){
		.divide = row ? row->divide : 1,
		.multiply = row ? row->multiply : 1,
		/* So much a second is speed; so much of anything else, cost. */
		.higher_is_better = !strcmp(per, "/s"),
	};
	snprintf(found->name, sizeof(found->name), "%.*s%.20s",
		 row ? 40 : (int)(length < 40 ? length : 40),
		 row ? row->here : unit, per);
	if (better)
		found->higher_is_better = !strcmp(better, "higher");
	return (said(import, unit, &found->higher_is_better) || known ||
		better) &&
	       *unit;
}

/* Nanoseconds that `mmgauge export` wrote are the same when it does again. */
double import_value(const struct import_unit *unit, double value)
{
	return value * unit->multiply / unit->divide;
}
