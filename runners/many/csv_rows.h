/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a file of separated values (RFC 4180), by libcsv. */
#ifndef MMGAUGE_CSV_ROWS_H
#define MMGAUGE_CSV_ROWS_H

#include <stddef.h>

#include "results/base/error.h"

/* More of a file, or of the fields of a row, is refused. */
#define CSV_BYTES_MAX ((size_t)256 << 20)
#define CSV_FIELDS_MAX 1024

struct csv_field {
	char *text; /* UTF-8, without the quotes and the blanks around it */
	size_t line, column; /* where it begins, from 1; columns are bytes */
};

struct csv_row {
	const char *path;
	struct csv_field *fields;
	size_t count; /* never 0: empty lines are no rows */
};

/* "" behind the last. */
static inline const char *csv_field_text(const struct csv_row *row,
					 size_t field)
{
	return field < row->count ? row->fields[field].text : "";
}

/* Told of every row, which lasts for the call. What is not 0 ends it all. */
typedef int (*csv_row_note)(const struct csv_row *row, void *data,
			    struct error *err);

/*
 * Read @path, which is UTF-8, or UTF-16 with a byte order mark. A tab in the
 * first line makes tabs the separators; else a semicolon, semicolons; else they
 * are commas. -EINVAL with FILE:LINE[:COLUMN] for what cannot be read.
 */
int csv_read(const char *path, csv_row_note note, void *data,
	     struct error *err);

/* The same of @bytes that @path is the name of. */
int csv_read_text(const char *path, const char *bytes, size_t length,
		  csv_row_note note, void *data, struct error *err);

/* "FILE:LINE:COLUMN: 'FIELD': what: remedy"; -EINVAL. It may be missing. */
int csv_refuse(const struct csv_row *row, size_t field, const char *what,
	       const char *remedy, struct error *err);

#endif
