// SPDX-License-Identifier: GPL-2.0-or-later
/* results/schema/mmgauge-matrix-effects-1.schema.json */
#include <math.h>

#include "analysis.h"
#include "results/base/utf8.h"

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* A logarithm as a ratio: 1.01 is one per cent more. */
static json_t *ratio(double log)
{
	return number(exp(log));
}

static json_t *value_json(const struct design *design,
			  const struct effect *effect)
{
	const struct dimension *dimension =
		&design->dimensions[effect->dimension];

	return json_pack("{s:o, s:o}", "dimension", utf8_json(dimension->name),
			 "value", utf8_json(dimension->values[effect->value]));
}

static json_t *pair_json(const struct design *design, const struct effect *a,
			 const struct effect *b)
{
	return json_pack("[o, o]", value_json(design, a),
			 value_json(design, b));
}

static json_t *effects_json(const struct analysis *analysis,
			    const struct analysis_row *row)
{
	json_t *list = json_array();

	for (size_t i = 0; i < row->effects.count; i++) {
		const struct effect *effect = &row->effects.list[i];
		json_t *object = value_json(analysis->design, effect);

		json_object_set_new(object, "ratio", ratio(effect->log));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *suspects_json(const struct analysis *analysis,
			     const struct analysis_row *row)
{
	const struct effects_input input = analysis_input(analysis, row);
	json_t *list = json_array();

	for (size_t i = 0; i < row->effects.suspect_count; i++) {
		const struct suspect *suspect = &row->effects.suspects[i];
		json_t *aliases = json_array();

		for (size_t j = 0;
		     j < suspect->alias_count && j < EFFECT_ALIASES; j++)
			json_array_append_new(
				aliases, pair_json(analysis->design,
						   &suspect->aliases[j].a,
						   &suspect->aliases[j].b));
		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:o, s:i, s:o}", "pair",
				  pair_json(analysis->design, &suspect->a,
					    &suspect->b),
				  "ratio", ratio(suspect->log), "direct",
				  ratio(suspect->direct), "sum",
				  ratio(effects_sum(&input, &suspect->a,
						    &suspect->b)),
				  "alias_count", (int)suspect->alias_count,
				  "aliases", aliases));
	}
	return list;
}

static json_t *row_json(const struct analysis *analysis,
			const struct analysis_row *row)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}",
			 "case", utf8_json(row->cell->name), "axes",
			 axes_to_json(row->cell->axes, row->cell->axis_count),
			 "metric", utf8_json(row->metric->name), "unit",
			 utf8_json(row->metric->unit), "base",
			 ratio(row->logs[0]), "moved", row->most > 0, "effects",
			 effects_json(analysis, row), "suspects",
			 suspects_json(analysis, row), "residual",
			 ratio(row->effects.residual));
}

static json_t *runs_json(const struct design *design)
{
	json_t *list = json_array();

	for (size_t i = 0; i < design->run_count; i++) {
		json_t *run = json_object();

		for (size_t j = 0; j < design->count; j++) {
			const struct dimension *at = &design->dimensions[j];

			json_object_set_new(
				run, at->name,
				utf8_json(
					at->values[design->runs[i].values[j]]));
		}
		json_array_append_new(list, run);
	}
	return list;
}

json_t *analysis_to_json(const struct analysis *analysis, const char *name)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < analysis->count; i++)
		json_array_append_new(rows,
				      row_json(analysis, &analysis->rows[i]));
	return json_pack("{s:s, s:o, s:f, s:o, s:o}", "schema",
			 "mmgauge-matrix-effects/1", "name", utf8_json(name),
			 "tolerance", exp(analysis->tolerance), "combinations",
			 runs_json(analysis->design), "rows", rows);
}
