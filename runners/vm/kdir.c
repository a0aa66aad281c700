// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "kdir.h"
#include "results/base/process.h"
#include "runners/base/distribution.h"
#include "results/base/text.h"

int kdir_release(const char *kdir, char *release, size_t size,
		 struct error *err)
{
	static const char key[] = "#define UTS_RELEASE \"";
	char path[PATH_MAX], *text;
	const char *from = NULL;
	size_t length = 0;
	int ret = join_path(path, "%s/include/generated/utsrelease.h", kdir);

	if (ret)
		return error_set(err, ret, "%s: path too long", kdir);
	/* Debian's kernel.release has the version without the flavour. */
	text = read_text(path);
	if (text) {
		from = strstr(text, key);
		from = from ? from + sizeof(key) - 1 : NULL;
	} else {
		join_path(path, "%s/include/config/kernel.release", kdir);
		from = text = read_text(path);
	}
	if (!text)
		return error_set(err, -errno,
				 "%s: not a built kernel tree, no "
				 "include/config/kernel.release: run make in "
				 "it, at least modules_prepare",
				 kdir);
	if (from)
		length = strcspn(from, "\"\n");
	if (!length || length >= size)
		ret = error_set(err, -EINVAL,
				"%s: not a release: run make in that tree",
				path);
	else
		snprintf(release, size, "%.*s", (int)length, from);
	free(text);
	return ret;
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
	int ret = join_path(path, "%s/.config", kernel->build);

	if (ret)
		return error_set(err, ret, "%s: path too long", kernel->build);
	if (!SHA256File(path, kernel->config_sha256))
		kernel->config_sha256[0] = '\0';
	kdir_compiler(kernel->build, kernel->compiler,
		      sizeof(kernel->compiler));
	return 0;
}

const struct arch *kdir_arch(const char *kdir)
{
	/* "# Linux/arm64 6.1.192 Kernel Configuration" */
	static const char key[] = "# Linux/";
	const struct arch *found = arch_native();
	char path[PATH_MAX], *config = NULL;
	const char *name;
	size_t length;

	if (!join_path(path, "%s/.config", kdir))
		config = read_text(path);
	name = config ? strstr(config, key) : NULL;
	name = name ? name + sizeof(key) - 1 : "";
	length = strcspn(name, " \n");
	for (const struct arch *const *at = archs; *at; at++)
		if (length && strlen((*at)->kernel) == length &&
		    !strncmp(name, (*at)->kernel, length))
			found = *at;
	free(config);
	return found;
}

size_t kdir_cross_arch(const struct arch *arch, struct kdir_cross *cross,
		       const char *words[KDIR_CROSS_WORDS])
{
	if (arch == arch_native())
		return 0;
	snprintf(cross->text[0], sizeof(cross->text[0]), "ARCH=%s",
		 arch->kernel);
	snprintf(cross->text[1], sizeof(cross->text[1]), "CROSS_COMPILE=%s-",
		 arch->triplet);
	/* It would want pahole, and nothing is read from it here. */
	strcpy(cross->text[2], "CONFIG_DEBUG_INFO_BTF_MODULES=");
	for (size_t i = 0; i < KDIR_CROSS_WORDS; i++)
		words[i] = cross->text[i];
	return KDIR_CROSS_WORDS;
}

size_t kdir_cross(const char *kdir, struct kdir_cross *cross,
		  const char *words[KDIR_CROSS_WORDS])
{
	return kdir_cross_arch(kdir_arch(kdir), cross, words);
}

/* Of the compiler for @kdir: "", or "aarch64-linux-gnu-". */
static void prefix_of(const char *kdir, char prefix[64])
{
	const struct arch *arch = kdir_arch(kdir);

	*prefix = '\0';
	if (arch != arch_native())
		snprintf(prefix, 64, "%s-", arch->triplet);
}

