// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "signals.h"
#include "runners/base/suggest.h"
#include "runners/run/configuration.h"
#include "runners/vm/kernel_kind.h"

struct kernel_options {
	const char *format;
	struct text_list kbuild;
	const char *config;
	const char *arch;
	bool available;
};

static const struct option_row rows[] = {
	OPTION_FORMAT(offsetof(struct kernel_options, format)),
	OPTION_KBUILD(offsetof(struct kernel_options, kbuild)),
	{
		.name = "config",
		.kind = OPTION_TEXT,
		.argument = "NAME|KEY=VALUE[,...]",
		.help = "of vm:git kernels: what they are built with, as in "
			"kconfig=kasan",
		.offset = offsetof(struct kernel_options, config),
	},
	{
		.name = "arch",
		.kind = OPTION_CHOICE,
		.help = "of list: kernels of this architecture (all that the "
			"cache has, and this machine's)",
		.forms = arch_names,
		.offset = offsetof(struct kernel_options, arch),
	},
	{
		.name = "available",
		.kind = OPTION_FLAG,
		.help = "of list: also what the machine's mirror has of "
			"Debian's other releases",
		.offset = offsetof(struct kernel_options, available),
	},
	{ 0 },
};

static void note(const char *text, void *data)
{
	(void)data;
	fprintf(stderr, "mmgauge: %s\n", text);
}

static int print_json(const struct kernel_entry *entries, size_t count)
{
	json_t *list = json_array();
	json_t *document;
	int status;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:b, s:b, s:I}", "release",
					entries[i].release, "cached",
					entries[i].cached, "module_built",
					entries[i].module_built, "bytes",
					(json_int_t)entries[i].bytes));
	document = json_pack("{s:o}", "kernels", list);
	status = json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
	return status ? EXIT_ERROR : EXIT_FINE;
}

static void print_table(const struct kernel_entry *entries, size_t count)
{
	printf("%-37s %-8s %-7s %8s\n", "RELEASE", "CACHED", "MODULE", "MB");
	for (size_t i = 0; i < count; i++) {
		const struct kernel_entry *entry = &entries[i];

		printf("%-37s %-8s %-7s", entry->release,
		       entry->cached ? "yes" : "-",
		       entry->module_built ? "built" : "-");
		if (entry->cached)
			printf(" %8llu\n", entry->bytes >> 20);
		else
			printf(" %8s\n", "-");
	}
}

static int list_kernels(const struct kernel_options *options)
{
	const struct kernel_query query = {
		.available = options->available,
		.arch = options->arch ? arch_of_debian(options->arch) : NULL,
		.note = note,
	};
	struct kernel_entry *entries;
	struct error err;
	size_t count;
	int code = EXIT_FINE;

	if (kernel_list(&query, &entries, &count, &err))
		code = command_error(&err);
	else if (command_is_json(options->format))
		code = print_json(entries, count);
	else
		print_table(entries, count);
	free(entries);
	return code;
}

/* "6.1" is of the first kind. */
static const char *full_spec(const char *argument, char *spec, size_t size)
{
	if (strchr(argument, ':'))
		return argument;
	snprintf(spec, size, "%s%s", kernel_kinds[0]->prefix, argument);
	return spec;
}

static int fetch(const char *argument, const struct kbuild_options *kbuild,
		 struct error *err)
{
	struct vm_kernel kernel;
	char spec[512];
	int status = kernel_fetch(full_spec(argument, spec, sizeof(spec)),
				  kbuild, &kernel, note, NULL, err);

	if (!status)
		puts(kernel.release);
	return status;
}

static int build(const char *argument, const struct kbuild_options *kbuild,
		 struct error *err)
{
	struct vm_kernel kernel;
	char spec[512];
	int status = kernel_prepare(full_spec(argument, spec, sizeof(spec)),
				    kbuild, &kernel, note, NULL, err);

	if (!status)
		printf("%s %s\n", kernel.release, kernel.module);
	return status;
}

static int drop(const char *argument, const struct kbuild_options *kbuild,
		struct error *err)
{
	(void)kbuild;
	return kernel_remove(argument, err);
}

static const struct action {
	const char *name;
	int (*run)(const char *argument, const struct kbuild_options *kbuild,
		   struct error *err);
} actions[] = {
	{ "fetch", fetch },
	{ "build", build },
	{ "rm", drop },
};

#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

static int unknown_action(const char *name)
{
	struct suggestion nearest = { 0 };
	struct error err;

	suggest(&nearest, name, "list");
	for (size_t i = 0; i < ACTIONS; i++)
		suggest(&nearest, name, actions[i].name);
	error_set(&err, -EINVAL, "kernel: no action '%s': %s%s", name,
		  nearest.name ? "did you mean " : "see `mmgauge kernel -h`",
		  nearest.name ? nearest.name : "");
	return command_error(&err);
}

/* What --kbuild and --config say of kernels that are built here. */
static int parse_kbuild(const struct kernel_options *options,
			struct kbuild_options *kbuild, struct error *err)
{
	struct configuration configuration;
	int ret = kbuild_parse(&options->kbuild, kbuild, err);

	if (!ret)
		ret = configuration_parse(options->config, &configuration, err);
	return ret ? ret : configuration_kbuild(&configuration, kbuild, err);
}

static int run(void *data, int argc, char **argv)
{
	const struct kernel_options *options = data;
	struct kbuild_options kbuild;
	const char *name = argv[0];
	struct error err;

	signals_catch();
	if (parse_kbuild(options, &kbuild, &err))
		return command_error(&err);
	if (!strcmp(name, "list")) {
		if (argc == 1)
			return list_kernels(options);
		error_set(&err, -EINVAL,
			  "kernel list: takes no operand '%s': leave it out",
			  argv[1]);
		return command_error(&err);
	}
	for (size_t i = 0; i < ACTIONS; i++) {
		if (strcmp(name, actions[i].name))
			continue;
		if (argc == 1) {
			error_set(&err, -EINVAL,
				  "kernel %s: which one is missing: name it, "
				  "as in `mmgauge kernel %s 6.1`",
				  name, name);
			return command_error(&err);
		}
		for (int operand = 1; operand < argc; operand++)
			if (actions[i].run(argv[operand], &kbuild, &err))
				return command_error(&err);
		return EXIT_FINE;
	}
	return unknown_action(name);
}

const struct command cmd_kernel = {
	.name = "kernel",
	.summary = "the cache of kernels to boot and of modules for them",
	.arguments = "list | fetch SPEC... | build SPEC... | rm RELEASE...",
	.details =
		"A SPEC is a series the distribution offers (6.1: the newest of "
		"it; 6.12-rt and 6.12-cloud: of a flavour), a release "
		"(6.1.0-56-amd64), or vm:file:BZIMAGE:KDIR. What this Debian "
		"has not is looked for in its other releases (5.10, 7.3), with "
		"an apt of mmgauge's own in the cache. fetch "
		"downloads and unpacks kernel and headers, build also builds the "
		"module; `mmgauge run --on` does both by itself. The cache is "
		"$XDG_CACHE_HOME/mmgauge, about 140 MB a kernel, and keeps the "
		"64 of them, the 64 built from git trees (vm:git:COMMIT-KEY) "
		"and the 64 modules that were used last. vm:git:tree-REPO is "
		"where the kernels of one repository are built, some 2 GB: rm "
		"makes room, and the next build is a full one.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct kernel_options),
	.defaults = &(struct kernel_options){ 0 },
	.run = run,
};
