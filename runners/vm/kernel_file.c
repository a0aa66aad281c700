// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm:file:IMAGE:KDIR: a kernel that the user built, or of another distribution.
 * Both may also be the folder that its packages were unpacked into.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cache.h"
#include "kdir.h"
#include "kernel_kind.h"
#include "module.h"
#include "version.h"

#define PREFIX "vm:file:"

/* Below such a folder, behind each the release goes before the end. */
struct place {
	const char *begin, *end;
};

static const struct place images[] = {
	{ "boot/vmlinuz-", "" }, /* Debian, Ubuntu, openSUSE */
	{ "lib/modules/", "/vmlinuz" }, /* Fedora, Arch */
	{ "usr/lib/modules/", "/vmlinuz" },
	{ NULL, NULL },
};

static const struct place folders[] = {
	{ "lib/modules/", "/build" }, /* Arch */
	{ "usr/lib/modules/", "/build" },
	{ "usr/src/kernels/", "" }, /* Fedora */
	{ "usr/src/linux-headers-", "" }, /* Ubuntu */
	{ NULL, NULL },
};

static bool fits(const char *argument)
{
	return strchr(argument, ':') != NULL;
}

/*
 * The only file that @places have below @root, of @release ("*": of any); the
 * same one by two ways is one.
 */
static int find_one(const char *root, const struct place *places,
		    const char *release, char found[PATH_MAX])
{
	int count = 0;

	for (; places->begin; places++) {
		char pattern[PATH_MAX], path[PATH_MAX];
		glob_t matches;

		if (join_path(pattern, "%s/%s%s%s", root, places->begin,
			      release, places->end) ||
		    glob(pattern, 0, NULL, &matches))
			continue;
		for (size_t i = 0; i < matches.gl_pathc; i++) {
			if (!realpath(matches.gl_pathv[i], path) ||
			    (count && !strcmp(path, found)))
				continue;
			strcpy(found, path);
			count++;
		}
		globfree(&matches);
	}
	return count;
}

static bool is_folder(const char *path)
{
	struct stat info;

	return !stat(path, &info) && S_ISDIR(info.st_mode);
}

static int find_image(struct vm_kernel *kernel, const char *image,
		      struct error *err)
{
	int count;

	if (!realpath(image, kernel->image))
		return error_set(err, -errno,
				 "%s: %s: give the path of a bzImage", image,
				 strerror(errno));
	if (!is_folder(kernel->image))
		return 0;
	count = find_one(image, images, "*", kernel->image);
	if (count == 1)
		return 0;
	return error_set(err, -ENOENT,
			 "%s: %s: give the path of the image itself", image,
			 count ? "has the images of several kernels" :
				 "a folder without boot/vmlinuz-RELEASE or "
				 "lib/modules/RELEASE/vmlinuz");
}

/* SUSE's has the flavour in a folder: linux-6.4.0-1-obj/x86_64/default. */
static void find_flavour(const char *root, const char *release,
			 char found[PATH_MAX])
{
	const char *flavour = strrchr(release, '-');
	char version[RELEASE_MAX], end[RELEASE_MAX + 8];
	const struct place places[] = { { "usr/src/linux-", end },
					{ NULL, NULL } };

	if (!flavour)
		return;
	snprintf(version, sizeof(version), "%.*s", (int)(flavour - release),
		 release);
	snprintf(end, sizeof(end), "-obj/*/%s", flavour + 1);
	find_one(root, places, version, found);
}

static int find_build(struct vm_kernel *kernel, const char *folder,
		      const char *release, struct error *err)
{
	char path[PATH_MAX];

	if (!realpath(folder, kernel->build))
		return error_set(err, -errno,
				 "%s: %s: give the kernel's build folder",
				 folder, strerror(errno));
	if (!join_path(path, "%s/include", kernel->build) && !is_folder(path) &&
	    !find_one(folder, folders, release, kernel->build))
		find_flavour(folder, release, kernel->build);
	return kdir_release(kernel->build, kernel->release,
			    sizeof(kernel->release), err);
}

/* The two must be of the same build, or no module loads. */
static int check_image(struct vm_kernel *kernel, int ret, const char *release,
		       struct error *err)
{
	if (ret == -ENOEXEC)
		return error_set(err, ret,
				 "%s: not a bzImage, nor an ELF kernel with a "
				 "PVH entry: give %s of the kernel's build "
				 "folder",
				 kernel->image, kernel->arch->image);
	if (ret)
		return error_set(err, ret, "%s: %s", kernel->image,
				 strerror(-ret));
	if (strcmp(release, kernel->release))
		return error_set(err, -EINVAL,
				 "%s: is %s, but the build folder is of %s: "
				 "build both again",
				 kernel->image, release, kernel->release);
	return 0;
}

static int find_both(struct vm_kernel *kernel, const char *image,
		     const char *folder, struct error *err)
{
	char release[RELEASE_MAX] = "";
	int ret = find_image(kernel, image, err), known;

	if (ret)
		return ret;
	known = kernel->arch->image_release(kernel->image, release,
					    sizeof(release));
	ret = find_build(kernel, folder, release, err);
	return ret ? ret : check_image(kernel, known, release, err);
}

static int fetch(const char *argument, struct vm_kernel *kernel,
		 kernel_note note, void *data, struct error *err)
{
	const char *colon = strrchr(argument, ':');
	char image[PATH_MAX];
	int ret;

	(void)note;
	(void)data;
	if (!colon || colon == argument || !colon[1] ||
	    colon - argument >= PATH_MAX)
		return error_set(err, -EINVAL,
				 PREFIX
				 "%s: two paths are needed: write " PREFIX
				 "BZIMAGE:KDIR",
				 argument);
	snprintf(image, sizeof(image), "%.*s", (int)(colon - argument),
		 argument);
	ret = find_both(kernel, image, colon + 1, err);
	if (!ret && kernel->kbuild.debug_info)
		strcpy(kernel->debug, kernel->build);
	return ret ? ret : kdir_describe(kernel, err);
}

/* What the user built is not ours to touch; its module is in the cache. */
static void used(const struct vm_kernel *kernel)
{
	cache_touch_beside(kernel->module, MODULE_STAMP);
}

const struct kernel_kind kernel_file = {
	.prefix = PREFIX,
	.form = PREFIX "BZIMAGE:KDIR",
	.summary = "a kernel of yours: its image and its build folder",
	.fits = fits,
	.make_seconds = 5,
	.make_mib = 5,
	.fetch = fetch,
	.used = used,
};
