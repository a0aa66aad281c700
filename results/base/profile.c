// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile_calls.h"

static int check_amounts(struct place *place, const json_t *amounts)
{
	const json_t *amount;
	size_t index;

	if (!json_is_array(amounts))
		return place_refuse(place, "must be an array");
	json_array_foreach (amounts, index, amount)
		if (!json_is_integer(amount) || json_integer_value(amount) < 0)
			return place_refuse(place, "must hold integers from 0");
	return 0;
}

/* Each member of an object. */
static int check_members(struct place *place, const json_t *object,
			 int (*check)(struct place *, const json_t *))
{
	const char *name;
	json_t *member;

	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	/* The macro drops const; nothing is changed. */
	json_object_foreach ((json_t *)object, name, member) {
		size_t before = place_enter(place, name);
		int ret = check(place, member);

		place_leave(place, before);
		if (ret)
			return ret;
	}
	return 0;
}

static int check_module(struct place *place, const json_t *module)
{
	return check_members(place, module, check_amounts);
}

static int check_metric(struct place *place, const json_t *metric)
{
	json_t *functions;
	uint64_t units, other;
	size_t before;
	int ret;

	if (!json_is_object(metric))
		return place_refuse(place, "must be an object");
	ret = place_integer(place, metric, "ticks", INT64_MAX, &other);
	if (!ret)
		ret = place_integer(place, metric, "harness", INT64_MAX,
				    &other);
	if (!ret)
		ret = place_integer(place, metric, "units", INT64_MAX, &units);
	if (!ret && !units)
		ret = place_refuse_key(place, "units", "must not be 0");
	if (!ret)
		ret = place_get(place, metric, "functions", JSON_OBJECT,
				&functions);
	if (!ret)
		ret = place_check_calls(place, metric);
	if (ret)
		return ret;
	before = place_enter(place, "functions");
	ret = check_members(place, functions, check_module);
	place_leave(place, before);
	return ret;
}

int place_check_profile(struct place *place, const json_t *profile)
{
	return check_members(place, profile, check_metric);
}

int profile_function_order(const struct profile_function *a,
			   const struct profile_function *b)
{
	int order = strcmp(a->module, b->module);

	return order ? order : strcmp(a->name, b->name);
}

static int by_name(const void *a, const void *b)
{
	return profile_function_order(a, b);
}

static uint64_t integer(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(object, key));
}

static size_t count_functions(const json_t *modules)
{
	size_t count = 0;
	const char *name;
	json_t *functions;

	json_object_foreach ((json_t *)modules, name, functions)
		count += json_object_size(functions);
	return count;
}

int profile_of(const struct trial *trial, const char *metric,
	       struct profile *profile)
{
	const json_t *from = json_object_get(trial->profile, metric);
	json_t *modules = json_object_get(from, "functions");
	json_t *functions, *amounts;
	const char *module, *name;

	*profile = (struct profile){ 0 };
	if (!from)
		return 0;
	profile->ticks = integer(from, "ticks");
	profile->harness = integer(from, "harness");
	profile->units = integer(from, "units");
	profile->functions = calloc(count_functions(modules) + 1,
				    sizeof(*profile->functions));
	if (!profile->functions)
		return -ENOMEM;
	json_object_foreach (modules, module, functions)
		json_object_foreach (functions, name, amounts)
			profile->functions[profile->count++] =
				(struct profile_function){
					.module = module,
					.name = name,
					.amounts = amounts,
				};
	qsort(profile->functions, profile->count, sizeof(*profile->functions),
	      by_name);
	return profile_calls_of(from, profile);
}

void profile_free(struct profile *profile)
{
	free(profile->functions);
	free(profile->calls);
	json_decref(profile->folded);
	*profile = (struct profile){ 0 };
}

uint64_t profile_amount(const struct profile_function *function, size_t kind)
{
	return (uint64_t)json_integer_value(
		json_array_get(function->amounts, kind));
}

uint64_t profile_total(const struct profile *profile, size_t kind)
{
	uint64_t total = 0;

	for (size_t i = 0; i < profile->count; i++)
		total += profile_amount(&profile->functions[i], kind);
	return total;
}
