// SPDX-License-Identifier: GPL-2.0-or-later
#include <curses.h>
#include <string.h>
#include <term.h>

#include "terminal.h"

bool terminal_has_colours(int fd)
{
	const char *foreground;
	bool has = false;
	int ret;

	if (setupterm(NULL, fd, &ret) != OK)
		return false;
	foreground = tigetstr("setaf");
	/* What we print are the sequences of ECMA-48. */
	if (foreground && foreground != (char *)-1 && tigetnum("colors") >= 8)
		has = !strncmp(foreground, "\033[", 2);
	del_curterm(cur_term);
	return has;
}
