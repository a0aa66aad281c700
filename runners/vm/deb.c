// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apt.h"
#include "cache.h"
#include "deb.h"
#include "kdir.h"
#include "unpack.h"
#include "results/file_name.h"
#include "results/base/process.h"

/* Unpacked: image and ELF kernel 75 MB, headers 70 MB, and block rounding. */
#define UNPACKED_BYTES (220ull << 20)
/* vmlinux with its DWARF, and of a few modules. */
#define UNPACKED_DEBUG_BYTES (600ull << 20)

/* The releases of the packages called @prefix... in apt-cache's @output. */
static int parse_offers(const char *output, const char *prefix,
			struct release_list *list)
{
	size_t length = strlen(prefix);
	char name[RELEASE_MAX], flavour[FLAVOUR_MAX];
	int ret = 0;

	/* "linux-image-6.1.0-56-amd64 - Linux 6.1 for 64-bit PCs (signed)" */
	while (*output && !ret) {
		size_t line = strcspn(output, "\n"), word;

		if (line > length && !strncmp(output, prefix, length)) {
			word = strcspn(output + length, " \n");
			snprintf(name, sizeof(name), "%.*s", (int)word,
				 output + length);
			if (file_name_is_plain(name) &&
			    deb_flavour(name, flavour, sizeof(flavour)))
				ret = release_add(list, name);
		}
		output += line + (output[line] == '\n');
	}
	return ret;
}

static bool has_release(const struct release_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->names[i], name))
			return true;
	return false;
}

/* The archive drops the headers of an old kernel before its image. */
static int pair_offers(const char *output, struct release_list *list)
{
	struct release_list images = { 0 }, headers = { 0 };
	int ret = parse_offers(output, "linux-image-", &images);

	if (!ret)
		ret = parse_offers(output, "linux-headers-", &headers);
	for (size_t i = 0; i < images.count && !ret; i++)
		if (has_release(&headers, images.names[i]))
			ret = release_add(list, images.names[i]);
	release_free(&images);
	release_free(&headers);
	return ret;
}

int deb_offered(struct release_list *list, const struct arch *arch,
		const struct apt_root *root, struct error *err)
{
	char pattern[96];
	/* Not pkgnames, which also names what is only mentioned elsewhere. */
	const char *const argv[] = {
		"apt-cache", "search",		 "--names-only",
		pattern,     root ? "-c" : NULL, root ? root->config : NULL,
		NULL
	};
	struct process_result result;
	int ret = apt_need(err);

	if (ret)
		return ret;
	snprintf(pattern, sizeof(pattern),
		 "^linux-(image|headers)-[0-9].*-%s(-[0-9]+k)?$", arch->debian);
	ret = apt_query(argv, &result, err);
	if (ret)
		return ret;
	ret = pair_offers(result.output, list);
	process_result_free(&result);
	if (ret)
		return error_set(err, ret, "apt-cache: out of memory");
	if (!list->count)
		return error_set(err, -ENODATA,
				 "apt-cache: no kernel is offered, apt's lists "
				 "are empty: " APT_UPDATE);
	release_sort(list);
	return 0;
}

static int find_packages(const char *release, struct packages *packages,
			 struct error *err)
{
	char name[RELEASE_MAX + 32];
	unsigned int count;
	int ret;

	snprintf(name, sizeof(name), "linux-image-%s", release);
	packages_add(packages, name, strlen(name));
	snprintf(name, sizeof(name), "linux-headers-%s", release);
	packages_add(packages, name, strlen(name));
	/* Each may bring what again needs something. */
	do {
		count = packages->count;
		ret = packages_show(packages, err);
	} while (!ret && packages->count != count);
	if (ret)
		return ret;
	if (!packages->version[0] || packages->count < 3)
		return error_set(err, -ENOENT,
				 "vm:deb:%s: apt does not know linux-image-%s "
				 "and its headers: " APT_UPDATE
				 ", or choose from "
				 "mmgauge kernel list",
				 release, release);
	return 0;
}

static int unpack_all(const char *from, const struct arch *arch, const char *to,
		      struct error *err)
{
	DIR *list = opendir(from);
	struct dirent *entry;
	char path[PATH_MAX];
	int ret =
		list ? 0 :
		       error_set(err, -errno, "%s: %s", from, strerror(errno));

	while (list && !ret && (entry = readdir(list))) {
		const char *suffix = strrchr(entry->d_name, '.');

		if (!suffix || strcmp(suffix, ".deb"))
			continue;
		join_path(path, "%s/%s", from, entry->d_name);
		ret = deb_unpack(path, arch, to, err);
		unlink(path);
	}
	if (list)
		closedir(list);
	return ret;
}

static int write_line(const char *folder, const char *name, const char *line,
		      struct error *err)
{
	char path[PATH_MAX];
	FILE *file;

