// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache_parts.h"
#include "kbuild.h"
#include "kdir.h"
#include "kernel.h"
#include "results/base/folders.h"
#include "runners/base/paths.h"
#include "module.h"
#include "module_sources.h"
#include "results/file_name.h"
#include "results/base/process.h"

#define BUILD_SECONDS 900
#define HASH_DIGITS 16

static int hash_file(SHA256_CTX *context, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	char bytes[65536];
	ssize_t got;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got > 0)
			SHA256Update(context, (uint8_t *)bytes, got);
		else if (errno != EINTR)
			break;
	}
	if (got < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* Of the sources' names and contents. */
static int hash_sources(const struct module_sources *sources,
			SHA256_CTX *context, struct error *err)
{
	char path[PATH_MAX];
	int ret = 0;

	for (int i = 0; i < sources->count && !ret; i++) {
		const char *name = sources->entries[i]->d_name;

		SHA256Update(context, (const uint8_t *)name, strlen(name) + 1);
		ret = join_path(path, "%s/%s", paths_kmod(), name);
		if (!ret)
			ret = hash_file(context, path);
	}
	return ret ? error_set(err, ret, "%s: %s: check the sources", path,
			       strerror(-ret)) :
		     0;
}

/* Of the sources, and of what @kdir was configured to. */
static int hash_all(const struct module_sources *sources, const char *kdir,
		    char hash[SHA256_DIGEST_STRING_LENGTH], struct error *err)
{
	static const char *const made[] = { ".config", "Module.symvers" };
	char path[PATH_MAX], compiler[128];
	SHA256_CTX context;
	int ret;

	SHA256Init(&context);
	ret = hash_sources(sources, &context, err);
	if (ret)
		return ret;
	/* That of the kernel's own compiler is another module. */
	kdir_module_compiler(kdir, compiler, sizeof(compiler));
	SHA256Update(&context, (const uint8_t *)compiler, strlen(compiler));
	for (int i = 0; i < 2 && !ret; i++) {
		ret = join_path(path, "%s/%s", kdir, made[i]);
		if (!ret)
			ret = hash_file(&context, path);
	}
	if (ret)
		return error_set(err, ret,
				 "%s: %s: no kernel was built there: run make "
				 "in that tree",
				 path, strerror(-ret));
	SHA256End(&context, hash);
	return 0;
}

static int name_module(const struct module_sources *sources, const char *kdir,
		       const char *release, char path[PATH_MAX],
		       struct error *err)
{
	char hash[SHA256_DIGEST_STRING_LENGTH], name[FILE_NAME_SIZE];
	int ret = hash_all(sources, kdir, hash, err);

	return ret ? ret :
		     cache_path(path, err, "modules/%s-%.*s/mmgauge.ko",
				file_name(release, name), HASH_DIGITS, hash);
}

int module_path(const char *kdir, const char *release, char path[PATH_MAX],
		struct error *err)
{
	struct module_sources sources;
	int ret = module_sources_find(&sources, err);

	if (ret)
		return ret;
	ret = name_module(&sources, kdir, release, path, err);
	module_sources_free(&sources);
	return ret;
}

/* The cache may be on another filesystem, where copy_file_range() gives up. */
static int copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, ret = 0;
	ssize_t sent;

	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (out < 0)
		ret = -errno;
	while (!ret && (sent = sendfile(out, in, NULL, 1 << 20)) != 0)
		if (sent < 0)
			ret = -errno;
	close(in);
	if (out >= 0 && close(out) < 0 && !ret)
		ret = -errno;
	return ret;
}

static int copy_sources(const struct module_sources *sources,
			const char *folder, struct error *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	int ret = 0;

	if (mkdir(folder, 0777) < 0)
		return cache_write_error(err, -errno, folder);
	for (int i = 0; i < sources->count && !ret; i++) {
		const char *name = sources->entries[i]->d_name;

		ret = join_path(from, "%s/%s", paths_kmod(), name);
		if (!ret)
			ret = join_path(to, "%s/%s", folder, name);
		if (!ret)
			ret = copy_file(from, to);
	}
	return ret ? cache_write_error(err, ret, to) : 0;
}

static bool same_contents(const char *a, const char *b)
{
	char first[SHA256_DIGEST_STRING_LENGTH];
	char second[SHA256_DIGEST_STRING_LENGTH];

	return SHA256File(a, first) && SHA256File(b, second) &&
	       !strcmp(first, second);
}

/* As copy_sources(), but what is the same keeps its time: make looks at it. */
static int update_sources(const struct module_sources *sources,
			  const char *folder, struct error *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	int ret = 0;

	for (int i = 0; i < sources->count && !ret; i++) {
		const char *name = sources->entries[i]->d_name;

		ret = join_path(from, "%s/%s", paths_kmod(), name);
		if (!ret)
			ret = join_path(to, "%s/%s", folder, name);
		if (ret || same_contents(from, to))
			continue;
		unlink(to);
		ret = copy_file(from, to);
	}
	return ret ? cache_write_error(err, ret, to) : 0;
}

