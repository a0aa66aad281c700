// SPDX-License-Identifier: GPL-2.0-or-later
/* What no setting changes at run time, and what only time tells. */
#define _GNU_SOURCE
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "runners/trial/machine.h"
#include "runners/base/distribution.h"
#include "runners/base/sysfile.h"
#include "tune.h"

#define CPUS "/sys/devices/system/cpu/"

static void judge(struct finding *finding, const char *name,
		  enum judgement judgement, const char *advice,
		  const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void judge(struct finding *finding, const char *name,
		  enum judgement judgement, const char *advice,
		  const char *format, ...)
{
	va_list arguments;

	finding->name = name;
	finding->judgement = judgement;
	va_start(arguments, format);
	vsnprintf(finding->value, sizeof(finding->value), format, arguments);
	va_end(arguments);
	snprintf(finding->advice, sizeof(finding->advice), "%s",
		 judgement == JUDGEMENT_GOOD ? "" : advice);
}

static void check_tuned(struct finding *finding)
{
	static const char *const states[] = {
		[TUNE_NOT_APPLIED] = "none by mmgauge",
		[TUNE_APPLIED] = "applied by mmgauge, or left by a crash",
		[TUNE_REBOOTED] = "undone by a reboot; its journal is there",
	};
	enum tune_state state = tune_state();

	judge(finding, "tuning",
	      state == TUNE_NOT_APPLIED ? JUDGEMENT_GOOD : JUDGEMENT_NOTE,
	      "mmgauge tune --restore brings the old values back", "%s",
	      states[state]);
}

static void check_isolation(struct finding *finding)
{
	char *isolated = sysfile_read(CPUS "isolated");
	char *full = sysfile_read(CPUS "nohz_full");
	bool none = !isolated || !*isolated;
	bool ticks = !full || !*full || !strcmp(full, "(null)");

	judge(finding, "isolation",
	      none || ticks ? JUDGEMENT_NOTE : JUDGEMENT_GOOD,
	      "the tick and other processes interrupt samples: boot with "
	      "isolcpus=N nohz_full=N rcu_nocbs=N for the last CPUs",
	      "isolcpus %s, nohz_full %s", none ? "none" : isolated,
	      ticks ? "none" : full);
	free(isolated);
	free(full);
}

static void check_cpus(struct finding *finding)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	judge(finding, "CPUs", cpus < 2 ? JUDGEMENT_NOTE : JUDGEMENT_GOOD,
	      "cells with siblings are skipped: they need a second CPU", "%ld",
	      cpus);
}

static void check_swap(struct finding *finding)
{
	char *text = sysfile_read("/proc/swaps");
	bool any = text && strchr(text, '\n');

	judge(finding, "swap", any ? JUDGEMENT_BAD : JUDGEMENT_GOOD,
	      "pages may leave while they are measured: swapoff -a",
	      any ? "in use" : "none");
	free(text);
}

/* What a kernel with debugging shows without its configuration. */
static void check_debug(struct finding *finding)
{
	static const struct {
		const char *path, *name;
	} signs[] = {
		{ "/proc/lockdep_stats", "lockdep" },
		{ "/proc/lock_stat", "lock statistics" },
		{ "/sys/kernel/debug/kmemleak", "kmemleak" },
		{ "/sys/kernel/debug/page_owner", "page_owner" },
		{ "/sys/module/kasan", "KASAN" },
		{ "/sys/kernel/debug/kcsan", "KCSAN" },
	};
	char *flags = sysfile_read("/sys/kernel/slab/kmalloc-64/sanity_checks");
	char text[256] = "", full[PATH_MAX];

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (access(sysfile_path(signs[i].path, full), F_OK))
			continue;
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s%s", *text ? ", " : "", signs[i].name);
	}
	if (flags && *flags == '1')
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%sslub_debug", *text ? ", " : "");
	free(flags);
	judge(finding, "debug options", *text ? JUDGEMENT_BAD : JUDGEMENT_GOOD,
	      "they cost more than what is measured: boot a kernel without "
	      "them",
	      "%s", *text ? text : "none seen");
}

