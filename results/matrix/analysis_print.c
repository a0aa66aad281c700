// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "results/format.h"
#include "results/width.h"

#define WIDTH 79
#define INDENT 26

struct screen {
	FILE *stream;
	const struct analysis *analysis;
	const struct axes_said *said;
	size_t lines; /* that are left */
};

static double percent(const struct analysis *analysis)
{
	return expm1(analysis->tolerance) * 100;
}

static char *name_of(const struct screen *screen, const struct effect *effect,
		     char text[160])
{
	const struct dimension *dimension =
		&screen->analysis->design->dimensions[effect->dimension];

	snprintf(text, 160, "%s=%s", dimension->name,
		 dimension->values[effect->value]);
	return text;
}

/* "     +0.778 %        +10  " or, without a figure, as wide in blanks. */
static char *change_of(const struct analysis_row *row, double log,
		       char text[192])
{
	double base = exp(row->logs[0]);
	char change[64] = "", amount[64] = "";

	if (!isnan(log))
		format_change(exp(log), change, sizeof(change));
	if (!isnan(log) && !isnan(base)) {
		amount[0] = log < 0 ? '-' : '+';
		format_number(fabs(base * expm1(log)), amount + 1,
			      sizeof(amount) - 1);
	}
	snprintf(text, 192, "%13s %10s  ", change, amount);
	return text;
}

static void put_line(struct screen *screen, const struct analysis_row *row,
		     double log, const char *text)
{
	char change[192];

	width_wrap(screen->stream, change_of(row, log, change), INDENT, WIDTH,
		   text);
	screen->lines -= screen->lines > 0;
}

static int by_size(const void *a, const void *b)
{
	const struct effect *first = a, *second = b;
	double one = fabs(first->log), other = fabs(second->log);

	return one < other ? 1 : one > other ? -1 : 0;
}

static int put_effects(struct screen *screen, const struct analysis_row *row)
{
	size_t count = row->effects.count;
	struct effect *sorted = calloc(count + 1, sizeof(*sorted));
	char name[160];

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		sorted[i] = row->effects.list[i];
		if (isnan(sorted[i].log))
			sorted[i].log = 0;
	}
	qsort(sorted, count, sizeof(*sorted), by_size);
	for (size_t i = 0; i < count; i++)
		if (fabs(sorted[i].log) > screen->analysis->tolerance)
			put_line(screen, row, sorted[i].log,
				 name_of(screen, &sorted[i], name));
	free(sorted);
	return 0;
}

/* Runs that are missing, or alike in several dimensions. */
static void put_untold(struct screen *screen, const struct analysis_row *row)
{
	char text[1024] = "these runs cannot tell:", name[160];
	size_t used = strlen(text), count = 0;

	for (size_t i = 0; i < row->effects.count; i++) {
		if (!isnan(row->effects.list[i].log))
			continue;
		name_of(screen, &row->effects.list[i], name);
		if (used + strlen(name) + 3 < sizeof(text))
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "%s %s",
						 count ? "," : "", name);
		count++;
	}
	if (count)
		put_line(screen, row, NAN, text);
}

static char *pair_name(const struct screen *screen, const struct effect *a,
		       const struct effect *b, char text[340])
{
	char first[160], second[160];

	snprintf(text, 340, "%s with %s", name_of(screen, a, first),
		 name_of(screen, b, second));
	return text;
}

/* ", or pti=on with thp=never": what explains these runs as well. */
static void add_aliases(const struct screen *screen,
			const struct suspect *suspect, char *text, size_t size)
{
	size_t used = strlen(text);
	char name[340];

	if (suspect->alias_count && used < size)
		used += (size_t)snprintf(text + used, size - used,
					 "; these runs cannot tell it from");
	for (size_t i = 0;
	     i < suspect->alias_count && i < EFFECT_ALIASES && used < size; i++)
		used += (size_t)snprintf(
			text + used, size - used, "%s %s", i ? "," : "",
			pair_name(screen, &suspect->aliases[i].a,
				  &suspect->aliases[i].b, name));
	if (suspect->alias_count > EFFECT_ALIASES && used < size)
		snprintf(text + used, size - used, " and %zu more",
			 suspect->alias_count - EFFECT_ALIASES);
}

