// SPDX-License-Identifier: GPL-2.0-or-later
/* vm:deb:VERSION: the kernels that the distribution offers. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "cross.h"
#include "deb.h"
#include "kernel_kind.h"
#include "module.h"
#include "results/base/prefix.h"

#define PREFIX "vm:deb:"

static int unknown_arch(const char *name, struct error *err)
{
	char known[256] = "";
	int used = 0;

	for (const struct arch *const *at = archs; *at; at++)
		used += snprintf(known + used, sizeof(known) - (size_t)used,
				 "%s%s", used ? ", " : "", (*at)->debian);
	return error_set(err, -EINVAL,
			 PREFIX "...:%s: no such architecture: give one of %s",
			 name, known);
}

/* "VERSION[:ARCHITECTURE]" in two; without one it is this machine's. */
static int split(const char *argument, char wanted[RELEASE_MAX],
		 const struct arch **arch, struct error *err)
{
	size_t length = strcspn(argument, ":");

	*arch = NULL;
	if (!length || length >= RELEASE_MAX || strchr(argument, '/') ||
	    *argument < '0' || *argument > '9')
		return error_set(err, -EINVAL,
				 PREFIX "%s: not a version: write a series "
					"like " PREFIX "6.1 or a release "
					"from mmgauge kernel list",
				 argument);
	memcpy(wanted, argument, length);
	wanted[length] = '\0';
	*arch = argument[length] ? arch_of_debian(argument + length + 1) :
				   deb_arch(wanted);
	if (!*arch && argument[length])
		return unknown_arch(argument + length + 1, err);
	if (deb_arch(wanted) && *arch != deb_arch(wanted))
		return error_set(err, -EINVAL,
				 PREFIX "%s: two architectures: leave one out",
				 argument);
	if (!*arch)
		*arch = arch_native();
	return 0;
}

static const struct arch *arch_of(const char *argument)
{
	char wanted[RELEASE_MAX];
	const struct arch *arch;

	if (split(argument, wanted, &arch, NULL))
		return NULL;
	return strchr(argument, ':') ? arch : deb_arch(wanted);
}

/* Without DWARF the kernel is as good: why there is none is all that is lost. */
static int fetch_debug(const char *release, struct vm_kernel *kernel,
		       kernel_note note, void *data, struct error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	int ret, lock;

	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	ret = deb_describe(release, kernel, err);
	if (!ret)
		ret = cache_path(path, err, DEB_KERNELS "/%s/" DEB_DEBUG,
				 release);
	if (!ret && !*kernel->debug) {
		ret = deb_fetch_debug(release, kernel->package, path, note,
				      data, err);
		if (!ret)
			ret = deb_describe(release, kernel, err);
		else if (ret != -EINTR && err)
			snprintf(kernel->no_debug, sizeof(kernel->no_debug),
				 "%.500s", err->text);
		if (*kernel->no_debug)
			ret = 0;
	}
	close(lock);
	return ret;
}

static int fetch(const char *argument, struct vm_kernel *kernel,
		 kernel_note note, void *data, struct error *err)
{
	char wanted[RELEASE_MAX], release[RELEASE_MAX], flavour[FLAVOUR_MAX];
	const struct arch *arch;
	int ret = split(argument, wanted, &arch, err);

	if (!ret && arch != arch_native())
		ret = cross_check(arch, err);
	if (ret)
		return ret;
	/* An exact release in the cache needs no look at what is offered. */
	if (deb_flavour(wanted, flavour, sizeof(flavour)) &&
	    deb_is_cached(wanted))
		strcpy(release, wanted);
	else
		ret = deb_fetch_series(wanted, arch, release, note, data, err);
	if (!ret)
		ret = deb_describe(release, kernel, err);
	if (!ret && kernel->kbuild.debug_info && !*kernel->debug)
		ret = fetch_debug(release, kernel, note, data, err);
	return ret;
}

static bool is_cached(const char *argument, const struct kbuild_options *kbuild)
{
	char wanted[RELEASE_MAX];
	const struct arch *arch;

	(void)kbuild;
	return !split(argument, wanted, &arch, NULL) &&
	       deb_has_series(wanted, arch);
}

static void again(const char *release, char *spec, size_t size)
{
	snprintf(spec, size, PREFIX "%s", release);
}

static void used(const struct vm_kernel *kernel)
{
	cache_touch_beside(kernel->build, DEB_STAMP);
	cache_touch_beside(kernel->module, MODULE_STAMP);
}

/* --- `kernel list`, `kernel rm` --- */

