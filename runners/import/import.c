// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "results/base/array.h"
#include "results/base/utf8.h"

int import_no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "import: out of memory");
}

struct import_run *import_run(struct import *import, const char *key)
{
	struct import_run *run;

	for (size_t i = import->count; i-- > 0;)
		if (!strcmp(import->runs[i].key, key))
			return &import->runs[i];
	run = array_grow(import->runs, import->count, sizeof(*run));
	if (!run)
		return NULL;
	import->runs = run;
	run += import->count;
	*run = (struct import_run){ .key = strdup(key) };
	run->result =
		(struct result){ json_object(), json_object(), json_object(),
				 json_object(), NULL,	       0 };
	if (!run->key || !run->result.clock)
		return NULL;
	import->count++;
	return run;
}

int import_note(struct import_run *run, const char *path, const char *text)
{
	size_t length = strcspn(path, "/");
	char block[16];

	snprintf(block, sizeof(block), "%.*s", (int)length, path);
	if (!text || !*text || result_value(&run->result, path))
		return 0;
	return json_object_set_new((json_t *)result_value(&run->result, block),
				   path + length + 1, utf8_json(text)) ?
		       -ENOMEM :
		       0;
}

static struct cell *cell_of(struct import_run *run,
			    const struct import_name *name)
{
	return result_cell(&run->result, name->name, name->axes,
			   name->axis_count);
}

int import_fail(struct import_run *run, const struct import_name *name,
		const char *reason)
{
	struct cell *cell = cell_of(run, name);

	return cell ? cell_set_status(cell, CELL_FAILED, reason) : -ENOMEM;
}

static struct trial *trial_of(struct cell *cell, unsigned int boot,
			      const struct import_sample *sample)
{
	struct trial trial = { .boot = boot,
			       .trial = sample->trial,
			       .batch = sample->batch };

	for (size_t i = cell->trial_count; i-- > 0;)
		if (cell->trials[i].boot == boot &&
		    cell->trials[i].trial == sample->trial)
			return &cell->trials[i];
	return cell_add_trial(cell, &trial) ?
		       NULL :
		       &cell->trials[cell->trial_count - 1];
}

static int refuse_unit(const struct import *import,
		       const struct import_sample *sample, struct error *err)
{
	return error_set(err, -EINVAL,
			 "%s:%zu: '%.40s' is no unit that is known: say which "
			 "side is better: --unit %.40s=lower or =higher",
			 import->path, sample->line, sample->unit,
			 *sample->unit ? sample->unit : "NAME");
}

static int add_value(struct import *import, struct trial *trial,
		     const struct import_sample *sample,
		     const struct import_unit *unit, struct error *err)
{
	struct metric *metric =
		(struct metric *)trial_metric(trial, sample->metric);
	int ret;

	if (metric && (strcmp(metric->unit, unit->name) ||
		       metric->higher_is_better != unit->higher_is_better))
		return error_set(
			err, -EINVAL,
			"%s:%zu: the unit of %.80s is '%.40s' here and "
			"'%.40s' before: convert one, or name them "
			"differently",
			import->path, sample->line, sample->metric, unit->name,
			metric->unit);
	if (!metric)
		metric = trial_add_metric(trial, sample->metric, unit->name,
					  unit->higher_is_better);
	ret = metric ? metric_add_sample(metric,
					 import_value(unit, sample->value)) :
		       -ENOMEM;
	return ret == -EDOM ? error_set(err, -EINVAL,
					"%s:%zu: the value is not finite: "
					"leave it out",
					import->path, sample->line) :
	       ret	    ? import_no_memory(err) :
			      0;
}

int import_add(struct import *import, struct import_run *run,
	       const struct import_sample *sample, struct error *err)
{
	unsigned int boot = import->first_boot + sample->boot;
	struct import_unit unit;
	struct trial *trial;
	struct cell *cell;

	if (!*sample->cell->name || !*sample->metric)
		return error_set(err, -EINVAL,
				 "%s:%zu: no name of what was measured: give "
				 "it one",
				 import->path, sample->line);
	if (!import_unit(import, sample->unit, sample->better, &unit))
		return refuse_unit(import, sample, err);
	cell = cell_of(run, sample->cell);
	trial = cell ? trial_of(cell, boot, sample) : NULL;
	if (!trial)
		return import_no_memory(err);
	if (boot >= import->next_boot)
		import->next_boot = boot + 1;
	run->samples++;
	return add_value(import, trial, sample, &unit, err);
}

void import_free(struct import *import)
{
	for (size_t i = 0; i < import->count; i++) {
		free(import->runs[i].key);
		free(import->runs[i].when);
		result_free(&import->runs[i].result);
	}
	free(import->runs);
	import->runs = NULL;
	import->count = 0;
}