struct mitigations {
	unsigned int mitigated, vulnerable;
};

static int count_mitigation(const char *path, void *data)
{
	struct mitigations *mitigations = data;
	char *text = sysfile_read(path);

	if (text && strstr(text, "Mitigation"))
		mitigations->mitigated++;
	else if (text && !strncmp(text, "Vulnerable", 10))
		mitigations->vulnerable++;
	free(text);
	return 0;
}

static void check_mitigations(struct finding *finding)
{
	struct mitigations count = { 0, 0 };

	sysfile_each(CPUS "vulnerabilities/*", count_mitigation, &count);
	judge(finding, "mitigations",
	      count.mitigated ? JUDGEMENT_NOTE : JUDGEMENT_GOOD,
	      "part of every system call and switch: compare only runs with "
	      "the same",
	      "%u active, %u vulnerable", count.mitigated, count.vulnerable);
}

static void check_hypervisor(struct finding *finding)
{
	json_t *name = machine_hypervisor();
	const char *text = json_string_value(name);

	if (!text)
		judge(finding, "hypervisor", JUDGEMENT_UNKNOWN,
		      "nothing here tells", "unknown");
	else
		judge(finding, "hypervisor",
		      strcmp(text, "none") ? JUDGEMENT_NOTE : JUDGEMENT_GOOD,
		      "neighbours take time that no counter of this kernel "
		      "shows: trust differences within one boot, or the "
		      "instruction clock",
		      "%s", text);
	json_decref(name);
}

/* "cpu  user nice system idle iowait irq softirq steal ...", since boot */
static void check_steal(struct finding *finding)
{
	char *text = sysfile_read("/proc/stat");
	double times[8] = { 0 }, sum = 0, share;
	int got = text ? sscanf(text, "cpu %lf %lf %lf %lf %lf %lf %lf %lf",
				&times[0], &times[1], &times[2], &times[3],
				&times[4], &times[5], &times[6], &times[7]) :
			 0;

	free(text);
	for (int i = 0; i < got; i++)
		sum += times[i];
	share = sum > 0 ? times[7] / sum : 0;
	judge(finding, "steal",
	      got < 8	   ? JUDGEMENT_UNKNOWN :
	      share > 0.01 ? JUDGEMENT_BAD :
			     JUDGEMENT_GOOD,
	      "the host gave this share of time to others: ask for dedicated "
	      "CPUs",
	      "%.2f %% of the time since boot", share * 100);
}

static void check_load(struct finding *finding)
{
	char *text = sysfile_read("/proc/loadavg");
	double load = text ? strtod(text, NULL) : 0;

	free(text);
	judge(finding, "load", load > 0.5 ? JUDGEMENT_BAD : JUDGEMENT_GOOD,
	      "other processes run: stop them, or wait", "%.2f", load);
}

struct throttles {
	double count;
	unsigned int files;
};

static int add_throttles(const char *path, void *data)
{
	struct throttles *throttles = data;
	char *text = sysfile_read(path);

	throttles->files += text != NULL;
	throttles->count += text ? strtod(text, NULL) : 0;
	free(text);
	return 0;
}

static int max_temperature(const char *path, void *data)
{
	double *hottest = data;
	char *text = sysfile_read(path);
	double now = text ? strtod(text, NULL) / 1000 : 0;

	if (now > *hottest)
		*hottest = now;
	free(text);
	return 0;
}

static void check_thermal(struct finding *finding)
{
	struct throttles throttles = { 0, 0 };
	double hottest = 0;

	sysfile_each(CPUS "cpu[0-9]*/thermal_throttle/core_throttle_count",
		     add_throttles, &throttles);
	sysfile_each("/sys/class/thermal/thermal_zone*/temp", max_temperature,
		     &hottest);
	if (!throttles.files && hottest <= 0)
		judge(finding, "thermal state", JUDGEMENT_UNKNOWN,
		      "no sensor is visible here", "unknown");
	else
		judge(finding, "thermal state",
		      throttles.count > 0 || hottest > 90 ? JUDGEMENT_BAD :
							    JUDGEMENT_GOOD,
		      "the processor slows down when it is hot: cool it, or "
		      "switch turbo off",
		      "%.0f throttled, hottest %.0f C", throttles.count,
		      hottest);
}

