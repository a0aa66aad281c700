// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of architectures. */
#include <string.h>
#include <sys/utsname.h>

#include "arch.h"

#define ROW(name) &name,

const struct arch *const archs[] = {
	ARCHS(ROW) NULL,
};

const struct arch *arch_native(void)
{
	struct utsname host;

	uname(&host);
	for (const struct arch *const *at = archs; *at; at++)
		if (!strcmp((*at)->name, host.machine))
			return *at;
	return archs[0];
}

const struct arch *arch_of_debian(const char *name)
{
	for (const struct arch *const *at = archs; *at; at++)
		if (!strcmp((*at)->debian, name))
			return *at;
	return NULL;
}