/*
 * The program a Debian KDIR names in .kernelvariables, "gcc-12", with its
 * prefix when that is fixed or the kernel is for another architecture; @package
 * gets what to install.
 */
static bool debian_compiler(const char *kdir, char *program, size_t size,
			    char *package, size_t package_size)
{
	char path[PATH_MAX], *text, *name = NULL;
	static const char key[] = "CROSS_COMPILE = ";
	const char *prefix;
	char other[64];
	int length;

	if (join_path(path, "%s/.kernelvariables", kdir))
		return false;
	text = read_text(path);
	if (text)
		name = strstr(text, "$(CROSS_COMPILE)gcc-");
	if (name) {
		name += strlen("$(CROSS_COMPILE)");
		length = (int)strcspn(name, " \n");
		prefix = strstr(text, key);
		prefix = prefix ? prefix + strlen(key) : "";
		prefix_of(kdir, other);
		/* A variable is of a build on another architecture. */
		if (*prefix == '$' || *other)
			prefix = other;
		snprintf(program, size, "%.*s%.*s", (int)strcspn(prefix, " \n"),
			 prefix, length, name);
		/* "gcc-12-aarch64-linux-gnu" */
		snprintf(package, package_size, "%.*s%s%.*s", length, name,
			 *other ? "-" : "", *other ? (int)strlen(other) - 1 : 0,
			 other);
	}
	free(text);
	return name != NULL;
}

/* Of clang that built @kdir; 0: gcc did. */
static unsigned int clang_version(const char *kdir, bool *lld)
{
	static const char key[] = "\nCONFIG_CLANG_VERSION=";
	char path[PATH_MAX], *config = NULL, *at;
	unsigned int version = 0;

	if (!join_path(path, "%s/.config", kdir))
		config = read_text(path);
	if (config && strstr(config, "\nCONFIG_CC_IS_CLANG=y\n")) {
		at = strstr(config, key);
		version = at ? atoi(at + sizeof(key) - 1) / 10000 : 1;
		*lld = strstr(config, "\nCONFIG_LD_IS_LLD=y\n");
	}
	free(config);
	return version;
}

void kdir_toolchain(const char *kdir, char *word, size_t size)
{
	char clang[32], objcopy[32];
	bool lld = false, suffixed;
	unsigned int version = clang_version(kdir, &lld);

	*word = '\0';
	if (!version)
		return;
	snprintf(clang, sizeof(clang), "clang-%u", version);
	snprintf(objcopy, sizeof(objcopy), "llvm-objcopy-%u", version);
	suffixed = process_exists(clang) && (!lld || process_exists(objcopy));
	if (!lld)
		snprintf(word, size, "CC=%s", suffixed ? clang : "clang");
	else if (suffixed)
		snprintf(word, size, "LLVM=-%u", version);
	else
		snprintf(word, size, "LLVM=1");
}

static int check_clang(const char *kdir, struct error *err)
{
	bool lld;
	unsigned int version = clang_version(kdir, &lld);
	char name[32], packages[96], command[256];

	snprintf(name, sizeof(name), "clang-%u", version);
	if (!version || process_exists(name) || process_exists("clang"))
		return 0;
	snprintf(packages, sizeof(packages), "clang-%u lld-%u llvm-%u", version,
		 version, version);
	return error_set(err, -ENOENT,
			 "module: clang %u, which built this kernel, is not "
			 "installed: run: %s",
			 version,
			 install_command(packages, command, sizeof(command)));
}

/* The gcc without a version, if it is there. */
static bool usual_compiler(const char *kdir, char program[80])
{
	char prefix[64];

	prefix_of(kdir, prefix);
	snprintf(program, 80, "%sgcc", prefix);
	return process_exists(program);
}

