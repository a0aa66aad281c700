// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of architectures. */
#include <stdio.h>
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

const struct arch *arch_chosen(const char *name)
{
	return name ? arch_of_debian(name) : arch_native();
}

const char *arch_names(void)
{
	static char text[128];
	size_t used = 0;

	for (const struct arch *const *at = archs; *at; at++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", at == archs ? "" : "|",
					 (*at)->debian);
	return text;
}

bool arch_boots_elf(const struct arch *arch)
{
	return arch->image_extract != NULL;
}

const char *arch_image_name(const struct arch *arch)
{
	return strrchr(arch->image, '/') + 1;
}

const char *arch_tool(const struct arch *arch, const char *name,
		      char tool[ARCH_TOOL])
{
	bool native = arch == arch_native();

	snprintf(tool, ARCH_TOOL, "%s%s%s", native ? "" : arch->triplet,
		 native ? "" : "-", name);
	return tool;
}
