// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "results/base/text.h"

/*
 * The numerator of a unit: what people call it at which size. A row is for
 * values from @from up; the last of a unit's rows takes all smaller ones.
 */
static const struct scale_row {
	const char *unit;
	double from;
	double factor;
	const char *name;
} scale_rows[] = {
	{ "s", 1, 1, "s" },
	{ "s", 1e-3, 1e3, "ms" },
	{ "s", 1e-6, 1e6, "us" },
	{ "s", 0, 1e9, "ns" },
	{ "instruction", 0, 1, "instr" },
	{ "byte", 1e9, 1e-9, "GB" },
	{ "byte", 1e6, 1e-6, "MB" },
	{ "byte", 1e3, 1e-3, "kB" },
	{ "byte", 0, 1, "B" },
};

struct format_scale format_scale(const char *unit, double typical)
{
	struct format_scale scale = { .factor = 1 };
	size_t length = strcspn(unit, "/");

	snprintf(scale.unit, sizeof(scale.unit), "%s", unit);
	for (size_t i = 0; i < sizeof(scale_rows) / sizeof(*scale_rows); i++) {
		const struct scale_row *row = &scale_rows[i];

		if (strlen(row->unit) != length ||
		    strncmp(row->unit, unit, length))
			continue;
		scale.factor = row->factor;
		snprintf(scale.unit, sizeof(scale.unit), "%s%s", row->name,
			 unit + length);
		if (fabs(typical) >= row->from)
			break;
	}
	return scale;
}

static int decimals(double value)
{
	value = fabs(value);
	if (value >= 999.95)
		return 0;
	if (value >= 99.995)
		return 1;
	if (value >= 9.9995)
		return 2;
	return value >= 0.99995 || value == 0 ? 3 : 4;
}

char *format_number(double value, char *buffer, size_t size)
{
	if (!isfinite(value))
		snprintf(buffer, size, "-");
	else if (value == 0)
		snprintf(buffer, size, "0");
	else if (fabs(value) >= 1e12 || fabs(value) < 1e-4)
		snprintf(buffer, size, "%.4g", value);
	else
		snprintf(buffer, size, "%.*f", decimals(value), value);
	return buffer;
}

char *format_quantity(double value, const char *unit, char *buffer, size_t size)
{
	struct format_scale scale = format_scale(unit, value);
	char number[32];

	if (!isfinite(value))
		return format_number(value, buffer, size);
	snprintf(buffer, size, "%s %s",
		 format_number(value * scale.factor, number, sizeof(number)),
		 scale.unit);
	return buffer;
}

/* Signed percent of a ratio; a change that rounds to nothing has no sign. */
static void percent(double ratio, char *buffer, size_t size)
{
	double change = (ratio - 1) * 100;
	int digits = fabs(change) < 9.995 ? 2 : fabs(change) < 99.95 ? 1 : 0;

	if (fabs(change) < 0.005)
		snprintf(buffer, size, "0.00");
	else if (fabs(change) >= 1e7)
		snprintf(buffer, size, "%+.2g", change);
	else
		snprintf(buffer, size, "%+.*f", digits, change);
}

char *format_change(double ratio, char *buffer, size_t size)
{
	char number[32];

	if (!isfinite(ratio)) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	percent(ratio, number, sizeof(number));
	snprintf(buffer, size, "%s %%", number);
	return buffer;
}

char *format_interval(double low, double high, char *buffer, size_t size)
{
	char from[32], to[32];

	if (!isfinite(low) || !isfinite(high)) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	percent(low, from, sizeof(from));
	percent(high, to, sizeof(to));
	snprintf(buffer, size, "[%s, %s] %%", from, to);
	return buffer;
}

char *format_string(const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	text = length < 0 ? NULL : malloc((size_t)length + 1);
	if (!text) {
		text_lose();
		return NULL;
	}
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}
