// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>

#include "error.h"
#include "text.h"

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list arguments;
	char text[sizeof(err->text)];

	if (!err)
		return code;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	/* It may quote a file somebody else wrote, and is one line. */
	text_line_copy(err->text, sizeof(err->text), text);
	return code;
}