static void check_timer(struct finding *finding)
{
	char *source = sysfile_read("/sys/devices/system/clocksource/"
				    "clocksource0/current_clocksource");
	struct timespec tick = { 0 };
	bool fine;

	clock_getres(CLOCK_MONOTONIC, &tick);
	fine = tick.tv_sec == 0 && tick.tv_nsec <= 1 && source &&
	       (!strcmp(source, "tsc") || !strcmp(source, "kvm-clock") ||
		!strcmp(source, "arch_sys_counter"));
	judge(finding, "timer", fine ? JUDGEMENT_GOOD : JUDGEMENT_BAD,
	      "reading the clock is a system call or coarse: boot with "
	      "tsc=reliable if the TSC is, and highres=on",
	      "%s, %ld ns", source ? source : "unknown", tick.tv_nsec);
	free(source);
}

static void check_pmu(struct finding *finding)
{
	char *level = sysfile_read("/proc/sys/kernel/perf_event_paranoid");
	char full[PATH_MAX];
	bool pmu =
		!access(sysfile_path("/sys/bus/event_source/devices/cpu", full),
			F_OK) ||
		!access(sysfile_path(
				"/sys/bus/event_source/devices/armv8_pmuv3",
				full),
			F_OK);

	judge(finding, "PMU", pmu ? JUDGEMENT_GOOD : JUDGEMENT_NOTE,
	      "no hardware counters: instructions are exact in a guest with "
	      "--clock instructions",
	      "%s, perf_event_paranoid %s", pmu ? "there" : "none",
	      level ? level : "unknown");
	free(level);
}

/* The first of such a kernel's, in the order of where distributions keep it. */
static const char *find_image(const char *release, char path[PATH_MAX])
{
	static const char *const places[][2] = {
		{ "/boot/vmlinuz-", "" }, /* Debian, Ubuntu */
		{ "/lib/modules/", "/vmlinuz" }, /* Fedora, Arch, SUSE */
		{ "/usr/lib/modules/", "/vmlinuz" },
	};
	char full[PATH_MAX];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, PATH_MAX, "%s%s%s", places[i][0], release,
			 places[i][1]);
		if (!access(sysfile_path(path, full), F_OK))
			return path;
	}
	return "none";
}

/* What the module is built against, and what a guest boots of this kernel. */
static void check_kernel_files(struct finding *finding)
{
	char *text = sysfile_read("/proc/sys/kernel/osrelease");
	const char *release = text ? text : "unknown";
	char path[PATH_MAX], full[PATH_MAX], name[160], command[256];
	char build[192], advice[384];
	bool headers;

	snprintf(build, sizeof(build), "/lib/modules/%.128s/build", release);
	snprintf(name, sizeof(name), "linux-headers-%.128s", release);
	snprintf(advice, sizeof(advice),
		 "cells that need the module are skipped here without it: %s",
		 install_command(name, command, sizeof(command)));
	headers = !access(sysfile_path(build, full), F_OK);
	judge(finding, "kernel files",
	      headers ? JUDGEMENT_GOOD : JUDGEMENT_NOTE, advice,
	      "image %.100s, headers %.120s", find_image(release, path),
	      headers ? build : "none");
	free(text);
}

void (*const doctor_checks[])(struct finding *finding) = {
	check_tuned,	    check_isolation,
	check_cpus,	    check_swap,
	check_debug,	    check_mitigations,
	check_hypervisor,   check_steal,
	check_load,	    check_thermal,
	check_timer,	    check_pmu,
	check_kernel_files, NULL,
};
