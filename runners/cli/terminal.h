/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of its own: <term.h> defines lines, columns and bell. */
#ifndef MMGAUGE_TERMINAL_H
#define MMGAUGE_TERMINAL_H

#include <stdbool.h>

/* Whether terminfo says that $TERM has eight colours; an unknown one has none. */
bool terminal_has_colours(int fd);

#endif
