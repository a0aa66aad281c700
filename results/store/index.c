// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index_parts.h"
#include "results/format.h"

/* Of these tables; another one is made anew. */
#define VERSION 1
#define APPLICATION 0x6d6d6761 /* "mmga" */
#define PATIENCE 60000 /* ms that another process may fill it */

static const char name[] = "/" INDEX_NAME;

/*
 * A series lies together, run by run, so that reading one reads few pages.
 * States are few: what a cell does seldom changes.
 */
static const char schema[] =
	"CREATE TABLE run(key INTEGER PRIMARY KEY, file TEXT UNIQUE NOT NULL,"
	" stamp TEXT NOT NULL, problem TEXT, isforeign INTEGER NOT NULL,"
	" id TEXT, started TEXT, release TEXT, commit_id TEXT, title TEXT,"
	" clock TEXT, accelerator TEXT, fingerprint TEXT, machine TEXT,"
	" configuration TEXT, cells INTEGER, measured INTEGER, profile INTEGER);"
	"CREATE TABLE series(key INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	" unit TEXT NOT NULL, higher INTEGER NOT NULL, UNIQUE(name, unit));"
	"CREATE TABLE point(series INTEGER, run INTEGER, value REAL,"
	" PRIMARY KEY(series, run)) WITHOUT ROWID;"
	"CREATE TABLE cell(key INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);"
	"CREATE TABLE state(key INTEGER PRIMARY KEY, text TEXT UNIQUE NOT NULL);"
	"CREATE TABLE did(cell INTEGER, run INTEGER, state INTEGER,"
	" PRIMARY KEY(cell, run)) WITHOUT ROWID;";

/* What a PRAGMA says; negative when the file is none of SQLite's. */
static long long pragma(const struct index *index, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	long long value = -1;

	if (!sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) &&
	    sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static int make_tables(struct index *index, struct error *err)
{
	char *sql = format_string("BEGIN IMMEDIATE;PRAGMA application_id=%d;"
				  "PRAGMA user_version=%d;%s COMMIT;",
				  APPLICATION, VERSION, schema);
	int code = sql ? sqlite3_exec(index->db, sql, NULL, NULL, NULL) :
			 SQLITE_NOMEM;

	free(sql);
	return code ? index_fault(index, code, err) : 0;
}

/* Tables of ours, made where there are none: -EBADMSG for anything else. */
static int check_tables(struct index *index, struct error *err)
{
	long long ours = pragma(index, "PRAGMA application_id");

	if (!ours && !pragma(index, "SELECT count(*) FROM sqlite_master"))
		return make_tables(index, err);
	if (ours == APPLICATION &&
	    pragma(index, "PRAGMA user_version") == VERSION)
		return 0;
	return error_set(err, -EBADMSG, "%s%s: not an index of this version",
			 index->folder, name);
}

static int open_database(struct index *index, const char *path,
			 struct error *err)
{
	int code = sqlite3_open_v2(path, &index->db,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
				   NULL);

	if (code)
		return index_fault(index, code, err);
	sqlite3_busy_timeout(index->db, PATIENCE);
	/* What a crash leaves half-written is made anew. */
	sqlite3_exec(index->db,
		     "PRAGMA cache_size=-32768;PRAGMA synchronous=OFF;"
		     "PRAGMA temp_store=MEMORY;",
		     NULL, NULL, NULL);
	return check_tables(index, err);
}

static void close_database(struct index *index)
{
	index_free_runs(index);
	sqlite3_close(index->db);
	index->db = NULL;
}

static int use(struct index *index, const char *path, struct error *err)
{
	int ret = open_database(index, path, err);

	if (!ret)
		ret = index_refresh(index, err);
	if (!ret)
		ret = index_load_runs(index, err);
	if (ret)
		close_database(index);
	return ret;
}

/* A damaged one is made anew; one that cannot be kept is in memory. */
static int use_any(struct index *index, const char *path, struct error *err)
{
	int ret = use(index, path, err);

	if (ret == -EBADMSG && !unlink(path)) {
		index->rebuilt = "damaged, or of another version";
		ret = use(index, path, err);
	}
	return ret == -EIO || ret == -EBADMSG ? use(index, ":memory:", err) :
						ret;
}

int index_open(const char *folder, struct index **index, struct error *err)
{
	char *path = format_string("%s%s", folder, name);
	struct index *made = calloc(1, sizeof(*made));
	int ret = -ENOMEM;

	*index = NULL;
	if (made)
		made->folder = strdup(folder);
	if (path && made && made->folder)
		ret = use_any(made, path, err);
	else
		error_set(err, ret, "out of memory");
	free(path);
	if (ret)
		index_close(made);
	else
		*index = made;
	return ret;
}

void index_close(struct index *index)
{
	if (!index)
		return;
	close_database(index);
	free(index->folder);
	free(index);
}

const char *index_rebuilt(const struct index *index)
{
	return index->rebuilt;
}

size_t index_read(const struct index *index)
{
	return index->read;
}

const struct index_run *index_runs(const struct index *index, size_t *count)
{
	*count = index->count;
	return index->runs;
}
