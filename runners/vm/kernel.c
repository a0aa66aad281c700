// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "deb.h"
#include "git.h"
#include "image.h"
#include "kdir.h"
#include "kernel.h"
#include "module.h"

#define DEB_PREFIX "vm:deb:"
#define FILE_PREFIX "vm:file:"

static const char *skip_prefix(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) ? NULL : text + length;
}

int kernel_describe_build(struct vm_kernel *kernel, struct error *err)
{
	char path[PATH_MAX];
	int status = join_path(path, "%s/.config", kernel->build);

	if (status)
		return error_set(err, status, "%s: path too long",
				 kernel->build);
	if (!SHA256File(path, kernel->config_sha256))
		kernel->config_sha256[0] = '\0';
	kdir_compiler(kernel->build, kernel->compiler,
		      sizeof(kernel->compiler));
	return 0;
}

/* "6.1" is a series of "6.1.0-56-amd64" but not of "6.12.117+deb12-amd64". */
static bool in_series(const char *release, const char *series)
{
	const char *rest = skip_prefix(release, series);

	return rest && *series && (*rest < '0' || *rest > '9');
}

/* The newest in @list that is @wanted or of that series; NULL: none. */
static const char *newest(const struct release_list *list, const char *wanted)
{
	for (size_t i = list->count; i-- > 0;)
		if (in_series(list->names[i], wanted))
			return list->names[i];
	return NULL;
}

static int no_such_kernel(const char *wanted, const struct release_list *list,
			  struct error *err)
{
	const char *below = NULL, *above = NULL;

	for (size_t i = 0; i < list->count; i++)
		if (version_compare(list->names[i], wanted) < 0)
			below = list->names[i];
		else if (!above)
			above = list->names[i];
	return error_set(err, -ENOENT,
			 DEB_PREFIX "%s: no such kernel is offered: nearest "
				    "%s %s%s%s: see mmgauge kernel list",
			 wanted, below && above ? "are" : "is",
			 below ? below : "", below && above ? " and " : "",
			 above ? above : "");
}

static int fetch_locked(const char *release, kernel_note note, void *data,
			struct error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	int status, lock;

	if (deb_is_cached(release))
		return 0;
	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	status = cache_path(path, err, DEB_KERNELS "/%s", release);
	/* Perhaps another program fetched it while we waited. */
	if (!status && !deb_is_cached(release)) {
		status = deb_fetch(release, path, note, data, err);
		cache_trim(DEB_KERNELS, DEB_STAMP, DEB_KERNELS_MAX);
	}
	close(lock);
	return status;
}

bool kernel_is_offline(int status)
{
	return status == -ENETUNREACH || status == -ENODATA ||
	       status == -ENOPKG || status == -ETIMEDOUT;
}

/* Resolve a series and fetch; @release gets the one that is in the cache. */
static int fetch_series(const char *wanted, char release[RELEASE_MAX],
			kernel_note note, void *data, struct error *err)
{
	struct release_list offered = { 0 }, cached = { 0 };
	const char *found = NULL;
	char text[1400];
	int status;

	status = deb_offered(&offered, err);
	if (!status) {
		found = newest(&offered, wanted);
		status = found ? fetch_locked(found, note, data, err) :
				 no_such_kernel(wanted, &offered, err);
	}
	if (kernel_is_offline(status)) {
		deb_list_cached(&cached);
		found = newest(&cached, wanted);
		if (found) {
			snprintf(text, sizeof(text),
				 "using %s from the cache (%s)", found,
				 err ? err->text : "");
			if (note)
				note(text, data);
			status = 0;
		}
	}
	if (!status)
		snprintf(release, RELEASE_MAX, "%s", found);
	release_free(&offered);
	release_free(&cached);
	return status;
}

