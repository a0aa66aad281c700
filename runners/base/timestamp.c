// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "timestamp.h"

static bool parse_number(const char *text, double *seconds)
{
	char *end;
	double number;

	/* No hexadecimals, no infinities. */
	if (!*text || text[strspn(text, "+-0123456789.eE")])
		return false;
	number = strtod(text, &end);
	/* A date begins as a number does. */
	if (*end || !isfinite(number))
		return false;
	*seconds = number;
	for (double least = 1e17, unit = 1e9; unit > 1;
	     least /= 1000, unit /= 1000)
		if (fabs(*seconds) >= least) {
			*seconds /= unit;
			break;
		}
	return true;
}

/* Behind the time of day and its fraction; NULL: there is none. */
static const char *parse_clock(const char *text, struct tm *tm,
			       double *fraction)
{
	const char *end = strptime(text, "%H:%M:%S", tm), *digits;

	if (!end)
		end = strptime(text, "%H:%M", tm);
	if (!end)
		end = strptime(text, "%H%M%S", tm);
	if (!end || (*end != '.' && *end != ','))
		return end;
	digits = end + 1;
	end = digits + strspn(digits, "0123456789");
	for (const char *at = end; at > digits;)
		*fraction = (*fraction + (*--at - '0')) / 10;
	return end;
}

static bool parse_zone(const char *text, struct timestamp *timestamp)
{
	struct tm tm = { 0 };
	const char *end;

	text += strspn(text, " ");
	if (!*text) {
		timestamp->kind = TIMESTAMP_LOCAL;
		return true;
	}
	timestamp->kind = TIMESTAMP_ZONED;
	if (!strcmp(text, "UTC") || !strcmp(text, "GMT"))
		return true;
	end = strptime(text, "%z", &tm);
	timestamp->seconds -= (double)tm.tm_gmtoff;
	return end && !*end;
}

/* Behind the date, which is one: there is no 31st of February. */
static const char *parse_date(const char *text, struct tm *tm)
{
	const char *end = strptime(text, "%Y-%m-%d", tm);
	struct tm real;

	if (!end)
		end = strptime(text, "%Y/%m/%d", tm);
	if (!end)
		end = strptime(text, "%Y%m%d", tm);
	real = *tm;
	timegm(&real);
	return end && real.tm_mday == tm->tm_mday ? end : NULL;
}

int timestamp_parse(const char *text, struct timestamp *timestamp)
{
	struct tm tm = { 0 };
	const char *end;

	*timestamp = (struct timestamp){ .kind = TIMESTAMP_NUMBER };
	if (parse_number(text, &timestamp->seconds))
		return 0;
	end = parse_date(text, &tm);
	if (end && (*end == 'T' || *end == ' '))
		end = parse_clock(end + 1 + strspn(end + 1, " "), &tm,
				  &timestamp->seconds);
	if (!end)
		return -EINVAL;
	timestamp->seconds += (double)timegm(&tm);
	return parse_zone(end, timestamp) ? 0 : -EINVAL;
}
