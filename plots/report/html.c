// SPDX-License-Identifier: GPL-2.0-or-later
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "html.h"
#include "places.h"
#include "plots/figures/text.h"

void html_print(FILE *stream, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	for (const char *c = format; *c; c++) {
		if (*c != '%') {
			fputc(*c, stream);
		} else if (*++c == 's') {
			text_html(stream, va_arg(arguments, const char *));
		} else if (*c == 'u') {
			fprintf(stream, "%u", va_arg(arguments, unsigned int));
		} else if (!strncmp(c, "zu", 2)) {
			fprintf(stream, "%zu", va_arg(arguments, size_t));
			c++;
		} else {
			assert(*c == '%');
			fputc('%', stream);
		}
	}
	va_end(arguments);
}

void html_number(FILE *stream, const char *text)
{
	char buffer[128];

	html_print(stream, "<td class=\"number\">%s</td>",
		   text_signed(text, buffer, sizeof(buffer)));
}

void html_heat(FILE *stream, double ratio, bool worse, const char *text)
{
	/* Twice and half are as far. */
	double size = exp(fabs(log(ratio))) - 1;
	unsigned int depth = 1;
	char shown[128];

	if (isnan(ratio) || size >= 0.2)
		depth = 3;
	else if (size >= 0.05)
		depth = 2;
	html_print(stream, "<td class=\"heat %s%u\">%s</td>", worse ? "w" : "b",
		   depth, text_signed(text, shown, sizeof(shown)));
}

void html_begin(FILE *stream)
{
	html_print(stream,
		   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		   "<meta charset=\"utf-8\">\n"
		   "<meta name=\"viewport\" "
		   "content=\"width=device-width, initial-scale=1\">\n"
		   "<meta name=\"generator\" content=\"mmgauge %s\">\n",
		   MMGAUGE_VERSION);
}
