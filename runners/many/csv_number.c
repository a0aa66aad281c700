// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv_number.h"

/* Longer ones are no figures. */
#define NUMBER_MAX 64

bool csv_is_missing(const char *text)
{
	static const char *const words[] = { "",     "-",    "na",
					     "n/a",  "#n/a", "nan",
					     "null", "nil",  "none" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return false;
}

/* 1 to 3 digits, then groups of three up to the end or the point. */
static bool has_groups(const char *text)
{
	size_t digits;

	text += strspn(text, "+-");
	digits = strspn(text, "0123456789");
	if (!digits || digits > 3)
		return false;
	for (text += digits; *text == ','; text += 4)
		if (strspn(text + 1, "0123456789") != 3)
			return false;
	return !strchr(text, ',');
}

/* As C writes it; NULL, or why not. */
static const char *plain(const char *text, enum csv_comma comma, char *number)
{
	if (!strchr(text, ',')) {
		strcpy(number, text);
		return NULL;
	}
	if (comma == CSV_COMMA_UNKNOWN)
		return "its comma is a group's or a decimal one";
	if (comma == CSV_COMMA_DECIMAL) {
		if (strchr(text, '.') ||
		    strchr(text, ',') != strrchr(text, ','))
			return "more than a decimal comma";
		strcpy(number, text);
		*strchr(number, ',') = '.';
		return NULL;
	}
	if (!has_groups(text))
		return "its commas make no groups of three digits";
	for (; *text; text++)
		if (*text != ',')
			*number++ = *text;
	*number = '\0';
	return NULL;
}

const char *csv_number(const char *text, enum csv_comma comma, double *value)
{
	char number[NUMBER_MAX], *end;
	const char *why;
	double read;

	if (strlen(text) >= sizeof(number) || !*text)
		return "the value is not a number";
	strtod(text, &end);
	/* strtod() takes more than we do, but these for what they are. */
	if (!*end && strpbrk(text, "nN"))
		return "the value is not finite";
	if (text[strspn(text, "+-0123456789.,eE")])
		return "the value is not a number";
	why = plain(text, comma, number);
	if (why)
		return why;
	read = strtod(number, &end);
	if (*end || end == number)
		return "the value is not a number";
	if (!isfinite(read))
		return "the value is not finite";
	*value = read;
	return NULL;
}
