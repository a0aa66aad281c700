// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "baseline.h"
#include "resolve.h"
#include "store.h"

int resolve_run(const char *name, const struct result *like,
		char path[PATH_MAX], struct error *err)
{
	if (*name == '@' && access(name, F_OK))
		return baseline_resolve(name, like, path, err);
	return store_find(name, path, err);
}
