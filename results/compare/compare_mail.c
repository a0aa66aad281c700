// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison under a patch: plain text of at most 75 columns. */
#include "compare_screen.h"

const struct compare_format compare_format_mail = {
	.name = "mail",
	.print = compare_print_mail,
};
