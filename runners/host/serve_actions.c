// SPDX-License-Identifier: GPL-2.0-or-later
/* What an agent is told to do on another machine. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "facts.h"
#include "module_load.h"
#include "results/base/folders.h"
#include "results/base/process.h"
#include "results/base/utf8.h"
#include "runners/base/spawn.h"
#include "runners/trial/counters.h"
#include "runners/trial/machine.h"
#include "serve.h"
#include "tune.h"

/* Marks in the agent's folder: this is to be put back. */
#define LOADED "%s/loaded"
#define TUNED "%s/tuned"

#define UNLOAD_TRIES 50 /* of 0.1 s: who has it open is being ended */
#define LOG_BYTES 4000

static json_t *failed(const char *text)
{
	return json_pack("{s:o}", "error", utf8_json(text));
}

static int mark(const char *format, const char *folder)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), format, folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static bool is_marked(const char *format, const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), format, folder);
	return !access(path, F_OK);
}

/* "counters": those that will be counted, which may be none that are known. */
static json_t *act_hello(const char *folder, const json_t *message)
{
	const char *list =
		json_string_value(json_object_get(message, "counters"));
	struct counters *set;
	struct error err;
	json_t *hello;

	(void)folder;
	if (list) {
		if (counters_open(&set, *list ? list : NULL, &err))
			return failed(err.text);
		counters_close(set);
	}
	hello = machine_describe();
	host_facts(hello);
	return hello;
}

/* "request", and how many "seconds" it may take. */
static json_t *act_trial(const char *folder, const json_t *message)
{
	const json_t *request = json_object_get(message, "request");
	double seconds = json_number_value(json_object_get(message, "seconds"));
	json_t *reply;
	struct error err;

	(void)folder;
	if (spawn_agent("/proc/self/exe", "trial", request, seconds,
			&process_interrupted, &reply, &err))
		return failed(err.text);
	return reply;
}

static json_t *act_doctor(const char *folder, const json_t *message)
{
	struct findings findings = { 0 };
	struct error err = { "out of memory" };
	json_t *reply;
	int ret = doctor_look(&findings);

	(void)folder;
	if (!ret && !json_is_true(json_object_get(message, "quick")))
		ret = doctor_noise(&findings, &process_interrupted, &err);
	reply = ret ? failed(err.text) : doctor_to_json(&findings);
	doctor_free(&findings);
	return reply;
}

static json_t *act_load(const char *folder, const json_t *message)
{
	char path[PATH_MAX];
	int ret;

	(void)message;
	if (module_is_loaded())
		return json_object();
	snprintf(path, sizeof(path), "%s/" SERVE_MODULE "/mmgauge.ko", folder);
	ret = mark(LOADED, folder);
	if (!ret)
		ret = module_load(path);
	return ret ? failed(module_refusal(-ret)) : json_object();
}

/* From the sources that were sent; make's own words are the answer. */
static json_t *act_build(const char *folder, const json_t *message)
{
	char kdir[PATH_MAX], module[PATH_MAX];
	const char *const argv[] = { "make", "-s",	"-C", kdir,
				     module, "modules", NULL };
	struct process_result result;
	struct utsname name;
	size_t length;
	json_t *reply;
	int ret;

	(void)message;
	uname(&name);
	snprintf(kdir, sizeof(kdir), "/lib/modules/%s/build", name.release);
	snprintf(module, sizeof(module), "M=%s/" SERVE_MODULE, folder);
	ret = process_run(argv, folder, SERVE_BUILD_SECONDS, &result);
	if (ret)
		return failed(strerror(-ret));
	length = strlen(result.errors);
	reply = result.status ?
			json_pack("{s:s, s:o}", "error", "make failed", "log",
				  utf8_json(result.errors +
					    (length > LOG_BYTES ?
						     length - LOG_BYTES :
						     0))) :
			json_object();
	process_result_free(&result);
	return reply;
}

/* What complaining functions of tune.h say goes here; they have no argument. */
static json_t *complaints;

static void complain(const char *line)
{
	json_array_append_new(complaints, utf8_json(line));
}

/* What somebody tuned by hand stays so. */
static json_t *act_tune(const char *folder, const json_t *message)
{
	struct tune_plan plan;
	struct error err = { "out of memory" };
	size_t refused, set = 0;
	int ret;

	(void)message;
	if (tune_state() == TUNE_APPLIED)
		return json_pack("{s:i}", "set", 0);
	complaints = json_array();
	ret = tune_plan(NULL, &plan);
	if (!ret) {
		ret = mark(TUNED, folder) ?:
			      tune_apply(&plan, complain, &refused, &err);
		for (size_t i = 0; i < plan.count; i++)
			set += plan.changes[i].set;
		tune_plan_free(&plan);
	}
	if (!ret)
		return json_pack("{s:i, s:o}", "set", (int)set, "lines",
				 complaints);
	json_decref(complaints);
	return failed(err.text);
}

json_t *serve_act(const char *folder, const json_t *message)
{
	static const struct {
		const char *name;
		json_t *(*act)(const char *folder, const json_t *message);
	} actions[] = {
		{ "hello", act_hello },	  { "trial", act_trial },
		{ "doctor", act_doctor }, { "load", act_load },
		{ "build", act_build },	  { "tune", act_tune },
	};
	const char *name = json_string_value(json_object_get(message, "do"));

	for (size_t i = 0; name && i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(actions[i].name, name))
			return actions[i].act(folder, message);
	return NULL;
}

static void unload(json_t *lines)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	int ret = module_unload();

	for (int i = 0; ret == -EWOULDBLOCK && i < UNLOAD_TRIES; i++) {
		nanosleep(&pause, NULL);
		ret = module_unload();
	}
	/* No module, or a kernel that takes none: it was never loaded. */
	if (ret && module_is_loaded())
		json_array_append_new(
			lines,
			json_sprintf("the module stays loaded: %s: rmmod "
				     "mmgauge",
				     strerror(-ret)));
}

/* The folders that were made for its journal, as far as nothing else is there. */
static void remove_state(void)
{
	char path[PATH_MAX], *slash;
	struct error err;

	if (tune_journal_path(path, &err))
		return;
	for (int i = 0; i < 3; i++) {
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return;
		*slash = '\0';
		if (rmdir(path))
			return;
	}
}

static void restore(json_t *lines)
{
	size_t restored, refused;
	struct error err;

	complaints = lines;
	if (tune_restore(complain, &restored, &refused, &err))
		complain(err.text);
	else if (!refused)
		remove_state();
}

void serve_undo(const char *folder, json_t *lines)
{
	if (is_marked(LOADED, folder))
		unload(lines);
	if (is_marked(TUNED, folder))
		restore(lines);
	remove_tree(folder);
}
