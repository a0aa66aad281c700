// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands around the rows: the sides, the method, the plan, the sum. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_lines.h"
#include "compare_parts.h"
#include "results/base/text.h"
#include "results/format.h"

/* Names come from files; @text is freed. */
char *compare_clean(char *text)
{
	char *line = text ? text_line(text) : NULL;

	free(text);
	return line;
}

static bool was_skipped(const struct comparison *row)
{
	return row->verdict == VERDICT_INCOMPARABLE &&
	       ((row->base_cell && row->base_cell->status == CELL_SKIPPED) ||
		(row->new_cell && row->new_cell->status == CELL_SKIPPED));
}

static size_t more_text(const struct compare_report *report, char *text,
			size_t size)
{
	unsigned int more = compare_more_boots(report);

	if (!more)
		return 0;
	return (size_t)snprintf(
		text, size, "; about %u more boot%s a side would settle %s",
		more, more == 1 ? "" : "s",
		report->count < 100 ? "it" : "99 % of the rows");
}

static unsigned int settled(const struct compare_report *report)
{
	unsigned int count = report->verdicts[VERDICT_REGRESSION] +
			     report->verdicts[VERDICT_IMPROVEMENT] +
			     report->verdicts[VERDICT_UNCHANGED];

	for (size_t i = 0; i < report->group_count; i++)
		count += report->groups[i].verdict != VERDICT_INCONCLUSIVE;
	return count;
}

/* Changes that cases show as a whole, whatever their cells show alone. */
static size_t groups_text(const struct compare_report *report, char *text,
			  size_t size)
{
	unsigned int worse = 0, better = 0;
	char count[2][40] = { "", "" };

	for (size_t i = 0; i < report->group_count; i++) {
		worse += report->groups[i].verdict == VERDICT_REGRESSION;
		better += report->groups[i].verdict == VERDICT_IMPROVEMENT;
	}
	if (!worse && !better)
		return 0;
	if (worse)
		snprintf(count[0], sizeof(count[0]), " %u regression%s", worse,
			 worse == 1 ? "" : "s");
	if (better)
		snprintf(count[1], sizeof(count[1]), "%s %u improvement%s",
			 worse ? "," : "", better, better == 1 ? "" : "s");
	return (size_t)snprintf(text, size, "; means of cases:%s%s", count[0],
				count[1]);
}

static char *summary_text(const struct compare_report *report)
{
	unsigned int skipped = 0;
	char text[256] = "";
	size_t at = 0;

	for (size_t i = 0; i < report->count; i++)
		skipped += was_skipped(&report->rows[i]);
	const struct {
		unsigned int count;
		const char *one, *many;
	} parts[] = {
		{ report->verdicts[VERDICT_BROKEN], "broken", "broken" },
		{ report->verdicts[VERDICT_BEHAVES], "behaves differently",
		  "behave differently" },
		{ report->verdicts[VERDICT_REGRESSION], "regression",
		  "regressions" },
		{ report->verdicts[VERDICT_IMPROVEMENT], "improvement",
		  "improvements" },
		{ report->verdicts[VERDICT_INCONCLUSIVE], "inconclusive",
		  "inconclusive" },
		{ report->verdicts[VERDICT_UNCHANGED], "unchanged",
		  "unchanged" },
		{ skipped, "skipped", "skipped" },
		{ report->verdicts[VERDICT_INCOMPARABLE] - skipped,
		  "incomparable", "incomparable" },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].count)
			at += (size_t)snprintf(
				text + at, sizeof(text) - at, "%s%u %s",
				at ? ", " : "", parts[i].count,
				parts[i].count == 1 ? parts[i].one :
						      parts[i].many);
	if (report->verdicts[VERDICT_INCONCLUSIVE] && !settled(report))
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       ": nothing is settled");
	at += groups_text(report, text + at, sizeof(text) - at);
	at += more_text(report, text + at, sizeof(text) - at);
	return strdup(at ? text : "nothing to compare");
}

static char *side_text(const struct compare_report *report, bool new)
{
	const struct result *result = new ? report->new : report->base;
	const char *id = result_text(result, "run/id");
	const char *release = result_text(result, "subject/release");
	const char *commit = result_text(result, "subject/commit");
	unsigned int least = UINT_MAX, most = 0;
	const char *unit = compare_on_host(result) ? "round" : "boot";
	char boots[48] = "";

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		unsigned int count = new ? row->new_boots : row->base_boots;

		if (!verdict_is_of_cost(row->verdict))
			continue;
		least = count < least ? count : least;
		most = count > most ? count : most;
	}
	if (least < most)
		snprintf(boots, sizeof(boots), ", %u to %u %ss", least, most,
			 unit);
	else if (most)
		snprintf(boots, sizeof(boots), ", %u %s%s", most, unit,
			 most == 1 ? "" : "s");
	/* A run of ours is named by its kernel. */
	if (!release)
		release = "(unknown)";
	if (id && strstr(id, release))
		release = "";
	return compare_clean(format_string(
		"%s%s%s%s%.12s%s", id ? id : "(no run id)",
		*release ? ", kernel " : "", release, commit ? ", commit " : "",
		commit ? commit : "", boots));
}

