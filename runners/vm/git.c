// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache_parts.h"
#include "cross.h"
#include "deb.h"
#include "runners/base/distribution.h"
#include "runners/base/paths.h"
#include "git.h"
#include "git_collect.h"
#include "git_tree.h"
#include "kdir.h"
#include "module.h"
#include "results/base/process.h"

#define NAME_SIZE 64 /* COMMIT-KEY: 12 and 16 digits */

/* What gives a kernel DWARF, whatever else it is made of. */
static const char *debug_fragment_path(void)
{
	static char found[PATH_MAX];

	snprintf(found, sizeof(found), "%.*s/kernels/debug-info.config",
		 PATH_MAX - 64, paths_configs());
	return found;
}

/* What the user names has all; else there is a part for each architecture. */
static void choose_fragments(struct git_tree *tree)
{
	static char common[PATH_MAX], own[PATH_MAX];
	const char *path = getenv("MMGAUGE_KCONFIG");

	tree->fragment = path && *path ? path : common;
	if (tree->fragment == path)
		return;
	snprintf(common, sizeof(common), "%.*s/kernels/lean.config",
		 PATH_MAX - 64, paths_configs());
	snprintf(own, sizeof(own), "%.*s/kernels/%s", PATH_MAX - 64,
		 paths_configs(), tree->arch->config);
	tree->arch_fragment = own;
}

/* "[DIR:]REV[:ARCHITECTURE]" in its parts; no branch or tag has a colon. */
struct parts {
	char text[PATH_MAX];
	const char *folder; /* NULL: none is said */
	const char *rev;
	const struct arch *arch; /* NULL: none is said */
};

static int split(const char *argument, struct parts *parts, struct error *err)
{
	char *colon;

	*parts = (struct parts){ 0 };
	if (strlen(argument) >= sizeof(parts->text))
		return error_set(err, -ENAMETOOLONG,
				 GIT_PREFIX "%.40s...: too long: use a shorter "
					    "path",
				 argument);
	strcpy(parts->text, argument);
	colon = strrchr(parts->text, ':');
	parts->arch = colon ? arch_of_debian(colon + 1) : NULL;
	if (parts->arch) {
		*colon = '\0';
		colon = strrchr(parts->text, ':');
	}
	parts->rev = colon ? colon + 1 : parts->text;
	parts->folder = colon ? parts->text : NULL;
	if (colon)
		*colon = '\0';
	if (*parts->rev)
		return 0;
	return error_set(err, -EINVAL,
			 GIT_PREFIX "%s: no commit is named: write vm:git:REV "
				    "and --repo DIR",
			 argument);
}

/* In @repo unless @parts say another one. */
static int find_commit(const struct parts *parts, const char *given,
		       char repo[PATH_MAX], struct git_commit *commit,
		       struct error *err)
{
	const char *folder = parts->folder ? parts->folder :
			     given	   ? given :
					     ".";

	if (!realpath(folder, repo))
		return error_set(err, -errno,
				 "%s: %s: give the kernel's git tree with "
				 "--repo",
				 folder, strerror(errno));
	return git_resolve(repo, parts->rev, commit, err);
}

const struct arch *git_arch(const char *argument)
{
	struct parts parts;

	return split(argument, &parts, NULL) ? NULL : parts.arch;
}

int git_spec(char *spec, size_t size, const char *repo, const char *rev,
	     const struct arch *arch, struct error *err)
{
	bool own = arch && arch != arch_native();
	int length = snprintf(spec, size, GIT_PREFIX "%s:%s%s%s", repo, rev,
			      own ? ":" : "", own ? arch->debian : "");

	return length < (int)size ? 0 :
				    error_set(err, -ENAMETOOLONG,
					      "%s: too long: use a shorter "
					      "path",
					      repo);
}

int git_full_spec(const char *argument, const char *repo, char *full,
		  size_t size, struct error *err)
{
	char folder[PATH_MAX];
	struct git_commit commit;
	struct parts parts;
	int ret = split(argument, &parts, err);

	if (!ret)
		ret = find_commit(&parts, repo, folder, &commit, err);
	return ret ? ret :
		     git_spec(full, size, folder, commit.id, parts.arch, err);
}

