// SPDX-License-Identifier: GPL-2.0-or-later
/* What else differs, in ten lines: reasons and long values left out. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare_screen.h"
#include "results/width.h"

/* Of a checksum, what tells it from others. */
#define SUM_SHOWN 12
#define SUM_MIN 40

/* The head has it where runs are named by their kernels. */
static bool is_told(const struct compare_report *report, const char *line)
{
	const struct result *sides[] = { report->base, report->new };

	for (size_t i = 0; i < 2; i++) {
		const char *id = result_text(sides[i], "run/id");
		const char *release = result_text(sides[i], "subject/release");

		if (!id || !release || !strstr(id, release))
			return false;
	}
	return !strncmp(line, "kernel release:", strlen("kernel release:"));
}

/* Lines that begin with one word and have one reason: keys of one object. */
static bool are_alike(const char *a, const char *b)
{
	const char *why = strrchr(a, '('), *other = strrchr(b, '(');
	size_t word = strcspn(a, " :");

	return word == strcspn(b, " :") && !strncmp(a, b, word) && why &&
	       other && !strcmp(why, other);
}

/* Without its reason, checksums shortened. */
static char *shorten(const char *line)
{
	const char *why = strrchr(line, '('), *at = line;
	char *text = strdup(line), *to = text;

	if (!text)
		return NULL;
	while (*at && at != why) {
		size_t digits = 0;

		while (isxdigit((unsigned char)at[digits]))
			digits++;
		if (!digits)
			digits = 1;
		memcpy(to, at, digits < SUM_MIN ? digits : SUM_SHOWN);
		to += digits < SUM_MIN ? digits : SUM_SHOWN;
		at += digits;
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
	return text;
}

/* @more lines like it are not printed. */
static int print_brief(const struct compare_screen *screen, const char *line,
		       size_t more)
{
	char *text, *clean, cut[2048], tail[48] = "";
	int room = screen->width - 2;

	if (more)
		snprintf(tail, sizeof(tail), " and %zu more of it", more);
	room -= width_of(tail);
	text = width_of(line) > room ? shorten(line) : strdup(line);
	clean = compare_clean(text);
	if (!clean)
		return -ENOMEM;
	fprintf(screen->stream, "  %s%s\n",
		width_cut(cut, sizeof(cut), room, clean), tail);
	free(clean);
	return 0;
}

static int print_few(const struct compare_screen *screen, size_t count)
{
	const struct compare_report *report = screen->report;
	size_t printed = 0, most = screen->detail->differences;

	for (size_t i = 0; i < report->difference_count;) {
		const char *line = report->differences[i];
		size_t alike = 1;

		while (count > most && i + alike < report->difference_count &&
		       are_alike(line, report->differences[i + alike]))
			alike++;
		if (printed == most - 1 &&
		    i + alike < report->difference_count) {
			fprintf(screen->stream, "  %zu more\n",
				report->difference_count - i);
			break;
		}
		i += alike;
		if (is_told(report, line) && alike == 1)
			continue;
		if (print_brief(screen, line, alike - 1))
			return -ENOMEM;
		printed++;
	}
	return 0;
}

int compare_screen_differences(const struct compare_screen *screen)
{
	const struct compare_report *report = screen->report;
	size_t count = report->difference_count;

	for (size_t i = 0; i < report->difference_count; i++)
		count -= !report->options.all &&
			 is_told(report, report->differences[i]);
	if (!count)
		return 0;
	fputs("\nwhat else differs:\n", screen->stream);
	if (!report->options.all)
		return print_few(screen, count);
	for (size_t i = 0; i < report->difference_count; i++)
		width_wrap(screen->stream, "  ", 4, screen->width,
			   report->differences[i]);
	return 0;
}
