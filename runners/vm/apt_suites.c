// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The suites of Debian's other releases, which the machine's own mirror has,
 * too, and packages of other architectures. Their lists are in the cache; the
 * machine's stay as they are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apt.h"
#include "cache.h"
#include "results/base/folders.h"

#define SECONDS 900
#define FRESH (24 * 3600)

/* Kernels from 5.10 on, oldest first. */
static const struct suite {
	const char *name;
	const char *of; /* "security": on a mirror of its own */
} suites[] = {
	{ "bullseye", "" },
	{ "bullseye-security", "security" },
	{ "bookworm", "" },
	{ "bookworm-security", "security" },
	{ "bookworm-backports", "" },
	{ "trixie", "" },
	{ "trixie-security", "security" },
	{ "trixie-backports", "" },
	{ "sid", "" },
	{ "experimental", "" },
};

#define SUITES (sizeof(suites) / sizeof(*suites))

/* Where the machine's lists of any release are from, and of its security. */
static int find_mirrors(const struct process_result *mirrors, char archive[512],
			char security[512], struct error *err)
{
	*archive = *security = '\0';
	for (size_t i = 0; i < SUITES; i++) {
		char *uri = *suites[i].of ? security : archive;

		if (!*uri)
			apt_mirror(mirrors, suites[i].name, uri, 512);
	}
	return *archive ? 0 :
			  error_set(err, -ENOTSUP,
				    "apt's sources have no Debian, its other "
				    "releases cannot be found: use "
				    "vm:file:BZIMAGE:KDIR");
}

/* What the machine has itself is not among the others: it was asked first. */
static int write_sources(const struct apt_root *root, char *text, size_t size,
			 struct error *err)
{
	char archive[512], security[512], own[512], both[64] = "";
	struct process_result mirrors;
	size_t used = 0;
	int ret = apt_mirrors(&mirrors, err);

	if (ret)
		return ret;
	ret = find_mirrors(&mirrors, archive, security, err);
	if (root->arch)
		snprintf(both, sizeof(both), "arch=%s,%s ",
			 arch_native()->debian, root->arch->debian);
	for (size_t i = 0; i < SUITES && !ret; i++) {
		const char *uri = *suites[i].of ? security : archive;

		if (*uri && apt_mirror(&mirrors, suites[i].name, own,
				       sizeof(own)) != root->others)
			used += (size_t)snprintf(
				text + used, size - used,
				"deb [%ssigned-by=%s] %s %s main\n", both,
				apt_keys(), root->others ? uri : own,
				suites[i].name);
	}
	process_result_free(&mirrors);
	return ret;
}

/* One line for each suite that could not be had; how many. */
static int tell(char *errors, apt_note note, void *data)
{
	char text[700], *line;
	int count = 0;

	while ((line = strsep(&errors, "\n"))) {
		if (strncmp(line, "E: ", 3) ||
		    strstr(line, "Some index files failed"))
			continue;
		count++;
		snprintf(text, sizeof(text), "a suite is left out: %.600s",
			 line + 3);
		if (note)
			note(text, data);
	}
	return count;
}

static bool has_index(const struct apt_root *root)
{
	const char *const argv[] = { "apt-get",
				     "-c",
				     root->config,
				     "indextargets",
				     "--format",
				     "$(CODENAME)",
				     "Created-By: Packages",
				     NULL };
	struct process_result result;
	bool any;

	if (apt_query(argv, &result, NULL))
		return false;
	any = *result.output != '\0';
	process_result_free(&result);
	return any;
}

static int run_update(const struct apt_root *root,
		      struct process_result *result, struct error *err)
{
	const char *const argv[] = { "apt-get", "-c",	  root->config,
				     "-qq",	"update", NULL };
	int ret = process_run(argv, NULL, SECONDS, result);

	return ret ? error_set(err, ret, "apt-get update: %s",
			       ret == -EINTR ? "interrupted" : strerror(-ret)) :
		     0;
}

/* A mirror that is being updated is asked once more. */
static int update(const struct apt_root *root, apt_note note, void *data,
		  struct error *err)
{
	struct process_result result;
	char reason[512];
	bool failed;
	int ret = run_update(root, &result, err);

	if (!ret && apt_is_torn(result.errors)) {
		process_result_free(&result);
		ret = run_update(root, &result, err);
	}
	if (ret)
		return ret;
	/* Where a host cannot be reached it only warns. */
	failed = strstr(result.errors, "Failed to fetch");
	apt_reason(result.errors, reason, sizeof(reason));
	if (!strncmp(reason, "W: ", 3))
		memmove(reason, reason + 3, strlen(reason + 3) + 1);
	if (tell(result.errors, note, data) || failed)
		ret = has_index(root) ?
			      -EAGAIN :
			      error_set(err, -ENETUNREACH,
					"Debian's other suites: %s: check the "
					"network",
					reason);
	process_result_free(&result);
	return ret;
}

static bool is_fresh(const char *stamp, const char *sources)
{
	struct stat info;
	char *text = read_text(stamp);
	bool fresh = text && !strcmp(text, sources) && !stat(stamp, &info) &&
		     time(NULL) - info.st_mtime < FRESH;

	free(text);
	return fresh;
}

static int write_stamp(const char *path, const char *text, struct error *err)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file))
		return cache_write_error(err, -errno, path);
	return 0;
}

static void tell_reading(const struct apt_root *root, apt_note note, void *data)
{
	char text[128];

	snprintf(text, sizeof(text), "reading the indexes of %s%s%s (%u MB)",
		 root->others ? "Debian's other suites" : "this Debian",
		 root->arch ? " for " : "",
		 root->arch ? root->arch->debian : "",
		 (root->others ? 60 : 10) * (root->arch ? 2 : 1));
	if (note)
		note(text, data);
}

/* With the lock held. */
static int refresh(struct apt_root *root, const char *folder, apt_note note,
		   void *data, struct error *err)
{
	char stamp[PATH_MAX], sources[16384] = "";
	int ret = write_sources(root, sources, sizeof(sources), err);

	join_path(stamp, "%s/fresh", folder);
	if (!ret && !is_readable(apt_keys()))
		ret = error_set(err, -ENOKEY,
				"%s: not there, %s cannot be verified: run: "
				"sudo apt-get install debian-archive-keyring",
				apt_keys(),
				root->others ? "Debian's other suites" :
					       "packages of another "
					       "architecture");
	if (!ret)
		ret = apt_root_make(root, folder, sources, err);
	if (ret || is_fresh(stamp, sources))
		return ret;
	tell_reading(root, note, data);
	ret = update(root, note, data, err);
	if (!ret)
		ret = write_stamp(stamp, sources, err);
	/* What there is can be used; the rest is asked for next time. */
	return ret == -EAGAIN ? 0 : ret;
}

int apt_suites(struct apt_root *root, const struct arch *arch, bool others,
	       apt_note note, void *data, struct error *err)
{
	bool foreign = arch != arch_native();
	char folder[PATH_MAX], name[64];
	int ret, lock;

	*root = (struct apt_root){ .arch = foreign ? arch : NULL,
				   .others = others };
	snprintf(name, sizeof(name), "apt%s%s%s", foreign ? "-" : "",
		 foreign ? arch->debian : "",
		 foreign && others ? "-others" : "");
	ret = cache_path(folder, err, "%s", name);
	if (ret)
		return ret;
	ret = make_folders(folder, 0777);
	if (ret)
		return cache_write_error(err, ret, folder);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	ret = refresh(root, folder, note, data, err);
	close(lock);
	return ret;
}
