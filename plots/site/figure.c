// SPDX-License-Identifier: GPL-2.0-or-later
/* The picture of a series, drawn only when it is another one than before. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "places.h"
#include "plots/pictures/history.h"
#include "plots/pictures/inline.h"
#include "plots/report/html.h"
#include "results/format.h"
#include "site_parts.h"
#include "results/base/text.h"

/* Of the templates: a picture of other ones is drawn again. */
#define LOOKS "1"

struct drawing {
	char *data; /* what gnuplot gets */
	char key[FILE_NAME_SIZE]; /* tells it from any other */
	struct panel panel;
	struct history_place place;
};

static int describe(const struct site *site,
		    const struct history_series *series,
		    struct drawing *drawing)
{
	const char **names = calloc(site->run_count + 1, sizeof(*names));
	size_t size;
	FILE *stream = text_begin(&drawing->data, &size);
	int ret = names && stream ? 0 : -ENOMEM;

	for (size_t i = 0; i < site->run_count && !ret; i++)
		names[i] = site->runs[i].name;
	if (!ret)
		ret = history_write(stream, &drawing->panel, series, names,
				    "Levels, and at the right against the "
				    "first run",
				    &drawing->place);
	if (stream && text_finish(stream, &drawing->data) && !ret)
		ret = -ENOMEM;
	free(names);
	return ret;
}

/* The end of the name is a sum of all that the picture is made of. */
static int find_key(struct drawing *drawing)
{
	char *all = format_string("%s %s\n%s", MMGAUGE_VERSION, LOOKS,
				  drawing->data);

	if (!all)
		return -ENOMEM;
	file_name(all, drawing->key);
	memmove(drawing->key, drawing->key + strlen(drawing->key) - 16, 17);
	free(all);
	return 0;
}

/* The <svg> of @before, when it is of this key; a new string or NULL. */
static char *find_before(const char *before, const char *key)
{
	char mark[64];
	const char *at, *end;

	snprintf(mark, sizeof(mark), "<figure data-key=\"%s\"", key);
	at = before ? strstr(before, mark) : NULL;
	at = at ? strstr(at, "<svg") : NULL;
	end = at ? strstr(at, "</svg>") : NULL;
	return end ? strndup(at, (size_t)(end - at) + strlen("</svg>")) : NULL;
}

static int draw(const struct drawing *drawing, const char *name, char **svg,
		struct error *err)
{
	char *label = format_string("%s over runs; the table below has the "
				    "values",
				    name);
	struct page page;
	FILE *stream;
	int ret;

	if (!label)
		return error_set(err, -ENOMEM, "out of memory");
	ret = page_open(&page, err);
	if (ret)
		goto free_label;
	stream = page_begin_panel(&page, err);
	ret = -EIO;
	if (stream) {
		fputs(drawing->data, stream);
		page.panels[page.count] = drawing->panel;
		ret = page_end_panel(&page, stream, 0, err);
	}
	if (!ret)
		ret = page_inline(&page, "p", label, svg, err);
	/* Ends as one does that find_before() finds. */
	if (!ret && strstr(*svg, "</svg>"))
		strstr(*svg, "</svg>")[strlen("</svg>")] = '\0';
	page_close(&page);
free_label:
	free(label);
	return ret;
}

/* The script needs to know where the points are. */
static int frame(const struct drawing *drawing, const char *svg, char **figure)
{
	const struct history_place *place = &drawing->place;

	*figure = format_string(
		"<figure data-key=\"%s\" data-left=\"%u\" data-right=\"%u\" "
		"data-top=\"%u\" data-bottom=\"%u\" data-first=\"%g\" "
		"data-last=\"%g\" data-low=\"%.17g\" data-high=\"%.17g\" "
		"data-log=\"%d\" tabindex=\"0\" role=\"group\" "
		"aria-label=\"Picture of the series; left and right walk over "
		"its points\">\n%s\n</figure>\n"
		"<p class=\"value\"><output id=\"value\" aria-live=\"polite\">"
		"Point at the picture, or walk over it with the arrow keys, "
		"for its values.</output></p>\n",
		drawing->key, place->left, place->right, place->top,
		place->bottom, place->first, place->last, place->low,
		place->high, place->logarithmic, svg);
	return *figure ? 0 : -ENOMEM;
}

int site_figure(const struct site *site, const struct history_series *series,
		const char *before, char **figure, struct error *err)
{
	struct drawing drawing = { 0 };
	char *svg = NULL;
	int ret = describe(site, series, &drawing);

	*figure = NULL;
	if (!ret)
		ret = find_key(&drawing);
	if (ret) {
		free(drawing.data);
		return error_set(err, ret, "out of memory");
	}
	svg = find_before(before, drawing.key);
	if (!svg)
		ret = draw(&drawing, series->name, &svg, err);
	if (!ret && frame(&drawing, svg, figure))
		ret = error_set(err, -ENOMEM, "out of memory");
	free(svg);
	free(drawing.data);
	return ret;
}