/* What four runs that differ in nothing else say of a pair. */
static const char *verdict_of(const struct screen *screen,
			      const struct analysis_row *row,
			      const struct suspect *pair, double *direct)
{
	const struct effects_input input =
		analysis_input(screen->analysis, row);

	*direct = effects_direct(&input, &pair->a, &pair->b);
	if (isnan(*direct))
		return "suspected";
	if (fabs(*direct) <= screen->analysis->tolerance)
		return "refuted";
	/* On the scale of logarithms what adds up does not multiply. */
	return fabs(effects_sum(&input, &pair->a, &pair->b)) <=
			       screen->analysis->tolerance ?
		       "confirmed: they add up" :
		       "confirmed";
}

static void put_suspect(struct screen *screen, const struct analysis_row *row,
			const struct suspect *suspect)
{
	char text[2048], name[340];
	double direct;
	const char *verdict = verdict_of(screen, row, suspect, &direct);

	snprintf(text, sizeof(text), "%s beyond both: %s",
		 pair_name(screen, &suspect->a, &suspect->b, name), verdict);
	if (isnan(direct))
		add_aliases(screen, suspect, text, sizeof(text));
	put_line(screen, row, isnan(direct) ? suspect->log : direct, text);
}

static bool is_suspect(const struct analysis_row *row,
		       const struct suspect *pair)
{
	for (size_t i = 0; i < row->effects.suspect_count; i++) {
		const struct suspect *suspect = &row->effects.suspects[i];

		if (suspect->a.dimension == pair->a.dimension &&
		    suspect->b.dimension == pair->b.dimension &&
		    suspect->a.value == pair->a.value &&
		    suspect->b.value == pair->b.value)
			return true;
	}
	return false;
}

/* What was a suspect until runs of its own had been looked at. */
static void put_asked(struct screen *screen, const struct analysis_row *row)
{
	const struct analysis *analysis = screen->analysis;
	char text[2048] = "refuted:", name[340];
	size_t begun = strlen(text), used = begun;

	for (size_t i = 0; i < analysis->pair_count; i++) {
		const struct suspect *pair = &analysis->pairs[i];
		double direct;

		if (!(row->asked & 1u << i) || is_suspect(row, pair))
			continue;
		verdict_of(screen, row, pair, &direct);
		if (fabs(direct) > analysis->tolerance)
			put_suspect(screen, row, pair);
		else if (!isnan(direct) && used + sizeof(name) < sizeof(text))
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s %s",
				used > begun ? "," : "",
				pair_name(screen, &pair->a, &pair->b, name));
	}
	if (used > begun)
		put_line(screen, row, NAN, text);
}

static int put_row(struct screen *screen, const struct analysis_row *row)
{
	char *label = axes_label_of(screen->said, row->cell, false);
	char text[512], level[64], cut[4 * WIDTH + 4];
	const struct metric *first = row->cell->trials[0].metrics;
	int ret;

	if (!label)
		return -ENOMEM;
	format_quantity(exp(row->logs[0]), row->metric->unit, level,
			sizeof(level));
	/* The first one is what the case is about. */
	snprintf(text, sizeof(text), "%.300s%s%.64s: %s", label,
		 row->metric == first ? "" : " ",
		 row->metric == first ? "" : row->metric->name, level);
	free(label);
	fprintf(screen->stream, "%s\n",
		width_cut(cut, sizeof(cut), WIDTH, text));
	screen->lines -= screen->lines > 0;
	ret = put_effects(screen, row);
	for (size_t i = 0; i < row->effects.suspect_count; i++)
		put_suspect(screen, row, &row->effects.suspects[i]);
	put_asked(screen, row);
	put_untold(screen, row);
	if (row->effects.residual > screen->analysis->tolerance) {
		snprintf(text, sizeof(text),
			 "up to %.2g %% of a run is explained by no pair",
			 expm1(row->effects.residual) * 100);
		put_line(screen, row, NAN, text);
	}
	return ret;
}

/* Largest first; those that nothing moves are behind. */
static int by_most(const void *a, const void *b)
{
	const struct analysis_row *first =
		*(const struct analysis_row *const *)a;
	const struct analysis_row *second =
		*(const struct analysis_row *const *)b;

	if (first->most != second->most)
		return first->most < second->most ? 1 : -1;
	return first < second ? -1 : first > second;
}

