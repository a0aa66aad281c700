// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of Debian's kernels a series means, and fetching that. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "cache_parts.h"
#include "deb.h"

/*
 * "6.1" is a series of "6.1.0-56-amd64" but not of "6.12.117+deb12-amd64", and
 * "6.12+deb12" is one of that.
 */
static bool in_series(const char *release, const char *series)
{
	const char *plus = strchrnul(series, '+');
	size_t length = (size_t)(plus - series);
	const char *rest = release + length;

	return length && !strncmp(release, series, length) &&
	       (*rest < '0' || *rest > '9') && strstr(rest, plus);
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
	/* "6.1.0-56" has none, "6.12-16k" has. */
	if (!dash || !dash[1 + strspn(dash + 1, "0123456789")])
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
			 "vm:deb:%s: no such kernel is offered: nearest "
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

/* Of the machine's own suites, whose lists have only packages for itself. */
static int fetch_own(const char *wanted, const struct arch *arch,
		     struct release_list *offered, char release[RELEASE_MAX],
		     kernel_note note, void *data, struct error *err)
{
	struct apt_root root;
	bool foreign = arch != arch_native();
	int ret = foreign ? apt_suites(&root, arch, false, note, data, err) : 0;

	return ret ? ret :
		     fetch_offered(wanted, arch, foreign ? &root : NULL,
				   offered, release, note, data, err);
}

/* What the machine's own suites have not. */
static int fetch_foreign(const char *wanted, const struct arch *arch,
			 struct release_list *offered,
			 char release[RELEASE_MAX], kernel_note note,
			 void *data, struct error *err)
{
	struct apt_root root;
	int ret = apt_suites(&root, arch, true, note, data, err);

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

bool deb_has_series(const char *wanted, const struct arch *arch)
{
	char release[RELEASE_MAX];

	return use_cached(wanted, arch, release);
}

/* Resolve a series and fetch; @release gets the one that is in the cache. */
int deb_fetch_series(const char *wanted, const struct arch *arch,
		     char release[RELEASE_MAX], kernel_note note, void *data,
		     struct error *err)
{
	struct release_list offered = { 0 };
	char text[1400];
	int ret = fetch_own(wanted, arch, &offered, release, note, data, err);

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
	if (apt_is_offline(ret) && use_cached(wanted, arch, release)) {
		snprintf(text, sizeof(text), "using %s from the cache (%s)",
			 release, err ? err->text : "");
		if (note)
			note(text, data);
		ret = 0;
	}
	release_free(&offered);
	return ret;
}
