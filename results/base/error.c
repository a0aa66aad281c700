// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list arguments;
	char *c;

	if (!err)
		return code;
	va_start(arguments, format);
	vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	/*
	 * The line may quote a file somebody else wrote: keep it one line, and
	 * keep escape sequences off the terminal.
	 */
	for (c = err->text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return code;
}
