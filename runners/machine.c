// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "machine.h"

/* A small file without its last newline, or NULL. free() it. */
static char *read_text(const char *path)
{
	char text[8192];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return NULL;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length < 0)
		return NULL;
	while (length && text[length - 1] == '\n')
		length--;
	text[length] = '\0';
	return strdup(text);
}

static json_t *text_of(const char *path)
{
	char *text = read_text(path);
	json_t *value = text ? json_string(text) : NULL;

	free(text);
	return value ? value : json_null();
}

/* "always [madvise] never" -> "madvise" */
static json_t *chosen_of(const char *path)
{
	char *text = read_text(path);
	char *open = text ? strchr(text, '[') : NULL;
	char *shut = open ? strchr(open, ']') : NULL;
	json_t *value =
		shut ? json_stringn(open + 1, (size_t)(shut - open - 1)) :
		       json_null();

	free(text);
	return value;
}

/* The value of the first "KEY<spaces>: VALUE" line of /proc/cpuinfo. */
static json_t *cpuinfo(const char *key)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[4096];
	json_t *value = NULL;

	while (file && !value && fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');
		size_t length = strlen(key);

		if (!colon || strncmp(line, key, length) ||
		    (line[length] != '\t' && line[length] != ':'))
			continue;
		colon += strspn(colon, ": ");
		colon[strcspn(colon, "\n")] = '\0';
		value = json_string(colon);
	}
	if (file)
		fclose(file);
	return value ? value : json_null();
}

/* Every file of a folder as name: text. */
static json_t *texts_of(const char *folder)
{
	json_t *object = json_object();
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		json_object_set_new(object, entry->d_name, text_of(path));
	}
	if (dir)
		closedir(dir);
	return object;
}

static json_t *thp(void)
{
#define THP "/sys/kernel/mm/transparent_hugepage/"
	return json_pack("{s:o, s:o, s:o}", "enabled", chosen_of(THP "enabled"),
			 "defrag", chosen_of(THP "defrag"), "shmem_enabled",
			 chosen_of(THP "shmem_enabled"));
#undef THP
}

static json_t *smt(void)
{
	char *active = read_text("/sys/devices/system/cpu/smt/active");
	json_t *value = active ? json_boolean(*active == '1') : json_null();

	free(active);
	return value;
}

/* Turbo is spelled the other way round by intel_pstate. */
static json_t *turbo(void)
{
	char *off = read_text("/sys/devices/system/cpu/intel_pstate/no_turbo");
	char *on = read_text("/sys/devices/system/cpu/cpufreq/boost");
	json_t *value = off ? json_boolean(*off == '0') :
			on  ? json_boolean(*on == '1') :
			      json_null();

	free(off);
	free(on);
	return value;
}

static json_t *nodes(void)
{
	json_int_t count = 0;
	char path[64];

	do
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d",
			 (int)count);
	while (!access(path, F_OK) && ++count < 4096);
	return count ? json_integer(count) : json_null();
}

static json_t *hypervisor(void)
{
	json_t *flags = cpuinfo("flags");
	const char *text = json_string_value(flags);
	json_t *value;

	if (!text)
		value = json_null();
	else if (!strstr(text, " hypervisor"))
		value = json_string("none");
	else
		value = text_of("/sys/class/dmi/id/sys_vendor");
	if (json_is_null(value) && text) {
		json_decref(value);
		value = json_string("unnamed");
	}
	json_decref(flags);
	return value;
}

static json_t *machine(const struct utsname *name)
{
#define CPU0 "/sys/devices/system/cpu/cpu0/"
	struct sysinfo info = { 0 };

	sysinfo(&info);
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:i, s:o, s:o, s:I, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:i}",
		"architecture", name->machine, "cpu_model",
		cpuinfo("model name"), "cpu_flags", cpuinfo("flags"),
		"microcode", cpuinfo("microcode"), "cpus",
		(int)sysconf(_SC_NPROCESSORS_ONLN), "smt", smt(), "nodes",
		nodes(), "memory_bytes",
		(json_int_t)(info.totalram * info.mem_unit), "hypervisor",
		hypervisor(), "governor",
		text_of(CPU0 "cpufreq/scaling_governor"), "turbo", turbo(),
		"mitigations",
		texts_of("/sys/devices/system/cpu/vulnerabilities"), "thp",
		thp(), "clocksource",
		text_of("/sys/devices/system/clocksource/clocksource0/"
			"current_clocksource"),
		"page_size", (int)sysconf(_SC_PAGESIZE));
#undef CPU0
}

/* "Linux version R (builder) (COMPILER, LINKER) #1 SMP ..." */
static json_t *compiler(void)
{
	char *text = read_text("/proc/version");
	char *open = text ? strstr(text, ") (") : NULL;
	char *shut = open ? strchr(open, ',') : NULL;
	json_t *value =
		shut ? json_stringn(open + 3, (size_t)(shut - open - 3)) :
		       json_null();

	free(text);
	return value;
}

static json_t *subject(const struct utsname *name)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "release", name->release,
			 "version", name->version, "command_line",
			 text_of("/proc/cmdline"), "compiler", compiler(),
			 "module_version",
			 text_of("/sys/module/mmgauge/version"));
}

json_t *machine_describe(void)
{
	struct utsname name;

	uname(&name);
	return json_pack("{s:o, s:o}", "subject", subject(&name), "machine",
			 machine(&name));
}
