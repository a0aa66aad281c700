// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "commands.h"
#include "signals.h"
#include "runners/base/distribution.h"
#include "runners/host/module_load.h"
#include "runners/vm/kernel.h"

#define MODULE "mmgauge"
#define IN_A_GUEST "run it in a guest, --on vm:deb:6.12"

struct module_options {
	const char *format;
};

static const struct option_row rows[] = {
	OPTION_FORMAT(offsetof(struct module_options, format)),
	{ 0 },
};

static void note(const char *text, void *data)
{
	(void)data;
	fprintf(stderr, "mmgauge: %s\n", text);
}

static const char *running_release(void)
{
	static struct utsname name;

	uname(&name);
	return name.release;
}

/* The first line of a file below MODULE_FOLDER, or "". */
static void read_attribute(const char *name, char *value, int size)
{
	char path[PATH_MAX];
	FILE *file;

	*value = '\0';
	snprintf(path, sizeof(path), MODULE_FOLDER "/%s", name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(value, size, file))
		value[strcspn(value, "\n")] = '\0';
	fclose(file);
}

static int check_kernel(struct error *err)
{
	if (module_can_load())
		return 0;
	return error_set(
		err, -ENOSYS,
		"module: the running kernel %s takes no modules: " IN_A_GUEST,
		running_release());
}

static int build_module(char path[PATH_MAX], struct error *err)
{
	const char *release = running_release();
	char kdir[PATH_MAX], headers[128], command[256];
	int status = check_kernel(err);

	if (status)
		return status;
	snprintf(kdir, sizeof(kdir), "/lib/modules/%s/build", release);
	snprintf(headers, sizeof(headers), "linux-headers-%s", release);
	if (access(kdir, F_OK))
		return error_set(
			err, -ENOENT,
			"module: no headers of the running kernel in "
			"%s: run: %s, or " IN_A_GUEST,
			kdir,
			install_command(headers, command, sizeof(command)));
	return module_build(kdir, release, path, note, NULL, err);
}

static int build(struct error *err)
{
	char path[PATH_MAX];
	int status = build_module(path, err);

	if (!status)
		puts(path);
	return status;
}

static const char *load_remedy(int error)
{
	switch (error) {
	case EPERM:
		if (!module_is_locked_down())
			return "run: sudo mmgauge module load";
		/* fall through */
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return "sign it with a key enrolled by mokutil, or " IN_A_GUEST;
	case ENOSYS:
		return IN_A_GUEST;
	case ENOEXEC:
		return "install this kernel's headers, then build again";
	default:
		return "see the kernel's log, dmesg | tail";
	}
}

static int load(struct error *err)
{
	char path[PATH_MAX];
	int status;

	if (module_is_loaded()) {
		puts(MODULE ": loaded already");
		return 0;
	}
	status = build_module(path, err);
	if (status)
		return status;
	status = module_load(path);
	return status ? error_set(err, status, "module load: %s: %s: %s", path,
				  module_refusal(-status),
				  load_remedy(-status)) :
			0;
}

static int unload(struct error *err)
{
	char users[32];
	int status = check_kernel(err);

	if (status)
		return status;
	if (!module_is_loaded()) {
		puts(MODULE ": not loaded");
		return 0;
	}
	status = module_unload();
	if (!status)
		return 0;
	read_attribute("refcnt", users, sizeof(users));
	switch (status) {
	case -EPERM:
		return error_set(err, status,
				 "module unload: not permitted: run: sudo "
				 "mmgauge module unload");
	case -EWOULDBLOCK:
		return error_set(
			err, status,
			"module unload: in use, %s times: end what has "
			"/dev/mmgauge open, as fuser /dev/mmgauge "
			"tells",
			users);
	default:
		return error_set(err, status,
				 "module unload: %s: see the kernel's log, "
				 "dmesg | tail",
				 strerror(-status));
	}
}

static int print_status(const struct module_options *options)
{
	char version[64], users[32];
	json_t *document;
	int failed;

	read_attribute("version", version, sizeof(version));
	read_attribute("refcnt", users, sizeof(users));
	if (!command_is_json(options->format)) {
		printf("kernel   %s%s\n", running_release(),
		       module_can_load() ? "" : ", which takes no modules");
		printf("loaded   %s\n", module_is_loaded() ? "yes" : "no");
		if (*version)
			printf("version  %s\n", version);
		if (*users)
			printf("users    %s\n", users);
		return EXIT_FINE;
	}
	document = json_pack("{s:s, s:b, s:b, s:s?, s:I}", "release",
			     running_release(), "takes_modules",
			     module_can_load(), "loaded", module_is_loaded(),
			     "version", *version ? version : NULL, "users",
			     (json_int_t)strtol(users, NULL, 10));
	failed = json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
	return failed ? EXIT_ERROR : EXIT_FINE;
}

static int run(void *data, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(struct error *err);
	} actions[] = {
		{ "build", build },
		{ "load", load },
		{ "unload", unload },
	};
	struct error err;

	(void)argc;
	signals_catch();
	if (!strcmp(argv[0], "status"))
		return print_status(data);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(argv[0], actions[i].name))
			return actions[i].run(&err) ? command_error(&err) :
						      EXIT_FINE;
	error_set(&err, -EINVAL,
		  "module: no action '%s': write build, load, unload or status",
		  argv[0]);
	return command_error(&err);
}

const struct command cmd_module = {
	.name = "module",
	.summary = "the kernel module on this machine, for --on host",
	.arguments = "build|load|unload|status",
	.details =
		"Builds mmgauge.ko against the headers of the running kernel, "
		"loads and unloads it. Guests have theirs built and loaded by "
		"`mmgauge run --on vm:...`.",
	.min_arguments = 1,
	.max_arguments = 1,
	.options = rows,
	.options_size = sizeof(struct module_options),
	.defaults = &(struct module_options){ 0 },
	.run = run,
};
