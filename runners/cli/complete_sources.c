// SPDX-License-Identifier: GPL-2.0-or-later
/* What arguments can be: a row for each word that stands for one in the help. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runners/base/config_names.h"
#include "runners/base/text_list.h"
#include "complete_sources.h"
#include "results/store/baseline.h"
#include "results/store/store.h"
#include "runners/run/suite.h"
#include "runners/run/target_kind.h"
#include "runners/trial/cases.h"

void complete_offer(const struct completion *completion, const char *word,
		    const char *help)
{
	if (strncmp(word, completion->begun, strlen(completion->begun)))
		return;
	fprintf(completion->to, "%s%s\t%s\n", completion->before, word,
		help ? help : "");
}

static void offer_cases(const struct completion *completion)
{
	bench_for_each_case (position)
		complete_offer(completion, (*position)->name,
			       (*position)->summary);
}

static void offer_suites(const struct completion *completion)
{
	struct text_list names;

	config_names("suites", ".json", &names, NULL);
	for (size_t i = 0; i < names.count; i++)
		complete_offer(completion, names.items[i], "a suite");
	config_names_free(&names);
}

static void offer_runs(const struct completion *completion)
{
	struct store_runs runs = { 0 };
	struct baseline *baselines = NULL;
	size_t count = 0;

	complete_offer(completion, "latest", "the newest run");
	complete_offer(completion, "latest~1", "the one before it");
	if (!store_list(&runs, NULL))
		for (size_t i = 0; i < runs.count; i++)
			complete_offer(completion, runs.items[i].id, "a run");
	store_list_free(&runs);
	if (!baseline_list(&baselines, &count, NULL))
		for (size_t i = 0; i < count; i++) {
			char name[80];

			snprintf(name, sizeof(name), "@%s", baselines[i].name);
			if (!i ||
			    strcmp(baselines[i].name, baselines[i - 1].name))
				complete_offer(completion, name, "a baseline");
		}
	free(baselines);
}

static void offer_kernels(const struct completion *completion, bool specs)
{
	const struct kernel_query cached = { .available = false };
	struct kernel_entry *entries;
	size_t count;

	if (kernel_list(&cached, &entries, &count, NULL))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct kernel_entry *at = &entries[i];

		if (at->cached && (!specs || *at->spec))
			complete_offer(completion,
				       specs ? at->spec : at->release,
				       "in the cache");
	}
	free(entries);
}

static void offer_releases(const struct completion *completion)
{
	offer_kernels(completion, false);
}

static void offer_targets(const struct completion *completion)
{
	for (const struct target_kind *const *at = target_kinds; *at; at++) {
		const struct kernel_kind *const *kernel = (*at)->kernels;

		if (!kernel)
			complete_offer(completion, (*at)->prefix,
				       (*at)->summary);
		for (; kernel && *kernel; kernel++)
			complete_offer(completion, (*kernel)->prefix,
				       (*kernel)->summary);
	}
	offer_kernels(completion, true);
}

/* Cases have axes, and these values, in common. */
struct once {
	const struct completion *completion;
	struct text_list seen;
};

static void offer_once(struct once *once, const char *word, const char *help)
{
	for (size_t i = 0; i < once->seen.count; i++)
		if (!strcmp(once->seen.items[i], word))
			return;
	complete_offer(once->completion, word, help);
	word = strdup(word);
	if (word && text_list_append(&once->seen, word))
		free((char *)word);
}

static void once_free(struct once *once)
{
	for (size_t i = 0; i < once->seen.count; i++)
		free((char *)once->seen.items[i]);
	text_list_free(&once->seen);
}

/* Each "1,16,512" of an axis without names for its values. */
static void offer_numbers(struct once *once, const struct bench_axis *axis)
{
	char *values = strdup(axis->values), *rest = values, *value;

	while (rest && (value = strsep(&rest, ",")))
		offer_once(once, value, axis->unit);
	free(values);
}

static void offer_values(struct once *once, const char *name)
{
	bench_for_each_case (position) {
		const struct bench_axis *axis = (*position)->axes;

		for (; axis && axis->name; axis++) {
			if (strcmp(axis->name, name))
				continue;
			for (const struct bench_choice *at = axis->choices;
			     at && at->name; at++)
				offer_once(once, at->name, at->help);
			if (!axis->choices)
				offer_numbers(once, axis);
		}
	}
}

/* "batch=1,5": the values of an axis, or as yet the axes. */
static void offer_axes(const struct completion *completion)
{
	const char *equals = strchr(completion->begun, '=');
	struct completion value = *completion;
	struct once once = { .completion = &value };
	char before[256], axis[64], name[66];
	const char *comma;

	if (equals) {
		comma = strrchr(equals, ',');
		value.begun = (comma ? comma : equals) + 1;
		snprintf(before, sizeof(before), "%s%.*s", completion->before,
			 (int)(value.begun - completion->begun),
			 completion->begun);
		value.before = before;
		snprintf(axis, sizeof(axis), "%.*s",
			 (int)(equals - completion->begun), completion->begun);
		offer_values(&once, axis);
		once_free(&once);
		return;
	}
	bench_for_each_case (position) {
		const struct bench_axis *at = (*position)->axes;

		for (; at && at->name; at++) {
			snprintf(name, sizeof(name), "%s=", at->name);
			offer_once(&once, name, at->help);
		}
	}
	once_free(&once);
}

static const struct source {
	const char *word;
	void (*offer)(const struct completion *completion);
} sources[] = {
	{ "AXIS", offer_axes },	   { "BASE", offer_runs },
	{ "CASE", offer_cases },   { "GLOB", offer_cases },
	{ "NEW", offer_runs },	   { "RELEASE", offer_releases },
	{ "RUN", offer_runs },	   { "SPEC", offer_releases },
	{ "SUITE", offer_suites }, { "TARGET", offer_targets },
};

/* Whether @word stands in @text, and not within another. */
static bool has_word(const char *text, const char *word)
{
	const char *at = text;

	while ((at = strstr(at, word))) {
		char before = at == text ? ' ' : at[-1];
		char after = at[strlen(word)];

		if (!isalnum((unsigned char)before) &&
		    !isalnum((unsigned char)after))
			return true;
		at++;
	}
	return false;
}

/* BASE and NEW are both runs. */
static bool is_offered(const char *text, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (sources[i].offer == sources[row].offer &&
		    has_word(text, sources[i].word))
			return true;
	return false;
}

void complete_argument(const struct completion *completion, const char *text)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (has_word(text, sources[i].word) && !is_offered(text, i))
			sources[i].offer(completion);
}