size_t kdir_other_compiler(const char *kdir, const char *words[KDIR_WORDS])
{
	static const char *const other[KDIR_WORDS] = {
		"CC=gcc",
		"CROSS_COMPILE=",
		/* gcc before 14 */
		"CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=",
		/* Another pahole; nothing is read from it here. */
		"CONFIG_DEBUG_INFO_BTF_MODULES=",
	};
	char program[128], package[128], usual[80], prefix[64];

	if (!debian_compiler(kdir, program, sizeof(program), package,
			     sizeof(package)) ||
	    process_exists(program) || !usual_compiler(kdir, usual))
		return 0;
	memcpy(words, other, sizeof(other));
	prefix_of(kdir, prefix);
	if (!*prefix)
		return KDIR_WORDS;
	/* The prefix is among the words of kdir_cross(). */
	words[1] = "CC=$(CROSS_COMPILE)gcc";
	memmove(words, words + 1, (KDIR_WORDS - 1) * sizeof(*words));
	return KDIR_WORDS - 1;
}

void kdir_module_compiler(const char *kdir, char *text, size_t size)
{
	char program[80];
	const char *const argv[] = { program, "--version", NULL };
	const char *words[KDIR_WORDS];
	struct process_result result;

	*text = '\0';
	if (!kdir_other_compiler(kdir, words) ||
	    !usual_compiler(kdir, program) ||
	    process_run(argv, NULL, 60, &result))
		return;
	snprintf(text, size, "%.*s", (int)strcspn(result.output, "\n"),
		 result.output);
	process_result_free(&result);
}

int kdir_check_tools(const char *kdir, struct error *err)
{
	char program[128], package[128], usual[80], command[256];

	if (!process_exists("make"))
		return error_set(
			err, -ENOENT, "module: make is not installed: run: %s",
			install_command("make", command, sizeof(command)));
	if (debian_compiler(kdir, program, sizeof(program), package,
			    sizeof(package)) &&
	    !process_exists(program) && !usual_compiler(kdir, usual))
		return error_set(
			err, -ENOENT,
			"module: %s, which built this kernel, is not "
			"installed: run: %s",
			program,
			install_command(package, command, sizeof(command)));
	return check_clang(kdir, err);
}

/* The text with every @from up to @end, included, replaced; malloc'ed. */
static char *replace(const char *text, const char *from, const char *end,
		     const char *to)
{
	char *result = NULL;
	size_t size;
	FILE *out = text_begin(&result, &size);
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
	if (text_finish(out, &result)) {
		free(result);
		return NULL;
	}
	return result;
}

/*
 * Relative to itself: the folder is renamed when it is complete. Since 6.19 it
 * says where it lies, too. malloc'ed.
 */
static char *fix_makefile(const char *text)
{
	char *output = replace(text, "KBUILD_OUTPUT=/usr/src/", "\n",
			       "KBUILD_OUTPUT := $(patsubst %/,%,$(dir "
			       "$(abspath $(lastword $(MAKEFILE_LIST)))))\n");
	char *fixed =
		output ? replace(output, "/usr/src/linux-headers-", "/Makefile",
				 "$(dir $(lastword $(MAKEFILE_LIST)))"
				 "../common/Makefile") :
			 NULL;

	free(output);
	return fixed;
}

int deb_fix_build(const char *folder, struct error *err)
{
	char path[PATH_MAX], *text, *fixed = NULL;
	FILE *file = NULL;
	int ret = 0;

	join_path(path, "%s/build/Makefile", folder);
	text = read_text(path);
	if (!text)
		return error_set(err, -errno,
				 "%s: %s: the headers package is not what it "
				 "was: report it to mmgauge",
				 path, strerror(errno));
	fixed = fix_makefile(text);
	file = fixed ? fopen(path, "we") : NULL;
	if (!file || fputs(fixed, file) < 0)
		ret = cache_write_error(err, -errno, path);
	if (file && fclose(file) && !ret)
		ret = cache_write_error(err, -errno, path);
	free(fixed);
	free(text);
	return ret ? ret : kbuild_use_libraries(folder, err);
}
