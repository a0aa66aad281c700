// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of history.gp: a series over kernels, and pages of them. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/file_name.h"
#include "results/format.h"
#include "page.h"
#include "tsv.h"
#include "history.h"
#include "plots/figures/text.h"
#include "results/base/text.h"

#define HEIGHT 260
#define LEFT 84
#define LABELS 24 /* more x labels are not read */
#define LABEL_LENGTH 24

/* The series of one case: neighbours, since they are sorted by name. */
struct neighbours {
	const struct history_series *series;
	size_t count;
};

static size_t case_length(const char *name)
{
	return strcspn(name, "[ ");
}

/* Does every name hold "axis=value", which then says nothing? */
static bool is_common(const struct neighbours *all, const char *axis,
		      size_t length)
{
	for (size_t i = 0; i < all->count; i++) {
		const char *at = all->series[i].name;

		do {
			at = memmem(at, strlen(at), axis, length);
			if (at && strchr("[,", at[-1]) &&
			    strchr(",]", at[length]))
				break;
			at += at != NULL;
		} while (at);
		if (!at)
			return false;
	}
	return all->count > 1;
}

/* "case[a=1,b=2] metric" as "case, a=1: metric", without what is common. */
static char *make_title(const struct neighbours *all,
			const struct history_series *series)
{
	const char *at = series->name + case_length(series->name);
	char *title = NULL;
	size_t size;
	FILE *stream = text_begin(&title, &size);

	if (!stream)
		return NULL;
	fprintf(stream, "%.*s", (int)case_length(series->name), series->name);
	while (*at == '[' || *at == ',') {
		size_t length = strcspn(++at, ",]");

		if (!is_common(all, at, length))
			fprintf(stream, ", %.*s", (int)length, at);
		at += length;
	}
	fprintf(stream, ":%s", at + (*at == ']'));
	if (!text_finish(stream, &title))
		return title;
	free(title);
	return NULL;
}

/* What all names end with, as "-amd64", is said nowhere. */
static size_t common_ending(const struct history_series *series,
			    const char *const *names)
{
	const char *first = names[series->runs[0]];
	size_t length = strlen(first);

	for (size_t i = 1; i < series->count; i++) {
		const char *other = names[series->runs[i]];
		size_t width = strlen(other), same = 0;

		while (same < length && same < width &&
		       first[strlen(first) - same - 1] ==
			       other[width - same - 1])
			same++;
		length = same;
	}
	/* From a sign on, not within a number. */
	while (length && !strchr("-+.", first[strlen(first) - length]))
		length--;
	return length == strlen(first) ? 0 : length;
}

static void write_names(FILE *stream, const struct history_series *series,
			const char *const *names)
{
	size_t stride = (series->count + LABELS - 1) / LABELS;
	size_t ending = common_ending(series, names);

	for (size_t i = 0; i < series->count; i += stride) {
		const char *name = names[series->runs[i]];
		char *shown = strndup(name, strlen(name) - ending);

		fprintf(stream, "%zu\t", i);
		text_tsv(stream, shown ? shown : name, LABEL_LENGTH);
		fputc('\n', stream);
		free(shown);
	}
}

static void write_changes(FILE *stream, const struct history_series *series,
			  double factor)
{
	char label[64], shown[80];

	for (size_t i = 0; i < series->change_count; i++) {
		const struct history_change *change = &series->changes[i];

		format_change(change->before > 0 ?
				      change->after / change->before :
				      NAN,
			      label, sizeof(label));
		fprintf(stream, "%zu\t", change->end);
		tsv_number(stream, series->points[change->end] * factor, '\t');
		fprintf(stream, "%s\t%s%s\n",
			change->regression ? "regression" : "improvement",
			text_signed(label, shown, sizeof(shown)),
			change->drift ? " (drift)" : "");
	}
}

static double find_range(const struct history_series *series, double *low,
			 double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (size_t i = 0; i < series->count; i++) {
		*low = fmin(*low, series->points[i]);
		*high = fmax(*high, series->points[i]);
	}
	return *high;
}

/* The ticks of @y as what they are of the first point. */
static void write_shares(FILE *stream, const struct history_series *series,
			 const struct ticks *y, double factor)
{
	double first = series->points[0] * factor;
	char label[64], shown[80];

	for (size_t i = 0; i < y->count && first > 0; i++) {
		snprintf(label, sizeof(label), "%+.4g %%",
			 round((y->items[i].at / first - 1) * 1e4) / 100);
		fprintf(stream, "%.10g\t%s\n", y->items[i].at,
			text_signed(label, shown, sizeof(shown)));
	}
	if (!(first > 0) || !y->count)
		fprintf(stream, "%.10g\t \n", y->low);
}

