// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The agent for another architecture, with one call of its compiler: CMake
 * leaves the arguments in agent.args, and in agent.files all that they mean.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apt.h"
#include "cache_parts.h"
#include "cross.h"
#include "kbuild.h"
#include "results/base/process.h"
#include "runners/base/paths.h"

#define BUILD_SECONDS 900
#define HASH_DIGITS 16
#define UNPACKED_BYTES (40ull << 20)

/* As the agent's list of libraries in CMakeLists.txt. */
static const char *const libraries[] = {
	"libjansson-dev", "zlib1g-dev",	 "liburing-dev",
	"libgsl-dev",	  "libpfm4-dev",
};

static int name_packages(const struct arch *arch, struct packages *packages,
			 struct error *err)
{
	char name[64];

	for (size_t i = 0; i < sizeof(libraries) / sizeof(*libraries); i++) {
		snprintf(name, sizeof(name), "%s:%s", libraries[i],
			 arch->debian);
		packages_add(packages, name, strlen(name));
	}
	return packages_show(packages, err);
}

static int write_stamp(const struct packages *packages, const char *folder,
		       struct error *err)
{
	char path[PATH_MAX];
	FILE *file;

	join_path(path, "%s/" LIBRARIES_STAMP, folder);
	file = fopen(path, "we");
	if (!file)
		return cache_write_error(err, -errno, path);
	for (unsigned int i = 0; i < packages->count; i++)
		fprintf(file, "%s\n", packages->names[i]);
	return fclose(file) ? cache_write_error(err, -errno, path) : 0;
}

static int fetch_libraries(const struct arch *arch, const char *path,
			   struct scratch *scratch, kernel_note note,
			   void *data, struct error *err)
{
	struct packages packages = { 0 };
	char folder[PATH_MAX], text[128];
	struct apt_root root;
	int ret = apt_need(err);

	if (!ret)
		ret = apt_suites(&root, arch, false, note, data, err);
	packages.root = &root;
	if (!ret)
		ret = name_packages(arch, &packages, err);
	if (!ret)
		ret = packages_check_space(&packages, UNPACKED_BYTES,
					   scratch->path, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text),
		 "fetching the agent's libraries for %s into the cache (%llu "
		 "MB; nothing is installed)",
		 arch->debian, (packages.bytes >> 20) + 1);
	if (note)
		note(text, data);
	ret = packages_download(&packages, scratch->path, err);
	join_path(folder, "%s/unpacked", scratch->path);
	if (!ret && mkdir(folder, 0777) < 0)
		ret = cache_write_error(err, -errno, folder);
	if (!ret)
		ret = packages_unpack(scratch->path, folder, err);
	if (!ret)
		ret = write_stamp(&packages, folder, err);
	return ret ? ret : cache_publish(folder, path, err);
}

/* With the lock held; @path gets their folder. */
static int find_libraries(const struct arch *arch, char path[PATH_MAX],
			  kernel_note note, void *data, struct error *err)
{
	char stamp[PATH_MAX];
	struct scratch scratch;
	int ret = cache_path(path, err, LIBRARIES "/%s", arch->debian);

	if (ret)
		return ret;
	join_path(stamp, "%s/" LIBRARIES_STAMP, path);
	if (is_readable(stamp)) {
		cache_touch(path, LIBRARIES_STAMP);
		return 0;
	}
	ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	ret = fetch_libraries(arch, path, &scratch, note, data, err);
	scratch_close(&scratch);
	return ret;
}

static int hash_file(SHA256_CTX *context, const char *path, struct error *err)
{
	char hash[SHA256_DIGEST_STRING_LENGTH];

	if (!SHA256File(path, hash))
		return error_set(err, -errno,
				 "%s: %s: the agent's sources are not whole: "
				 "build or install mmgauge again",
				 path, strerror(errno));
	SHA256Update(context, (const uint8_t *)hash, strlen(hash));
	return 0;
}

/* The files that agent.files names, a line each, and the arguments. */
static int hash_sources(const char *folder, SHA256_CTX *context,
			struct error *err)
{
	char path[PATH_MAX], *list, *rest, *name;
	int ret;

	join_path(path, "%s/agent.args", folder);
	ret = hash_file(context, path, err);
	join_path(path, "%s/agent.files", folder);
	list = ret ? NULL : read_text(path);
	if (!ret && !list)
		ret = error_set(err, -errno,
				"%s: %s: build or install mmgauge again", path,
				strerror(errno));
	rest = list;
	while (!ret && (name = strsep(&rest, "\n"))) {
		if (!*name)
			continue;
		join_path(path, "%s%s%s", *name == '/' ? "" : folder,
			  *name == '/' ? "" : "/", name);
		ret = hash_file(context, path, err);
	}
	free(list);
	return ret;
}

