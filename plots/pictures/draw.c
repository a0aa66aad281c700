// SPDX-License-Identifier: GPL-2.0-or-later
/* From a page's data to a picture. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "gnuplot.h"
#include "page.h"
#include "results/base/text.h"

/* Cairo refuses bitmaps beyond 32767 pixels; ours have two a unit. */
#define BITMAP_HEIGHT 16000

/* The words of page.gp's lists, one a panel. */
enum list { KINDS, HEIGHTS, LEFTS, SERIES, SUBJECTS, FLAGS, LISTS };

static void write_word(FILE *stream, const struct panel *panel, enum list list)
{
	static const char *const kinds[] = {
		[PANEL_FOREST] = "forest", [PANEL_DOTS] = "dots",
		[PANEL_SWEEP] = "sweep",   [PANEL_HISTORY] = "history",
		[PANEL_TAILS] = "tails",   [PANEL_DIFFERENCE] = "difference",
	};
	const unsigned int numbers[] = {
		[HEIGHTS] = panel->height,
		[LEFTS] = panel->left,
		[SERIES] = panel->series,
		[SUBJECTS] = panel->subjects,
		[FLAGS] = panel->logarithmic + 2 * panel->fitted,
	};

	if (list == KINDS)
		fprintf(stream, "%s ", kinds[panel->kind]);
	else
		fprintf(stream, "%u ", numbers[list]);
}

static char *make_list(const struct page *page, enum list list)
{
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < page->count; i++)
		write_word(stream, &page->panels[i], list);
	if (!text_finish(stream, &text))
		return text;
	free(text);
	return NULL;
}

static int run(const struct page *page, const char *format, struct error *err)
{
	char width[16], *lists[LISTS] = { NULL };
	const char *arguments[LISTS + 3] = { format, width };
	int ret = 0;

	snprintf(width, sizeof(width), "%d", PAGE_WIDTH);
	for (enum list list = KINDS; list < LISTS; list++) {
		lists[list] = make_list(page, list);
		arguments[list + 2] = lists[list];
		if (!lists[list])
			ret = -ENOMEM;
	}
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = gnuplot_run(page->folder, "page.gp", arguments, err);
	for (enum list list = KINDS; list < LISTS; list++)
		free(lists[list]);
	return ret;
}

/*
 * gnuplot does not notice a full disk: it ends well with half a picture. So
 * look whether the end of the file is that of a whole one.
 */
static bool is_whole(FILE *picture, const char *format)
{
	const char *end = strcmp(format, "svg") ? "IEND" : "</svg>";
	char tail[33] = "";
	size_t got;

	if (fseek(picture, -32, SEEK_END))
		return false;
	got = fread(tail, 1, sizeof(tail) - 1, picture);
	rewind(picture);
	return memmem(tail, got, end, strlen(end));
}

static int copy(FILE *from, FILE *to)
{
	char data[1 << 14];
	size_t got;

	errno = 0;
	while ((got = fread(data, 1, sizeof(data), from)))
		if (fwrite(data, 1, got, to) != got)
			break;
	return ferror(from) || ferror(to) ? (errno ? -errno : -EIO) : 0;
}

int page_picture(const struct page *page, const char *format, FILE **picture,
		 struct error *err)
{
	char *path;
	int ret = run(page, format, err);

	if (ret)
		return ret;
	path = format_string("%s/page.%s", page->folder, format);
	*picture = path ? fopen(path, "re") : NULL;
	free(path);
	if (*picture && is_whole(*picture, format))
		return 0;
	if (*picture)
		fclose(*picture);
	return error_set(err, -EIO,
			 "%s: gnuplot left no whole picture: is the disk full? "
			 "TMPDIR chooses another",
			 page->folder);
}

int page_draw(const struct page *page, const char *format,
	      struct output *output, const char *path, struct error *err)
{
	FILE *picture, *stream;
	int ret;

	if (!strcmp(format, "png") && page_height(page) > BITMAP_HEIGHT)
		return error_set(err, -EFBIG,
				 "the picture is %u pixels high: too much for "
				 "PNG: write SVG, or name cases to plot",
				 page_height(page));
	ret = page_picture(page, format, &picture, err);
	if (ret)
		return ret;
	stream = output_begin(output, path, err);
	ret = stream ? output_end(output, stream, copy(picture, stream), err) :
		       -EIO;
	fclose(picture);
	return ret;
}
