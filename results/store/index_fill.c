// SPDX-License-Identifier: GPL-2.0-or-later
/* From the files of a folder into its index. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index_parts.h"
#include "results/format.h"
#include "results/level.h"
#include "results/store/result_file.h"

/* Statements by what they do, prepared once for all files. */
enum {
	FITS,
	ADD_RUN,
	ADD_POINT,
	ADD_DID,
	FIND_SERIES, /* what is added when there is none comes next */
	ADD_SERIES,
	FIND_CELL,
	ADD_CELL,
	FIND_STATE,
	ADD_STATE,
	KEEP, /* of a table that is made on the way */
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
	[FITS] = "SELECT key FROM run WHERE file=?1 AND stamp=?2",
	[ADD_RUN] = ("INSERT INTO run VALUES(NULL,?1,?2,?3,?4,?5,?6,?7,?8,?9,"
		     "?10,?11,?12,?13,?14,?15,?16,?17)"),
	[ADD_POINT] = "INSERT OR REPLACE INTO point VALUES(?1,?2,?3)",
	[ADD_DID] = "INSERT OR REPLACE INTO did VALUES(?1,?2,?3)",
	[FIND_SERIES] = "SELECT key FROM series WHERE name=?1 AND unit=?2",
	[ADD_SERIES] = "INSERT INTO series VALUES(NULL,?1,?2,?3)",
	[FIND_CELL] = "SELECT key FROM cell WHERE name=?1",
	[ADD_CELL] = "INSERT INTO cell VALUES(NULL,?1)",
	[FIND_STATE] = "SELECT key FROM state WHERE text=?1",
	[ADD_STATE] = "INSERT INTO state VALUES(NULL,?1)",
	[KEEP] = "INSERT OR IGNORE INTO kept VALUES(?1)",
};

struct filling {
	struct index *index;
	sqlite3_stmt *statements[STATEMENTS];
	struct error *err;
	size_t stale; /* entries of the index that fitted no file */
	size_t fitting;
};

static int step(struct filling *filling, int which)
{
	sqlite3_stmt *statement = filling->statements[which];
	int code = sqlite3_step(statement);

	sqlite3_reset(statement);
	return code == SQLITE_DONE ?
		       0 :
		       index_fault(filling->index, code, filling->err);
}

static void bind_text(struct filling *filling, int which, int at,
		      const char *text)
{
	sqlite3_bind_text(filling->statements[which], at, text, -1,
			  SQLITE_TRANSIENT);
}

static void bind_key(struct filling *filling, int which, int at, long long key)
{
	sqlite3_bind_int64(filling->statements[which], at, key);
}

/*
 * The key of what statement @find looks for, added by the next one when there
 * is none.
 */
static int find_or_add(struct filling *filling, int find, long long *key)
{
	sqlite3_stmt *statement = filling->statements[find];
	bool found = sqlite3_step(statement) == SQLITE_ROW;
	int ret = 0;

	if (found)
		*key = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	if (found)
		return 0;
	ret = step(filling, find + 1);
	*key = sqlite3_last_insert_rowid(filling->index->db);
	return ret;
}

static int find_text(struct filling *filling, int find, const char *text,
		     long long *key)
{
	bind_text(filling, find, 1, text);
	bind_text(filling, find + 1, 1, text);
	return find_or_add(filling, find, key);
}

static int add_state(struct filling *filling, const struct cell *cell,
		     const char *label, long long run)
{
	char *text = index_state_text(cell);
	long long key = 0, state = 0;
	int ret;

	if (!text)
		return error_set(filling->err, -ENOMEM, "out of memory");
	ret = find_text(filling, FIND_CELL, label, &key);
	if (!ret)
		ret = find_text(filling, FIND_STATE, text, &state);
	free(text);
	bind_key(filling, ADD_DID, 1, key);
	bind_key(filling, ADD_DID, 2, run);
	bind_key(filling, ADD_DID, 3, state);
	return ret ? ret : step(filling, ADD_DID);
}

static int add_point(struct filling *filling, const struct cell *cell,
		     const struct metric *metric, const char *label,
		     long long run)
{
	double level = cell_level(cell, metric->name);
	long long series = 0;
	char *name;
	int ret;

	if (isnan(level))
		return 0;
	name = format_string("%s %s", label, metric->name);
	if (!name)
		return error_set(filling->err, -ENOMEM, "out of memory");
	bind_text(filling, FIND_SERIES, 2, metric->unit);
	bind_text(filling, ADD_SERIES, 2, metric->unit);
	bind_key(filling, ADD_SERIES, 3, metric->higher_is_better);
	ret = find_text(filling, FIND_SERIES, name, &series);
	free(name);
	bind_key(filling, ADD_POINT, 1, series);
	bind_key(filling, ADD_POINT, 2, run);
	sqlite3_bind_double(filling->statements[ADD_POINT], 3, level);
	return ret ? ret : step(filling, ADD_POINT);
}