static int fetch_deb(const char *wanted, struct vm_kernel *kernel,
		     kernel_note note, void *data, struct error *err)
{
	char release[RELEASE_MAX];
	int status = 0;

	if (!*wanted || strlen(wanted) >= sizeof(release) ||
	    strchr(wanted, '/') || *wanted < '0' || *wanted > '9')
		return error_set(err, -EINVAL,
				 DEB_PREFIX "%s: not a version: write a series "
					    "like " DEB_PREFIX
					    "6.1 or a release "
					    "from mmgauge kernel list",
				 wanted);
	/* An exact release in the cache needs no look at what is offered. */
	if (deb_is_stock(wanted) && deb_is_cached(wanted))
		strcpy(release, wanted);
	else
		status = fetch_series(wanted, release, note, data, err);
	return status ? status : deb_describe(release, kernel, err);
}

/* The two must be of the same build, or no module loads. */
static int check_image(struct vm_kernel *kernel, struct error *err)
{
	char release[128];
	int status;

	status = image_release(kernel->image, release, sizeof(release));
	if (status == -ENOEXEC)
		return error_set(
			err, status,
			"%s: not a bzImage: give arch/x86/boot/bzImage "
			"of the kernel's build folder",
			kernel->image);
	if (status)
		return error_set(err, status, "%s: %s", kernel->image,
				 strerror(-status));
	if (strcmp(release, kernel->release))
		return error_set(err, -EINVAL,
				 "%s: is %s, but the build folder is of %s: "
				 "build both again",
				 kernel->image, release, kernel->release);
	return 0;
}

static int use_file(const char *argument, struct vm_kernel *kernel,
		    struct error *err)
{
	const char *colon = strrchr(argument, ':');
	char image[PATH_MAX];
	int status;

	if (!colon || colon == argument || !colon[1] ||
	    colon - argument >= PATH_MAX)
		return error_set(err, -EINVAL,
				 FILE_PREFIX "%s: two paths are needed: write "
					     "vm:file:BZIMAGE:KDIR",
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
	status = kdir_release(kernel->build, kernel->release,
			      sizeof(kernel->release), err);
	if (!status)
		status = check_image(kernel, err);
	return status ? status : kernel_describe_build(kernel, err);
}

int kernel_fetch(const char *spec, struct vm_kernel *kernel, kernel_note note,
		 void *data, struct error *err)
{
	const char *argument;

	*kernel = (struct vm_kernel){ 0 };
	if (strlen(spec) >= sizeof(kernel->spec))
		return error_set(err, -EINVAL, "%.40s...: too long", spec);
	strcpy(kernel->spec, spec);
	argument = skip_prefix(spec, DEB_PREFIX);
	if (argument)
		return fetch_deb(argument, kernel, note, data, err);
	argument = skip_prefix(spec, FILE_PREFIX);
	if (argument)
		return use_file(argument, kernel, err);
	argument = skip_prefix(spec, GIT_PREFIX);
	if (argument)
		return git_prepare(argument, kernel, note, data, err);
	return error_set(err, -EINVAL,
			 "%s: not a kernel: write vm:deb:6.1, "
			 "vm:deb:6.1.0-56-amd64, vm:git:REV or "
			 "vm:file:BZIMAGE:KDIR",
			 spec);
}

int kernel_prepare(const char *spec, struct vm_kernel *kernel, kernel_note note,
		   void *data, struct error *err)
{
	int status = kernel_fetch(spec, kernel, note, data, err);

	/* A kernel from a git tree comes with its module. */
	if (status || *kernel->module)
		return status;
	return module_build(kernel->build, kernel->release, kernel->module,
			    note, data, err);
}

/* The folder that @path, of the cache, lies in. */
static void touch_beside(const char *path, const char *stamp)
{
	char folder[PATH_MAX], *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	cache_touch(folder, stamp);
}

void kernel_used(const struct vm_kernel *kernel)
{
	/* What the user built is not ours to touch. */
	if (skip_prefix(kernel->spec, DEB_PREFIX))
		touch_beside(kernel->build, DEB_STAMP);
	else if (skip_prefix(kernel->spec, GIT_PREFIX))
		touch_beside(kernel->build, GIT_STAMP);
	if (!skip_prefix(kernel->spec, GIT_PREFIX) && *kernel->module)
		touch_beside(kernel->module, MODULE_STAMP);
}
