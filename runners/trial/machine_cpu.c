// SPDX-License-Identifier: GPL-2.0-or-later
/* Processors, as x86 and arm64 kernels describe them. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "runners/base/sysfile.h"
#include "results/base/utf8.h"

#define CPUS "/sys/devices/system/cpu/"

json_t *machine_cpuinfo(const char *key)
{
	char *text = sysfile_read("/proc/cpuinfo"), *rest = text;
	size_t length = strlen(key);
	json_t *value = NULL;

	for (char *line; !value && (line = strsep(&rest, "\n"));) {
		char *colon = strchr(line, ':');

		/* "model" is not the key of "model name". */
		if (!colon || strncmp(line, key, length) ||
		    (line[length] != '\t' && line[length] != ':'))
			continue;
		value = utf8_json(colon + 1 + strspn(colon + 1, " "));
	}
	free(text);
	return value ? value : json_null();
}

static json_t *text_of(const char *path)
{
	char *text = sysfile_read(path);
	json_t *value = text && *text ? utf8_json(text) : NULL;

	free(text);
	return value ? value : json_null();
}

/* arm64 has no name of the model, but numbers of who made what. */
static json_t *arm_model(void)
{
	json_t *implementer = machine_cpuinfo("CPU implementer");
	json_t *part = machine_cpuinfo("CPU part");
	json_t *variant = machine_cpuinfo("CPU variant");
	json_t *revision = machine_cpuinfo("CPU revision");
	json_t *model = json_null();

	if (json_is_string(implementer) && json_is_string(part))
		model = json_sprintf(
			"implementer %s part %s variant %s revision %s",
			json_string_value(implementer), json_string_value(part),
			json_string_value(variant) ?
				json_string_value(variant) :
				"?",
			json_string_value(revision) ?
				json_string_value(revision) :
				"?");
	json_decref(implementer);
	json_decref(part);
	json_decref(variant);
	json_decref(revision);
	return model;
}

json_t *machine_cpu_model(void)
{
	json_t *model = machine_cpuinfo("model name");

	return json_is_string(model) ? model : arm_model();
}

struct distinct {
	char seen[1024][16];
	size_t count;
};

static int note_distinct(const char *path, void *data)
{
	struct distinct *distinct = data;
	char *text = sysfile_read(path);
	bool known = !text || strlen(text) >= sizeof(distinct->seen[0]);

	for (size_t i = 0; i < distinct->count && !known; i++)
		known = !strcmp(distinct->seen[i], text);
	if (!known && distinct->count < 1024)
		strcpy(distinct->seen[distinct->count++], text);
	free(text);
	return 0;
}

static json_t *sockets(void)
{
	static struct distinct distinct;

	distinct.count = 0;
	sysfile_each(CPUS "cpu[0-9]*/topology/physical_package_id",
		     note_distinct, &distinct);
	return distinct.count ? json_integer((json_int_t)distinct.count) :
				json_null();
}

/* "L2 Unified": "1024K", of the first CPU. */
static int add_cache(const char *path, void *data)
{
	static const char *const files[] = { "level", "type", "size" };
	char *texts[3];
	json_t *caches = data;

	for (size_t i = 0; i < 3; i++) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%s/%s", path, files[i]);
		texts[i] = sysfile_read(file);
	}
	if (texts[0] && texts[1] && texts[2]) {
		char name[64];

		snprintf(name, sizeof(name), "L%.8s %.32s", texts[0], texts[1]);
		json_object_set_new(caches, name, utf8_json(texts[2]));
	}
	for (size_t i = 0; i < 3; i++)
		free(texts[i]);
	return 0;
}

json_t *machine_cpu(void)
{
	json_t *caches = json_object();

	sysfile_each(CPUS "cpu0/cache/index*", add_cache, caches);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "vendor", machine_cpuinfo("vendor_id"), "family",
			 machine_cpuinfo("cpu family"), "model",
			 machine_cpuinfo("model"), "stepping",
			 machine_cpuinfo("stepping"), "sockets", sockets(),
			 "caches", caches, "frequency_driver",
			 text_of(CPUS "cpu0/cpufreq/scaling_driver"),
			 "frequency_max_khz",
			 text_of(CPUS "cpu0/cpufreq/scaling_max_freq"),
			 "idle_driver", text_of(CPUS "cpuidle/current_driver"));
}

/* x86 has a flag for it; elsewhere the firmware's tables may name one. */
json_t *machine_hypervisor(void)
{
	static const char *const names[] = { "QEMU",	   "KVM",
					     "VMware",	   "Xen",
					     "Amazon EC2", "Google",
					     "VirtualBox", "Microsoft" };
	json_t *flags = machine_cpuinfo("flags");
	const char *text = json_string_value(flags);
	json_t *vendor = text_of("/sys/class/dmi/id/sys_vendor");
	const char *name = json_string_value(vendor);
	bool is_guest = text && strstr(text, " hypervisor");
	char *type = sysfile_read("/sys/hypervisor/type");

	for (size_t i = 0; !text && name && i < sizeof(names) / sizeof(*names);
	     i++)
		is_guest |= !!strstr(name, names[i]);
	is_guest |= type != NULL;
	json_decref(flags);
	if (is_guest && name) {
		free(type);
		return vendor;
	}
	json_decref(vendor);
	vendor = is_guest     ? utf8_json(type ? type : "unnamed") :
		 text || name ? json_string("none") :
				json_null();
	free(type);
	return vendor;
}
