// SPDX-License-Identifier: GPL-2.0-or-later
/* vm:deb:VERSION: the kernels that the distribution offers. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache_parts.h"
#include "deb.h"
#include "kernel_kind.h"
#include "module.h"
#include "results/base/prefix.h"

#define PREFIX "vm:deb:"

/* "6.1" is a series of "6.1.0-56-amd64" but not of "6.12.117+deb12-amd64". */
static bool in_series(const char *release, const char *series)
{
	const char *rest = skip_prefix(release, series);

	return rest && *series && (*rest < '0' || *rest > '9');
}

static bool is_of_flavour(const char *release, const char *wanted)
{
	char flavour[FLAVOUR_MAX];

	return deb_flavour(release, flavour, sizeof(flavour)) &&
	       !strcmp(flavour, wanted);
}

static bool is_usual(const char *release)
{
	return is_of_flavour(release, "");
}

/* "6.12-rt" in its series, whose length it returns, and flavour. */
static size_t split_series(const char *wanted, const char **flavour)
{
	const char *dash = strrchr(wanted, '-');

	*flavour = "";
	if (!dash || !dash[1] || (dash[1] >= '0' && dash[1] <= '9'))
		return strlen(wanted);
	*flavour = dash + 1;
	return (size_t)(dash - wanted);
}

/*
 * The newest in @list that is @wanted or of that series and flavour, the usual
 * one where none is said; NULL: none.
 */
static const char *newest(const struct release_list *list, const char *wanted,
			  const struct arch *arch)
{
	char series[RELEASE_MAX];
	const char *flavour;
	size_t length = split_series(wanted, &flavour);

	snprintf(series, sizeof(series), "%.*s", (int)length, wanted);
	for (size_t i = list->count; i-- > 0;)
		if (deb_arch(list->names[i]) == arch &&
		    (!strcmp(list->names[i], wanted) ||
		     (in_series(list->names[i], series) &&
		      is_of_flavour(list->names[i], flavour))))
			return list->names[i];
	return NULL;
}

static int no_such_kernel(const char *wanted, const struct release_list *list,
			  struct error *err)
{
	const char *below = NULL, *above = NULL;

	for (size_t i = 0; i < list->count; i++)
		if (!is_usual(list->names[i]))
			continue;
		else if (release_compare(list->names[i], wanted) < 0)
			below = list->names[i];
		else if (!above)
			above = list->names[i];
	return error_set(err, -ENOENT,
			 PREFIX "%s: no such kernel is offered: nearest "
				"%s %s%s%s: see mmgauge kernel list",
			 wanted, below && above ? "are" : "is",
			 below ? below : "", below && above ? " and " : "",
			 above ? above : "");
}

static int fetch_locked(const char *release, const struct apt_root *root,
			kernel_note note, void *data, struct error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	int ret, lock;

	if (deb_is_cached(release))
		return 0;
	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	ret = cache_path(path, err, DEB_KERNELS "/%s", release);
	/* Perhaps another program fetched it while we waited. */
	if (!ret && !deb_is_cached(release)) {
		ret = deb_fetch(release, root, path, note, data, err);
		cache_grew(DEB_KERNELS);
	}
	close(lock);
	return ret;
}

/* Is a failure to fetch one that a cached kernel helps over? */
static bool is_offline(int ret)
{
	return ret == -ENETUNREACH || ret == -ENODATA || ret == -ENOPKG ||
	       ret == -ETIMEDOUT;
}

/* In @root's suites, or the machine's; added to @offered. */
static int fetch_offered(const char *wanted, const struct arch *arch,
			 const struct apt_root *root,
			 struct release_list *offered,
			 char release[RELEASE_MAX], kernel_note note,
			 void *data, struct error *err)
{
	const char *found;
	int ret = deb_offered(offered, arch, root, err);

	if (ret)
		return ret;
	found = newest(offered, wanted, arch);
	if (!found)
		return no_such_kernel(wanted, offered, err);
	snprintf(release, RELEASE_MAX, "%s", found);
	return fetch_locked(found, root, note, data, err);
}

