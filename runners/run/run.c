// SPDX-License-Identifier: GPL-2.0-or-later
/* The rounds of a run, and its end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record.h"
#include "target_kind.h"

static void note_boot(struct run *run, const struct target *target,
		      unsigned int boot)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: %s %u of %s%u, %zu cells, %s clock",
		 target->name, target->kind->round, boot + 1,
		 run->until.looks > 1 ? "at most " : "", run->boots,
		 run->plan.count,
		 target->instructions ? "instruction" : "wall");
	progress_note(text, &run->progress);
}

static bool is_done(const struct run *run, const struct target *target,
		    unsigned int boot)
{
	for (size_t i = 0; i < run->plan.count; i++)
		if (!run_is_done(run, target, i, boot))
			return false;
	return true;
}

int run_round(struct run *run, unsigned int boot, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];

		if (is_done(run, target, boot))
			continue;
		note_boot(run, target, boot);
		ret = target->kind->boot(run, target, boot, err);
	}
	progress_clear(&run->progress);
	return ret;
}

int run_measure(struct run *run, struct error *err)
{
	int ret = 0;

	for (unsigned int boot = 0; boot < run->boots && !ret; boot++)
		ret = run_round(run, boot, err);
	return ret;
}

/* The clock's own cost, as the first trial found it. */
static void note_overhead(struct target *target)
{
	const struct result *result = &target->result;

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		if (!cell->trial_count)
			continue;
		for (size_t j = 0; j < cell->trials[0].fact_count; j++) {
			const struct fact *fact = &cell->trials[0].facts[j];

			if (strcmp(fact->name, "clock_overhead"))
				continue;
			json_object_set_new(result->clock, "overhead",
					    json_real(fact->value));
			return;
		}
	}
}

int run_finish(struct run *run, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];
		char now[32];
		time_t seconds = time(NULL);

		strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ",
			 gmtime(&seconds));
		json_object_set_new(target->result.run, "finished",
				    json_string(now));
		note_overhead(target);
		ret = result_save(target->path, &target->result, err);
		if (!ret) {
			journal_close(target->journal);
			target->journal = NULL;
			ret = journal_remove(target->path, err);
		}
	}
	return ret;
}

void run_release(struct run *run)
{
	for (size_t i = 0; i < run->target_count; i++)
		target_release(&run->targets[i]);
	free(run->targets);
	plan_free(&run->plan);
	json_decref(run->labels);
	free(run->command_line);
	free(run->counters);
	free(run->caches);
}
