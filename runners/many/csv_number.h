/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as tables of people and of other programs have them. */
#ifndef MMGAUGE_CSV_NUMBER_H
#define MMGAUGE_CSV_NUMBER_H

#include <stdbool.h>

/* What a comma inside a number is; who does not say is asked. */
enum csv_comma { CSV_COMMA_UNKNOWN, CSV_COMMA_GROUP, CSV_COMMA_DECIMAL };

/* Empty, -, NA, NaN, null and the like: there is no value. */
bool csv_is_missing(const char *text);

/* NULL, or why @text is no number; *@value is then left alone. */
const char *csv_number(const char *text, enum csv_comma comma, double *value);

#endif
