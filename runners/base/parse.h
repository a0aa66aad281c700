/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as people write them: in options, suites and values of axes. */
#ifndef MMGAUGE_PARSE_H
#define MMGAUGE_PARSE_H

#include <stdint.h>

/* "90", "90s", "5m", "1h", "30d" to seconds; -EINVAL. */
int parse_seconds(const char *text, double *seconds);
/* "1", "1%", "0.5%" to 0.01 and 0.005; -EINVAL. */
int parse_percent(const char *text, double *share);
/* Decimal with an optional K, M or G (binary) suffix; -EINVAL, -ERANGE. */
int parse_count(const char *text, uint64_t *count);

#endif
