/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers for people: seconds become ns, us, ms, instructions "instr", a ratio
 * a change in percent. Four significant digits, an exponent only below 0.0001
 * and from 1e12, "-" for what is unknown (NaN). Everything written is ASCII.
 */
#ifndef MMGAUGE_FORMAT_H
#define MMGAUGE_FORMAT_H

#include <stddef.h>

/* What to multiply a value of a unit by, and the unit it then has. */
struct format_scale {
	double factor;
	char unit[48];
};

/* The scale that suits @typical, so that several values can share one. */
struct format_scale format_scale(const char *unit, double typical);

/* All write at most @size bytes and return @buffer. 64 bytes hold any. */
char *format_number(double value, char *buffer, size_t size);
char *format_quantity(double value, const char *unit, char *buffer,
		      size_t size); /* 1.234 us/page */
char *format_change(double ratio, char *buffer, size_t size); /* +5.43 % */
char *format_interval(double low, double high, char *buffer,
		      size_t size); /* of ratios: [+4.1, +6.8] % */

/* A new string like sprintf's; NULL when out of memory. */
char *format_string(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
