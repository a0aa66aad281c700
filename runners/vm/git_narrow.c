// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "git_narrow.h"
#include "module.h"

/* Of the tree's folder: "COMMIT CHOICES-HASH MODULE-HASH" of what was built. */
#define BUILT "built"
#define MAKEFILE "narrow.mk"
#define ARCHIVE "built-in.a"
#define EXPORTS "vmlinux.symvers"

/* A patch of more is not what somebody tries again and again. */
#define FILES_MAX 64

/*
 * What the top Makefile says from 6.1 on, and what it depends on: the goal
 * vmlinux.a, made from built-in.a, made by a make that looks into build-dir.
 */
static const char *const marks[] = {
	"\nbuild-dir\t:= .\n",
	"\nvmlinux.a: $(KBUILD_VMLINUX_OBJS)",
	"\n$(build-dir): prepare\n",
	"\nexport sub_make_done := 1\n",
	"KERNELVERSION",
};

/* Folders whose objects go into built-in.a and lib.a, and nowhere else. */
static const char *const plain[] = {
	"block",  "crypto", "fs", "init",     "io_uring", "ipc",
	"kernel", "lib",    "mm", "security", "virt",
};

/* nftw() has no argument to pass. */
static struct {
	const struct git_tree *tree;
	char *files[FILES_MAX]; /* as .OBJECT.cmd names them */
	bool used[FILES_MAX];
	size_t count;
	char *folders; /* found so far */
	bool told; /* that these are all */
} search;

/* --- what was built last --- */

void git_narrow_note(const struct git_tree *tree,
		     const struct git_commit *commit)
{
	char path[PATH_MAX], module[SHA256_DIGEST_STRING_LENGTH];
	FILE *file;

	join_path(path, "%s/" BUILT, tree->root);
	unlink(path);
	if (!commit || module_hash(module, NULL))
		return;
	file = fopen(path, "we");
	if (!file)
		return;
	fprintf(file, "%s %s %s\n", commit->id, tree->choices_hash, module);
	/* Without it all is looked into. */
	if (fclose(file))
		unlink(path);
}

static bool read_built(const struct git_tree *tree, char commit[GIT_ID])
{
	char path[PATH_MAX], hash[65], module[65];
	char own[SHA256_DIGEST_STRING_LENGTH];
	FILE *file;
	bool same;

	join_path(path, "%s/" BUILT, tree->root);
	file = fopen(path, "re");
	if (!file)
		return false;
	same = fscanf(file, "%40s %64s %64s", commit, hash, module) == 3 &&
	       !strcmp(hash, tree->choices_hash) && !module_hash(own, NULL) &&
	       !strcmp(module, own);
	fclose(file);
	return same;
}

/* --- what changed --- */

static bool is_source(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h")) &&
	       strncmp(path, "scripts/", 8) != 0 &&
	       strncmp(path, "tools/", 6) != 0 && !strpbrk(path, "\" \\");
}

/* Lines of "M\tpath": whatever else there is, make has to see. */
static bool add_file(char *line)
{
	if (strncmp(line, "M\t", 2) != 0 || !is_source(line + 2) ||
	    search.count == FILES_MAX)
		return false;
	return asprintf(&search.files[search.count], "%s/%s", search.tree->tree,
			line + 2) > 0 &&
	       ++search.count;
}

static bool read_changes(const char *before, const char *now)
{
	char *text, *line, *rest;
	bool all = true;

	if (git_ask(search.tree->tree, &text, NULL,
		    (const char *const[]){ "diff", "--name-status",
					   "--no-renames", before, now, NULL }))
		return false;
	for (line = strtok_r(text, "\n", &rest); line && all;
	     line = strtok_r(NULL, "\n", &rest))
		all = add_file(line);
	free(text);
	return all && search.count;
}

/* --- what is made from it --- */

/*
 * Where a source says "../fs/internal.h" so does the list: what has the name and
 * lies on any such way is taken for the file.
 */
static bool is_file(const char *word, size_t length, const char *file)
{
	return (length == strlen(file) && !strncmp(word, file, length)) ||
	       memmem(word, length, "/.", 2);
}

/* Words of a list that make reads. */
static bool names(const char *text, const char *file)
{
	const char *name = strrchr(file, '/'), *at = text, *word;
	size_t length = strlen(name);

	for (; (at = strstr(at, name)); at += length) {
		if (!strchr(" \t\n\\", at[length]))
			continue;
		for (word = at; word > text && !strchr(" \t\n", word[-1]);)
			word--;
		if (is_file(word, (size_t)(at - word) + length, file))
			return true;
	}
	return false;
}