static unsigned int most_runs(const struct compare_report *report)
{
	unsigned int most = 0;

	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].base_runs > most)
			most = report->rows[i].base_runs;
	return most;
}

/* "0.4 to 5.1 %": what rows that learn their threshold go by. */
static void learnt_text(const struct compare_report *report, char *text,
			size_t size)
{
	double least = HUGE_VAL, most = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];

		if (row->verdict == VERDICT_INCOMPARABLE)
			continue;
		least = fmin(least, row->threshold);
		most = fmax(most, row->threshold);
	}
	if (!(least <= most))
		return;
	snprintf(text, size,
		 "threshold learnt from the %u runs of the baseline, %.2g "
		 "to %.2g %%",
		 most_runs(report), least * 100, most * 100);
}

static const char *layer_name(const struct compare_report *report)
{
	bool host =
		compare_on_host(report->base) && compare_on_host(report->new);
	const char *const names[] = {
		[LAYER_BOOTS] = host ? "rounds" : "boots",
		[LAYER_ROUNDS] = "rounds",
		[LAYER_RUNS] =
			host && compare_over_boots(report) ? "boots" : "runs",
	};
	enum compare_layer layer = LAYER_BOOTS;

	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].layer > layer)
			layer = report->rows[i].layer;
	return names[layer];
}

static bool has_intervals(const struct compare_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].high > report->rows[i].low)
			return true;
	return false;
}

static char *method_text(const struct compare_report *report)
{
	const char *kind = result_text(report->base, "clock/kind");
	char threshold[120], looks[32] = "";

	snprintf(threshold, sizeof(threshold), "threshold %g %%",
		 report->options.threshold * 100);
	if (report->options.learn && most_runs(report) >= 3)
		learnt_text(report, threshold, sizeof(threshold));
	if (kind && !strcmp(kind, "instructions"))
		return format_string("instructions, %s%s", threshold,
				     has_intervals(report) ?
					     ", interval from the least to the "
					     "most of any boots" :
					     "");
	if (report->looks > 1)
		snprintf(looks, sizeof(looks), " over %u looks", report->looks);
	return compare_clean(format_string(
		"%s, %s, %.3g %% interval over %s, false "
		"discovery rate %g %%%s",
		kind ? kind : "unknown", threshold, 100 - 5.0 / report->looks,
		layer_name(report), report->options.fdr * 100, looks));
}

static int make_plan(const struct compare_report *report,
		     struct compare_lines *lines)
{
	const struct compare_plan *plan = &report->plan;
	const struct stats_design *design = &plan->design;
	char hopeless[64] = "";

	if (isnan(plan->boot) || !(report->options.precision > 0))
		return 0;
	lines->noise = format_string("%.2g %% between boots, %.2g %% between "
				     "trials, %.2g %% between samples",
				     plan->boot * 100, plan->trial * 100,
				     plan->sample * 100);
	if (plan->hopeless)
		snprintf(hopeless, sizeof(hopeless),
			 "; %u rows need more than %d boots", plan->hopeless,
			 STATS_DESIGN_BOOTS);
	if (design->boots)
		lines->plan = format_string(
			"for +-%.3g %%: %u boots of %u trial%s of %u samples a "
			"side, about %.0f min a side%s",
			report->options.precision * 100, design->boots,
			design->trials, design->trials == 1 ? "" : "s",
			design->samples, ceil(design->cost / 60), hopeless);
	else
		lines->plan = format_string("for +-%.3g %%: unknown%s",
					    report->options.precision * 100,
					    hopeless);
	return lines->noise && lines->plan ? 0 : -ENOMEM;
}

int compare_head_make(const struct compare_report *report,
		      struct compare_lines *lines)
{
	lines->summary = summary_text(report);
	lines->base = side_text(report, false);
	lines->new = side_text(report, true);
	lines->method = method_text(report);
	if (!lines->summary || !lines->base || !lines->new || !lines->method)
		return -ENOMEM;
	return make_plan(report, lines);
}
