// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON to trials; like result_parse.c it trusts nothing. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "profile_pack.h"
#include "result_parse.h"

static int parse_axis(struct place *place, const char *name,
		      const json_t *value, struct axis_value *axis)
{
	const char *text = json_string_value(value);

	if (!text && (!json_is_integer(value) || json_integer_value(value) < 0))
		return place_refuse_key(
			place, name, "must be a string or an integer from 0");
	axis->axis = strdup(name);
	if (text)
		axis->text = strdup(text);
	else
		axis->number = (uint64_t)json_integer_value(value);
	if (!axis->axis || (text && !axis->text))
		return place_no_memory(place);
	return 0;
}

int place_parse_axes(struct place *place, const json_t *object,
		     struct axis_value **axes, size_t *count)
{
	size_t size = json_object_size(object);
	struct axis_value *made;
	const char *key;
	json_t *value;
	size_t at = 0;
	int ret;

	*axes = NULL;
	*count = 0;
	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	if (!size)
		return 0;
	made = calloc(size, sizeof(*made));
	if (!made)
		return place_no_memory(place);
	/* The macro drops const; nothing is changed. */
	json_object_foreach ((json_t *)object, key, value) {
		ret = parse_axis(place, key, value, &made[at++]);
		if (ret) {
			axis_values_free(made, size);
			return ret;
		}
	}
	*axes = made;
	*count = size;
	return 0;
}

/* Every member of the object @key of a trial, which may be absent. */
static int parse_members(struct place *place, const json_t *trial,
			 const char *key, struct trial *into,
			 int (*member)(struct place *, const char *,
				       const json_t *, struct trial *))
{
	json_t *object = json_object_get(trial, key);
	const char *name;
	json_t *value;
	size_t before;
	int ret = 0;

	if (!object)
		return 0;
	if (!json_is_object(object))
		return place_refuse_key(place, key, "must be an object");
	before = place_enter(place, key);
	json_object_foreach (object, name, value) {
		ret = member(place, name, value, into);
		if (ret)
			break;
	}
	place_leave(place, before);
	return ret;
}

static int parse_value(struct place *place, const char *name,
		       const json_t *value, struct trial *into,
		       int (*add)(struct trial *, const char *, double))
{
	if (!json_is_number(value) && !json_is_null(value))
		return place_refuse_key(place, name,
					"must be a number or null");
	if (add(into, name,
		json_is_null(value) ? NAN : json_number_value(value)))
		return place_no_memory(place);
	return 0;
}

static int parse_fact(struct place *place, const char *name,
		      const json_t *value, struct trial *into)
{
	return parse_value(place, name, value, into, trial_add_fact);
}

/* Which facts are exact; results from before there were such have no list. */
static int parse_exact(struct place *place, const json_t *trial,
		       struct trial *into)
{
	const json_t *names = json_object_get(trial, "exact"), *name;
	size_t index;

	if (!names)
		return 0;
	if (!json_is_array(names))
		return place_refuse_key(place, "exact", "must be an array");
	json_array_foreach (names, index, name) {
		if (!json_is_string(name))
			return place_refuse_key(place, "exact",
						"must hold names of facts");
		trial_mark_exact(into, json_string_value(name));
	}
	return 0;
}

static int parse_counter(struct place *place, const char *name,
			 const json_t *value, struct trial *into)
{
	return parse_value(place, name, value, into, trial_add_counter);
}

static int parse_absence(struct place *place, const char *name,
			 const json_t *value, struct trial *into)
{
	if (!json_is_string(value))
		return place_refuse_key(place, name, "must be a string");
	if (trial_add_absence(into, name, json_string_value(value)))
		return place_no_memory(place);
	return 0;
}

static int parse_samples(struct place *place, const json_t *object,
			 struct metric *metric)
{
	json_t *samples, *value;
	size_t before, index;
	int ret;