static int add_cell(struct filling *filling, const struct cell *cell,
		    long long run)
{
	char label[512];
	int ret = add_state(filling, cell,
			    cell_label(cell, label, sizeof(label)), run);

	if (cell->status != CELL_OK || !cell->trial_count)
		return ret;
	for (size_t i = 0; i < cell->trials[0].metric_count && !ret; i++)
		ret = add_point(filling, cell, &cell->trials[0].metrics[i],
				label, run);
	return ret;
}

static size_t count_measured(const struct result *result)
{
	size_t count = 0;

	for (size_t i = 0; i < result->cell_count; i++)
		count += result->cells[i].status == CELL_OK;
	return count;
}

static int add_run(struct filling *filling, const struct result *result,
		   const char *file, const char *stamp)
{
	static const char *const paths[] = {
		"run/id",
		"run/started",
		"subject/release",
		"subject/commit",
		"subject/title",
		"clock/kind",
		"machine/accelerator",
		"machine/fingerprint",
		"machine/cpu_model",
		"run/configuration/name",
	};
	int ret;

	bind_text(filling, ADD_RUN, 1, file);
	bind_text(filling, ADD_RUN, 2, stamp);
	bind_key(filling, ADD_RUN, 4, 0);
	for (int i = 0; i < (int)(sizeof(paths) / sizeof(*paths)); i++)
		bind_text(filling, ADD_RUN, 5 + i,
			  result_text(result, paths[i]));
	bind_key(filling, ADD_RUN, 15, (long long)result->cell_count);
	bind_key(filling, ADD_RUN, 16, (long long)count_measured(result));
	bind_key(filling, ADD_RUN, 17,
		 result_value(result, "run/profile") != NULL);
	ret = step(filling, ADD_RUN);
	sqlite3_clear_bindings(filling->statements[ADD_RUN]);
	return ret;
}

/* JSON of something else, such as a comparison that was kept here. */
static bool is_foreign(const char *path)
{
	static const char family[] = "mmgauge-result/";
	json_t *document = json_load_file(path, 0, NULL);
	const char *schema =
		json_string_value(json_object_get(document, "schema"));
	bool foreign = document &&
		       (!schema || strncmp(schema, family, strlen(family)));

	json_decref(document);
	return foreign;
}

static int add_unreadable(struct filling *filling, const char *file,
			  const char *stamp, const char *path,
			  const char *problem)
{
	int ret;

	bind_text(filling, ADD_RUN, 1, file);
	bind_text(filling, ADD_RUN, 2, stamp);
	bind_text(filling, ADD_RUN, 3, problem);
	bind_key(filling, ADD_RUN, 4, is_foreign(path));
	ret = step(filling, ADD_RUN);
	sqlite3_clear_bindings(filling->statements[ADD_RUN]);
	return ret;
}

static int add_file(struct filling *filling, const char *file,
		    const char *stamp)
{
	char *path = format_string("%s/%s", filling->index->folder, file);
	struct result result = { 0 };
	struct error why = { "" };
	long long run;
	int ret;

	if (!path)
		return error_set(filling->err, -ENOMEM, "out of memory");
	ret = result_load(path, &result, &why);
	if (ret == -ENOMEM || ret == -EMFILE || ret == -ENFILE) {
		*filling->err = why; /* ours, not the file's */
	} else if (ret) {
		/* A disk or server that fails may not the next time. */
		if (ret != -EINVAL && ret != -EBADMSG && ret != -EFBIG)
			stamp = "";
		ret = add_unreadable(filling, file, stamp, path, why.text);
	} else {
		ret = add_run(filling, &result, file, stamp);
		run = sqlite3_last_insert_rowid(filling->index->db);
		for (size_t i = 0; i < result.cell_count && !ret; i++)
			ret = add_cell(filling, &result.cells[i], run);
	}
	filling->index->read++;
	result_free(&result);
	free(path);
	return ret;
}

static int execute(struct filling *filling, const char *text)
{
	int code = sqlite3_exec(filling->index->db, text, NULL, NULL, NULL);

	return code ? index_fault(filling->index, code, filling->err) : 0;
}

