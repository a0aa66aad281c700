// SPDX-License-Identifier: GPL-2.0-or-later
/* Debian's kernels in the cache. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"
#include "deb.h"
#include "kdir.h"

/* The first line of a small file, or "". */
static void read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");

	*line = '\0';
	if (!file)
		return;
	if (fgets(line, size, file))
		line[strcspn(line, "\n")] = '\0';
	fclose(file);
}

int deb_describe(const char *release, struct vm_kernel *kernel,
		 struct error *err)
{
	char root[PATH_MAX], path[PATH_MAX];
	int ret = cache_path(root, err, DEB_KERNELS "/%s", release);

	if (ret)
		return ret;
	snprintf(kernel->release, sizeof(kernel->release), "%s", release);
	kernel->arch = deb_arch(release);
	ret = join_path(kernel->image, "%s/boot/vmlinuz", root);
	if (!ret)
		ret = join_path(kernel->elf, "%s/boot/vmlinux", root);
	if (!ret)
		ret = join_path(kernel->build, "%s/build", root);
	if (!ret)
		ret = join_path(path, "%s/" DEB_DEBUG "/vmlinux", root);
	if (!ret)
		ret = join_path(kernel->debug, "%s/" DEB_DEBUG, root);
	if (!ret && !is_readable(path))
		kernel->debug[0] = '\0';
	if (!ret)
		ret = join_path(path, "%s/" DEB_STAMP, root);
	if (ret)
		return error_set(err, ret,
				 "cache: path too long: set "
				 "XDG_CACHE_HOME to a shorter one");
	if (!is_readable(kernel->elf))
		kernel->elf[0] = '\0';
	read_line(path, kernel->package, sizeof(kernel->package));
	return kdir_describe(kernel, err);
}

bool deb_is_cached(const char *release)
{
	char path[PATH_MAX];

	/* The folder was renamed when complete: any file tells. */
	return !cache_path(path, NULL, DEB_KERNELS "/%s/" DEB_STAMP, release) &&
	       is_readable(path);
}

bool deb_is_foreign(const char *release)
{
	char path[PATH_MAX];

	return !cache_path(path, NULL, DEB_KERNELS "/%s/" DEB_FOREIGN,
			   release) &&
	       is_readable(path);
}

int deb_list_cached(struct release_list *list)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int ret = 0;
	DIR *folder;

	if (cache_path(path, NULL, DEB_KERNELS))
		return 0;
	folder = opendir(path);
	while (folder && !ret && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && deb_is_cached(entry->d_name))
			ret = release_add(list, entry->d_name);
	if (folder)
		closedir(folder);
	release_sort(list);
	return ret;
}
