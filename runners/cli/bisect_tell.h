/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mmgauge bisect` says of the commits that are left. */
#ifndef MMGAUGE_BISECT_TELL_H
#define MMGAUGE_BISECT_TELL_H

#include "runners/many/bisect_search.h"

/*
 * The commits, and of a single one why; -EINTR, or -ENOMEM with a line. That it
 * cannot be told why is said, and no error.
 */
int bisect_tell(struct search *search, const struct bisect *bisect);

#endif
