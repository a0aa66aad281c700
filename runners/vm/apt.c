// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "apt.h"

#define QUERY_SECONDS 120
#define DOWNLOAD_SECONDS 3600

int apt_need(struct error *err)
{
	const char *const argv[] = { "dpkg", "--print-architecture", NULL };
	struct process_result result;
	char name[32];

	if (!process_exists("apt-get") || !process_exists("apt-cache"))
		return error_set(err, -ENOPKG,
				 "vm:deb: this is not a Debian system, apt-get "
				 "is missing: use vm:file:BZIMAGE:KDIR");
	if (process_run(argv, NULL, QUERY_SECONDS, &result))
		return error_set(err, -ENOPKG,
				 "vm:deb: dpkg does not run: use "
				 "vm:file:BZIMAGE:KDIR");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(result.output, "\n"),
		 result.output);
	process_result_free(&result);
	if (arch_of_debian(name))
		return 0;
	return error_set(err, -ENOTSUP,
			 "vm:deb: no guests of %s so far: use --on host", name);
}

void apt_reason(const char *errors, char *reason, size_t size)
{
	const char *line = strstr(errors, "E: ");

	line = line ? line + 3 : errors;
	snprintf(reason, size, "%.*s", (int)strcspn(line, "\n"), line);
}

int apt_query(const char *const *argv, struct process_result *result,
	      struct error *err)
{
	char reason[512];
	int ret;

	ret = process_run(argv, NULL, QUERY_SECONDS, result);
	if (ret == -EINTR)
		return error_set(err, ret, "interrupted");
	if (ret)
		return error_set(err, ret, "%s: %s: try it by hand", argv[0],
				 strerror(-ret));
	/* 100: a package is unknown, which the callers find out themselves. */
	if (!result->status || result->status == 100)
		return 0;
	apt_reason(result->errors, reason, sizeof(reason));
	process_result_free(result);
	return error_set(err, -EIO, "%s: %s: " APT_UPDATE, argv[0], reason);
}

static bool knows_package(const struct packages *packages, const char *name)
{
	for (unsigned int i = 0; i < packages->count; i++)
		if (!strcmp(packages->names[i], name))
			return true;
	return false;
}

void packages_add(struct packages *packages, const char *name, size_t length)
{
	char *slot = packages->names[packages->count];

	if (packages->count == PACKAGES_MAX ||
	    length >= sizeof(packages->names[0]))
		return;
	snprintf(slot, sizeof(packages->names[0]), "%.*s", (int)length, name);
	if (!knows_package(packages, slot))
		packages->count++;
}

/* A kernel is more than its image and its headers. */
static bool is_part(const char *name, size_t length)
{
	return !strncmp(name, "linux-kbuild-", 13) ||
	       !strncmp(name, "linux-binary-", 13) ||
	       !strncmp(name, "linux-modules-", 14) ||
	       (!strncmp(name, "linux-headers-", 14) &&
		memmem(name, length, "-common", 7));
}

/* "linux-headers-6.1.0-56-common (= 6.1.192-2), linux-kbuild-6.1 (>= ...)" */
static void add_dependencies(struct packages *packages, const char *depends)
{
	while (*depends) {
		size_t length = strcspn(depends, " ,|");

		if (is_part(depends, length))
			packages_add(packages, depends, length);
		depends += strcspn(depends, ",");
		depends += strspn(depends, ", ");
	}
}

/*
 * Of kbuild's "pahole, libc6 (>= 2.38), libelf1t64 (>= 0.144), zlib1g (>= 1)":
 * what modpost and objtool are linked with, if that C library is too new.
 */
static void add_libraries(struct packages *packages, const char *depends)
{
	static const char *const wanted[] = { "libc6 (", "libelf1", "zlib1g" };
	const char *libc = strstr(depends, "libc6 (>= "), *at;
	char version[32];

	if (!libc)
		return;
	libc += strlen("libc6 (>= ");
	snprintf(version, sizeof(version), "%.*s", (int)strcspn(libc, ")"),
		 libc);
	if (release_compare(version, gnu_get_libc_version()) <= 0)
		return;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		at = strstr(depends, wanted[i]);
		if (at)
			packages_add(packages, at, strcspn(at, " ,"));
	}
	packages_add(packages, "libzstd1", strlen("libzstd1")); /* libelf's */
}