	ret = place_get(place, object, "samples", JSON_ARRAY, &samples);
	if (ret)
		return ret;
	before = place_enter(place, "samples");
	json_array_foreach (samples, index, value) {
		size_t above;

		if (json_is_number(value))
			ret = metric_add_sample(metric,
						json_number_value(value));
		if (json_is_number(value) && !ret)
			continue;
		above = place_enter_index(place, index);
		ret = ret == -ENOMEM ?
			      place_no_memory(place) :
			      place_refuse(place, "must be a finite number");
		place_leave(place, above);
		break;
	}
	place_leave(place, before);
	return ret;
}

static int parse_metric(struct place *place, const char *name,
			const json_t *object, struct trial *trial)
{
	const char *unit, *better;
	struct metric *metric;
	int ret;

	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	ret = place_text(place, object, "unit", &unit);
	if (ret)
		return ret;
	ret = place_text(place, object, "better", &better);
	if (ret)
		return ret;
	if (strcmp(better, "lower") && strcmp(better, "higher"))
		return place_refuse_key(place, "better",
					"must be \"lower\" or \"higher\"");
	metric = trial_add_metric(trial, name, unit, !strcmp(better, "higher"));
	if (!metric)
		return place_no_memory(place);
	return parse_samples(place, object, metric);
}

static int parse_metrics(struct place *place, const json_t *object,
			 struct trial *trial)
{
	json_t *metrics, *value;
	size_t before, above;
	const char *name;
	int ret;

	ret = place_get(place, object, "metrics", JSON_OBJECT, &metrics);
	if (ret)
		return ret;
	before = place_enter(place, "metrics");
	json_object_foreach (metrics, name, value) {
		above = place_enter(place, name);
		ret = parse_metric(place, name, value, trial);
		place_leave(place, above);
		if (ret)
			break;
	}
	place_leave(place, before);
	return ret;
}

static int parse_profile(struct place *place, const json_t *object,
			 struct trial *trial)
{
	json_t *profile = json_object_get(object, "profile");
	size_t before;
	int ret;

	if (!profile)
		return 0;
	before = place_enter(place, "profile");
	ret = profile_unpack(place, profile, place->profiles,
			     &trial->profile);
	if (!ret)
		ret = place_check_profile(place, trial->profile);
	place_leave(place, before);
	return ret;
}

static int parse_trial_members(struct place *place, const json_t *object,
			       struct trial *trial)
{
	uint64_t boot, number;
	int ret;

	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	ret = place_integer(place, object, "boot", UINT_MAX, &boot);
	if (ret)
		return ret;
	ret = place_integer(place, object, "trial", UINT_MAX, &number);
	if (ret)
		return ret;
	ret = place_integer(place, object, "batch", INT64_MAX, &trial->batch);
	if (ret)
		return ret;
	trial->boot = (unsigned int)boot;
	trial->trial = (unsigned int)number;
	ret = parse_members(place, object, "facts", trial, parse_fact);
	if (ret)
		return ret;
	ret = parse_exact(place, object, trial);
	if (ret)
		return ret;
	ret = parse_members(place, object, "counters", trial, parse_counter);
	if (ret)
		return ret;
	ret = parse_members(place, object, "counter_reasons", trial,
			    parse_absence);
	if (ret)
		return ret;
	ret = parse_metrics(place, object, trial);
	return ret ? ret : parse_profile(place, object, trial);
}

int place_parse_trial(struct place *place, const json_t *object,
		      struct trial *trial)
{
	int ret;

	memset(trial, 0, sizeof(*trial));
	ret = parse_trial_members(place, object, trial);
	if (ret)
		trial_free(trial);
	return ret;
}

int trial_from_json(const json_t *object, struct trial *trial,
		    const char *pointer, struct error *err)
{
	struct place place;

	place_start(&place, pointer, err);
	return place_parse_trial(&place, object, trial);
}

int axes_from_json(const json_t *object, struct axis_value **axes,
		   size_t *count, const char *pointer, struct error *err)
{
	struct place place;

	place_start(&place, pointer, err);
	return place_parse_axes(&place, object, axes, count);
}