/* All at once: there is no index of points by run. */
static int forget_others(struct filling *filling)
{
	sqlite3 *db = filling->index->db;
	int before = sqlite3_total_changes(db);
	int ret = execute(filling, "DELETE FROM run WHERE key NOT IN kept");

	filling->stale = (size_t)(sqlite3_total_changes(db) - before);
	if (!ret && filling->stale)
		ret = execute(filling,
			      "DELETE FROM point WHERE run NOT IN kept;"
			      "DELETE FROM did WHERE run NOT IN kept;");
	return ret ? ret : execute(filling, "DROP TABLE kept");
}

static int prepare(struct filling *filling, int which)
{
	return index_prepare(filling->index, sql[which],
			     &filling->statements[which], filling->err);
}

/* What changes when a file does; -ENOENT when it is none. */
static int stamp_of(int directory, const char *file, char stamp[128])
{
	struct stat status;

	if (fstatat(directory, file, &status, 0) || !S_ISREG(status.st_mode))
		return -ENOENT;
	snprintf(stamp, 128, "%jd %jd.%09ld %jd.%09ld %ju",
		 (intmax_t)status.st_size, (intmax_t)status.st_mtim.tv_sec,
		 status.st_mtim.tv_nsec, (intmax_t)status.st_ctim.tv_sec,
		 status.st_ctim.tv_nsec, (uintmax_t)status.st_ino);
	return 0;
}

static int is_result(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && result_stem(entry->d_name) &&
	       strcmp(entry->d_name, "sweep.json") &&
	       strcmp(entry->d_name, "told.json");
}

/* Files that are as the index knows them; the others' entries go. */
static int keep_fitting(struct filling *filling, int directory,
			struct dirent **entries, int count)
{
	sqlite3_stmt *fits = filling->statements[FITS];
	char stamp[128];
	int ret = execute(filling, "CREATE TEMP TABLE kept(key INTEGER PRIMARY "
				   "KEY)");

	if (!ret)
		ret = prepare(filling, KEEP);
	for (int i = 0; i < count && !ret; i++) {
		if (stamp_of(directory, entries[i]->d_name, stamp))
			continue;
		bind_text(filling, FITS, 1, entries[i]->d_name);
		bind_text(filling, FITS, 2, stamp);
		if (sqlite3_step(fits) == SQLITE_ROW) {
			bind_key(filling, KEEP, 1,
				 sqlite3_column_int64(fits, 0));
			ret = step(filling, KEEP);
			filling->fitting++;
		}
		sqlite3_reset(fits);
	}
	return ret ? ret : forget_others(filling);
}

static int add_new(struct filling *filling, int directory,
		   struct dirent **entries, int count)
{
	sqlite3_stmt *fits = filling->statements[FITS];
	char stamp[128];
	int ret = 0;

	for (int i = 0; i < count && !ret; i++) {
		bool known;

		if (stamp_of(directory, entries[i]->d_name, stamp))
			continue;
		bind_text(filling, FITS, 1, entries[i]->d_name);
		bind_text(filling, FITS, 2, stamp);
		known = sqlite3_step(fits) == SQLITE_ROW;
		sqlite3_reset(fits);
		if (!known)
			ret = add_file(filling, entries[i]->d_name, stamp);
	}
	return ret;
}

static int look_at_all(struct filling *filling, struct dirent **entries,
		       int count)
{
	int directory = open(filling->index->folder,
			     O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret;

	if (directory < 0)
		return error_set(filling->err, -EIO, "%s: %s",
				 filling->index->folder, strerror(errno));
	ret = keep_fitting(filling, directory, entries, count);
	if (!ret)
		ret = add_new(filling, directory, entries, count);
	close(directory);
	return ret;
}

static int fill(struct filling *filling, struct dirent **entries, int count)
{
	int ret = execute(filling, "BEGIN IMMEDIATE");

	for (int i = 0; i < KEEP && !ret; i++)
		ret = prepare(filling, i);
	if (!ret)
		ret = look_at_all(filling, entries, count);
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(filling->statements[i]);
	if (!ret)
		ret = execute(filling, "COMMIT");
	else
		sqlite3_exec(filling->index->db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}

int index_refresh(struct index *index, struct error *err)
{
	struct filling filling = { .index = index, .err = err };
	struct dirent **entries;
	int count = scandir(index->folder, &entries, is_result, alphasort);
	int ret;

	if (count < 0) {
		ret = -errno;
		return error_set(err, ret, "%s: %s: name a folder of results",
				 index->folder, strerror(-ret));
	}
	index->read = 0;
	ret = fill(&filling, entries, count);
	if (!ret && filling.stale && !filling.fitting)
		index->rebuilt = "of other files";
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return ret;
}