static void add_root(const struct packages *packages, const char **argv,
		     unsigned int *count)
{
	if (!packages->root)
		return;
	argv[(*count)++] = "-c";
	argv[(*count)++] = packages->root->config;
}

const char *packages_upstream(const char *version)
{
	const char *colon = strchr(version, ':');

	return colon ? colon + 1 : version;
}

int packages_show(struct packages *packages, struct error *err)
{
	const char *argv[6 + PACKAGES_MAX] = { "apt-cache", "show",
					       "--no-all-versions" };
	const char *versioned = packages->versioned ?: "linux-image-";
	struct process_result result;
	unsigned int count = 3;
	bool image = false, kbuild = false;
	char *line, *rest;
	int ret;

	add_root(packages, argv, &count);
	for (unsigned int i = 0; i < packages->count; i++)
		argv[count++] = packages->names[i];
	ret = apt_query(argv, &result, err);
	if (ret)
		return ret;
	packages->bytes = 0;
	rest = result.output;
	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, "Package: ", 9)) {
			image = !strncmp(line + 9, versioned,
					 strlen(versioned));
			kbuild = !strncmp(line + 9, "linux-kbuild-", 13);
		} else if (!strncmp(line, "Version: ", 9) && image) {
			snprintf(packages->version, sizeof(packages->version),
				 "%.63s", line + 9);
		} else if (!strncmp(line, "Size: ", 6)) {
			packages->bytes += strtoull(line + 6, NULL, 10);
		} else if (!strncmp(line, "Depends: ", 9)) {
			(kbuild ? add_libraries : add_dependencies)(packages,
								    line + 9);
		}
	}
	process_result_free(&result);
	return 0;
}

int packages_check_space(const struct packages *packages,
			 unsigned long long unpacked, const char *scratch,
			 struct error *err)
{
	int length = strrchr(scratch, '/') - scratch;
	unsigned long long need = packages->bytes + unpacked, room;
	struct statvfs disk;

	if (statvfs(scratch, &disk) < 0)
		return 0; /* the write will tell */
	room = (unsigned long long)disk.f_bavail * disk.f_frsize;
	if (room >= need)
		return 0;
	return error_set(err, -ENOSPC,
			 "%.*s: %llu MB are free and %llu MB needed: free some "
			 "space, or set XDG_CACHE_HOME to another folder",
			 length, scratch, room >> 20, need >> 20);
}

bool apt_is_offline(int ret)
{
	return ret == -ENETUNREACH || ret == -ENODATA || ret == -ENOPKG ||
	       ret == -ETIMEDOUT;
}

bool apt_is_torn(const char *reason)
{
	return strstr(reason, "unexpected size") ||
	       strstr(reason, "Hash Sum mismatch");
}

static int run_download(const struct packages *packages, const char *folder,
			bool *torn, struct error *err)
{
	const char *argv[10 + PACKAGES_MAX] = { "apt-get", "download", "-qq",
						"-o", "Acquire::Retries=2" };
	struct process_result result;
	unsigned int count = 5;
	char reason[512];
	int ret;

	add_root(packages, argv, &count);
	/* Root's _apt user may not write here, which apt only warns about. */
	if (!geteuid()) {
		argv[count++] = "-o";
		argv[count++] = "APT::Sandbox::User=root";
	}
	for (unsigned int i = 0; i < packages->count; i++)
		argv[count++] = packages->names[i];
	ret = process_run(argv, folder, DOWNLOAD_SECONDS, &result);
	if (ret)
		return error_set(err, ret, "apt-get download: %s",
				 ret == -EINTR ? "interrupted" :
						 strerror(-ret));
	if (result.status) {
		apt_reason(result.errors, reason, sizeof(reason));
		*torn = apt_is_torn(reason);
		ret = error_set(
			err, -ENETUNREACH, "apt-get download: %s: %s", reason,
			*torn ? "the mirror is being updated, try again later" :
			strstr(reason, "404") && packages->root ?
				"the mirror has it no more: choose another "
				"from mmgauge kernel list --available" :
			strstr(reason, "404") ? APT_UPDATE :
						"check the network and apt's "
						"sources");
	}
	process_result_free(&result);
	return ret;
}

int packages_download(const struct packages *packages, const char *folder,
		      struct error *err)
{
	bool torn = false;
	int ret = run_download(packages, folder, &torn, err);

	return torn ? run_download(packages, folder, &torn, err) : ret;
}
