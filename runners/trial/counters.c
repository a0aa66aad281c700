// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "counters.h"
#include "runners/base/sysfile.h"
#include "system_counts.h"

/* What explains most of what these cases do, and fits into one group. */
#define USUAL                                                        \
	"instructions:u,instructions:k,cycles:k,dTLB-load-misses:k," \
	"page-faults,context-switches,cpu-migrations"

struct reading { /* as PERF_FORMAT_TOTAL_TIME_* has it */
	uint64_t count, enabled, running;
};

struct event {
	char name[128];
	int fd; /* -1: not countable, for this reason */
	bool leads; /* a group; the members follow */
	struct reading then; /* as of counters_begin() */
	struct reading last; /* between the last begin and end */
	struct reading sum;
	bool unreadable;
	char reason[160];
};

struct counters {
	struct event *events;
	size_t count;
	struct system_counts *system;
};

double counters_scale(uint64_t count, uint64_t enabled, uint64_t running)
{
	if (!running)
		return enabled ? NAN : 0;
	return (double)count * ((double)enabled / (double)running);
}

static bool under_seccomp(void)
{
	char *status = sysfile_read("/proc/self/status");
	const char *line = status ? strstr(status, "\nSeccomp:\t") : NULL;
	bool under = line && line[strlen("\nSeccomp:\t")] != '0';

	free(status);
	return under;
}

static void explain(struct event *event, int error,
		    const struct perf_event_attr *attr)
{
	bool refused = error == EACCES || error == EPERM;
	char *level = sysfile_read("/proc/sys/kernel/perf_event_paranoid");
	char *reason = event->reason;
	size_t size = sizeof(event->reason);

	if (under_seccomp() && (error == EPERM || error == ENOSYS))
		snprintf(reason, size,
			 "a seccomp filter refuses perf_event_open (%s)",
			 strerror(error));
	else if (refused)
		snprintf(
			reason, size,
			"kernel.perf_event_paranoid is %.20s: needs CAP_PERFMON "
			"or a lower level",
			level ? level : "unknown");
	else if (error == ENOSYS)
		snprintf(reason, size, "a kernel without CONFIG_PERF_EVENTS");
	else if (attr->type != PERF_TYPE_SOFTWARE &&
		 attr->type != PERF_TYPE_TRACEPOINT &&
		 (error == ENOENT || error == ENODEV || error == EOPNOTSUPP))
		snprintf(reason, size,
			 "no PMU here that counts it: a virtual machine "
			 "without one, or another processor");
	else
		snprintf(reason, size, "perf_event_open: %s", strerror(error));
	free(level);
}

static int open_fd(struct perf_event_attr *attr, int leader)
{
	return (int)syscall(SYS_perf_event_open, attr, 0, -1, leader,
			    PERF_FLAG_FD_CLOEXEC);
}

static bool is_hardware(const struct perf_event_attr *attr)
{
	return attr->type != PERF_TYPE_SOFTWARE &&
	       attr->type != PERF_TYPE_TRACEPOINT;
}

/*
 * Events of the PMU share a group as long as one takes them: counted over the
 * same instructions, their ratios mean something.
 */
static void open_event(struct counters *set, struct event *event,
		       struct perf_event_attr *attr)
{
	static const uint64_t format =
		PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	int leader = -1;

	attr->size = sizeof(*attr);
	attr->read_format = format;
	for (size_t i = 0; is_hardware(attr) && &set->events[i] < event; i++)
		if (set->events[i].leads && set->events[i].fd >= 0)
			leader = set->events[i].fd;
	/* A member counts when its leader does. */
	attr->disabled = leader < 0;
	event->fd = open_fd(attr, leader);
	if (event->fd < 0 && leader >= 0) {
		attr->disabled = 1;
		leader = -1;
		event->fd = open_fd(attr, leader);
	}
	event->leads = leader < 0 && is_hardware(attr);
	if (event->fd < 0)
		explain(event, errno, attr);
	else if (leader < 0)
		ioctl(event->fd, PERF_EVENT_IOC_ENABLE, 0);
}

