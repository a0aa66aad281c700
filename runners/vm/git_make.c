// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "git_make.h"
#include "kdir.h"
#include "results/base/process.h"

#define BUILD_SECONDS (4 * 3600)

static int report_failure(const struct git_tree *tree,
			  const struct git_commit *commit,
			  const struct process_result *result,
			  struct error *err)
{
	char path[PATH_MAX], draft[PATH_MAX], line[400];
	FILE *log;

	kbuild_error(result->errors, line, sizeof(line));
	join_path(draft, "%s/log", tree->root);
	if (cache_path(path, err, "logs/git-%.12s.log", commit->id))
		return -EINVAL;
	log = fopen(draft, "we");
	if (log) {
		fprintf(log, "%s%s", result->output, result->errors);
		if (fclose(log) || cache_publish(draft, path, NULL))
			log = NULL;
	}
	return error_set(err, -ENOEXEC, "%.12s does not build: %s: see %s",
			 commit->id, *line ? line : "make failed",
			 log ? path : "what make says in its tree");
}

int git_make(struct git_tree *tree, const struct git_commit *commit,
	     const char *makefile, struct error *err,
	     const char *const *arguments)
{
	char first[PATH_MAX + 12];
	const char *const set[] = { "LANG=C", first, NULL };
	const struct environment environment = {
		environment_build.drop, environment_build.keep,
		makefile ? set : environment_build.set
	};
	char output[PATH_MAX + 2], jobs[16];
	const char *argv[20 + KDIR_CROSS_WORDS + KBUILD_OPTIONS] = {
		"make", "-s", jobs, "-C", tree->tree, output,
		/* The same commit is the same kernel. */
		"KBUILD_BUILD_TIMESTAMP=2020-01-01", "KBUILD_BUILD_VERSION=1",
		"KBUILD_BUILD_USER=mmgauge", "KBUILD_BUILD_HOST=mmgauge"
	};
	/* A make that is killed leaves those that it started behind. */
	const struct process_spec spec = { .argv = argv,
					   .environment = &environment,
					   .death_signal = SIGTERM };
	struct process_result result;
	struct kdir_cross cross;
	size_t count = 10;
	int ret;

	snprintf(first, sizeof(first), "MAKEFILES=%s", makefile ?: "");
	snprintf(output, sizeof(output), "O=%s", tree->objects);
	snprintf(jobs, sizeof(jobs), "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	count += kdir_cross_arch(tree->arch, &cross, argv + count);
	for (size_t i = 0; i < tree->options->count; i++)
		argv[count++] = tree->options->words[i];
	while (*arguments)
		argv[count++] = *arguments++;
	/*
	 * Compilers outlive a make that is killed with us: what they inherit
	 * keeps the lock until the last of them has ended.
	 */
	fcntl(tree->lock, F_SETFD, 0);
	ret = process_capture(&spec, BUILD_SECONDS, &result);
	fcntl(tree->lock, F_SETFD, FD_CLOEXEC);
	if (ret)
		return error_set(err, ret, "make: %s",
				 ret == -EINTR	? "interrupted" :
				 ret == -ENOENT ? "not installed: run: sudo "
						  "apt-get install make" :
						  strerror(-ret));
	if (result.status)
		ret = report_failure(tree, commit, &result, err);
	process_result_free(&result);
	return ret;
}
