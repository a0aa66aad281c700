/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_INDEX_PARTS_H
#define MMGAUGE_INDEX_PARTS_H

#include <sqlite3.h>

#include "index.h"

#define INDEX_NAME ".index.sqlite"

struct index {
	sqlite3 *db;
	char *folder;
	const char *rebuilt;
	size_t read;
	struct index_run *runs;
	long long *keys; /* of the runs, in the database; rise with the files */
	size_t count;
};

/* -EIO and a line; -EBADMSG when the file is no index of ours, or damaged. */
int index_fault(const struct index *index, int code, struct error *err);

/* Bring the database up to date with the folder: as index_fault(). */
int index_refresh(struct index *index, struct error *err);

/* Fill in the runs. */
int index_load_runs(struct index *index, struct error *err);
void index_free_runs(struct index *index);

/* What @cell did, as text; a new string. */
char *index_state_text(const struct cell *cell);

/* The other way, into a cell of @result; takes @state, which may be NULL. */
int index_state_restore(json_t *state, const char *cell_name,
			struct result *result);

int index_prepare(const struct index *index, const char *sql,
		  sqlite3_stmt **statement, struct error *err);

#endif
