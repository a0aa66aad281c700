// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of a run, for people; its paths for scripts. */
#include <stdio.h>
#include <string.h>

#include "run.h"

/* "3 skipped" and each reason once, with the cells it holds back. */
static void print_reasons(const struct result *result, enum cell_status status)
{
	char label[512];

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];
		bool first = true;

		if (cell->status != status)
			continue;
		for (size_t j = 0; j < i; j++)
			if (result->cells[j].status == status &&
			    !strcmp(result->cells[j].reason, cell->reason))
				first = false;
		if (!first)
			continue;
		fprintf(stderr, "  %s: %s\n", cell_status_name(status),
			cell->reason);
		for (size_t j = i; j < result->cell_count; j++)
			if (result->cells[j].status == status &&
			    !strcmp(result->cells[j].reason, cell->reason))
				fprintf(stderr, "    %s\n",
					cell_label(&result->cells[j], label,
						   sizeof(label)));
	}
}

static const struct absence *absence_of(const struct trial *trial,
					const char *name)
{
	for (size_t i = 0; i < trial->absence_count; i++)
		if (!strcmp(trial->absences[i].name, name))
			return &trial->absences[i];
	return NULL;
}

/* No trial has counted it. */
static bool is_never_counted(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->cell_count; i++)
		for (size_t j = 0; j < result->cells[i].trial_count; j++)
			if (!absence_of(&result->cells[i].trials[j], name))
				return false;
	return true;
}

static const struct trial *first_trial(const struct result *result)
{
	for (size_t i = 0; i < result->cell_count; i++)
		if (result->cells[i].trial_count)
			return &result->cells[i].trials[0];
	return NULL;
}

/* Counters that were asked for and are null everywhere, each reason once. */
static void print_absences(const struct result *result)
{
	const struct trial *trial = first_trial(result);

	for (size_t i = 0; trial && i < trial->absence_count; i++) {
		const struct absence *absence = &trial->absences[i];
		bool told = false, others = false;

		if (!is_never_counted(result, absence->name))
			continue;
		for (size_t j = 0; j < trial->absence_count; j++) {
			bool same = !strcmp(trial->absences[j].reason,
					    absence->reason);

			told |= same && j < i;
			others |= same && j > i;
		}
		if (!told)
			fprintf(stderr, "  not counted: %s%s: %s\n",
				absence->name, others ? " and others" : "",
				absence->reason);
	}
}

bool run_summarise(const struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->target_count; i++) {
		const struct target *target = &run->targets[i];
		size_t counts[CELL_CRASHED + 1] = { 0 };

		for (size_t j = 0; j < target->result.cell_count; j++)
			counts[target->result.cells[j].status]++;
		fprintf(stderr, "%s:", target->name);
		for (int status = 0; status <= CELL_CRASHED; status++)
			if (counts[status])
				fprintf(stderr, " %zu %s", counts[status],
					cell_status_name(status));
		fputc('\n', stderr);
		for (int status = 1; status <= CELL_CRASHED; status++)
			print_reasons(&target->result, status);
		print_absences(&target->result);
		printf("%s\n", target->path);
		any |= counts[CELL_OK] > 0;
	}
	return any;
}
