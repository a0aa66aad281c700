// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "agent_guest.h"
#include "bench/clock.h"
#include "runners/base/frame.h"
#include "runners/base/sysfile.h"
#include "runners/base/tell.h"
#include "machine.h"
#include "measure.h"
#include "modules.h"
#include "plan_take.h"
#include "settings.h"
#include "runners/base/spawn.h"

#define PORT "/frames" /* a link to what the architecture has */
#define MODULE "/mmgauge.ko"
#define PLAN "/plan.json"
#define SETTINGS "/settings.json"

/*
 * What a trial may take beyond its own budget, by the guest's clock: set-up of
 * large memory. The host has its own limit, and reboots.
 */
#define SETUP_GRACE 120.0

static int complain(const char *what, int error)
{
	fprintf(stderr, "mmgauge-agent: %s: %s\n", what, strerror(error));
	return 1;
}

static void mount_all(void)
{
	static const struct {
		const char *type, *path;
	} mounts[] = {
		{ "devtmpfs", "/dev" },
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "tmpfs", "/tmp" },
		{ "debugfs", "/sys/kernel/debug" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0,
			  NULL) &&
		    errno != EBUSY)
			complain(mounts[i].path, errno);
}

/* Best effort. */
static int set_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	(void)!write(fd, value, strlen(value));
	close(fd);
	return 0;
}

static int set_zero(const char *path, void *data)
{
	(void)data;
	return set_file(path, "0");
}

/*
 * The kernel folds its per-CPU statistics every second, which would fall into
 * this or that sample; once a day is as good. And its slab allocator looks on
 * other nodes for memory or not by what the clock reads modulo 1024, a die that
 * each change of the kernel throws anew: get_any_partial(), mm/slub.c.
 */
static void quieten(void)
{
	set_file("/proc/sys/vm/stat_interval", "86400");
	sysfile_each("/sys/kernel/slab/*/remote_node_defrag_ratio", set_zero,
		     NULL);
}

/* 0, or the errno: the cells that need the module then say so. */
static int load_module(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return ret;
}

static int open_port(void)
{
	int fd = open(PORT, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios settings;

	if (fd < 0 || tcgetattr(fd, &settings))
		return -errno;
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL;
	return tcsetattr(fd, TCSANOW, &settings) ? -errno : fd;
}

/* For who wants to know whose code ran. */
static void add_modules(json_t *payload)
{
	json_t *modules = modules_news();

	if (payload && modules)
		json_object_set(payload, "modules", modules);
	json_decref(modules);
}

static int send_new(int port, enum frame_type type, json_t *payload)
{
	int ret = payload ? frame_write(port, type, payload) : -ENOMEM;

	json_decref(payload);
	return ret;
}

/* What the configuration asks for; NULL: nothing. */
static json_t *apply_settings(void)
{
	json_t *settings = json_load_file(SETTINGS, 0, NULL);
	json_t *found = settings ? settings_apply(settings) : NULL;

	json_decref(settings);
	return found;
}

/* Takes @settings. */
static json_t *make_hello(int module_error, json_t *settings)
{
	json_t *hello = machine_describe();

	if (settings)
		json_object_set_new(hello, "settings", settings);
	if (hello)
		json_object_set_new(hello, "clock_step",
				    json_real(clock_step()));
	if (hello && module_error)
		json_object_set_new(hello, "module_error",
				    json_string(strerror(module_error)));
	add_modules(hello);
	return hello;
}

static int run_request(int port, size_t index, const json_t *request)
{
	double budget = json_number_value(json_object_get(request, "max_time"));
	uint64_t cell = index;
	json_t *reply = NULL;
	struct error err;
	int ret;

	tell(TELL_CELL, &cell);
	ret = send_new(port, FRAME_BEGIN,
		       json_pack("{s:i}", "index", (int)index));
	if (ret)
		return ret;
	if (spawn_agent("/init", "trial", request, budget + SETUP_GRACE, NULL,
			&reply, &err))
		reply = measure_crash_to_json(err.text);
	tell(TELL_DONE, NULL);
	json_object_set_new(reply, "index", json_integer((json_int_t)index));
	add_modules(reply);
	return send_new(port, FRAME_TRIAL, reply);
}

static int run_plan(int port, const json_t *plan)
{
	const json_t *request;
	size_t index;
	int ret = plan ? 0 : -EINVAL;

	json_array_foreach (plan, index, request)
		if (!ret)
			ret = run_request(port, index, request);
	return ret ? ret : send_new(port, FRAME_DONE, json_object());
}

int guest_main(void)
{
	int port, module_error, ret;
	json_t *settings, *hello, *plan;

	mount_all();
	settings = apply_settings();
	quieten();
	module_error = load_module();
	port = open_port();
	if (port < 0)
		return complain(PORT, -port);
	hello = make_hello(module_error, settings);
	/* All before this is what a snapshot keeps. */
	plan = plan_take(PLAN);
	ret = send_new(port, FRAME_HELLO, hello);
	if (!ret)
		ret = run_plan(port, plan);
	json_decref(plan);
	if (ret)
		return complain("the plan", -ret);
	tcdrain(port);
	reboot(RB_AUTOBOOT);
	return complain("reboot", errno);
}
