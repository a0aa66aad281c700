// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inline.h"
#include "plots/figures/text.h"
#include "results/base/text.h"

/* Ours within a tag of gnuplot's, and how much of it that replaces. */
struct exchange {
	FILE *to;
	const char *prefix; /* of ids */
};

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* "rgb( 27, 30,  33)" or "#1b1e21" at @at; its length, or 0. */
static size_t colour_at(const char *at, unsigned int rgb[3])
{
	int length = 0;

	if (sscanf(at, "rgb(%3u,%3u,%3u)%n", &rgb[0], &rgb[1], &rgb[2],
		   &length) == 3 &&
	    length)
		return (size_t)length;
	if (*at == '#' && strspn(at + 1, "0123456789abcdefABCDEF") == 6 &&
	    sscanf(at, "#%2x%2x%2x", &rgb[0], &rgb[1], &rgb[2]) == 3)
		return 7;
	return 0;
}

/* An id or a reference to one, at its first letter: those begin with "gp". */
static bool is_id(const char *line, const char *at)
{
	return begins(at, "gpPt") || begins(at, "gpDot") ?
		       at > line && strchr("'#", at[-1]) :
		       false;
}

/* One piece of a tag that begins at @at; what comes after it. */
static const char *exchange_piece(const struct exchange *exchange,
				  const char *line, const char *at)
{
	unsigned int rgb[3];
	size_t length;

	if (begins(at, " id=\"gnuplot_plot_"))
		return at + strlen(" id=\"") +
		       strcspn(at + strlen(" id=\""), "\"") + 1;
	length = colour_at(at, rgb);
	if (length) {
		fprintf(exchange->to, "var(--p%02x%02x%02x,#%02x%02x%02x)",
			rgb[0], rgb[1], rgb[2], rgb[0], rgb[1], rgb[2]);
		return at + length;
	}
	if (is_id(line, at))
		fprintf(exchange->to, "%s-", exchange->prefix);
	fputc(*at, exchange->to);
	return at + 1;
}

/* Texts pass as they are; so does what a reader of HTML would stumble over. */
static void exchange_line(const struct exchange *exchange, const char *line)
{
	bool inside = false;

	for (const char *at = line; *at;) {
		if (*at == '<' && begins(at, "<title>")) {
			const char *end = strstr(at, "</title>");

			at = end ? end + strlen("</title>") : at + strlen(at);
			continue;
		}
		if (*at == '<' || *at == '>')
			inside = *at == '<';
		if (inside) {
			at = exchange_piece(exchange, line, at);
			continue;
		}
		fputc(*at++, exchange->to);
	}
}

/* Of the definitions only the shapes of points are used. */
static bool is_left_out(const char *line, bool *filter)
{
	const char *text = line + strspn(line, " \t");
	bool within = *filter || begins(text, "<filter");

	*filter = within && !begins(text, "</filter>");
	return within || *text == '\n';
}

static void exchange_body(const struct exchange *exchange, FILE *picture)
{
	char *line = NULL;
	bool body = false, filter = false;
	size_t size = 0;

	while (getline(&line, &size, picture) > 0) {
		if (body && !is_left_out(line, &filter))
			exchange_line(exchange, line + strspn(line, "\t"));
		body |= begins(line, "<g id=\"gnuplot_canvas\">");
		/* That element stays, but without a name. */
		if (begins(line, "<g id=\"gnuplot_canvas\">"))
			fputs("<g>\n", exchange->to);
	}
	free(line);
}

static void write_head(FILE *stream, const struct page *page, const char *label)
{
	unsigned int height = page_height(page);

	fprintf(stream,
		"<svg width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" "
		"role=\"img\" aria-label=\"",
		PAGE_WIDTH, height, PAGE_WIDTH, height);
	text_html(stream, label);
	fputs("\">\n", stream);
}

int page_inline(const struct page *page, const char *prefix, const char *label,
		char **text, struct error *err)
{
	struct exchange exchange = { .prefix = prefix };
	FILE *picture;
	size_t size;
	int ret = page_picture(page, "svg", &picture, err);

	*text = NULL;
	if (ret)
		return ret;
	exchange.to = text_begin(text, &size);
	if (exchange.to) {
		write_head(exchange.to, page, label);
		exchange_body(&exchange, picture);
	}
	fclose(picture);
	if (exchange.to && !text_finish(exchange.to, text))
		return 0;
	return error_set(err, -ENOMEM, "out of memory");
}
