/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An index of the result files of a folder: what a history needs of each, in
 * SQLite, FOLDER/.index.sqlite. It is never the truth: opening it looks at
 * every file's name, size and times, reads those that are new or other ones,
 * and forgets what is gone. Removed, damaged or of another version it is made
 * anew; where the folder cannot be written it lives in memory for a while.
 */
#ifndef MMGAUGE_INDEX_H
#define MMGAUGE_INDEX_H

#include "results/base/result.h"

/* A result file. Texts are as in the file, "" where it has none. */
struct index_run {
	char *file; /* its name in the folder */
	char *problem; /* why it cannot be read, as a line; NULL */
	bool foreign; /* JSON of something else; has no other texts */
	char *id; /* of the run */
	char *started;
	char *release;
	char *commit;
	char *title; /* of the commit */
	char *clock;
	char *accelerator;
	char *fingerprint; /* of the machine */
	char *machine; /* its processor */
	char *configuration; /* its name */
	bool profile; /* has one */
	size_t cells, measured;
};

struct index;

/*
 * Open the index of @folder and bring it up to date. -ENOENT and the like for a
 * folder that cannot be read. NULL is fine for index_close().
 */
int index_open(const char *folder, struct index **index, struct error *err);
void index_close(struct index *index);

/* Why an index that was there was thrown away, for people; NULL: it was not. */
const char *index_rebuilt(const struct index *index);

/* How many files were read, because they were new or had changed. */
size_t index_read(const struct index *index);

/* All files, as they were found. They live as long as the index. */
const struct index_run *index_runs(const struct index *index, size_t *count);

/* The median of one metric of one cell in a run, by its place in the list. */
struct index_point {
	size_t run;
	double value;
};

struct index_series {
	const char *name; /* "case[axis=value] metric" */
	const char *unit;
	bool higher_is_better;
	const struct index_point *points; /* by run */
	size_t count;
};

/*
 * Hand each series to @take, by name and unit; with @name only those of that
 * name. What it returns ends it and is handed back unless 0; -ENOMEM, and -EIO
 * when the index cannot be read.
 */
typedef int index_take_series(const struct index_series *series, void *data);
int index_each_series(struct index *index, const char *name,
		      index_take_series *take, void *data, struct error *err);

/*
 * What a cell did: its status, why, and the exact facts that all its trials
 * agree in. Equal @state numbers mean equal states.
 */
typedef int index_take_state(const char *cell, size_t run, size_t state,
			     void *data);
int index_each_state(struct index *index, index_take_state *take, void *data,
		     struct error *err);

/* State number @state of a cell called @cell, added to @result. */
int index_state(struct index *index, size_t state, const char *cell,
		struct result *result, struct error *err);

#endif
