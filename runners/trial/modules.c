// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modules.h"
#include "runners/base/sysfile.h"

#define ADDRESS "0x%16[0-9a-f]"

/* Without its root, as sysfile_each() has it. */
static int add_section(const char *path, void *data)
{
	char module[128], section[128], digits[17];
	char *address = sysfile_read(path);
	json_t *modules = data, *sections;

	if (address && sscanf(address, ADDRESS, digits) == 1 &&
	    sscanf(path, "/sys/module/%127[^/]/sections/%127s", module,
		   section) == 2) {
		sections = json_object_get(modules, module);
		if (!sections) {
			sections = json_object();
			json_object_set_new(modules, module, sections);
		}
		json_object_set_new(sections, section, json_string(digits));
	}
	free(address);
	return 0;
}

json_t *modules_news(void)
{
	static size_t told; /* length of the list: cheaper to look at */
	char *list = sysfile_read("/proc/modules");
	size_t length = list ? strlen(list) : 0;
	json_t *modules;

	free(list);
	if (length == told)
		return NULL;
	told = length;
	modules = json_object();
	sysfile_each("/sys/module/*/sections/.*text*", add_section, modules);
	return modules;
}
