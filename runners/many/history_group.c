// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/history/history_index.h"
#include "history_parts.h"

/* As few as tell one run of a folder from others, by its day. */
#define ID_CHARACTERS 8

void history_run_free(struct history_run *run)
{
	free(run->name);
	free(run->commit);
	free(run->title);
}

static bool is_called(const struct index_run *run, const char *name)
{
	size_t length = strlen(name);

	return !strcmp(run->file, name) ||
	       (length >= ID_CHARACTERS && !strncmp(run->id, name, length));
}

static const struct index_run *find_like(const struct history_runs *runs,
					 const char *like, struct error *err)
{
	for (size_t i = 0; i < runs->count; i++)
		if (is_called(runs->runs[i].run, like))
			return runs->runs[i].run;
	error_set(err, -ENOENT,
		  "history: --like %s: no run there is called so: `mmgauge "
		  "runs` lists those of the store",
		  like);
	return NULL;
}

/* Of the runs that most can be held against, the first. */
static const struct index_run *find_most(const struct history_runs *runs,
					 size_t *members)
{
	const struct index_run *found = NULL;
	size_t most = 0;

	memset(members, 0, runs->count * sizeof(*members));
	for (size_t i = 0; i < runs->count; i++) {
		size_t first = 0;

		while (first < i &&
		       !(members[first] &&
			 history_runs_comparable(runs->runs[first].run,
						 runs->runs[i].run)))
			first++;
		if (++members[first] > most) {
			most = members[first];
			found = runs->runs[first].run;
		}
	}
	return found;
}

int history_runs_group(struct history_runs *runs, const char *like,
		       struct error *err)
{
	size_t *members = calloc(runs->count + 1, sizeof(*members));
	const struct index_run *first;
	size_t kept = 0;

	if (!members)
		return error_set(err, -ENOMEM, "history: out of memory");
	first = like ? find_like(runs, like, err) : find_most(runs, members);
	free(members);
	if (!first)
		return like ? -ENOENT : 0;
	for (size_t i = 0; i < runs->count; i++) {
		if (history_runs_comparable(first, runs->runs[i].run))
			runs->runs[kept++] = runs->runs[i];
		else
			history_run_free(&runs->runs[i]);
	}
	runs->others = runs->count - kept;
	runs->count = kept;
	return 0;
}