/* "tlb:tlb_flush", but not "cycles:k". */
static bool is_tracepoint(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon && !strchr(name, '/') && colon[1] != ':' &&
	       strspn(colon + 1, "ukh") != strlen(colon + 1);
}

/* 0, -ENOENT if this kernel has no such tracepoint, or why not in @event. */
static int encode_tracepoint(struct event *event, struct perf_event_attr *attr)
{
	static const char *const places[] = { "/sys/kernel/tracing",
					      "/sys/kernel/debug/tracing" };
	const char *colon = strchr(event->name, ':');
	bool mounted = false;

	for (size_t i = 0; i < 2; i++) {
		char path[PATH_MAX], full[PATH_MAX], *id;

		snprintf(path, sizeof(path), "%s/events", places[i]);
		mounted |= !access(sysfile_path(path, full), F_OK);
		snprintf(path, sizeof(path), "%s/events/%.*s/%s/id", places[i],
			 (int)(colon - event->name), event->name, colon + 1);
		id = sysfile_read(path);
		if (!id)
			continue;
		attr->type = PERF_TYPE_TRACEPOINT;
		attr->config = strtoull(id, NULL, 10);
		free(id);
		return 0;
	}
	if (mounted && !geteuid()) {
		snprintf(event->reason, sizeof(event->reason),
			 "no such tracepoint in this kernel");
		return -ENOENT;
	}
	snprintf(event->reason, sizeof(event->reason),
		 "its number cannot be read: needs root and tracefs on %s",
		 places[0]);
	return -EACCES;
}

static int encode_name(struct event *event, struct perf_event_attr *attr,
		       struct error *err)
{
	pfm_perf_encode_arg_t argument = {
		.attr = attr,
		.size = sizeof(argument),
	};
	int ret = pfm_get_os_event_encoding(event->name, PFM_PLM0 | PFM_PLM3,
					    PFM_OS_PERF_EVENT, &argument);

	if (ret != PFM_SUCCESS)
		return error_set(err, -EINVAL,
				 "--counters: no event '%s' (%s): see `perf "
				 "list`",
				 event->name, pfm_strerror(ret));
	return 0;
}

/* The number perf's interface gives the PMU @name; 0: there is none. */
static uint64_t pmu_type(const char *name, size_t length)
{
	char path[PATH_MAX], *text;
	uint64_t type;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%.*s/type",
		 (int)length, name);
	text = sysfile_read(path);
	type = text ? strtoull(text, NULL, 10) : 0;
	free(text);
	return type;
}

/*
 * "cpu_core/cycles/k", as perf has it: the event and its modifiers are what
 * they are without a PMU, counted by that one. Where a PMU is named, the kernel
 * takes its number in the upper half of a generic event.
 */
static int encode_for_pmu(struct event *event, struct perf_event_attr *attr,
			  struct error *err)
{
	const char *inner = strchr(event->name, '/') + 1;
	size_t pmu = (size_t)(inner - 1 - event->name);
	size_t length = strcspn(inner, "/");
	const char *modifiers = inner[length] ? inner + length + 1 : "";
	struct event plain = { .fd = -1 };
	uint64_t type = pmu_type(event->name, pmu);
	int ret;

	snprintf(plain.name, sizeof(plain.name), "%.*s%s%s", (int)length, inner,
		 *modifiers ? ":" : "", modifiers);
	ret = encode_name(&plain, attr, err);
	if (ret)
		return ret;
	if (!type)
		snprintf(event->reason, sizeof(event->reason),
			 "no PMU %.*s here: see /sys/bus/event_source/devices",
			 (int)pmu, event->name);
	else if (type == PERF_TYPE_RAW)
		; /* the only one: what is meant without a name */
	else if (attr->type == PERF_TYPE_HARDWARE ||
		 attr->type == PERF_TYPE_HW_CACHE)
		attr->config |= type << 32;
	else
		attr->type = (uint32_t)type;
	return type ? 0 : 1;
}

