// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect_print.h"
#include "results/format.h"
#include "results/mail.h"
#include "results/width.h"

/* Of all before the title: a commit, its level, the change, the verdict. */
#define TITLE_COLUMN 49

const char *bisect_mark_name(enum bisect_mark mark)
{
	static const char *const names[] = { "untested", "good", "bad",
					     "skipped" };

	return names[mark];
}

static void print_row(FILE *stream, const struct search *search,
		      const struct git_commit *commit, double level,
		      const char *mark, int width)
{
	char change[64] = "", cost[64] = "-", title[4 * sizeof(commit->title)];

	if (isinf(level)) {
		snprintf(cost, sizeof(cost), "broken");
	} else if (!isnan(level)) {
		snprintf(cost, sizeof(cost), "%.9g", level);
		format_change(level / search->good_level, change,
			      sizeof(change));
	}
	fprintf(stream, "%.12s %14s %10s  %-8s %s\n", commit->id, cost, change,
		mark,
		width_cut(title, sizeof(title), width - TITLE_COLUMN,
			  commit->title));
}

static void print_rows(FILE *stream, const struct search *search,
		       const struct bisect *bisect, int width)
{
	fprintf(stream, "%-12s %14s %10s  %-8s %s\n", "COMMIT", search->unit,
		"CHANGE", "VERDICT", "TITLE");
	print_row(stream, search, &search->good, search->good_level, "good",
		  width);
	for (size_t i = 0; i < search->count; i++)
		if (bisect->marks[i] != BISECT_UNKNOWN)
			print_row(stream, search, &search->commits[i],
				  search->levels[i],
				  bisect_mark_name(bisect->marks[i]), width);
}

static void print_suspects(FILE *stream, const struct search *search,
			   size_t first, size_t last, int width)
{
	char title[4 * sizeof(search->good.title)];

	fprintf(stream, "the first bad commit is one of these:\n");
	for (size_t i = first; i <= last; i++)
		fprintf(stream, "  %s %s\n", search->commits[i].id,
			width_cut(title, sizeof(title), width - 43,
				  search->commits[i].title));
}

void bisect_print(FILE *stream, const struct search *search,
		  const struct bisect *bisect, int width)
{
	char title[4 * sizeof(search->good.title)];
	size_t first, last;

	bisect_suspects(bisect, &first, &last);
	print_rows(stream, search, bisect, width);
	if (first == last)
		fprintf(stream, "first bad commit: %s %s\n",
			search->commits[last].id,
			width_cut(title, sizeof(title), width - 59,
				  search->commits[last].title));
	else
		print_suspects(stream, search, first, last, width);
}

void bisect_print_mail(FILE *stream, const struct search *search,
		       const struct bisect *bisect)
{
	size_t first, last, tested = 0, skipped = 0;

	bisect_suspects(bisect, &first, &last);
	for (size_t i = 0; i < search->count; i++) {
		tested += bisect->marks[i] != BISECT_UNKNOWN;
		skipped += bisect->marks[i] == BISECT_SKIP;
	}
	if (first == last)
		fprintf(stream, "Fixes: %.12s (\"%s\")\n\n",
			search->commits[last].id, search->commits[last].title);
	fprintf(stream,
		"Bisected %zu commits in %zu tests, %zu of them skipped:\n\n",
		search->count, tested, skipped);
	print_rows(stream, search, bisect, MAIL_WIDTH);
	if (first != last) {
		fputc('\n', stream);
		print_suspects(stream, search, first, last, MAIL_WIDTH);
	}
	fputc('\n', stream);
}
