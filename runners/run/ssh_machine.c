// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "results/base/prefix.h"
#include "runners/host/serve.h"
#include "runners/vm/module.h"
#include "runners/vm/module_sources.h"
#include "ssh_target.h"

#define PROBE_SECONDS 30
#define ASK_SECONDS 60.0

/* A line each, behind a mark: a login shell may have words of its own. */
#define MARK "mmgauge-probe "
#define PROBE                                                             \
	"m=mmgauge-probe; echo $m system $(uname -s -m); "                \
	"echo $m release $(uname -r); echo $m user $(id -u); "            \
	"echo $m version $(cat /proc/version); "                          \
	"[ ! -e /proc/modules ] || echo $m modules; "                     \
	"[ ! -e /sys/module/mmgauge ] || echo $m loaded; "                \
	"[ ! -e /lib/modules/$(uname -r)/build/Makefile ] || "            \
	"! command -v make >/dev/null || ! command -v gcc >/dev/null || " \
	"echo $m headers; echo $m end"

/* What follows @key on its line in @text; NULL: there is no such line. */
static char *find(char *text, const char *key, char *value, size_t size)
{
	size_t length = strlen(key);

	for (char *at = strstr(text, MARK); at; at = strstr(at, MARK)) {
		at += sizeof(MARK) - 1;
		if (strncmp(at, key, length) || !strchr(" \r\n", at[length]))
			continue;
		at += length + (at[length] == ' ');
		snprintf(value, size, "%.*s", (int)strcspn(at, "\r\n"), at);
		return value;
	}
	return NULL;
}

/* "... Debian 6.1.192-1 (2026-11-02)" of /proc/version. */
static void find_package(const char *version, char *package, size_t size)
{
	const char *at = strstr(version, " Debian ");

	if (at)
		snprintf(package, size, "%.*s", (int)strcspn(at + 8, " \n"),
			 at + 8);
}

static int check_system(const struct ssh_target *machine, const char *system,
			struct error *err)
{
	struct utsname name;
	char ours[160];

	uname(&name);
	snprintf(ours, sizeof(ours), "%s %s", name.sysname, name.machine);
	if (!strcmp(system, ours))
		return 0;
	return error_set(err, -ENOEXEC,
			 "%s: a machine of %.60s, and the agent here is for "
			 "%.130s: run mmgauge on one of its kind",
			 machine->ssh.spec, system, ours);
}

int ssh_machine_probe(struct ssh_target *machine, struct error *err)
{
	struct process_result result;
	char value[512];
	int ret = ssh_run(&machine->ssh, PROBE, PROBE_SECONDS, &result);

	if (ret)
		return error_set(err, ret,
				 "%s: %s: see that a shell runs there",
				 machine->ssh.spec, strerror(-ret));
	if (!find(result.output, "end", value, sizeof(value)) ||
	    !find(result.output, "system", value, sizeof(value)))
		ret = error_set(err, -EPROTO,
				"%s: no shell answers there: see what `ssh %s "
				"uname` says",
				machine->ssh.spec, machine->ssh.place);
	else
		ret = check_system(machine, value, err);
	find(result.output, "release", machine->release,
	     sizeof(machine->release));
	if (find(result.output, "version", value, sizeof(value)))
		find_package(value, machine->package, sizeof(machine->package));
	machine->root = find(result.output, "user", value, sizeof(value)) &&
			!strcmp(value, "0");
	machine->takes_modules =
		find(result.output, "modules", value, sizeof(value));
	machine->has_module =
		find(result.output, "loaded", value, sizeof(value));
	machine->has_headers =
		find(result.output, "headers", value, sizeof(value));
	process_result_free(&result);
	return ret;
}

/* Of Debian's kernels the headers are had as those of guests are. */
static bool build_here(struct ssh_target *machine, kernel_note note, void *data,
		       struct error *err)
{
	struct vm_kernel kernel = { 0 };
	char spec[256];

	if (!*machine->package) {
		error_set(err, -ENOENT, "it is no kernel of Debian's");
		return false;
	}
	snprintf(spec, sizeof(spec), "vm:deb:%s", machine->release);
	if (kernel_prepare(spec, NULL, &kernel, note, data, err))
		return false;
	if (strcmp(kernel.package, machine->package)) {
		error_set(err, -ESTALE, "it is of package %s, and here is %s",
			  machine->package, kernel.package);
		return false;
	}
	snprintf(machine->module, sizeof(machine->module), "%s", kernel.module);
	return true;
}

void ssh_machine_choose_module(struct ssh_target *machine, kernel_note note,
			       void *data)
{
	char *why = machine->no_module;
	size_t size = sizeof(machine->no_module);
	struct error err = { "" };

	if (machine->module_chosen || machine->has_module)
		return;
	machine->module_chosen = true;
	if (!machine->takes_modules)
		snprintf(why, size, "%s: the kernel there takes no modules",
			 machine->ssh.spec);
	else if (!machine->root)
		snprintf(why, size,
			 "%s: the module wants root there: give "
			 "ssh:root@%.200s",
			 machine->ssh.spec, machine->ssh.host);
	else if (!build_here(machine, note, data, &err) &&
		 !machine->has_headers)
		snprintf(
			why, size,
			"%s: no headers of %s: %.150s: install them there, and "
			"gcc and make",
			machine->ssh.spec, machine->release, err.text);
	else
		machine->builds_module = !*machine->module;
}

struct sending {
	struct ssh_session *session;
	struct error *err;
};

static int send_source(const char *name, const char *path, void *data)
{
	struct sending *sending = data;

	return ssh_session_put(sending->session, name, path, sending->err);
}

static int build_there(struct ssh_session *session, struct error *err)
{
	struct sending sending = { session, err };
	char line[300];
	json_t *reply;
	const char *log;
	int ret = module_each_source(send_source, &sending, err);

	if (!ret)
		ret = ssh_session_ask(
			session, json_pack("{s:s}", "do", "build"),
			SERVE_BUILD_SECONDS + ASK_SECONDS, &reply, err);
	if (ret)
		return ret;
	log = json_string_value(json_object_get(reply, "log"));
	kbuild_error(log ? log : "", line, sizeof(line));
	if (*line) {
		json_decref(reply);
		return error_set(err, -EREMOTEIO, "module for %s there: %s",
				 session->ssh->spec, line);
	}
	return ssh_session_check(session, reply, err);
}

int ssh_machine_load_module(struct ssh_target *machine,
			    struct ssh_session *session, struct error *err)
{
	json_t *reply;
	int ret = 0;

	if (*machine->no_module || machine->has_module)
		return 0;
	if (machine->builds_module)
		ret = build_there(session, err);
	else
		ret = ssh_session_put(session, MODULE_STAMP, machine->module,
				      err);
	if (!ret)
		ret = ssh_session_ask(session, json_pack("{s:s}", "do", "load"),
				      ASK_SECONDS, &reply, err);
	if (!ret)
		ret = ssh_session_check(session, reply, err);
	if (ret != -EREMOTEIO)
		return ret;
	snprintf(machine->no_module, sizeof(machine->no_module),
		 "the module for %s: %.400s", machine->release, err->text);
	return 0;
}
