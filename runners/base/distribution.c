// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "sysfile.h"

#define HEADERS "linux-headers-"

enum { DEBIAN, FEDORA, ARCH, SUSE, DISTRIBUTIONS };

static const struct {
	const char *ids[4]; /* of itself, and of what is like it */
	const char *install;
} distributions[DISTRIBUTIONS] = {
	[DEBIAN] = { { "debian", "ubuntu" }, "sudo apt-get install" },
	[FEDORA] = { { "fedora", "rhel", "centos" }, "sudo dnf install" },
	[ARCH] = { { "arch", "archlinux" }, "sudo pacman -S" },
	[SUSE] = { { "suse", "opensuse" }, "sudo zypper install" },
};

/* What has another name elsewhere. */
static const char *const names[][DISTRIBUTIONS] = {
	{ "build-essential", "gcc make", "base-devel", "gcc make" },
	{ "libelf-dev", "elfutils-libelf-devel", "libelf", "libelf-devel" },
	{ "qemu-system-x86", "qemu-system-x86", "qemu-system-x86", "qemu-x86" },
	{ "qemu-system-arm", "qemu-system-aarch64", "qemu-system-aarch64",
	  "qemu-arm" },
};

static bool is_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; (text = strstr(text, word)); text++)
		if (!isalnum((unsigned char)text[-1]) &&
		    !isalnum((unsigned char)text[length]))
			return true;
	return false;
}

/* A line that begins with @key of "ID=fedora", "ID_LIKE=\"rhel fedora\"". */
static int find_in(const char *text, const char *key)
{
	char line[256];
	const char *at = text;

	while (strncmp(at, key, strlen(key)) != 0) {
		at = strchr(at, '\n');
		if (!at++)
			return -1;
	}
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	for (int i = 0; i < DISTRIBUTIONS; i++)
		for (int k = 0; k < 4 && distributions[i].ids[k]; k++)
			if (is_word(line + strlen(key),
				    distributions[i].ids[k]))
				return i;
	return -1;
}

static int find(void)
{
	char *text = sysfile_read("/etc/os-release");
	int found = -1;

	if (!text)
		text = sysfile_read("/usr/lib/os-release");
	if (text)
		found = find_in(text, "ID=");
	if (text && found < 0)
		found = find_in(text, "ID_LIKE=");
	free(text);
	return found < 0 ? DEBIAN : found;
}

/* Flavours are at a release's end: 6.9.7-arch1-1, 6.6.9-1-lts, 6.4.0-1-default. */
static void put_headers(int where, const char *release, char *name, size_t size)
{
	const char *end = strrchr(release, '-');
	const char *flavour =
		end && isalpha((unsigned char)end[1]) ? end + 1 : NULL;

	if (where == FEDORA)
		snprintf(name, size, "kernel-devel-%s", release);
	else if (where == ARCH && flavour)
		snprintf(name, size, "linux-%s-headers", flavour);
	else if (where == ARCH)
		snprintf(name, size, "linux-headers");
	else if (where == SUSE)
		snprintf(name, size, "kernel-%s-devel",
			 flavour ? flavour : "default");
	else
		snprintf(name, size, HEADERS "%s", release);
}

static void put_name(int where, const char *package, char *name, size_t size)
{
	const char *end = strrchr(package, '-');

	if (!strncmp(package, HEADERS, strlen(HEADERS))) {
		put_headers(where, package + strlen(HEADERS), name, size);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i][DEBIAN], package)) {
			snprintf(name, size, "%s", names[i][where]);
			return;
		}
	/* Of a compiler only Debian has several: clang-14. */
	if (where != DEBIAN && end && isdigit((unsigned char)end[1]))
		snprintf(name, size, "%.*s", (int)(end - package), package);
	else
		snprintf(name, size, "%s", package);
}

const char *install_command(const char *packages, char *buffer, size_t size)
{
	int where = find();
	size_t used = (size_t)snprintf(buffer, size, "%s",
				       distributions[where].install);

	while (*(packages += strspn(packages, " ")) && used < size) {
		int length = (int)strcspn(packages, " ");
		char package[160], name[192];

		snprintf(package, sizeof(package), "%.*s", length, packages);
		put_name(where, package, name, sizeof(name));
		used += (size_t)snprintf(buffer + used, size - used, " %s",
					 name);
		packages += length;
	}
	return buffer;
}
