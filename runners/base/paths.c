// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdlib.h>

#include "places.h"
#include "results/base/installed.h"
#include "paths.h"

static const char *from(const char *variable, const char *name,
			const char *fallback, char path[PATH_MAX])
{
	const char *value = getenv(variable);

	return value && *value ? value : installed_path(name, fallback, path);
}

const char *paths_configs(void)
{
	static char path[PATH_MAX];

	return from("MMGAUGE_CONFIGS", MMGAUGE_SHARE "/configs",
		    MMGAUGE_CONFIGS_DIR, path);
}

const char *paths_agent(void)
{
	static char path[PATH_MAX];

	return from("MMGAUGE_AGENT", MMGAUGE_LIBEXEC "/mmgauge-agent",
		    MMGAUGE_AGENT_PATH, path);
}

const char *paths_agent_source(void)
{
	static char path[PATH_MAX];

	return from("MMGAUGE_AGENT_SOURCE", MMGAUGE_SHARE "/agent",
		    MMGAUGE_AGENT_SOURCE_DIR, path);
}

const char *paths_kmod(void)
{
	static char path[PATH_MAX];

	return from("MMGAUGE_KMOD", MMGAUGE_SHARE "/kmod", MMGAUGE_KMOD_DIR,
		    path);
}

const char *paths_plugin(void)
{
	static char path[PATH_MAX];

	return from("MMGAUGE_PLUGIN", MMGAUGE_LIBEXEC "/mmgauge-plugin.so",
		    MMGAUGE_PLUGIN_PATH, path);
}