/* The first line of `cc --version`. */
static int compiler_line(const struct git_tree *tree, char *line, size_t size,
			 struct error *err)
{
	char program[KBUILD_OPTION], gcc[ARCH_TOOL], command[256];
	/* CC may be "ccache gcc". */
	const char *const argv[] = { "sh", "-c", "$0 --version", program,
				     NULL };
	struct process_result result;
	int ret;

	arch_tool(tree->arch, "gcc", gcc);
	kbuild_compiler(tree->options, gcc, program, sizeof(program));
	ret = process_run(argv, NULL, 30, &result);
	if (ret)
		return error_set(err, ret, "%s: %s", program, strerror(-ret));
	if (result.status)
		ret = error_set(err, -ENOENT, "%s: does not run here: run: %s",
				program,
				install_command("build-essential flex bison "
						"libelf-dev bc",
						command, sizeof(command)));
	snprintf(line, size, "%.*s", (int)strcspn(result.output, "\n"),
		 result.output);
	process_result_free(&result);
	return ret;
}

static int hash_fragment(const char *path, SHA256_CTX *context,
			 struct error *err)
{
	char hash[SHA256_DIGEST_STRING_LENGTH];

	if (!SHA256File(path, hash))
		return error_set(err, -errno,
				 "%s: %s: set MMGAUGE_KCONFIG to a config "
				 "fragment",
				 path, strerror(errno));
	SHA256Update(context, (const uint8_t *)hash, strlen(hash));
	return 0;
}

/* All that decides how a commit is configured and compiled. */
static int hash_choices(struct git_tree *tree, struct error *err)
{
	SHA256_CTX context;
	char compiler[128];
	int ret;

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)tree->arch->name,
		     strlen(tree->arch->name));
	ret = hash_fragment(tree->fragment, &context, err);
	if (!ret && tree->arch_fragment)
		ret = hash_fragment(tree->arch_fragment, &context, err);
	for (size_t i = 0; i < tree->fragments.count && !ret; i++)
		ret = hash_fragment(tree->fragments.paths[i], &context, err);
	if (!ret && tree->debug_fragment)
		ret = hash_fragment(tree->debug_fragment, &context, err);
	if (!ret)
		ret = compiler_line(tree, compiler, sizeof(compiler), err);
	if (ret)
		return ret;
	SHA256Update(&context, (const uint8_t *)compiler, strlen(compiler));
	for (size_t i = 0; i < tree->options->count; i++) {
		const char *word = tree->options->words[i];

		SHA256Update(&context, (const uint8_t *)word, strlen(word) + 1);
	}
	SHA256End(&context, tree->choices_hash);
	return 0;
}

/* All that decides what is built: the entry's name. */
static int name_entry(const struct git_commit *commit, char name[NAME_SIZE],
		      struct git_tree *tree, struct error *err)
{
	char module[SHA256_DIGEST_STRING_LENGTH];
	char text[512], hash[SHA256_DIGEST_STRING_LENGTH];
	int ret = hash_choices(tree, err);

	if (!ret)
		ret = module_hash(module, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text), "%s\n%s\n%s\n", commit->id,
		 tree->choices_hash, module);
	SHA256Data((const uint8_t *)text, strlen(text), hash);
	snprintf(name, NAME_SIZE, "%.12s-%.16s", commit->id, hash);
	return 0;
}

/* Fill in what is in the cache; -ENOENT when it is not. */
static int describe(const char *name, struct vm_kernel *kernel)
{
	char root[PATH_MAX], path[PATH_MAX];
	int ret = cache_path(root, NULL, GIT_KERNELS "/%s", name);
	FILE *file;

	if (ret)
		return ret;
	join_path(path, "%s/" GIT_STAMP, root);
	file = fopen(path, "re");
	if (!file)
		return -ENOENT;
	if (fscanf(file, "%127s", kernel->release) != 1)
		ret = -ENOENT;
	fclose(file);
	join_path(kernel->build, "%s/build", root);
	if (arch_boots_elf(kernel->arch))
		join_path(kernel->elf, "%s/" GIT_ELF, root);
	else
		join_path(kernel->image, "%s/%s", root,
			  arch_image_name(kernel->arch));
	join_path(kernel->module, "%s/" GIT_MODULE, root);
	if (!is_readable(kernel->module))
		*kernel->module = '\0';
	if (kernel->kbuild.debug_info)
		join_path(kernel->debug, "%s/" GIT_DEBUG, root);
	join_path(path, "%s/.config", kernel->build);
	if (!SHA256File(path, kernel->config_sha256))
		ret = -ENOENT;
	kdir_compiler(kernel->build, kernel->compiler,
		      sizeof(kernel->compiler));
	return ret;
}