/* Another compiler makes another agent. */
static int hash_compiler(const char *compiler, SHA256_CTX *context,
			 struct error *err)
{
	const char *const argv[] = { compiler, "--version", NULL };
	struct process_result result;
	int ret = process_run(argv, NULL, 60, &result);

	if (ret)
		return error_set(err, ret,
				 "%s: %s: see whether it runs by itself",
				 compiler, strerror(-ret));
	SHA256Update(context, (const uint8_t *)result.output,
		     strlen(result.output));
	process_result_free(&result);
	return 0;
}

static int report(const struct arch *arch, const struct process_result *result,
		  const char *folder, struct error *err)
{
	char path[PATH_MAX], draft[PATH_MAX], line[512];
	FILE *log;

	if (strstr(result->errors, strerror(ENOSPC)))
		return cache_write_error(err, -ENOSPC, folder);
	kbuild_error(result->errors, line, sizeof(line));
	join_path(draft, "%s/log", folder);
	if (cache_path(path, err, "logs/agent-%s.log", arch->debian))
		return -EINVAL;
	log = fopen(draft, "we");
	if (log) {
		fputs(result->errors, log);
		if (fclose(log) || cache_publish(draft, path, NULL))
			log = NULL;
	}
	return error_set(err, -ENOEXEC, "agent for %s: %s: see %s",
			 arch->debian, *line ? line : "it does not compile",
			 log ? path : "the compiler's messages");
}

/* Build @made with what lies in the folder @libraries_path. */
static int compile(const struct arch *arch, const char *compiler,
		   const char *libraries_path, const char *made,
		   const char *folder, struct error *err)
{
	char include[PATH_MAX], own[PATH_MAX], library[PATH_MAX];
	const char *const argv[] = { compiler,	    "-isystem", include,
				     "-isystem",    own,	"-L",
				     library,	    "-o",	made,
				     "@agent.args", NULL };
	const struct process_spec spec = { .argv = argv,
					   .folder = paths_agent_source(),
					   .environment = &environment_build };
	struct process_result result;
	int ret;

	join_path(include, "%s/usr/include", libraries_path);
	join_path(own, "%s/usr/include/%s", libraries_path, arch->triplet);
	join_path(library, "%s/usr/lib/%s", libraries_path, arch->triplet);
	ret = process_capture(&spec, BUILD_SECONDS, &result);
	if (ret)
		return error_set(err, ret, "agent for %s: %s: %s", arch->debian,
				 compiler,
				 ret == -EINTR ? "interrupted" :
						 strerror(-ret));
	if (result.status || !is_readable(made))
		ret = report(arch, &result, folder, err);
	process_result_free(&result);
	return ret;
}

static int build(const struct arch *arch, const char *compiler,
		 const char *path, kernel_note note, void *data,
		 struct error *err)
{
	char text[128], made[PATH_MAX], libraries_path[PATH_MAX];
	struct scratch scratch;
	int ret = find_libraries(arch, libraries_path, note, data, err);

	if (!ret)
		ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text), "building the agent for %s", arch->debian);
	if (note)
		note(text, data);
	join_path(made, "%s/" AGENT_STAMP, scratch.path);
	ret = compile(arch, compiler, libraries_path, made, scratch.path, err);
	if (!ret)
		ret = cache_publish(made, path, err);
	scratch_close(&scratch);
	cache_grew(AGENTS);
	return ret;
}

int cross_agent(const struct arch *arch, char path[PATH_MAX], kernel_note note,
		void *data, struct error *err)
{
	char hash[SHA256_DIGEST_STRING_LENGTH], compiler[80], name[64];
	SHA256_CTX context;
	int ret, lock;

	snprintf(compiler, sizeof(compiler), "%s-gcc", arch->triplet);
	SHA256Init(&context);
	ret = hash_sources(paths_agent_source(), &context, err);
	if (!ret)
		ret = hash_compiler(compiler, &context, err);
	if (ret)
		return ret;
	SHA256End(&context, hash);
	ret = cache_path(path, err, AGENTS "/%s-%.*s/" AGENT_STAMP,
			 arch->debian, HASH_DIGITS, hash);
	if (ret || is_readable(path))
		return ret;
	snprintf(name, sizeof(name), "agent-%s", arch->debian);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	/* Perhaps another program made it while we waited. */
	if (!is_readable(path))
		ret = build(arch, compiler, path, note, data, err);
	close(lock);
	return ret;
}
