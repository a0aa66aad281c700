// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

int parse_seconds(const char *text, double *seconds)
{
	static const struct {
		const char *suffix;
		double factor;
	} units[] = { { "", 1 },     { "s", 1 },    { "ms", 0.001 },
		      { "m", 60 },   { "min", 60 }, { "h", 3600 },
		      { "d", 86400 } };
	char *end;
	double value = strtod(text, &end);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (end != text && !strcmp(end, units[i].suffix) &&
		    isfinite(value) && value > 0) {
			*seconds = value * units[i].factor;
			return 0;
		}
	return -EINVAL;
}

int parse_percent(const char *text, double *share)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || (*end && strcmp(end, "%")) || !isfinite(value) ||
	    value < 0 || value > 100)
		return -EINVAL;
	*share = value / 100;
	return 0;
}

int parse_count(const char *text, uint64_t *count)
{
	static const char suffixes[] = "KMG";
	char *end;
	const char *suffix;
	unsigned int shift = 0;

	/* strtoull() would take "-1" and leading blanks. */
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*count = strtoull(text, &end, 10);
	if (errno)
		return -ERANGE;
	if (*end) {
		suffix = strchr(suffixes, *end & ~0x20);
		if (!suffix || end[1])
			return -EINVAL;
		shift = 10 * (unsigned int)(suffix - suffixes + 1);
	}
	if (*count > UINT64_MAX >> shift)
		return -ERANGE;
	*count <<= shift;
	return 0;
}
