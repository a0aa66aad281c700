// SPDX-License-Identifier: GPL-2.0-or-later
/* What a comparison in a mail begins and ends with. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compare_screen.h"
#include "results/base/text.h"
#include "results/mail.h"
#include "results/width.h"

static const char *text_of(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text ? text : "";
}

static void print_side(const struct compare_screen *screen, const char *name,
		       const struct result *result)
{
	const char *release = text_of(result, "subject/release");
	const char *commit = text_of(result, "subject/commit");
	const char *package = text_of(result, "subject/package");
	char line[512];

	snprintf(line, sizeof(line), "%.100s%s%.12s%s%.100s%s",
		 *release ? release : "(unknown kernel)",
		 *commit ? ", commit " : "", commit, *package ? " (" : "",
		 package, *package ? ")" : "");
	width_wrap(screen->stream, name, 9, screen->width, line);
}

static void print_machine(const struct compare_screen *screen)
{
	const struct result *new = screen->report->new;
	double cpus = result_number(new, "machine/cpus");
	double nodes = result_number(new, "machine/nodes");
	const char *emulator = text_of(new, "machine/emulator");
	const char *name = text_of(new, "run/configuration/name");
	char line[512], count[64] = "";

	if (cpus > 0 && nodes > 0)
		snprintf(count, sizeof(count), ", %.0f CPU%s, %.0f node%s",
			 cpus, cpus == 1 ? "" : "s", nodes,
			 nodes == 1 ? "" : "s");
	snprintf(line, sizeof(line), "%.60s%s%s%.80s%s%.40s%s%.60s",
		 text_of(new, "machine/architecture"), count, ", ",
		 *emulator ? emulator : text_of(new, "machine/cpu_model"), ", ",
		 text_of(new, "machine/accelerator"),
		 *name ? ", configuration " : "", name);
	width_wrap(screen->stream, "Machine: ", 9, screen->width, line);
}

void compare_mail_head(const struct compare_screen *screen)
{
	const struct compare_report *report = screen->report;
	const char *refusal = report->refusal;

	width_wrap(screen->stream, "mmgauge: ", 2, screen->width,
		   screen->lines->summary);
	fputc('\n', screen->stream);
	print_side(screen, "Base:    ", report->base);
	print_side(screen, "New:     ", report->new);
	width_wrap(screen->stream, "Clock:   ", 9, screen->width,
		   screen->lines->method);
	print_machine(screen);
	if (report->caution)
		width_wrap(screen->stream, "Note:    ", 9, screen->width,
			   report->caution);
	if (refusal)
		width_wrap(screen->stream, "Not comparable: ", 2, screen->width,
			   refusal);
}

/* The suite, or the cases that there are, behind what measures both sides. */
static int add_cells(FILE *stream, const struct result *result)
{
	const char *suite = result_text(result, "run/suite");
	const char *last = "";
	int ret = 0;

	if (suite)
		return mail_word(stream, suite);
	for (size_t i = 0; i < result->cell_count && !ret; i++) {
		const char *name = result->cells[i].name;

		if (strcmp(name, last))
			ret = mail_word(stream, name);
		last = name;
	}
	return ret;
}

/* One command that measures both and compares; NULL when out of memory. */
static char *make_repeat(const struct compare_report *report)
{
	const char *base = result_text(report->base, "subject/target");
	const char *new = result_text(report->new, "subject/target");
	const char *clock = result_text(report->new, "clock/kind");
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);
	int ret;

	if (!stream)
		return NULL;
	fputs("mmgauge run", stream);
	ret = add_cells(stream, report->new);
	fputs(" --until-verdict", stream);
	if (!ret)
		ret = mail_word(stream, base ? base : "BASE");
	fputs(" --on", stream);
	if (!ret)
		ret = mail_word(stream, new ? new : "NEW");
	if (clock && !strcmp(clock, "wall"))
		fputs(" --clock wall", stream);
	if (!text_finish(stream, &text) && !ret)
		return text;
	free(text);
	return NULL;
}

int compare_mail_foot(const struct compare_screen *screen)
{
	const struct compare_report *report = screen->report;
	unsigned int unchanged = report->verdicts[VERDICT_UNCHANGED];
	char line[128], *repeat;

	if (unchanged) {
		snprintf(line, sizeof(line),
			 "%u of %zu rows, by at most the threshold", unchanged,
			 report->count);
		width_wrap(screen->stream, "\nUnchanged: ", 2, screen->width,
			   line);
	}
	repeat = screen->repeat ? strdup(screen->repeat) : make_repeat(report);
	if (!repeat)
		return -ENOMEM;
	fputs("\nTo repeat it:\n", screen->stream);
	mail_command(screen->stream, repeat);
	free(repeat);
	return 0;
}
