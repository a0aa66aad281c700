// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "paths.h"

static const char *from(const char *variable, const char *fallback)
{
	const char *value = getenv(variable);

	return value && *value ? value : fallback;
}

const char *paths_configs(void)
{
	return from("MMGAUGE_CONFIGS", MMGAUGE_CONFIGS_DIR);
}

const char *paths_agent(void)
{
	return from("MMGAUGE_AGENT", MMGAUGE_AGENT_PATH);
}
