// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "index_parts.h"

int index_fault(const struct index *index, int code, struct error *err)
{
	bool damaged = (code & 0xff) == SQLITE_CORRUPT ||
		       (code & 0xff) == SQLITE_NOTADB ||
		       /* Tables of other names, or columns. */
		       (code & 0xff) == SQLITE_ERROR;

	return error_set(err, damaged ? -EBADMSG : -EIO,
			 "%s/" INDEX_NAME ": %s: remove it, it will be made "
			 "anew",
			 index->folder, sqlite3_errstr(code));
}

int index_prepare(const struct index *index, const char *sql,
		  sqlite3_stmt **statement, struct error *err)
{
	int code = sqlite3_prepare_v2(index->db, sql, -1, statement, NULL);

	return code ? index_fault(index, code, err) : 0;
}
