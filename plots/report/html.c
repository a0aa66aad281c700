// SPDX-License-Identifier: GPL-2.0-or-later
#include <assert.h>
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