static bool moves_any(const struct analysis *analysis,
		      const struct effect *effect)
{
	for (size_t i = 0; i < analysis->count; i++) {
		const struct effects *effects = &analysis->rows[i].effects;

		for (size_t j = 0; j < effects->count; j++)
			if (effects->list[j].dimension == effect->dimension &&
			    effects->list[j].value == effect->value &&
			    !(fabs(effects->list[j].log) <=
			      analysis->tolerance))
				return true;
	}
	return false;
}

/* That a value moves nothing is an answer, too. */
static void put_idle(const struct screen *screen)
{
	const struct design *design = screen->analysis->design;
	char text[1024], name[160];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < design->count; i++)
		for (unsigned int j = 1; j < design->sizes[i]; j++) {
			const struct effect effect = { i, j, 0 };

			if (moves_any(screen->analysis, &effect) ||
			    used >= sizeof(text) - 200)
				continue;
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s%s",
				used ? ", " : "",
				name_of(screen, &effect, name));
		}
	if (used)
		width_wrap(screen->stream, "moves nothing alone: ", 2, WIDTH,
			   text);
}

static bool is_measured(const struct analysis *analysis, size_t run)
{
	for (size_t i = 0; i < analysis->count; i++)
		if (!isnan(analysis->rows[i].logs[run]))
			return true;
	return false;
}

static bool are_together(const struct analysis *analysis,
			 const struct effect *a, const struct effect *b)
{
	const struct design *design = analysis->design;

	for (size_t i = 0; i < design->run_count; i++)
		if (design->runs[i].values[a->dimension] == a->value &&
		    design->runs[i].values[b->dimension] == b->value &&
		    is_measured(analysis, i))
			return true;
	return false;
}

/* ", pti=on with thp=never": the first few, and how many more. */
static size_t add_apart(const struct screen *screen, const struct effect *a,
			const struct effect *b, size_t count, char *text,
			size_t size)
{
	size_t used = strlen(text);
	char name[340];

	if (are_together(screen->analysis, a, b))
		return 0;
	if (count < EFFECT_ALIASES)
		snprintf(text + used, size - used, "%s%s", count ? ", " : "",
			 pair_name(screen, a, b, name));
	return 1;
}

/* What such a pair does nobody knows, where runs are missing. */
static void put_apart(const struct screen *screen)
{
	const struct effect *list = screen->analysis->rows->effects.list;
	size_t effects = screen->analysis->rows->effects.count, count = 0;
	char text[2048] = "";

	for (size_t i = 0; i < effects; i++)
		for (size_t j = i + 1; j < effects; j++)
			if (list[i].dimension != list[j].dimension)
				count += add_apart(screen, &list[i], &list[j],
						   count, text, sizeof(text));
	if (count > EFFECT_ALIASES)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 " and %zu more", count - EFFECT_ALIASES);
	if (count)
		width_wrap(screen->stream, "no run tells what is together: ", 2,
			   WIDTH, text);
}

static void put_head(const struct screen *screen)
{
	const struct design *design = screen->analysis->design;
	char text[2048];
	size_t used = 0;

	for (size_t i = 0; i < design->count; i++) {
		char name[160];

		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%s%.80s",
			i ? ", " : "",
			name_of(screen, &(struct effect){ i, 0, 0 }, name));
		if (used >= sizeof(text) - 100)
			break;
	}
	width_wrap(screen->stream, "base: ", 6, WIDTH, text);
	fprintf(screen->stream,
		"each value alone against it, what it adds to the base behind; "
		"from %g %% on\n\n",
		percent(screen->analysis));
}

int analysis_print(FILE *stream, const struct analysis *analysis,
		   const struct axes_said *said, size_t lines)
{
	struct screen screen = { stream, analysis, said, lines };
	const struct analysis_row **sorted =
		calloc(analysis->count + 1, sizeof(*sorted));
	size_t shown = 0, moved = 0;
	int ret = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < analysis->count; i++) {
		sorted[i] = &analysis->rows[i];
		moved += analysis->rows[i].most > 0;
	}
	qsort(sorted, analysis->count, sizeof(const struct analysis_row *),
	      by_most);
	put_head(&screen);
	for (; shown < moved && screen.lines && !ret; shown++)
		ret = put_row(&screen, sorted[shown]);
	free(sorted);
	if (moved)
		fputc('\n', stream);
	if (shown < moved)
		fprintf(stream, "%zu more moved, by less\n", moved - shown);
	put_idle(&screen);
	if (analysis->count)
		put_apart(&screen);
	fprintf(stream, "%zu of %zu figures moved\n", moved, analysis->count);
	return ret;
}