static void measure_entry(struct kernel_entry *entry)
{
	struct vm_kernel kernel;
	char path[PATH_MAX];

	if (!entry->cached || deb_describe(entry->release, &kernel, NULL))
		return;
	entry->module_built =
		!module_path(kernel.build, entry->release, path, NULL) &&
		is_readable(path);
	if (!cache_path(path, NULL, DEB_KERNELS "/%s", entry->release))
		entry->bytes = cache_bytes(path);
}

static bool is_listed(const struct kernel_entry *entries, size_t count,
		      const char *release)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(entries[i].release, release))
			return true;
	return false;
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
		struct kernel_entry *entry = &grown[*count];

		if (!cached && (deb_is_cached(list->names[i]) ||
				is_listed(*entries, *count, list->names[i])))
			continue;
		*entry = (struct kernel_entry){
			.cached = cached,
			.foreign = cached && deb_is_foreign(list->names[i]),
		};
		strcpy(entry->release, list->names[i]);
		deb_flavour(entry->release, entry->flavour,
			    sizeof(entry->flavour));
		again(entry->release, entry->spec, sizeof(entry->spec));
		measure_entry(entry);
		(*count)++;
	}
	return 0;
}

/* What apt offers and is not in the cache. */
static int add_offers(const struct apt_root *root, const struct arch *arch,
		      struct kernel_entry **entries, size_t *count,
		      struct error *err)
{
	struct release_list offered = { 0 };
	size_t before = *count;
	int ret = deb_offered(&offered, arch, root, err);

	if (!ret)
		ret = add_entries(&offered, false, entries, count);
	for (size_t i = before; i < *count && root && root->others; i++)
		(*entries)[i].foreign = true;
	release_free(&offered);
	return ret;
}

static const struct arch *arch_asked(const struct kernel_query *query)
{
	return query->arch ? query->arch : arch_native();
}

/* The machine's own lists have only packages for itself. */
static int add_own(const struct kernel_query *query,
		   struct kernel_entry **entries, size_t *count,
		   struct error *err)
{
	const struct arch *arch = arch_asked(query);
	bool foreign = arch != arch_native();
	struct apt_root root;
	int ret = foreign ? apt_suites(&root, arch, false, query->note,
				       query->data, err) :
			    0;

	return ret ? ret :
		     add_offers(foreign ? &root : NULL, arch, entries, count,
				err);
}

/* Only those of one architecture, where that is asked for. */
static int list_cached(const struct kernel_query *query,
		       struct release_list *cached)
{
	struct release_list all = { 0 };
	int ret = 0;

	deb_list_cached(&all);
	for (size_t i = 0; i < all.count && !ret; i++)
		if (!query->arch || deb_arch(all.names[i]) == query->arch)
			ret = release_add(cached, all.names[i]);
	release_free(&all);
	return ret;
}

static int list(const struct kernel_query *query, struct kernel_entry **entries,
		size_t *count, struct error *err)
{
	struct release_list cached = { 0 };
	int ret = list_cached(query, &cached);

	if (!ret)
		ret = add_entries(&cached, true, entries, count);
	if (!ret)
		ret = add_own(query, entries, count, err);
	/* What is in the cache can be used whatever apt says. */
	if (cached.count && apt_is_offline(ret))
		ret = 0;
	release_free(&cached);
	return ret;
}

static int available(const struct kernel_query *query,
		     struct kernel_entry **entries, size_t *count,
		     struct error *err)
{
	const struct arch *arch = arch_asked(query);
	struct apt_root root;
	int ret = apt_suites(&root, arch, true, query->note, query->data, err);

	return ret ? ret : add_offers(&root, arch, entries, count, err);
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

static int drop(const char *release, struct error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	int ret, lock;

	if (strchr(release, '/') || *release == '.' || !deb_is_cached(release))
		return error_set(err, -ENOENT,
				 "%s: not in the cache: see mmgauge kernel "
				 "list",
				 release);
	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	ret = cache_path(path, err, DEB_KERNELS "/%s", release);
	if (!ret)
		ret = cache_remove(path, err);
	if (!ret)
		remove_modules(release);
	close(lock);
	return ret;
}

const struct kernel_kind kernel_deb = {
	.prefix = PREFIX,
	.form = PREFIX "VERSION",
	.glob = PREFIX "GLOB",
	.summary = "a kernel that the distribution offers: a series (6.1: its "
		   "newest; 6.12-rt; 6.12:arm64) or a release",
	.make_seconds = 30,
	.make_mib = 150,
	.is_cached = is_cached,
	.fetch = fetch,
	.arch_of = arch_of,
	.again = again,
	.used = used,
	.list = list,
	.available = available,
	.remove = drop,
};
