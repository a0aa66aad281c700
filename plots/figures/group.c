// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/format.h"
#include "group.h"

static int add_result(struct group *group, const struct result *result)
{
	const struct result **results =
		array_grow(group->results, group->count, sizeof(*results));

	if (!results)
		return -ENOMEM;
	group->results = results;
	results[group->count++] = result;
	return 0;
}

/* Takes *report. */
static int add_comparison(struct group *group, const struct result *result,
			  struct compare_report *report)
{
	struct compare_report *grown = array_grow(
		group->comparisons, group->count - 1, sizeof(*grown));

	if (!grown) {
		compare_free(report);
		return -ENOMEM;
	}
	group->comparisons = grown;
	/* First, so that there is never a result without its comparison. */
	grown[group->count - 1] = *report;
	if (!add_result(group, result))
		return 0;
	compare_free(report);
	return -ENOMEM;
}

/* Takes @refusal. */
static int begin_group(struct groups *groups, const struct result *result,
		       char *refusal)
{
	struct group *items =
		array_grow(groups->items, groups->count, sizeof(*items));

	if (!items) {
		free(refusal);
		return -ENOMEM;
	}
	groups->items = items;
	items[groups->count] = (struct group){ .refusal = refusal };
	return add_result(&items[groups->count++], result);
}

static int place_result(struct groups *groups, const struct result *result,
			const struct compare_options *options)
{
	char *refusal = NULL;

	for (size_t i = 0; i < groups->count; i++) {
		struct group *group = &groups->items[i];
		struct compare_report report;
		int ret;

		ret = compare_results(group->results[0], result, options,
				      &report);
		if (ret) {
			free(refusal);
			return ret;
		}
		if (!report.refusal) {
			free(refusal);
			return add_comparison(group, result, &report);
		}
		if (!refusal) {
			refusal = report.refusal;
			report.refusal = NULL;
		}
		compare_free(&report);
	}
	return begin_group(groups, result, refusal);
}

static const char *base_name(const struct result *result)
{
	const char *name = result_text(result, "subject/describe");

	if (!name || !*name)
		name = result_text(result, "subject/release");
	return name && *name ? name : "unknown kernel";
}

static const char *configuration(const struct result *result)
{
	const char *name = result_text(result, "run/configuration/name");

	return name ? name : "";
}

static bool are_alike(const struct result *a, const struct result *b)
{
	return !strcmp(base_name(a), base_name(b)) &&
	       !strcmp(configuration(a), configuration(b));
}

/* Two results of one kernel and configuration: their run, else a number. */
static char *make_name(const struct group *group, size_t index)
{
	const struct result *result = group->results[index];
	const char *name = base_name(result), *id, *under;
	const char *chosen = configuration(result);
	size_t same = 0, before = 0;

	for (size_t i = 0; i < group->count; i++) {
		if (!are_alike(group->results[i], result))
			continue;
		same++;
		before += i < index;
	}
	under = *chosen ? " under " : "";
	if (same == 1)
		return format_string("%s%s%s", name, under, chosen);
	/* The end of a run id is what differs between runs of one minute. */
	id = result_text(result, "run/id");
	id = id ? strrchr(id, '-') : NULL;
	if (id && id[1])
		return format_string("%s%s%s #%zu (%s)", name, under, chosen,
				     before + 1, id + 1);
	return format_string("%s%s%s #%zu", name, under, chosen, before + 1);
}

static int name_results(struct group *group)
{
	group->names = calloc(group->count, sizeof(*group->names));
	if (!group->names)
		return -ENOMEM;
	for (size_t i = 0; i < group->count; i++) {
		group->names[i] = make_name(group, i);
		if (!group->names[i])
			return -ENOMEM;
	}
	return 0;
}

int groups_make(const struct result *const *results, size_t count,
		const struct compare_options *options, struct groups *groups)
{
	size_t chapter = 1;
	int ret = 0;

	memset(groups, 0, sizeof(*groups));
	for (size_t i = 0; i < count && !ret; i++)
		ret = place_result(groups, results[i], options);
	for (size_t i = 0; i < groups->count && !ret; i++) {
		struct group *group = &groups->items[i];

		group->first_chapter = chapter;
		ret = name_results(group);
		if (!ret)
			ret = figures_make(group->results, group->count,
					   &group->figures);
		chapter += group->figures.chapter_count;
	}
	return ret;
}

static int explain(struct group *group)
{
	int ret = 0;

	group->reasons = calloc(group->count, sizeof(*group->reasons));
	if (!group->reasons)
		return -ENOMEM;
	for (size_t i = 1; i < group->count && !ret; i++)
		ret = reasons_make(&group->comparisons[i - 1],
				   &group->reasons[i - 1]);
	return ret;
}

int groups_explain(struct groups *groups)
{
	int ret = 0;

	for (size_t i = 0; i < groups->count && !ret; i++)
		ret = explain(&groups->items[i]);
	return ret;
}

static void group_free(struct group *group)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->names)
			free(group->names[i]);
	for (size_t i = 1; i < group->count; i++) {
		if (group->reasons)
			reasons_free(&group->reasons[i - 1]);
		compare_free(&group->comparisons[i - 1]);
	}
	free(group->results);
	free(group->names);
	free(group->reasons);
	free(group->comparisons);
	free(group->refusal);
	figures_free(&group->figures);
}

void groups_free(struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		group_free(&groups->items[i]);
	free(groups->items);
	memset(groups, 0, sizeof(*groups));
}

struct subjects group_subjects(const struct group *group)
{
	return (struct subjects){
		.names = (const char *const *)group->names,
		.count = group->count,
	};
}

char *group_title(const struct group *group, size_t comparison)
{
	return format_string("%s against %s", group->names[comparison + 1],
			     group->names[0]);
}

const char *group_clock(const struct group *group)
{
	const char *kind = result_text(group->results[0], "clock/kind");

	if (!kind)
		return "unknown clock";
	if (!strcmp(kind, "wall"))
		return "wall clock";
	return strcmp(kind, "instructions") ? kind : "instruction clock";
}

static bool is_close(double a, double b)
{
	return a == b || (isnan(a) && isnan(b)) || fabs(a / b - 1) < 1e-9;
}

bool group_repeats(const struct compare_report *report, size_t index)
{
	const struct comparison *row = &report->rows[index];

	for (size_t i = index; i-- > 0;) {
		const struct comparison *before = &report->rows[i];

		if (before->base_cell != row->base_cell ||
		    before->new_cell != row->new_cell)
			break;
		if (before->verdict == row->verdict && !isnan(row->ratio) &&
		    is_close(before->ratio, row->ratio) &&
		    is_close(before->low, row->low) &&
		    is_close(before->high, row->high))
			return true;
	}
	return false;
}
