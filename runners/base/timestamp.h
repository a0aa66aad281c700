/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time, as files write them. */
#ifndef MMGAUGE_TIMESTAMP_H
#define MMGAUGE_TIMESTAMP_H

/* Only what is of one kind has an order. */
enum timestamp_kind {
	TIMESTAMP_NUMBER, /* since 1970, or any count */
	TIMESTAMP_ZONED, /* a date and time with its zone */
	TIMESTAMP_LOCAL, /* a date, perhaps a time, of an unnamed zone */
};

struct timestamp {
	enum timestamp_kind kind;
	double seconds; /* of NUMBER, too, if it can be milliseconds or less */
};

/*
 * Read a number, or a date of ISO 8601: 2026-01-31 or 20260131T, with a time
 * behind T or a blank, with a fraction, with Z, UTC, +01, +0100 or +01:00.
 * Numbers from 1e11, 1e14 and 1e17 on are milli-, micro- and nanoseconds.
 * 0 or -EINVAL.
 */
int timestamp_parse(const char *text, struct timestamp *timestamp);

#endif
