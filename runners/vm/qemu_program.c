// SPDX-License-Identifier: GPL-2.0-or-later
/* The emulator as a program: is it there, which one, what can it load? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "qemu.h"
#include "qemu_asked.h"
#include "results/base/process.h"
#include "runners/base/distribution.h"

int qemu_missing(const struct arch *arch, struct error *err)
{
	char command[160];

	return error_set(
		err, -ENOENT, "%s: not installed: run: %s", arch->qemu,
		install_command(arch->qemu_package, command, sizeof(command)));
}

/* What helps where a limit keeps QEMU from starting, or ends it at once. */
static const struct {
	int error;
	const char *remedy;
} limits[] = {
	{ EMFILE, "raise `ulimit -n`" },
	{ ENFILE, "raise `ulimit -n`" },
	{ ENOMEM, "free some memory, or raise `ulimit -v`" },
	{ EAGAIN, "end some processes, or raise `ulimit -u`" },
};

const char *qemu_remedy(const char *said)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (strstr(said, strerror(limits[i].error)))
			return limits[i].remedy;
	return NULL;
}

int qemu_cannot_start(const struct arch *arch, int error, struct error *err)
{
	const char *remedy = "see whether it runs by itself";

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (-error == limits[i].error)
			remedy = limits[i].remedy;
	return error_set(err, error, "%s: cannot start: %s: %s", arch->qemu,
			 strerror(-error), remedy);
}

/* It is there, and did not come as far as its version. */
static int not_started(const struct arch *arch, struct process_result *result,
		       struct error *err)
{
	struct rlimit space;

	result->errors[strcspn(result->errors, "\n")] = '\0';
	if (!getrlimit(RLIMIT_AS, &space) && space.rlim_cur != RLIM_INFINITY)
		return error_set(err, -ENOMEM,
				 "%s: does not start in %llu MiB of address "
				 "space: %.200s: raise `ulimit -v`",
				 arch->qemu,
				 (unsigned long long)space.rlim_cur >> 20,
				 result->errors);
	return error_set(err, -EPROTO,
			 "%s --version: not understood: %.200s: install QEMU "
			 "6.2 or newer",
			 arch->qemu, result->errors);
}

int vm_qemu_version(const char *program, const struct arch *arch, char *version,
		    size_t size, struct error *err)
{
	const char *const argv[] = { program, "--version", NULL };
	static const char prefix[] = "QEMU emulator version ";
	struct process_result result;
	const char *found;
	int ret;

	ret = qemu_ask(argv, NULL, &result);
	if (ret == -ENOENT)
		return qemu_missing(arch, err);
	if (ret)
		return qemu_cannot_start(arch, ret, err);
	found = strstr(result.output, prefix);
	if (found) {
		found += sizeof(prefix) - 1;
		snprintf(version, size, "%.*s", (int)strcspn(found, " \n"),
			 found);
	} else {
		ret = not_started(arch, &result, err);
	}
	process_result_free(&result);
	return ret;
}

/* Whether @argv does what it asks for, and says @word. */
static bool ask(const char *const *argv, const char *word)
{
	struct process_result result;
	bool yes = !qemu_ask(argv, NULL, &result);

	if (yes) {
		yes = !result.status && strstr(result.output, word);
		process_result_free(&result);
	}
	return yes;
}

/*
 * Both at once as a rule: QEMU takes long to start. What has the one device has
 * the other, which is older than the oldest QEMU that is of use.
 */
unsigned int qemu_has(const char *program)
{
	static char asked[PATH_MAX];
	static unsigned int has;
	const char *const both[] = { program,	"-sandbox",	      "on",
				     "-device", "ivshmem-plain,help", NULL };
	const char *const sandbox[] = { program, "-sandbox", "on", "-version",
					NULL };
	const char *const device[] = { program, "-device", "ivshmem-plain,help",
				       NULL };

	if (!strcmp(asked, program))
		return has;
	snprintf(asked, sizeof(asked), "%s", program);
	if (ask(both, "ivshmem-plain"))
		has = QEMU_HAS_SANDBOX | QEMU_HAS_PLAN;
	else
		has = (ask(sandbox, "") ? QEMU_HAS_SANDBOX : 0) |
		      (ask(device, "ivshmem-plain") ? QEMU_HAS_PLAN : 0);
	return has;
}

int vm_qemu_offers(const struct arch *arch, const struct emulator *emulator,
		   enum vm_wanted wanted, struct error *err)
{
	static const struct {
		const char *option, *type;
	} parts[] = {
		[VM_WANTS_TURNS] = { "-object", "filter-buffer" },
		[VM_WANTS_COUNTS] = { "-device", "ivshmem-plain" },
	};
	const char *option = parts[wanted].option, *type = parts[wanted].type;
	char asked[64];
	const char *const argv[] = { emulator->program, option, asked, NULL };
	struct process_result result;
	int ret;

	snprintf(asked, sizeof(asked), "%s,help", type);
	ret = qemu_ask(argv, NULL, &result);
	if (ret)
		return qemu_cannot_start(arch, ret, err);
	/* It lists the properties of what it has. */
	if (result.status || !strstr(result.output, type))
		ret = error_set(err, -ENOTSUP,
				"QEMU %s has no %s %s: install one that was "
				"built with it, like Debian's",
				emulator->version, option, type);
	process_result_free(&result);
	return ret;
}

char *qemu_plugin_path(char to[2 * PATH_MAX], const char *path)
{
	for (size_t i = 0; path[i] && i < PATH_MAX - 1; i++) {
		if (path[i] == ',')
			*to++ = ',';
		*to++ = path[i];
	}
	return to;
}

int vm_plugin_check(const struct arch *arch, const struct emulator *emulator,
		    const char *plugin, struct error *err)
{
	char argument[2 * PATH_MAX + 16];
	const char *const argv[] = { emulator ? emulator->program : arch->qemu,
				     "-nodefaults",
				     "-no-user-config",
				     "-machine",
				     "none",
				     "-display",
				     "none",
				     "-plugin",
				     argument,
				     NULL };
	struct process_result result;
	int ret;

	if (!arch->plugin)
		return error_set(err, -ENOTSUP,
				 "the plugin knows no instructions of %s: "
				 "profile a kernel of %s",
				 arch->debian, archs[0]->debian);
	*qemu_plugin_path(argument, plugin) = '\0';
	strcat(argument, ",probe=on");
	/*
	 * As it boots: its default sound would load modules, of another build
	 * where this QEMU lies in the cache beside the machine's.
	 */
	ret = qemu_ask(argv, plugin, &result);
	if (ret == -ENOENT)
		return qemu_missing(arch, err);
	if (ret)
		return qemu_cannot_start(arch, ret, err);
	result.errors[strcspn(result.errors, "\n")] = '\0';
	if (!strstr(result.output, "mmgauge plugin: loaded"))
		ret = error_set(err, -ENOTSUP,
				"no profile: %s loads no plugin: %.200s: "
				"install a QEMU built with --enable-plugins, "
				"like Debian's",
				arch->qemu, result.errors);
	else
		ret = (strstr(result.output, "reads memory") ? PLUGIN_READS :
							       0) |
		      (strstr(result.output, "counts CPUs") ?
			       PLUGIN_COUNTS_CPUS :
			       0) |
		      (strstr(result.output, "profiles CPUs") ?
			       PLUGIN_PROFILES_CPUS :
			       0);
	process_result_free(&result);
	return ret;
}
