/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the columns of a table of figures are, by the names people give them. */
#ifndef MMGAUGE_CSV_COLUMNS_H
#define MMGAUGE_CSV_COLUMNS_H

#include <stdbool.h>

#include "csv_rows.h"

enum csv_role {
	CSV_OTHER, /* not read */
	CSV_TIME,
	CSV_VALUE,
	CSV_COMMIT,
	CSV_SUBJECT, /* of the commit: its title */
	CSV_METRIC, /* what was measured; several make one name */
	CSV_UNIT,
};

struct csv_columns {
	enum csv_role roles[CSV_FIELDS_MAX];
	char *titles
		[CSV_FIELDS_MAX]; /* of values in several columns, or NULL */
	size_t count;
	bool named; /* by a line of the file */
};

/*
 * Does @row name columns? A first one does with a name that is known, or with
 * no number; a later one with such a name and none.
 */
bool csv_is_header(const struct csv_columns *columns,
		   const struct csv_row *row);

/* Of a line of names; of a first line without. -EINVAL, -ENOMEM. */
int csv_name_columns(struct csv_columns *columns, const struct csv_row *row,
		     struct error *err);
int csv_guess_columns(struct csv_columns *columns, const struct csv_row *row,
		      struct error *err);

/* The first field of that role; "" without one. */
const char *csv_text(const struct csv_columns *columns,
		     const struct csv_row *row, enum csv_role role);

void csv_columns_free(struct csv_columns *columns);

#endif
