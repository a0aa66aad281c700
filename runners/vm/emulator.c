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
#include "cache_parts.h"
#include "emulator.h"
#include "qemu.h"
#include "unpack.h"

#define UNPACKED_BYTES (200ull << 20)

bool emulator_shares_time(const char *version)
{
	int major = 0, minor = 0;

	sscanf(version, "%d.%d", &major, &minor);
	return major > 8 || (major == 8 && minor >= 1);
}

static int use_installed(const struct arch *arch, struct emulator *emulator,
			 struct error *err)
{
	*emulator = (struct emulator){ 0 };
	snprintf(emulator->program, sizeof(emulator->program), "%s",
		 arch->qemu);
	return vm_qemu_version(arch->qemu, arch, emulator->version,
			       sizeof(emulator->version), err);
}

/* What lies in the @folder of the cache, if it runs. */
static int use(const struct arch *arch, const char *folder,
	       struct emulator *emulator, struct error *err)
{
	int ret = join_path(emulator->program, "%s/usr/bin/%s", folder,
			    arch->qemu);

	if (!ret)
		ret = join_path(emulator->data, "%s/usr/share/qemu", folder);
	if (!ret)
		ret = vm_qemu_version(emulator->program, arch,
				      emulator->version,
				      sizeof(emulator->version), err);
	if (!ret)
		cache_touch(folder, EMULATOR_STAMP);
	return ret;
}

static int use_cached(const struct arch *arch, struct emulator *emulator)
{
	struct cache_entry *entries;
	int count = cache_entries(EMULATORS, EMULATOR_STAMP, &entries),
	    ret = -ENOENT;
	char folder[PATH_MAX];
	struct error err;

	while (count-- > 0 && ret)
		if (!cache_path(folder, &err, EMULATORS "/%s",
				entries[count].name))
			ret = use(arch, folder, emulator, &err);
	free(entries);
	return ret;
}

static int name_packages(const struct arch *arch, struct packages *packages,
			 const struct apt_root *root, struct error *err)
{
	static const char *const rest[] = { "qemu-system-common",
					    "qemu-system-data" };
	int ret;

	packages_add(packages, arch->qemu_package, strlen(arch->qemu_package));
	for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++)
		packages_add(packages, rest[i], strlen(rest[i]));
	packages->root = root;
	packages->versioned = arch->qemu_package;
	ret = packages_show(packages, err);
	if (!ret && !emulator_shares_time(packages_upstream(packages->version)))
		ret = error_set(err, -ENOTSUP,
				"the backports have QEMU %s only: install 8.1 "
				"or newer",
				*packages->version ? packages->version :
						     "none");
	return ret;
}

static int unpack(const struct packages *packages, const char *from,
		  const char *folder, struct error *err)
{
	char path[PATH_MAX];
	FILE *file;
	int ret = mkdir(folder, 0777) < 0 ?
			  cache_write_error(err, -errno, folder) :
			  packages_unpack(from, folder, err);

	if (ret)
		return ret;
	join_path(path, "%s/" EMULATOR_STAMP, folder);
	file = fopen(path, "we");
	if (!file || fprintf(file, "%s\n", packages->version) < 0 ||
	    fclose(file))
		return cache_write_error(err, -errno, path);
	return 0;
}

/* Into the cache, as a kernel is: verified by apt, with the archive's keys. */
static int fetch(const struct arch *arch, struct emulator *emulator,
		 struct scratch *scratch, kernel_note note, void *data,
		 struct error *err)
{
	struct packages packages = { 0 };
	struct apt_root root = { 0 };
	char text[256], folder[PATH_MAX], path[PATH_MAX], name[64];
	int ret;

	ret = apt_backports(&root, scratch->path, err);
	if (!ret)
		ret = name_packages(arch, &packages, &root, err);
	if (!ret)
		ret = packages_check_space(&packages, UNPACKED_BYTES,
					   scratch->path, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text),
		 "fetching QEMU %s of %s into the cache, for several CPUs "
		 "(%llu MB; nothing is installed)",
		 packages.version, root.suite, packages.bytes >> 20);
	if (note)
		note(text, data);
	ret = packages_download(&packages, scratch->path, err);
	join_path(folder, "%s/unpacked", scratch->path);
	if (!ret)
		ret = unpack(&packages, scratch->path, folder, err);
	snprintf(name, sizeof(name), "%.*s%s%s",
		 (int)strcspn(packages_upstream(packages.version), "+~-:/"),
		 packages_upstream(packages.version),
		 arch == arch_native() ? "" : "-",
		 arch == arch_native() ? "" : arch->debian);
	if (!ret)
		ret = cache_path(path, err, EMULATORS "/%s", name);
	if (!ret)
		ret = cache_publish(folder, path, err);
	if (!ret)
		cache_grew(EMULATORS);
	return ret ? ret : use(arch, path, emulator, err);
}

static int fetch_locked(const struct arch *arch, struct emulator *emulator,
			kernel_note note, void *data, struct error *err)
{
	struct scratch scratch;
	int ret = scratch_open(&scratch, err);

	if (ret)
		return ret;
	ret = fetch(arch, emulator, &scratch, note, data, err);
	scratch_close(&scratch);
	return ret;
}

int emulator_of_several(const struct arch *arch, struct emulator *emulator,
			kernel_note note, void *data, struct error *err)
{
	struct emulator newer;
	struct error why;
	int lock, ret = use_installed(arch, emulator, err);

	if (ret || emulator_shares_time(emulator->version))
		return ret;
	lock = cache_lock("qemu", err);
	if (lock < 0)
		return lock;
	newer = (struct emulator){ 0 };
	ret = use_cached(arch, &newer);
	if (ret)
		ret = fetch_locked(arch, &newer, note, data, &why);
	close(lock);
	if (ret == -EINTR)
		*err = why;
	else if (ret)
		ret = error_set(err, -ENOTSUP,
				"no QEMU of 8.1 or newer: %.300s", why.text);
	else
		*emulator = newer;
	return ret;
}