static int report_failure(const char *release,
			  const struct process_result *result,
			  const char *folder, struct error *err)
{
	char path[PATH_MAX], draft[PATH_MAX], line[512], name[FILE_NAME_SIZE];
	FILE *log;

	/* The compiler, the linker and pahole say it in lines of their own. */
	if (strstr(result->errors, strerror(ENOSPC)))
		return cache_write_error(err, -ENOSPC, folder);
	kbuild_error(result->errors, line, sizeof(line));
	join_path(draft, "%s/log", folder);
	if (cache_path(path, err, "logs/module-%s.log",
		       file_name(release, name)))
		return -EINVAL;
	log = fopen(draft, "we");
	if (log) {
		fprintf(log, "%s%s", result->output, result->errors);
		if (fclose(log) || cache_publish(draft, path, NULL))
			log = NULL;
	}
	return error_set(err, -ENOEXEC, "module for %s: %s: see %s", release,
			 *line ? line : "make failed",
			 log ? path : "the compiler's messages");
}

static int run_make(const char *kdir, const char *release, const char *folder,
		    const struct kbuild_options *options, struct error *err)
{
	char source[PATH_MAX], jobs[16], made[PATH_MAX], toolchain[64];
	const char *argv[6 + KDIR_WORDS + KDIR_CROSS_WORDS + KBUILD_OPTIONS] = {
		"make", jobs, "-C", kdir, source
	};
	const struct process_spec spec = { .argv = argv,
					   .folder = folder,
					   .environment = &environment_build,
					   .death_signal = SIGTERM };
	struct process_result result;
	struct kdir_cross cross;
	size_t count = 5;
	int ret =
		kbuild_check_path(kdir,
				  "move the kernel's folders, or mount --bind "
				  "them, to one without",
				  err);

	if (!ret)
		ret = kbuild_check_path(folder, KBUILD_CACHE_REMEDY, err);
	if (ret)
		return ret;
	snprintf(jobs, sizeof(jobs), "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	join_path(source, "M=%s/build", folder);
	join_path(made, "%s/build/mmgauge.ko", folder);
	kdir_toolchain(kdir, toolchain, sizeof(toolchain));
	if (*toolchain)
		argv[count++] = toolchain;
	count += kdir_cross(kdir, &cross, argv + count);
	count += kdir_other_compiler(kdir, argv + count);
	for (size_t i = 0; options && i < options->count; i++)
		argv[count++] = options->words[i];
	ret = process_capture(&spec, BUILD_SECONDS, &result);
	if (ret)
		return error_set(err, ret, "module for %s: make: %s", release,
				 ret == -EINTR ? "interrupted" :
						 strerror(-ret));
	if (result.status || !is_readable(made))
		ret = report_failure(release, &result, folder, err);
	process_result_free(&result);
	return ret;
}

/* With the lock of @path held. */
static int build(const struct module_sources *sources, const char *kdir,
		 const char *release, const char *path, struct error *err)
{
	char folder[PATH_MAX], made[PATH_MAX];
	struct scratch scratch;
	int ret;

	ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	join_path(folder, "%s/build", scratch.path);
	join_path(made, "%s/build/mmgauge.ko", scratch.path);
	ret = copy_sources(sources, folder, err);
	if (!ret)
		ret = run_make(kdir, release, scratch.path, NULL, err);
	if (!ret)
		ret = cache_publish(made, path, err);
	scratch_close(&scratch);
	cache_grew(MODULES);
	return ret;
}

int module_build(const char *kdir, const char *release, char path[PATH_MAX],
		 kernel_note note, void *data, struct error *err)
{
	char lock_name[NAME_MAX + 1], text[256], name[FILE_NAME_SIZE];
	struct module_sources sources;
	unsigned long long most;
	int lock, ret = cache_most(&most, err);

	if (!ret)
		ret = module_sources_find(&sources, err);
	if (ret)
		return ret;
	ret = name_module(&sources, kdir, release, path, err);
	if (ret || is_readable(path))
		goto free_sources;
	ret = kdir_check_tools(kdir, err);
	if (ret)
		goto free_sources;
	snprintf(lock_name, sizeof(lock_name), "module-%s",
		 file_name(release, name));
	lock = cache_lock(lock_name, err);
	if (lock < 0) {
		ret = lock;
		goto free_sources;
	}
	/* Perhaps another program made it while we waited. */
	if (!is_readable(path)) {
		snprintf(text, sizeof(text), "building the module for %s",
			 release);
		if (note)
			note(text, data);
		ret = build(&sources, kdir, release, path, err);
	}
	close(lock);
free_sources:
	module_sources_free(&sources);
	return ret;
}

int module_hash(char hash[SHA256_DIGEST_STRING_LENGTH], struct error *err)
{
	struct module_sources sources;
	SHA256_CTX context;
	int ret = module_sources_find(&sources, err);

	if (ret)
		return ret;
	SHA256Init(&context);
	ret = hash_sources(&sources, &context, err);
	if (!ret)
		SHA256End(&context, hash);
	module_sources_free(&sources);
	return ret;
}

int module_update(const char *kdir, const char *release, const char *folder,
		  const struct kbuild_options *options, struct error *err)
{
	char path[PATH_MAX];
	struct module_sources sources;
	int ret = module_sources_find(&sources, err);

	if (ret)
		return ret;
	join_path(path, "%s/build", folder);
	ret = make_folders(path, 0777);
	if (ret)
		ret = cache_write_error(err, ret, path);
	else
		ret = update_sources(&sources, path, err);
	if (!ret)
		ret = run_make(kdir, release, folder, options, err);
	module_sources_free(&sources);
	return ret;
}
