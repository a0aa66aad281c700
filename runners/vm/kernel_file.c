// SPDX-License-Identifier: GPL-2.0-or-later
/* vm:file:IMAGE:KDIR: a kernel that the user built. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "kdir.h"
#include "kernel_kind.h"
#include "module.h"

#define PREFIX "vm:file:"

static bool fits(const char *argument)
{
	return strchr(argument, ':') != NULL;
}

/* The two must be of the same build, or no module loads. */
static int check_image(struct vm_kernel *kernel, struct error *err)
{
	const struct arch *arch = kernel->arch;
	char release[128];
	int ret;

	ret = arch->image_release(kernel->image, release, sizeof(release));
	if (ret == -ENOEXEC)
		return error_set(
			err, ret,
			"%s: not a bzImage: give %s of the kernel's build "
			"folder",
			kernel->image, arch->image);
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
	if (!realpath(image, kernel->image))
		return error_set(err, -errno,
				 "%s: %s: give the path of a bzImage", image,
				 strerror(errno));
	if (!realpath(colon + 1, kernel->build))
		return error_set(err, -errno,
				 "%s: %s: give the kernel's build folder",
				 colon + 1, strerror(errno));
	if (kernel->kbuild.debug_info)
		strcpy(kernel->debug, kernel->build);
	ret = kdir_release(kernel->build, kernel->release,
			   sizeof(kernel->release), err);
	if (!ret)
		ret = check_image(kernel, err);
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
