// SPDX-License-Identifier: GPL-2.0-or-later
#include "style.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "runners/base/parse.h"
#include "runners/trial/cases.h"

/* Narrower ones wrap, wider ones are hard to follow a line on. */
#define WIDTH_MIN 60
#define WIDTH_MAX 240

int style_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint64_t width = 80;

	if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		width = size.ws_col;
	else if (columns && parse_count(columns, &width))
		width = 80;
	if (width < WIDTH_MIN)
		return WIDTH_MIN;
	return width > WIDTH_MAX ? WIDTH_MAX : (int)width;
}

bool style_is_default(const char *name, const struct axis_value *axis)
{
	const struct bench_case *bench_case = cases_find(name);
	const struct bench_axis *at = bench_case ? bench_case->axes : NULL;
	uint64_t number;

	while (at && at->name && strcmp(at->name, axis->axis))
		at++;
	/* Of several values none is what is meant without a word. */
	if (!at || !at->name || strchr(at->values, ','))
		return false;
	if (axis->text)
		return !strcmp(axis->text, at->values);
	return !parse_count(at->values, &number) && number == axis->number;
}

static struct compare_style style_of(int fd)
{
	return (struct compare_style){
		.colour = command_wants_colour(fd),
		.width = style_width(fd),
		.is_default = style_is_default,
	};
}

struct compare_style style_of_stdout(void)
{
	return style_of(STDOUT_FILENO);
}

struct compare_style style_of_stderr(void)
{
	return style_of(STDERR_FILENO);
}
