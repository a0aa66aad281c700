/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How mmgauge ends; also what one mmgauge started by another tells it. */
#ifndef MMGAUGE_EXIT_CODE_H
#define MMGAUGE_EXIT_CODE_H

enum exit_code {
	EXIT_FINE = 0,
	EXIT_FOUND = 1, /* a regression, or what --fail-on names */
	EXIT_ERROR = 2,
	EXIT_NOTHING = 77, /* nothing could run here */
};

#endif