static int add_event(struct counters *set, const char *name, size_t length,
		     struct error *err)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	struct event *events =
		realloc(set->events, (set->count + 1) * sizeof(*events));
	struct event *event;
	int ret = 0;

	if (!events)
		return error_set(err, -ENOMEM, "--counters: out of memory");
	set->events = events;
	event = &events[set->count++];
	*event = (struct event){ .fd = -1 };
	if (length >= sizeof(event->name))
		return error_set(err, -EINVAL, "--counters: '%.*s' is no event",
				 (int)length, name);
	memcpy(event->name, name, length);
	if (is_tracepoint(event->name)) {
		if (!encode_tracepoint(event, &attr))
			open_event(set, event, &attr);
		return 0;
	}
	if (strchr(event->name, '/'))
		ret = encode_for_pmu(event, &attr, err);
	else
		ret = encode_name(event, &attr, err);
	if (!ret)
		open_event(set, event, &attr);
	return ret < 0 ? ret : 0;
}

int counters_open(struct counters **to, const char *list, struct error *err)
{
	struct counters *set = calloc(1, sizeof(*set));
	int ret = 0;

	if (set)
		set->system = system_counts_new();
	if (!set || !set->system) {
		free(set);
		return error_set(err, -ENOMEM, "counters: out of memory");
	}
	if (pfm_initialize() != PFM_SUCCESS)
		ret = error_set(err, -EIO, "counters: libpfm4 does not start");
	for (const char *at = list ? list : USUAL; *at && !ret;) {
		size_t length = strcspn(at, ",");

		if (length)
			ret = add_event(set, at, length, err);
		at += length + (at[length] == ',');
	}
	if (ret)
		counters_close(set);
	else
		*to = set;
	return ret;
}

static void take(struct event *event, struct reading *now)
{
	if (event->fd < 0)
		return;
	if (read(event->fd, now, sizeof(*now)) != sizeof(*now)) {
		*now = event->then;
		event->unreadable = true;
	}
}

void counters_begin(struct counters *set)
{
	system_counts_begin(set->system);
	for (size_t i = 0; i < set->count; i++)
		take(&set->events[i], &set->events[i].then);
}

/*
 * The kernel's totals only grow, and are read before and after: to reset them
 * would leave the times as they are.
 */
void counters_end(struct counters *set)
{
	for (size_t i = set->count; i-- > 0;) {
		struct event *event = &set->events[i];
		struct reading now = event->then;

		take(event, &now);
		event->last.count = now.count - event->then.count;
		event->last.enabled = now.enabled - event->then.enabled;
		event->last.running = now.running - event->then.running;
		event->sum.count += event->last.count;
		event->sum.enabled += event->last.enabled;
		event->sum.running += event->last.running;
	}
	system_counts_end(set->system);
}

void counters_drop(struct counters *set)
{
	for (size_t i = 0; i < set->count; i++) {
		struct event *event = &set->events[i];

		event->sum.count -= event->last.count;
		event->sum.enabled -= event->last.enabled;
		event->sum.running -= event->last.running;
	}
	system_counts_drop(set->system);
}

static const char *reason_of(const struct event *event, double operations)
{
	if (event->fd < 0)
		return event->reason;
	if (event->unreadable)
		return "it could not be read";
	if (operations <= 0)
		return "nothing was measured";
	if (event->sum.enabled && !event->sum.running)
		return "it never got onto the PMU: ask for fewer events";
	return NULL;
}

int counters_report(const struct counters *set, double operations,
		    int (*add)(void *data, const char *name, double value,
			       const char *reason),
		    void *data)
{
	int ret = 0;

	for (size_t i = 0; i < set->count && !ret; i++) {
		const struct event *event = &set->events[i];
		const char *reason = reason_of(event, operations);
		double value =
			counters_scale(event->sum.count, event->sum.enabled,
				       event->sum.running);

		ret = add(data, event->name, reason ? NAN : value / operations,
			  reason);
	}
	return ret ? ret :
		     system_counts_report(set->system, operations, add, data);
}

void counters_close(struct counters *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		if (set->events[i].fd >= 0)
			close(set->events[i].fd);
	free(set->events);
	system_counts_free(set->system);
	free(set);
}