static void write_blocks(FILE *stream, const struct history_series *series,
			 const char *const *names, const char *title,
			 const struct format_scale *scale,
			 const struct ticks *x, const struct ticks *y)
{
	tsv_corners(stream, x, y);
	tsv_block(stream);
	write_names(stream, series, names);
	tsv_block(stream);
	tsv_ticks(stream, y);
	tsv_block(stream);
	tsv_heading(stream, title, scale->unit);
	tsv_block(stream);
	for (size_t i = 0; i < series->count; i++) {
		fprintf(stream, "%zu\t", i);
		tsv_number(stream, series->points[i] * scale->factor, '\n');
	}
	tsv_block(stream);
	/* gnuplot 5.4 crashes on a block of labels without a place. */
	if (!series->change_count)
		fprintf(stream, "0\t%.10g\tnone\tnone\n", y->low);
	write_changes(stream, series, scale->factor);
	tsv_block(stream);
	write_shares(stream, series, y, scale->factor);
}

int history_write(FILE *stream, struct panel *panel,
		  const struct history_series *series, const char *const *names,
		  const char *title, struct history_place *place)
{
	double low, high, typical = find_range(series, &low, &high);
	struct format_scale scale = format_scale(series->unit, typical);
	struct ticks x = { .low = -0.5, .high = (double)series->count }, y;

	ticks_range(&y, low * scale.factor, high * scale.factor);
	write_blocks(stream, series, names, title, &scale, &x, &y);
	*panel = (struct panel){
		.kind = PANEL_HISTORY,
		.height = HEIGHT,
		.left = LEFT,
		.logarithmic = y.logarithmic,
	};
	*place = (struct history_place){
		.left = LEFT,
		.right = PAGE_WIDTH - 84,
		.top = 50,
		.bottom = HEIGHT - 92,
		.first = x.low,
		.last = x.high,
		.low = y.low / scale.factor,
		.high = y.high / scale.factor,
		.logarithmic = y.logarithmic,
	};
	return ferror(stream) ? -EIO : 0;
}

static int add_panel(struct page *page, const struct neighbours *all,
		     const struct history_series *series,
		     const char *const *names, struct error *err)
{
	char *title = make_title(all, series);
	struct history_place place;
	FILE *stream;
	int ret;

	if (!title)
		return error_set(err, -ENOMEM, "out of memory");
	stream = page_begin_panel(page, err);
	if (stream) {
		ret = history_write(stream, &page->panels[page->count], series,
				    names, title, &place);
		ret = page_end_panel(page, stream, ret, err);
	} else {
		ret = -EIO;
	}
	free(title);
	return ret;
}

static int draw_case(const struct neighbours *all, const char *const *names,
		     struct output *output, const char *folder,
		     struct error *err)
{
	const char *name = all->series[0].name;
	struct page page;
	char *case_name = strndup(name, case_length(name));
	char file[FILE_NAME_SIZE], *path = NULL;
	int ret;

	if (case_name)
		path = format_string("%s/%s.svg", folder,
				     file_name(case_name, file));
	free(case_name);
	ret = path ? page_open(&page, err) :
		     error_set(err, -ENOMEM, "out of memory");
	if (ret) {
		free(path);
		return ret;
	}
	for (size_t i = 0; i < all->count && !ret; i++)
		ret = add_panel(&page, all, &all->series[i], names, err);
	if (!ret)
		ret = page_draw(&page, "svg", output, path, err);
	page_close(&page);
	free(path);
	return ret;
}

int plot_history(const struct history *history, const char *const *names,
		 const char *folder, struct error *err)
{
	struct output output = { 0 };
	int ret = 0;

	if (mkdir(folder, 0777) && errno != EEXIST)
		return error_set(err, -errno, "%s: %s: give another folder",
				 folder, strerror(errno));
	for (size_t i = 0, end; i < history->count && !ret; i = end) {
		const struct history_series *first = &history->series[i];
		size_t length = case_length(first->name);

		for (end = i + 1; end < history->count; end++)
			if (case_length(history->series[end].name) != length ||
			    strncmp(history->series[end].name, first->name,
				    length))
				break;
		ret = draw_case(&(struct neighbours){ first, end - i }, names,
				&output, folder, err);
	}
	if (!ret)
		ret = output_commit(&output, err);
	output_free(&output);
	return ret;
}
