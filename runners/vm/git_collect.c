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

static int copy(const char *from, const char *folder, const char *name,
		struct error *err)
{
	char to[PATH_MAX];

	join_path(to, "%s/%s", folder, name);
	return run_program((const char *const[]){ "cp", from, to, NULL }, err);
}

/* What is booted is the same with and without DWARF; that lies beside it. */
static int strip(const struct git_tree *tree, const char *from,
		 const char *folder, const char *name, const char *option,
		 struct error *err)
{
	char to[PATH_MAX], tool[ARCH_TOOL];

	arch_tool(tree->arch, "strip", tool);
	join_path(to, "%s/%s", folder, name);
	return run_program(
		(const char *const[]){ tool, option, "-o", to, from, NULL },
		err);
}

static int keep_debug(const struct git_tree *tree, const char *from,
		      const char *folder, const char *name, struct error *err)
{
	char to[PATH_MAX], tool[ARCH_TOOL];

	if (!tree->debug_fragment)
		return 0;
	arch_tool(tree->arch, "objcopy", tool);
	join_path(to, "%s/" GIT_DEBUG, folder);
	if (make_folders(to, 0777))
		return cache_write_error(err, -errno, to);
	join_path(to, "%s/" GIT_DEBUG "/%s", folder, name);
	return run_program((const char *const[]){ tool, "--only-keep-debug",
						  from, to, NULL },
			   err);
}

static int collect_kernel(const struct git_tree *tree, const char *folder,
			  struct error *err)
{
	char from[PATH_MAX];
	int ret;

	if (arch_boots_elf(tree->arch)) {
		join_path(from, "%s/" GIT_ELF, tree->objects);
		ret = strip(tree, from, folder, GIT_ELF, "-s", err);
	} else {
		join_path(from, "%s/%s", tree->objects, tree->arch->image);
		ret = copy(from, folder, arch_image_name(tree->arch), err);
	}
	join_path(from, "%s/" GIT_ELF, tree->objects);
	return ret ? ret : keep_debug(tree, from, folder, GIT_ELF, err);
}

/* It is linked once more where it is loaded: its symbols stay. */
static int collect_module(const struct git_tree *tree, const char *module,
			  const char *folder, struct error *err)
{
	int ret;

	if (!*module)
		return 0;
	ret = tree->debug_fragment ?
		      strip(tree, module, folder, GIT_MODULE, "-g", err) :
		      copy(module, folder, GIT_MODULE, err);
	return ret ? ret : keep_debug(tree, module, folder, GIT_MODULE, err);
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
	ret = collect_kernel(tree, folder, err);
	join_path(from, "%s/.config", tree->objects);
	if (!ret)
		ret = copy(from, folder, "build/.config", err);
	if (!ret)
		ret = collect_module(tree, module, folder, err);
	if (ret)
		return ret;
	join_path(to, "%s/" GIT_STAMP, folder);
	file = fopen(to, "we");
	if (!file || fprintf(file, "%s\n", release) < 0 || fclose(file))
		return cache_write_error(err, -errno, to);
	return 0;
}