static int build_entry(struct git_tree *tree, const struct git_commit *commit,
		       const char *name, kernel_note note, void *data,
		       struct error *err)
{
	char module[PATH_MAX], folder[PATH_MAX], path[PATH_MAX];
	struct scratch scratch;
	int ret = git_tree_build(tree, commit, module, note, data, err);

	if (ret)
		return ret;
	ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	join_path(folder, "%s/kernel", scratch.path);
	ret = git_collect(tree, module, folder, err);
	if (!ret)
		ret = cache_path(path, err, GIT_KERNELS "/%s", name);
	if (!ret)
		ret = cache_publish(folder, path, err);
	scratch_close(&scratch);
	cache_grew(GIT_KERNELS);
	return ret;
}

/* Build it unless another program did so while this one waited. */
static int make_entry(const char *repo, const struct git_commit *commit,
		      const char *name, struct git_tree *tree,
		      struct vm_kernel *kernel, kernel_note note, void *data,
		      struct error *err)
{
	int ret = git_tree_open(tree, repo, err);

	if (ret)
		return ret;
	if (describe(name, kernel)) {
		ret = build_entry(tree, commit, name, note, data, err);
		if (!ret && describe(name, kernel))
			ret = error_set(err, -EIO,
					"%s: vanished from the cache: try "
					"again",
					name);
	}
	git_tree_close(tree);
	return ret;
}

/* Before anything is looked up or built. */
static int choose_arch(const struct parts *parts, struct vm_kernel *kernel,
		       struct git_tree *tree, struct error *err)
{
	int ret = 0;

	if (parts->arch)
		kernel->arch = parts->arch;
	if (kernel->arch != arch_native())
		ret = cross_check(kernel->arch, err);
	tree->arch = kernel->arch;
	choose_fragments(tree);
	if (kernel->kbuild.debug_info)
		tree->debug_fragment = debug_fragment_path();
	return ret ? ret :
		     fragments_find(kernel->kbuild.fragments, &tree->fragments,
				    err);
}

/* What is asked for, and the name of its entry. */
static int find_entry(const char *argument, struct vm_kernel *kernel,
		      struct git_tree *tree, char repo[PATH_MAX],
		      struct git_commit *commit, char name[NAME_SIZE],
		      struct error *err)
{
	struct parts parts;
	int ret = split(argument, &parts, err);

	if (!ret)
		ret = choose_arch(&parts, kernel, tree, err);
	if (!ret)
		ret = find_commit(&parts, NULL, repo, commit, err);
	return ret ? ret : name_entry(commit, name, tree, err);
}

bool git_is_built(const char *argument, const struct kbuild_options *kbuild)
{
	struct vm_kernel kernel = { .kbuild = *kbuild, .arch = arch_native() };
	struct git_tree tree = { .options = &kernel.kbuild };
	char repo[PATH_MAX], name[NAME_SIZE];
	struct git_commit commit;

	return !find_entry(argument, &kernel, &tree, repo, &commit, name,
			   NULL) &&
	       !describe(name, &kernel);
}

int git_prepare(const char *argument, struct vm_kernel *kernel,
		kernel_note note, void *data, struct error *err)
{
	struct git_tree tree = { .options = &kernel->kbuild };
	char repo[PATH_MAX], name[NAME_SIZE];
	struct git_commit commit;
	int ret = find_entry(argument, kernel, &tree, repo, &commit, name, err);

	if (ret)
		return ret;
	if (describe(name, kernel))
		ret = make_entry(repo, &commit, name, &tree, kernel, note, data,
				 err);
	if (ret)
		return ret;
	strcpy(kernel->commit, commit.id);
	strcpy(kernel->title, commit.title);
	return 0;
}