/* What the machine's own suites have not. */
static int fetch_foreign(const char *wanted, const struct arch *arch,
			 struct release_list *offered,
			 char release[RELEASE_MAX], kernel_note note,
			 void *data, struct error *err)
{
	struct apt_root root;
	int ret = apt_suites(&root, note, data, err);

	return ret ? ret :
		     fetch_offered(wanted, arch, &root, offered, release, note,
				   data, err);
}

/* The newest in the cache, of the machine's own suites if there is one. */
static bool use_cached(const char *wanted, const struct arch *arch,
		       char release[RELEASE_MAX])
{
	struct release_list cached = { 0 }, own = { 0 };
	const char *found;

	deb_list_cached(&cached);
	for (size_t i = 0; i < cached.count; i++)
		if (!deb_is_foreign(cached.names[i]))
			release_add(&own, cached.names[i]);
	found = newest(&own, wanted, arch);
	if (!found)
		found = newest(&cached, wanted, arch);
	if (found)
		snprintf(release, RELEASE_MAX, "%s", found);
	release_free(&own);
	release_free(&cached);
	return found;
}

/* Resolve a series and fetch; @release gets the one that is in the cache. */
static int fetch_series(const char *wanted, const struct arch *arch,
			char release[RELEASE_MAX], kernel_note note, void *data,
			struct error *err)
{
	struct release_list offered = { 0 };
	char text[1400];
	int ret = fetch_offered(wanted, arch, NULL, &offered, release, note,
				data, err);

	if (ret == -ENOENT && !newest(&offered, wanted, arch)) {
		struct error other;
		int there = fetch_foreign(wanted, arch, &offered, release, note,
					  data, &other);

		if (there != -ENOTSUP) {
			ret = there;
			if (err)
				*err = other;
		}
	}
	if (is_offline(ret) && use_cached(wanted, arch, release)) {
		snprintf(text, sizeof(text), "using %s from the cache (%s)",
			 release, err ? err->text : "");
		if (note)
			note(text, data);
		ret = 0;
	}
	release_free(&offered);
	return ret;
}

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
	if (!*arch)
		*arch = arch_native();
	return 0;
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

	if (ret)
		return ret;
	/* An exact release in the cache needs no look at what is offered. */
	if (deb_flavour(wanted, flavour, sizeof(flavour)) &&
	    deb_is_cached(wanted))
		strcpy(release, wanted);
	else
		ret = fetch_series(wanted, arch, release, note, data, err);
	if (!ret)
		ret = deb_describe(release, kernel, err);
	if (!ret && kernel->kbuild.debug_info && !*kernel->debug)
		ret = fetch_debug(release, kernel, note, data, err);
	return ret;
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
static int add_offers(const struct apt_root *root,
		      struct kernel_entry **entries, size_t *count,
		      struct error *err)
{
	struct release_list offered = { 0 };
	size_t before = *count;
	int ret = deb_offered(&offered, arch_native(), root, err);

	if (!ret)
		ret = add_entries(&offered, false, entries, count);
	for (size_t i = before; i < *count && root; i++)
		(*entries)[i].foreign = true;
	release_free(&offered);
	return ret;
}

static int list(struct kernel_entry **entries, size_t *count, struct error *err)
{
	struct release_list cached = { 0 };
	int ret;

	deb_list_cached(&cached);
	ret = add_entries(&cached, true, entries, count);
	if (!ret)
		ret = add_offers(NULL, entries, count, err);
	/* What is in the cache can be used whatever apt says. */
	if (cached.count && is_offline(ret))
		ret = 0;
	release_free(&cached);
	return ret;
}

static int available(struct kernel_entry **entries, size_t *count,
		     kernel_note note, void *data, struct error *err)
{
	struct apt_root root;
	int ret = apt_suites(&root, note, data, err);

	return ret ? ret : add_offers(&root, entries, count, err);
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
		   "newest; 6.12-rt) or a release",
	.make_seconds = 30,
	.make_mib = 150,
	.fetch = fetch,
	.again = again,
	.used = used,
	.list = list,
	.available = available,
	.remove = drop,
};
