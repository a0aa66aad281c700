// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"
#include "git.h"
#include "git_collect.h"
#include "kdir.h"
#include "results/base/folders.h"
#include "results/base/process.h"

static int run_program(const char *const *argv, struct error *err)
{
	struct process_result result;
	int ret = process_run(argv, NULL, 120, &result);

	if (ret)
		return error_set(err, ret, "%s: %s", argv[0], strerror(-ret));
	if (result.status)
		ret = error_set(err, -EIO, "%s: %.*s", argv[0],
				(int)strcspn(result.errors, "\n"),
				result.errors);
	process_result_free(&result);
	return ret;
}

/*
 * What is booted is the same with and without DWARF, and as large; that lies
 * beside it.
 */
static int collect_code(const char *from, const char *folder, const char *name,
			bool debug_info, struct error *err)
{
	/* A module is linked once more: its symbols stay. */
	bool program = !strcmp(name, "vmlinux");
	char to[PATH_MAX];
	int ret = join_path(to, "%s/%s", folder, name);

	if (!ret)
		ret = program || debug_info ?
			      run_program(
				      (const char *const[]){
					      "strip", program ? "-s" : "-g",
					      "-o", to, from, NULL },
				      err) :
			      run_program((const char *const[]){ "cp", from, to,
								 NULL },
					  err);
	if (ret || !debug_info)
		return ret;
	join_path(to, "%s/" GIT_DEBUG, folder);
	if (make_folders(to, 0777))
		return cache_write_error(err, -errno, to);
	join_path(to, "%s/" GIT_DEBUG "/%s", folder, name);
	return run_program((const char *const[]){ "objcopy",
						  "--only-keep-debug", from, to,
						  NULL },
			   err);
}

int git_collect(const struct git_tree *tree, const char *module,
		const char *folder, struct error *err)
{
	char from[PATH_MAX], to[PATH_MAX], release[128];
	FILE *file;
	int ret = kdir_release(tree->objects, release, sizeof(release), err);

	if (ret)
		return ret;
	join_path(to, "%s/build", folder);
	if (make_folders(to, 0777))
		return cache_write_error(err, -errno, to);
	join_path(from, "%s/vmlinux", tree->objects);
	ret = collect_code(from, folder, "vmlinux", tree->debug_fragment, err);
	join_path(from, "%s/.config", tree->objects);
	join_path(to, "%s/build/.config", folder);
	if (!ret)
		ret = run_program((const char *const[]){ "cp", from, to, NULL },
				  err);
	if (!ret && *module)
		ret = collect_code(module, folder, "mmgauge.ko",
				   tree->debug_fragment, err);
	if (ret)
		return ret;
	join_path(to, "%s/" GIT_STAMP, folder);
	file = fopen(to, "we");
	if (!file || fprintf(file, "%s\n", release) < 0 || fclose(file))
		return cache_write_error(err, -errno, to);
	return 0;
}