static bool add_folder(const char *object)
{
	size_t length = strcspn(object, "/");
	char word[32];

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (strlen(plain[i]) != length ||
		    strncmp(plain[i], object, length) != 0)
			continue;
		snprintf(word, sizeof(word), " %s ", plain[i]);
		if (!strstr(search.folders, word))
			strcat(search.folders, word);
		return true;
	}
	return false;
}

/* What a module consists of is linked elsewhere. */
static bool is_object(const char *name, const char *text)
{
	size_t length = strlen(name);

	return length > 6 && !strcmp(name + length - 6, ".o.cmd") &&
	       !strstr(text, " -DMODULE ");
}

/* What was compiled, at @path, from a file that changed. */
static bool take(const char *path, const char *name, const char *text)
{
	size_t skip = strlen(search.tree->objects) + 1;

	return !strncmp(path, search.tree->objects, skip - 1) &&
	       is_object(name, text) && add_folder(path + skip);
}

static int look(const char *path, const struct stat *info, int type,
		struct FTW *ftw)
{
	const char *name = path + ftw->base;
	char *text;

	(void)info;
	if (type != FTW_F || !kbuild_is_command(name))
		return 0;
	text = read_text(path);
	search.told &= text != NULL;
	for (size_t i = 0; i < search.count && search.told; i++) {
		if (!names(text, search.files[i]))
			continue;
		search.used[i] = true;
		search.told = take(path, name, text);
	}
	free(text);
	return search.told ? 0 : 1;
}

/* A file that nothing was made from is none that this knows about. */
static bool find_folders(void)
{
	char module[PATH_MAX];

	search.told = true;
	join_path(module, "%s/module/build", search.tree->root);
	if (nftw(search.tree->objects, look, 16, FTW_PHYS) ||
	    nftw(module, look, 16, FTW_PHYS))
		return false;
	for (size_t i = 0; i < search.count; i++)
		search.told &= search.used[i];
	return search.told;
}

static bool has_marks(const struct git_tree *tree)
{
	char path[PATH_MAX], *text;
	bool all = true;

	join_path(path, "%s/Makefile", tree->tree);
	text = read_text(path);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks) && text; i++)
		all &= strstr(text, marks[i]) != NULL;
	all &= text != NULL;
	free(text);
	return all;
}

/* What is made of all headers, and what all modules decide. */
static bool has_others(const struct git_tree *tree)
{
	char config[PATH_MAX];

	join_path(config, "%s/.config", tree->objects);
	return fragment_has(config, "CONFIG_IKHEADERS=y") ||
	       fragment_has(config, "CONFIG_IKHEADERS=m") ||
	       fragment_has(config, "CONFIG_TRIM_UNUSED_KSYMS=y");
}

bool git_narrow_find(const struct git_tree *tree,
		     const struct git_commit *commit, struct git_narrow *narrow)
{
	char before[GIT_ID];
	bool told;

	memset(&search, 0, sizeof(search));
	search.tree = tree;
	search.folders = narrow->folders;
	*narrow->folders = '\0';
	told = arch_boots_elf(tree->arch) && read_built(tree, before) &&
	       has_marks(tree) && !has_others(tree) &&
	       read_changes(before, commit->id) && find_folders();
	for (size_t i = 0; i < search.count; i++)
		free(search.files[i]);
	return told;
}

/* --- make --- */

static void hash_exports(const struct git_tree *tree, char hash[65])
{
	char path[PATH_MAX];

	join_path(path, "%s/" EXPORTS, tree->objects);
	if (!SHA256File(path, hash))
		*hash = '\0';
}

int git_narrow_begin(const struct git_tree *tree, struct git_narrow *narrow,
		     struct error *err)
{
	char path[PATH_MAX];
	FILE *file;

	hash_exports(tree, narrow->exports);
	/* Newer than what was linked, so that it is linked again. */
	join_path(path, "%s/" ARCHIVE, tree->objects);
	if (utimensat(AT_FDCWD, path, NULL, 0))
		return cache_write_error(err, -errno, path);
	join_path(narrow->makefile, "%s/" MAKEFILE, tree->root);
	file = fopen(narrow->makefile, "we");
	/* In the make that links, of all that call each other. */
	if (!file ||
	    fprintf(file,
		    "ifeq ($(sub_make_done)$(KERNELVERSION),1)\n"
		    "override build-dir := %s\n"
		    "vmlinux.a: $(build-dir)\n"
		    "endif\n",
		    narrow->folders) < 0 ||
	    fclose(file))
		return cache_write_error(err, -errno, narrow->makefile);
	return 0;
}

bool git_narrow_moved(const struct git_tree *tree,
		      const struct git_narrow *narrow)
{
	char now[65];

	hash_exports(tree, now);
	return !*now || strcmp(now, narrow->exports) != 0;
}
