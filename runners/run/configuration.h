/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What surrounds a kernel and is chosen, not measured: --config KEY=VALUE. */
#ifndef MMGAUGE_CONFIGURATION_H
#define MMGAUGE_CONFIGURATION_H

#include <jansson.h>

#include "results/base/error.h"

#define CONFIGURATION_CPUS_MAX 8

struct configuration {
	unsigned int cpus; /* of a guest; 0: as many as a cell has threads */
};

/* Of "KEY=VALUE,...", NULL for none. -EINVAL with the line. */
int configuration_parse(const char *text, struct configuration *configuration,
			struct error *err);

/* As results and journals keep it; NULL when nothing is chosen. */
json_t *configuration_to_json(const struct configuration *configuration);
int configuration_from_json(const json_t *object,
			    struct configuration *configuration);

#endif
