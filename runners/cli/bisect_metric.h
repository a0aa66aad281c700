/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_BISECT_METRIC_H
#define MMGAUGE_BISECT_METRIC_H

#include "runners/many/bisect_search.h"

/*
 * Has the case the metric, or exact fact, that is asked for? -EINVAL with the
 * nearest one. Told before anything is built.
 */
int bisect_check_metric(const struct bisect_options *options,
			struct error *err);

#endif
