// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "deb.h"
#include "kdir.h"
#include "runners/base/process.h"

/* A whole small file; free() it. NULL with errno. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t got;

	if (!file)
		return NULL;
	got = getdelim(&text, &size, '\0', file);
	fclose(file);
	if (got < 0) {
		free(text);
		return strdup("");
	}
	return text;
}

int kdir_release(const char *kdir, char *release, size_t size,
		 struct error *err)
{
	char path[PATH_MAX], *text;
	size_t length;
	int status = join_path(path, "%s/include/config/kernel.release", kdir);

	if (status)
		return error_set(err, status, "%s: path too long", kdir);
	text = read_text(path);
	if (!text)
		return error_set(err, -errno,
				 "%s: not a built kernel tree, no "
				 "include/config/kernel.release: run make in "
				 "it, at least modules_prepare",
				 kdir);
	length = strcspn(text, "\n");
	if (!length || length >= size)
		status = error_set(err, -EINVAL,
				   "%s: not a release: run make in that tree",
				   path);
	else
		snprintf(release, size, "%.*s", (int)length, text);
	free(text);
	return status;
}

void kdir_compiler(const char *kdir, char *text, size_t size)
{
	static const char key[] = "CONFIG_CC_VERSION_TEXT=\"";
	char path[PATH_MAX], *config, *value;

	*text = '\0';
	if (join_path(path, "%s/.config", kdir))
		return;
	config = read_text(path);
	value = config ? strstr(config, key) : NULL;
	if (value) {
		value += sizeof(key) - 1;
		snprintf(text, size, "%.*s", (int)strcspn(value, "\"\n"),
			 value);
	}
	free(config);
}

int kdir_describe(struct vm_kernel *kernel, struct error *err)
{
	char path[PATH_MAX];
	int status = join_path(path, "%s/.config", kernel->build);

	if (status)
		return error_set(err, status, "%s: path too long",
				 kernel->build);
	if (!SHA256File(path, kernel->config_sha256))
		kernel->config_sha256[0] = '\0';
	kdir_compiler(kernel->build, kernel->compiler,
		      sizeof(kernel->compiler));
	return 0;
}

/*
 * The program a Debian KDIR names in .kernelvariables, "gcc-12", with its
 * prefix when that is fixed; @package gets what to install.
 */
static bool debian_compiler(const char *kdir, char *program, size_t size,
			    char *package, size_t package_size)
{
	char path[PATH_MAX], *text, *name = NULL;
	static const char key[] = "CROSS_COMPILE = ";
	const char *prefix;

	if (join_path(path, "%s/.kernelvariables", kdir))
		return false;
	text = read_text(path);
	if (text)
		name = strstr(text, "$(CROSS_COMPILE)gcc-");
	if (name) {
		name += strlen("$(CROSS_COMPILE)");
		snprintf(package, package_size, "%.*s",
			 (int)strcspn(name, " \n"), name);
		prefix = strstr(text, key);
		prefix = prefix ? prefix + strlen(key) : "";
		/* A variable is of a build on another architecture. */
		if (*prefix == '$')
			prefix = "";
		snprintf(program, size, "%.*s%s", (int)strcspn(prefix, " \n"),
			 prefix, package);
	}
	free(text);
	return name != NULL;
}

int kdir_check_tools(const char *kdir, struct error *err)
{
	char program[128], package[64];

	if (!process_exists("make"))
		return error_set(err, -ENOENT,
				 "module: make is not installed: run: sudo "
				 "apt-get install make");
	if (debian_compiler(kdir, program, sizeof(program), package,
			    sizeof(package)) &&
	    !process_exists(program))
		return error_set(err, -ENOENT,
				 "module: %s, which built this kernel, is not "
				 "installed: run: sudo apt-get install %s",
				 program, package);
	return 0;
}

/* The text with every @from up to @end, included, replaced; malloc'ed. */
static char *replace(const char *text, const char *from, const char *end,
		     const char *to)
{
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);
	const char *at;

	if (!out)
		return NULL;
	while ((at = strstr(text, from))) {
		const char *tail = strstr(at + strlen(from), end);

		if (!tail || memchr(at, '\n', tail - at))
			break;
		fprintf(out, "%.*s%s", (int)(at - text), text, to);
		text = tail + strlen(end);
	}
	fputs(text, out);
	if (fclose(out)) {
		free(result);
		return NULL;
	}
	return result;
}

int deb_fix_build(const char *folder, struct error *err)
{
	char path[PATH_MAX], *text, *fixed = NULL;
	FILE *file = NULL;
	int status = 0;

	join_path(path, "%s/build/Makefile", folder);
	text = read_text(path);
	if (!text)
		return error_set(err, -errno,
				 "%s: %s: the headers package is not what it "
				 "was: report it to mmgauge",
				 path, strerror(errno));
	/* Relative to itself: the folder is renamed when it is complete. */
	fixed = replace(text, "/usr/src/linux-headers-", "-common",
			"$(dir $(lastword $(MAKEFILE_LIST)))../common");
	file = fixed ? fopen(path, "we") : NULL;
	if (!file || fputs(fixed, file) < 0)
		status = cache_write_error(err, -errno, path);
	if (file && fclose(file) && !status)
		status = cache_write_error(err, -errno, path);
	free(fixed);
	free(text);
	return status;
}
