// SPDX-License-Identifier: GPL-2.0-or-later
/* What a cell did, as the text that an index keeps of it. */
#include <errno.h>
#include <math.h>

#include "index_parts.h"

/* The value in which all trials agree, as behaviour_fact() wants it. */
static bool agrees(const struct cell *cell, const struct fact *fact)
{
	for (size_t i = 1; i < cell->trial_count; i++) {
		const struct fact *other =
			trial_fact(&cell->trials[i], fact->name);

		if (other && (!other->exact || other->value != fact->value))
			return false;
	}
	return fact->exact && isfinite(fact->value);
}

char *index_state_text(const struct cell *cell)
{
	json_t *facts = json_object();
	json_t *state =
		json_pack("{s:i, s:s*, s:o}", "status", (int)cell->status,
			  "reason", cell->reason, "facts", facts);
	char *text = NULL;

	if (state && cell->status == CELL_OK && cell->trial_count)
		for (size_t i = 0; i < cell->trials[0].fact_count; i++) {
			const struct fact *fact = &cell->trials[0].facts[i];

			if (agrees(cell, fact))
				json_object_set_new(facts, fact->name,
						    json_real(fact->value));
		}
	if (state)
		text = json_dumps(state,
				  JSON_COMPACT | JSON_REAL_PRECISION(17));
	json_decref(state);
	return text;
}

int index_state_restore(json_t *state, const char *cell_name,
			struct result *result)
{
	const char *name, *reason = NULL;
	struct trial trial = { .batch = 1 };
	struct cell *cell = result_cell(result, cell_name, NULL, 0);
	json_t *facts, *value;
	int status, ret = cell ? 0 : -ENOMEM;

	if (!ret && json_unpack(state, "{s:i, s?s, s:o}", "status", &status,
				"reason", &reason, "facts", &facts))
		ret = -EBADMSG;
	if (!ret && status != CELL_OK)
		ret = cell_set_status(cell, (enum cell_status)status,
				      reason ? reason : "no reason given");
	json_object_foreach (ret ? NULL : facts, name, value) {
		if (!ret)
			ret = trial_add_fact(&trial, name,
					     json_number_value(value));
		trial_mark_exact(&trial, name);
	}
	if (!ret && status == CELL_OK)
		ret = cell_add_trial(cell, &trial);
	trial_free(&trial);
	json_decref(state);
	return ret;
}
