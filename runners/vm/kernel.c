// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <dirent.h>
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

/* Fields that follow from kernel->build. */
static int describe_build(struct vm_kernel *kernel, struct error *err)
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

/* Fill in a kernel of the cache. */
static int describe_cached(const char *release, struct vm_kernel *kernel,
			   struct error *err)
{
	char root[PATH_MAX], path[PATH_MAX];
	int status = cache_path(root, err, "kernels/deb/%s", release);

	if (status)
		return status;
	snprintf(kernel->release, sizeof(kernel->release), "%s", release);
	status = join_path(kernel->image, "%s/boot/vmlinuz", root);
	if (!status)
		status = join_path(kernel->elf, "%s/boot/vmlinux", root);
	if (!status)
		status = join_path(kernel->build, "%s/build", root);
	if (!status)
		status = join_path(path, "%s/package", root);
	if (status)
		return error_set(err, status,
				 "cache: path too long: set "
				 "XDG_CACHE_HOME to a shorter one");
	if (!is_readable(kernel->elf))
		kernel->elf[0] = '\0';
	read_line(path, kernel->package, sizeof(kernel->package));
	return describe_build(kernel, err);
}

static bool is_cached(const char *release)
{
	char path[PATH_MAX];

	/* The folder was renamed when complete: any file tells. */
	return !cache_path(path, NULL, "kernels/deb/%s/package", release) &&
	       is_readable(path);
}

static int list_cached(struct release_list *list)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int status = 0;
	DIR *folder;

	if (cache_path(path, NULL, "kernels/deb"))
		return 0;
	folder = opendir(path);
	while (folder && !status && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && is_cached(entry->d_name))
			status = release_add(list, entry->d_name);
	if (folder)
		closedir(folder);
	release_sort(list);
	return status;
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

	if (is_cached(release))
		return 0;
	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	status = cache_path(path, err, "kernels/deb/%s", release);
	/* Perhaps another program fetched it while we waited. */
	if (!status && !is_cached(release))
		status = deb_fetch(release, path, note, data, err);
	close(lock);
	return status;
}

/* Is a failure to fetch one that a cached kernel helps over? */
static bool is_offline(int status)
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
	if (is_offline(status)) {
		list_cached(&cached);
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
	if (deb_is_stock(wanted) && is_cached(wanted))
		strcpy(release, wanted);
	else
		status = fetch_series(wanted, release, note, data, err);
	return status ? status : describe_cached(release, kernel, err);
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
	return status ? status : describe_build(kernel, err);
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

static int add_entries(const struct release_list *list, bool cached,
		       struct kernel_entry **entries, size_t *count)
{
	struct kernel_entry *grown;

	grown = realloc(*entries, (*count + list->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*entries = grown;
	for (size_t i = 0; i < list->count; i++) {
		if (!cached && is_cached(list->names[i]))
			continue;
		grown[*count] = (struct kernel_entry){ .cached = cached };
		strcpy(grown[(*count)++].release, list->names[i]);
	}
	return 0;
}

static void measure_entry(struct kernel_entry *entry)
{
	struct vm_kernel kernel;
	char path[PATH_MAX];

	if (!entry->cached || skip_prefix(entry->release, GIT_PREFIX) ||
	    describe_cached(entry->release, &kernel, NULL))
		return;
	entry->module_built =
		!module_path(kernel.build, entry->release, path, NULL) &&
		is_readable(path);
	if (!cache_path(path, NULL, "kernels/deb/%s", entry->release))
		entry->bytes = cache_bytes(path);
}

static int compare_entries(const void *a, const void *b)
{
	const struct kernel_entry *first = a, *second = b;

	return version_compare(first->release, second->release);
}

int kernel_list(struct kernel_entry **entries, size_t *count, struct error *err)
{
	struct release_list offered = { 0 }, cached = { 0 };
	int status;

	*entries = NULL;
	*count = 0;
	list_cached(&cached);
	status = deb_offered(&offered, err);
	/* What is in the cache can be used whatever apt says. */
	if (cached.count && is_offline(status))
		status = 0;
	if (!status)
		status = add_entries(&cached, true, entries, count);
	if (!status)
		status = add_entries(&offered, false, entries, count);
	if (!status)
		status = git_list(entries, count, err);
	if (status == -ENOMEM)
		error_set(err, status, "kernel list: out of memory");
	for (size_t i = 0; !status && i < *count; i++)
		measure_entry(&(*entries)[i]);
	if (!status)
		qsort(*entries, *count, sizeof(**entries), compare_entries);
	release_free(&offered);
	release_free(&cached);
	return status;
}

/* Every module built for it, whatever the sources were. */
static void remove_modules(const char *release)
{
	char folder[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	DIR *list;

	if (cache_path(folder, NULL, "modules"))
		return;
	list = opendir(folder);
	while (list && (entry = readdir(list))) {
		const char *dash = strrchr(entry->d_name, '-');

		if (dash && strlen(release) == (size_t)(dash - entry->d_name) &&
		    !strncmp(entry->d_name, release, dash - entry->d_name) &&
		    !join_path(path, "%s/%s", folder, entry->d_name))
			cache_remove(path, NULL);
	}
	if (list)
		closedir(list);
}

int kernel_remove(const char *release, struct error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	const char *git = skip_prefix(release, GIT_PREFIX);
	int status, lock;

	if (git)
		return git_remove(git, err);
	if (strchr(release, '/') || *release == '.' || !is_cached(release))
		return error_set(err, -ENOENT,
				 "%s: not in the cache: see mmgauge kernel "
				 "list",
				 release);
	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	status = cache_path(path, err, "kernels/deb/%s", release);
	if (!status)
		status = cache_remove(path, err);
	if (!status)
		remove_modules(release);
	close(lock);
	return status;
}
