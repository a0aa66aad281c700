/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where results lie, how a run is named, and the journal of an unfinished run.
 *
 * The store is $MMGAUGE_STORE, else $XDG_DATA_HOME/mmgauge, else
 * ~/.local/share/mmgauge; runs are runs/ID.json in it, or ID.json.gz, baselines are in
 * baselines (baseline.h). A run id is
 * YYYYMMDDTHHMMSSZ-RELEASE-XXXX (UTC, four random hex digits).
 */
#ifndef MMGAUGE_STORE_H
#define MMGAUGE_STORE_H

#include <limits.h>
#include <time.h>

#include "results/base/result.h"

/* The folders of finished runs and of baselines, made if absent. */
int store_runs(char path[PATH_MAX], struct error *err);
int store_baselines(char path[PATH_MAX], struct error *err);

/* A new run id for @release into @id (128 bytes hold any). */
int store_new_id(const char *release, char *id, size_t size, struct error *err);

/*
 * The run id that the file name of the result @path is, into @id; false when
 * it is none. A run that is told such a name has that id: what a file says of
 * itself is what the store finds.
 */
bool store_id_of(const char *path, char *id, size_t size);

/*
 * A run to a path: an existing file, a run-id prefix, `latest`, `latest~N` (by
 * the time in the id, then by the time of the file). -ENOENT, or -EEXIST for an
 * ambiguous prefix (the line names the candidates). What a user calls a RUN may
 * be a baseline, too: resolve.h.
 */
int store_find(const char *name, char path[PATH_MAX], struct error *err);

/* The runs of the store, the newest first. Free the list in every case. */
struct store_run {
	char *id;
	bool foreign; /* its name is no id */
	const char *ending; /* of the file: ".json" or ".json.gz" */
	long long bytes; /* on disk */
	struct timespec changed; /* the file */
};

struct store_runs {
	struct store_run *items;
	size_t count;
};

int store_list(struct store_runs *runs, struct error *err);
int store_path_of(const struct store_run *run, char path[PATH_MAX],
		  struct error *err);
int store_remove(const struct store_run *run, struct error *err);
/* As ID.json.gz, byte for byte; nothing for one that is packed. */
int store_pack(const struct store_run *run, struct error *err);
void store_list_free(struct store_runs *runs);

/*
 * The journal: PATH.journal, one JSON document a line, flushed to disk a line
 * at a time. Line 1 is the header (run, and whatever the runner needs to go
 * on), every other line one finished trial. @path is the name of the result;
 * one that already ends in ".journal" is taken as it is.
 *
 * journal_open() cuts a torn last line off and locks the file: -EBUSY when
 * another run writes to it. journal_append() leaves the file as it was when it
 * fails. journal_replay() calls @line for each complete line in order and
 * ignores a torn last one; it stops on a non-zero return and hands that back;
 * -ENOENT when there is no journal, -EINVAL (FILE:LINE:COL) for damage
 * anywhere else. journal_remove() is for when the result is safely saved.
 */
struct journal;
int journal_open(const char *path, struct journal **journal,
		 struct error *err); /* creates, or appends to what is there */
int journal_append(struct journal *journal, const json_t *document,
		   struct error *err);
void journal_close(struct journal *journal); /* NULL is fine */
int journal_replay(const char *path,
		   int (*line)(const json_t *document, void *data), void *data,
		   struct error *err);
int journal_remove(const char *path, struct error *err);

#endif