	join_path(path, "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file || fprintf(file, "%s\n", line) < 0 || fclose(file))
		return cache_write_error(err, -errno, path);
	return 0;
}

/* What is needed beside the packages' files: all ready to be booted. */
static int complete(const char *folder, const struct arch *arch,
		    const struct packages *packages, struct error *err)
{
	char image[PATH_MAX], path[PATH_MAX];
	int ret;

	join_path(image, "%s/boot/vmlinuz", folder);
	if (!is_readable(image))
		return error_set(err, -ENOENT,
				 "%s: no kernel image in it: choose another "
				 "release from mmgauge kernel list",
				 packages->names[0]);
	ret = deb_fix_build(folder, err);
	if (ret)
		return ret;
	join_path(path, "%s/drivers", folder);
	ret = deb_unpack_drivers(path, err);
	if (ret)
		return ret;
	join_path(path, "%s/boot/vmlinux", folder);
	ret = arch->image_extract ? arch->image_extract(image, path) : -ENOTSUP;
	if (ret && ret != -ENOTSUP && ret != -ENOEXEC)
		return cache_write_error(err, ret, path);
	ret = packages->root && packages->root->others ?
		      write_line(folder, DEB_FOREIGN, "", err) :
		      0;
	return ret ? ret :
		     write_line(folder, DEB_STAMP, packages->version, err);
}

/* All of @packages downloaded and unpacked to the new @folder. */
static int fetch_packages(const struct packages *packages, const char *what,
			  const struct arch *arch, unsigned long long unpacked,
			  const char *folder, kernel_note note, void *data,
			  struct error *err)
{
	char scratch[PATH_MAX], text[256];
	int ret;

	join_path(scratch, "%.*s", (int)(strrchr(folder, '/') - folder),
		  folder);
	ret = packages_check_space(packages, unpacked, scratch, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text), "fetching %s (%llu MB)", what,
		 packages->bytes >> 20);
	if (note)
		note(text, data);
	ret = packages_download(packages, scratch, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text), "unpacking %s", what);
	if (note)
		note(text, data);
	return mkdir(folder, 0777) < 0 ?
		       cache_write_error(err, -errno, folder) :
		       unpack_all(scratch, arch, folder, err);
}

int deb_fetch(const char *release, const struct apt_root *root,
	      const char *path, kernel_note note, void *data, struct error *err)
{
	struct packages packages = { .root = root };
	struct scratch scratch;
	char folder[PATH_MAX];
	int ret;

	ret = apt_need(err);
	if (!ret)
		ret = find_packages(release, &packages, err);
	if (ret)
		return ret;
	ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	join_path(folder, "%s/kernel", scratch.path);
	ret = fetch_packages(&packages, release, deb_arch(release),
			     UNPACKED_BYTES, folder, note, data, err);
	if (!ret)
		ret = complete(folder, deb_arch(release), &packages, err);
	if (!ret)
		ret = cache_publish(folder, path, err);
	scratch_close(&scratch);
	return ret;
}

/* The package of the kernel's very build: another one has other addresses. */
static int find_debug(const char *release, const char *version,
		      struct packages *packages, struct error *err)
{
	char *name = packages->names[0];
	int ret;

	snprintf(name, sizeof(packages->names[0]), "linux-image-%.120s-dbg",
		 release);
	packages->count = 1;
	ret = packages_show(packages, err);
	if (ret)
		return ret;
	if (!packages->version[0])
		return error_set(err, -ENOENT,
				 "apt does not know %s: " APT_UPDATE
				 ", or choose "
				 "a newer release",
				 name);
	if (strcmp(packages->version, version))
		return error_set(err, -ESTALE,
				 "%s: apt has it of %s, the cache a kernel of "
				 "%s: " APT_UPDATE ", mmgauge kernel rm %s",
				 name, packages->version, version, release);
	return 0;
}

int deb_fetch_debug(const char *release, const char *version, const char *path,
		    kernel_note note, void *data, struct error *err)
{
	char folder[PATH_MAX], debug[PATH_MAX], vmlinux[PATH_MAX];
	struct packages packages = { 0 };
	struct scratch scratch;
	struct apt_root root;
	const struct arch *arch = deb_arch(release);
	bool others = deb_is_foreign(release);
	int ret = apt_need(err);

	if (!ret && (others || arch != arch_native())) {
		ret = apt_suites(&root, arch, others, note, data, err);
		packages.root = &root;
	}
	if (!ret)
		ret = find_debug(release, version, &packages, err);
	if (!ret)
		ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	join_path(folder, "%s/kernel", scratch.path);
	join_path(debug, "%s/kernel/debug", scratch.path);
	join_path(vmlinux, "%s/kernel/debug/vmlinux", scratch.path);
	ret = fetch_packages(&packages, packages.names[0], deb_arch(release),
			     UNPACKED_DEBUG_BYTES, folder, note, data, err);
	if (!ret && !is_readable(vmlinux))
		ret = error_set(err, -ENOENT,
				"%s: has no vmlinux: choose another release",
				packages.names[0]);
	if (!ret)
		ret = cache_publish(debug, path, err);
	scratch_close(&scratch);
	return ret;
}
