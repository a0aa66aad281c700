// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cache of kernels, with programs of our own in place of apt and make.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "results/base/folders.h"
#include "runners/vm/cache.h"
#include "runners/vm/deb.h"
#include "runners/vm/kernel.h"
#include "results/base/process.h"

#define RELEASE "6.1.0-10-amd64"

static char scratch[64];
static struct error err;

static char *in_scratch(const char *name)
{
	static char paths[4][PATH_MAX];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", scratch, name);
	return path;
}

static void make_file(const char *name, mode_t mode, const char *text)
{
	char *path = in_scratch(name), folder[PATH_MAX];
	FILE *file;

	strcpy(folder, path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(make_folders(folder, 0777), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static char *read_file(const char *name)
{
	static char text[8192];
	FILE *file = fopen(in_scratch(name), "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static bool exists(const char *name)
{
	return !access(in_scratch(name), F_OK);
}

/* A line of the form "what: why: what to do" that has all the words. */
static void assert_error(const char *first, ...)
{
	va_list words;

	va_start(words, first);
	for (const char *word = first; word; word = va_arg(words, char *))
		if (!strstr(err.text, word))
			fail_msg("no '%s' in '%s'", word, err.text);
	va_end(words);
	assert_non_null(strstr(err.text, ": "));
	assert_null(strchr(err.text, '\n'));
}

static int make_scratch(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/mmgauge-kernel-XXXXXX");
	if (!mkdtemp(scratch))
		return -1;
	setenv("XDG_CACHE_HOME", in_scratch("cache"), 1);
	setenv("MMGAUGE_KMOD", in_scratch("kmod"), 1);
	setenv("FAKE", scratch, 1);
	setenv("PATH", in_scratch("bin"), 1);
	make_file("bin/dpkg", 0755, "#!/bin/sh\necho amd64\n");
	make_file("bin/apt-cache", 0755, "#!/bin/sh\n/bin/cat \"$FAKE/$1\"\n");
	make_file("bin/apt-get", 0755,
		  "#!/bin/sh\necho \"$@\" >> \"$FAKE/asked\"\n"
		  "[ -e \"$FAKE/fail\" ] || exec /bin/cp \"$FAKE/all.deb\" .\n"
		  "/bin/cat \"$FAKE/fail\" >&2\nexit 100\n");
	make_file("search", 0644,
		  "linux-image-6.1.0-9-amd64 - Linux\n"
		  "linux-headers-6.1.0-9-amd64 - Headers\n"
		  "linux-image-" RELEASE " - Linux\n"
		  "linux-headers-" RELEASE " - Headers\n"
		  "linux-image-6.1.0-11-amd64 - Linux without headers\n"
		  "linux-image-6.1.0-12-rt-amd64 - Linux\n"
		  "linux-headers-6.1.0-12-rt-amd64 - Headers\n"
		  "linux-image-6.12-amd64 - Linux (meta-package)\n"
		  "linux-headers-6.12-amd64 - Headers (meta-package)\n"
		  "linux-headers-6.12.100+deb12-amd64 - Headers\n"
		  "linux-headers-6.12.9+deb12-amd64 - Headers\n"
		  "linux-image-6.12.100+deb12-amd64 - Linux\n"
		  "linux-image-6.12.9+deb12-amd64 - Linux\n");
	make_file("show", 0644,
		  "Package: linux-image-" RELEASE "\nVersion: 6.1.38-1\n"
		  "Depends: kmod\nSize: 1000\n\n"
		  "Package: linux-headers-" RELEASE "\nVersion: 6.1.38-1\n"
		  "Depends: linux-headers-6.1.0-10-common (= 6.1.38-1), "
		  "linux-kbuild-6.1 (>= 6.1.38-1), gcc-12\nSize: 1000\n");
	return 0;
}

static int remove_scratch(void **state)
{
	(void)state;
	remove_tree(scratch);
	return 0;
}

/* One file, link or folder of a package. */
static void pack(struct archive *tar, const char *name, mode_t mode,
		 const void *text, size_t length)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_mode(entry, mode);
	if (S_ISLNK(mode))
		archive_entry_set_symlink(entry, text);
	else
		archive_entry_set_size(entry, length);
	assert_int_equal(archive_write_header(tar, entry), ARCHIVE_OK);
	if (S_ISREG(mode))
		assert_int_equal(archive_write_data(tar, text, length), length);
	archive_entry_free(entry);
}

static void pack_text(struct archive *tar, const char *name, const char *text)
{
	pack(tar, name, S_IFREG | 0644, text, strlen(text));
}

/* Only the form of an xz file, as modules have it from 6.12 on. */
static size_t squeeze(const char *text, char *bytes, size_t size)
{
	struct archive *raw = archive_write_new();
	size_t used = 0;

	archive_write_add_filter_xz(raw);
	archive_write_set_format_raw(raw);
	archive_write_open_memory(raw, bytes, size, &used);
	pack_text(raw, "data", text);
	archive_write_close(raw);
	archive_write_free(raw);
	return used;
}

#define HEADERS "./usr/src/linux-headers-6.1.0-10"

static void pack_headers(struct archive *tar)
{
	pack_text(tar, HEADERS "-amd64/.config",
		  "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian) 12.2\"\n");
	pack_text(tar, HEADERS "-amd64/.kernelvariables",
		  "CC = $(if $(X),$(CCACHE)) $(CROSS_COMPILE)gcc-12\n");
	pack_text(tar, HEADERS "-amd64/Makefile",
		  "# of Debian\n"
		  "include /usr/src/linux-headers-6.1.0-10-common/Makefile\n");
	pack_text(tar, HEADERS "-amd64/Module.symvers", "0x0\tpin\tvmlinux\n");
	pack_text(tar, HEADERS "-amd64/vmlinux", "symbols");
	pack_text(tar, HEADERS "-amd64/include/config/auto.conf", "X=y\n");
	pack_text(tar, HEADERS "-amd64/include/config/kernel.release",
		  RELEASE "\n");
	pack_text(tar, HEADERS "-amd64/include/config/X", "");
	pack(tar, HEADERS "-amd64/scripts", S_IFLNK | 0777,
	     "../../lib/linux-kbuild-6.1/scripts", 0);
	pack_text(tar, HEADERS "-common/Makefile", "all:\n");
	pack_text(tar, HEADERS "-common/arch/x86/Makefile", "");
	pack_text(tar, HEADERS "-common/arch/mips/Makefile", "");
	pack(tar, HEADERS "-common/a.h", S_IFLNK | 0777, "b.h", 0);
	pack_text(tar, "./usr/lib/linux-kbuild-6.1/scripts/mod/modpost", "ELF");
}

static void make_package(const char *name)
{
	static char tar_bytes[1 << 20], driver[4096];
	struct archive *tar = archive_write_new(), *ar = archive_write_new();
	size_t tar_length, length = squeeze("a driver", driver, sizeof(driver));

	archive_write_add_filter_xz(tar);
	archive_write_set_format_ustar(tar);
	archive_write_open_memory(tar, tar_bytes, sizeof(tar_bytes),
				  &tar_length);
	pack_text(tar, "./boot/vmlinuz-" RELEASE, "a kernel");
	pack_text(tar, "./boot/config-" RELEASE, "CONFIG_MMU=y\n");
	pack(tar, "./lib/modules/" RELEASE "/kernel/fs/ext4/ext4.ko.xz",
	     S_IFREG | 0644, driver, length);
	pack_text(tar, "./lib/modules/" RELEASE "/kernel/lib/crc16.ko", "crc");
	pack_text(tar, "./lib/modules/" RELEASE "/kernel/lib/crc16x.ko", "no");
	pack_text(tar, "./etc/passwd", "nobody");
	pack_headers(tar);
	archive_write_close(tar);
	archive_write_free(tar);

	archive_write_set_format_ar_svr4(ar);
	archive_write_open_filename(ar, in_scratch(name));
	pack_text(ar, "debian-binary", "2.0\n");
	pack_text(ar, "control.tar.xz", "not looked at");
	pack(ar, "data.tar.xz", S_IFREG | 0644, tar_bytes, tar_length);
	archive_write_close(ar);
	archive_write_free(ar);
}

static void test_version_order(void **state)
{
	static const char *const sorted[] = {
		"6.1~rc1",
		"6.1",
		"6.1.0-9-amd64",
		"6.1.0-10-amd64",
		"6.1.0-56-amd64",
		"6.12.9+deb12-amd64",
		"6.12.100+deb12-amd64",
		"6.12.100+deb13-amd64",
		"v6.14-rc1",
		"6.14.0-rc2",
		"6.14.0-rc2-00012-g0123456789ab",
		"6.14~rc7-amd64",
		"6.14.0-rc10",
		"v6.14",
		"6.14.0-0.rc1.fc42.x86_64",
		"6.14.0-63.fc42.x86_64",
		"6.14.0-061400rc7-generic",
		"6.14.0-061400-generic",
		"6.14.1-rc1",
		"v6.14.1",
		"6.14.1+",
	};
	const int count = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (int a = 0; a < count; a++)
		for (int b = 0; b < count; b++) {
			int order = release_compare(sorted[a], sorted[b]);

			assert_int_equal((order > 0) - (order < 0),
					 (a > b) - (a < b));
		}
	assert_int_equal(release_compare("1.01", "1.1"), 0);
	assert_int_equal(release_compare("v6.14", "6.14.0"), 0);
	assert_int_equal(release_compare("v6.14-rc1", "6.14.0-rc1"), 0);
	assert_true(release_compare("6.14.0-rc1-amd64", "6.14-amd64") < 0);
	assert_true(release_compare("1.2+b", "1.2a") > 0); /* letters first */
}

static void assert_flavour(const char *release, const char *expected)
{
	char flavour[FLAVOUR_MAX];

	assert_true(deb_flavour(release, flavour, sizeof(flavour)));
	assert_string_equal(flavour, expected);
}

static void test_flavours(void **state)
{
	static const char *const others[] = {
		"6.1.0-56-amd64-dbg",
		"6.1.0-56-amd64-unsigned",
		"6.1.0-56-arm64",
		"6.12-amd64",
		"6.12-rt-amd64",
		"amd64",
		"-amd64",
		"",
	};
	char flavour[FLAVOUR_MAX];

	(void)state;
	assert_flavour("6.1.0-56-amd64", "");
	assert_flavour("6.12.117+deb12-amd64", "");
	assert_flavour("6.5.0-0.deb12.4-amd64", "");
	assert_flavour("6.1.0-56-cloud-amd64", "cloud");
	assert_flavour("6.12.117+deb12-rt-amd64", "rt");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(deb_flavour(others[i], flavour, sizeof(flavour)));
}

static void test_fetch_and_fix(void **state)
{
	static const char root[] = "cache/mmgauge/kernels/deb/" RELEASE;
	struct vm_kernel kernel;
	char link[PATH_MAX] = "";

	(void)state;
	make_package("all.deb");
	/* Newer than 6.1.0-9; -11 has no headers, -12 is of another kind. */
	assert_int_equal(kernel_fetch("vm:deb:6.1", &kernel, NULL, NULL, &err),
			 0);
	assert_string_equal(kernel.release, RELEASE);
	assert_string_equal(kernel.package, "6.1.38-1");
	assert_string_equal(kernel.compiler, "gcc-12 (Debian) 12.2");
	assert_string_equal(kernel.elf, ""); /* "a kernel" is no bzImage */
	assert_int_equal(strlen(kernel.config_sha256), 64);
	assert_non_null(strstr(read_file("asked"),
			       " linux-image-" RELEASE " linux-headers-" RELEASE
			       " linux-headers-6.1.0-10-common "
			       "linux-kbuild-6.1\n"));

	assert_int_equal(chdir(in_scratch(root)), 0);
	assert_int_equal(access("boot/vmlinuz", R_OK), 0);
	assert_int_equal(access("build/vmlinux", F_OK), -1);
	assert_int_equal(access("build/include/config/X", F_OK), -1);
	assert_int_equal(access("build/include/config/auto.conf", R_OK), 0);
	assert_int_equal(access("build/scripts/mod/modpost", R_OK), 0);
	assert_int_equal(access("common/arch/x86/Makefile", R_OK), 0);
	assert_int_equal(access("common/arch/mips", F_OK), -1);
	assert_int_equal(access("drivers/crc16.ko", R_OK), 0);
	assert_int_equal(access("drivers/crc16x.ko", F_OK), -1);
	assert_int_equal(access("drivers/ext4.ko.xz", F_OK), -1);
	assert_int_equal(access("passwd", F_OK), -1);
	assert_true(readlink("common/a.h", link, sizeof(link)) == 3);
	assert_int_equal(chdir("/"), 0);
	snprintf(link, sizeof(link), "%s/drivers/ext4.ko", root);
	assert_string_equal(read_file(link), "a driver");
	snprintf(link, sizeof(link), "%s/build/Makefile", root);
	assert_string_equal(read_file(link),
			    "# of Debian\n"
			    "include $(dir $(lastword $(MAKEFILE_LIST)))"
			    "../common/Makefile\n");
	assert_int_equal(rmdir(in_scratch("cache/mmgauge/tmp")), 0);
}

static void test_cached_kernel_needs_no_apt(void **state)
{
	struct vm_kernel kernel;
	struct kernel_entry *entries;
	size_t count;

	(void)state;
	make_package("all.deb");
	assert_int_equal(kernel_fetch("vm:deb:6.1", &kernel, NULL, NULL, &err),
			 0);
	unlink(in_scratch("bin/apt-get"));
	assert_int_equal(
		kernel_fetch("vm:deb:" RELEASE, &kernel, NULL, NULL, &err), 0);
	assert_int_equal(kernel_fetch("vm:deb:6.1", &kernel, NULL, NULL, &err),
			 0);
	assert_string_equal(kernel.release, RELEASE);
	assert_string_equal(kernel.spec, "vm:deb:6.1");
	assert_int_equal(kernel_fetch("vm:deb:6.12", &kernel, NULL, NULL, &err),
			 -ENOPKG);
	assert_error("Debian", "vm:file:BZIMAGE:KDIR", NULL);

	assert_int_equal(kernel_list(&entries, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_true(entries[0].cached);
	assert_true(entries[0].bytes > 0);
	free(entries);
	assert_int_equal(kernel_remove(RELEASE, &err), 0);
	assert_false(exists("cache/mmgauge/kernels/deb/" RELEASE));
	assert_int_equal(kernel_remove(RELEASE, &err), -ENOENT);
	assert_int_equal(kernel_remove("../../locks", &err), -ENOENT);
	assert_error("not in the cache", "kernel list", NULL);
	assert_int_equal(kernel_list(&entries, &count, &err), -ENOPKG);
}

static void test_list_of_offers(void **state)
{
	struct kernel_entry *entries;
	size_t count;

	(void)state;
	assert_int_equal(kernel_list(&entries, &count, &err), 0);
	assert_int_equal(count, 5);
	assert_string_equal(entries[0].release, "6.1.0-9-amd64");
	assert_string_equal(entries[1].release, RELEASE);
	assert_string_equal(entries[2].release, "6.1.0-12-rt-amd64");
	assert_string_equal(entries[2].flavour, "rt");
	assert_string_equal(entries[3].release, "6.12.9+deb12-amd64");
	assert_string_equal(entries[4].release, "6.12.100+deb12-amd64");
	assert_false(entries[4].cached);
	free(entries);

	make_file("search", 0644, "");
	assert_int_equal(kernel_list(&entries, &count, &err), -ENODATA);
	assert_error("sudo apt-get update", NULL);
	make_file("bin/dpkg", 0755, "#!/bin/sh\necho riscv64\n");
	assert_int_equal(kernel_list(&entries, &count, &err), -ENOTSUP);
	assert_error("no guests of riscv64", "--on host", NULL);
}

/* Nothing but locks and logs is left of a fetch that failed. */
static void assert_fetch_fails(const char *spec, int status)
{
	struct vm_kernel kernel;

	err.text[0] = '\0';
	assert_int_equal(kernel_fetch(spec, &kernel, NULL, NULL, &err), status);
	assert_false(exists("cache/mmgauge/kernels/deb/" RELEASE));
	rmdir(in_scratch("cache/mmgauge/tmp"));
	assert_false(exists("cache/mmgauge/tmp"));
}

static void test_fetch_fails(void **state)
{
	(void)state;
	make_package("all.deb");
	make_file("fail", 0644,
		  "W: sandbox\nE: Failed to fetch http://x/linux-image.deb  "
		  "Could not resolve 'x'\nE: Unable to fetch some archives\n");
	assert_fetch_fails("vm:deb:6.1", -ENETUNREACH);
	assert_error("apt-get download", "Could not resolve 'x'",
		     "check the network", NULL);
	make_file("fail", 0644, "E: Failed to fetch http://x 404 Not Found\n");
	assert_fetch_fails("vm:deb:6.1", -ENETUNREACH);
	assert_error("404", "sudo apt-get update", NULL);
	unlink(in_scratch("fail"));

	make_file("all.deb", 0644, "torn");
	assert_fetch_fails("vm:deb:6.1", -ENOENT);
	assert_error("all.deb: not a Debian package", "again", NULL);
	make_package("all.deb");
	assert_int_equal(truncate(in_scratch("all.deb"), 900), 0);
	assert_fetch_fails("vm:deb:6.1", -EIO);
	assert_error("all.deb", "fetch it again", NULL);
	make_file("show", 0644, "");
	assert_fetch_fails("vm:deb:6.1", -ENOENT);
	assert_error("linux-image-" RELEASE, "sudo apt-get update", NULL);
}

static void test_bad_specs(void **state)
{
	char spec[PATH_MAX];

	(void)state;
	assert_fetch_fails("vm:deb:6.3", -ENOENT);
	assert_error("vm:deb:6.3", "nearest are " RELEASE " and 6.12.9+",
		     "kernel list", NULL);
	assert_fetch_fails("vm:deb:7.0", -ENOENT);
	assert_error("nearest is 6.12.100+deb12-amd64", NULL);
	/* A series ends where the number does. */
	assert_fetch_fails("vm:deb:6.1.0-1", -ENOENT);
	assert_fetch_fails("vm:deb:", -EINVAL);
	assert_error("not a version", "vm:deb:6.1", NULL);
	assert_fetch_fails("vm:deb:../etc", -EINVAL);
	assert_fetch_fails("vm:deb:bookworm", -EINVAL);
	assert_fetch_fails("host", -EINVAL);
	assert_error("host: not a kernel", "vm:file:BZIMAGE:KDIR", NULL);
	assert_fetch_fails("vm:file:/boot/vmlinuz", -EINVAL);
	assert_error("two paths are needed", NULL);
	assert_fetch_fails("vm:file:/none/such:/tmp", -ENOENT);
	assert_error("/none/such", "bzImage", NULL);

	make_file("image", 0644, "a kernel");
	snprintf(spec, sizeof(spec), "vm:file:%s:%s", in_scratch("image"),
		 in_scratch("bin"));
	assert_fetch_fails(spec, -ENOENT);
	assert_error("not a built kernel tree", "make", NULL);
	make_file("bin/include/config/kernel.release", 0644, "6.1.2\n");
	assert_fetch_fails(spec, -ENOEXEC);
	assert_error("not a bzImage", NULL);
}

/* A bzImage as far as its header tells, of release 6.1.2. */
static void make_image(void)
{
	char bytes[1024] = { 0 };
	FILE *file = fopen(in_scratch("image"), "w");

	memcpy(bytes + 0x202, "HdrS", 4);
	bytes[0x20f] = 1; /* the version is at 0x100 + 512 */
	strcpy(bytes + 0x300, "6.1.2 (me@here) #1");
	fwrite(bytes, 1, sizeof(bytes), file);
	fclose(file);
}

static void test_kernel_of_the_user(void **state)
{
	struct vm_kernel kernel;
	char spec[PATH_MAX];

	(void)state;
	make_image();
	make_file("tree/.config", 0644, "CONFIG_MMU=y\n");
	make_file("tree/include/config/kernel.release", 0644, "6.1.2\n");
	snprintf(spec, 256, "vm:file:%s:%s", in_scratch("image"),
		 in_scratch("tree"));
	assert_int_equal(kernel_fetch(spec, &kernel, NULL, NULL, &err), 0);
	assert_string_equal(kernel.release, "6.1.2");
	assert_string_equal(kernel.build, in_scratch("tree"));
	make_file("tree/include/config/kernel.release", 0644, "6.1.3\n");
	assert_fetch_fails(spec, -EINVAL);
	assert_error("is 6.1.2", "of 6.1.3", "build both again", NULL);
	/* Debian's headers: the file without the flavour is not the release. */
	make_file("tree/include/generated/utsrelease.h", 0644,
		  "#define UTS_RELEASE \"6.1.2\"\n");
	assert_int_equal(kernel_fetch(spec, &kernel, NULL, NULL, &err), 0);
	assert_string_equal(kernel.release, "6.1.2");
}

static int build(char path[PATH_MAX])
{
	err.text[0] = '\0';
	return module_build(in_scratch("tree"), "6.1.2", path, NULL, NULL,
			    &err);
}

static void make_tree(void)
{
	make_file("tree/.config", 0644, "CONFIG_MMU=y\n");
	make_file("tree/Module.symvers", 0644, "0x0\tpin\n");
	make_file("kmod/Kbuild", 0644, "obj-m := mmgauge.o\n");
	make_file("kmod/main.c", 0644, "int x;\n");
	make_file("kmod/main.mod.c", 0644, "left by a build\n");
	make_file("bin/make", 0755,
		  "#!/bin/sh\necho x >> \"${0%/bin/make}/made\"\n"
		  "[ -z \"$MAKEFLAGS$ARCH\" ] || exit 3\n"
		  "for a; do case $a in M=*) m=${a#M=};; esac; done\n"
		  "[ -e $m/main.mod.c ] && exit 4\n"
		  "/bin/cat $m/main.c > $m/mmgauge.ko\n");
}

static void test_module_is_built_once(void **state)
{
	char first[PATH_MAX], second[PATH_MAX], third[PATH_MAX];

	(void)state;
	make_tree();
	setenv("MAKEFLAGS", "-j --jobserver-auth=3,4", 1);
	setenv("ARCH", "mips", 1);
	assert_int_equal(build(first), 0);
	unsetenv("MAKEFLAGS");
	unsetenv("ARCH");
	assert_int_equal(build(second), 0);
	assert_string_equal(first, second);
	assert_string_equal(read_file("made"), "x\n");
	assert_string_equal(read_file(first + strlen(scratch) + 1), "int x;\n");

	make_file("kmod/main.mod.c", 0644, "changes nothing\n");
	assert_int_equal(build(second), 0);
	assert_string_equal(first, second);
	make_file("kmod/main.c", 0644, "int y;\n");
	assert_int_equal(build(second), 0);
	assert_string_not_equal(first, second);
	make_file("tree/.config", 0644, "CONFIG_MMU=n\n");
	assert_int_equal(build(third), 0);
	assert_string_not_equal(second, third);
	assert_string_equal(read_file("made"), "x\nx\nx\n");
}

static void test_module_fails(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(build(path), -ENOENT);
	assert_error("kmod", "MMGAUGE_KMOD", NULL);
	make_tree();
	make_file("bin/make", 0755,
		  "#!/bin/sh\necho '  CC main.o'\n"
		  "echo 'main.c:7:1: error: no such thing' >&2\n"
		  "echo 'make[1]: *** [main.o] Error 1' >&2\nexit 2\n");
	assert_int_equal(build(path), -ENOEXEC);
	assert_error("module for 6.1.2", "main.c:7:1: error: no such thing",
		     "logs/module-6.1.2.log", NULL);
	assert_string_equal(read_file("cache/mmgauge/logs/module-6.1.2.log"),
			    "  CC main.o\n"
			    "main.c:7:1: error: no such thing\n"
			    "make[1]: *** [main.o] Error 1\n");
	assert_false(exists("cache/mmgauge/modules"));

	make_file("tree/.kernelvariables", 0644,
		  "CC = $(CROSS_COMPILE)gcc-99\n"
		  "override CROSS_COMPILE = x86_64-linux-gnu-\n");
	assert_int_equal(build(path), -ENOENT);
	assert_error("x86_64-linux-gnu-gcc-99", "apt-get install gcc-99", NULL);
	unlink(in_scratch("bin/make"));
	assert_int_equal(build(path), -ENOENT);
	assert_error("apt-get install make", NULL);
	unlink(in_scratch("tree/Module.symvers"));
	assert_int_equal(build(path), -ENOENT);
	assert_error("Module.symvers", "run make in that tree", NULL);
}

static void test_scratch_of_the_dead_is_swept(void **state)
{
	struct scratch mine, other;
	char kept[PATH_MAX];

	(void)state;
	make_file("cache/mmgauge/tmp/dead01/lock", 0600, "");
	make_file("cache/mmgauge/tmp/dead01/kernel/half", 0600, "made");
	make_file("cache/mmgauge/tmp/dead02/no-lock-yet", 0600, "");
	assert_int_equal(scratch_open(&mine, &err), 0);
	assert_false(exists("cache/mmgauge/tmp/dead01"));
	assert_false(exists("cache/mmgauge/tmp/dead02"));
	strcpy(kept, mine.path);
	assert_int_equal(scratch_open(&other, &err), 0);
	assert_int_equal(access(kept, F_OK), 0);
	scratch_close(&other);
	assert_int_equal(access(kept, F_OK), 0);
	scratch_close(&mine);
	assert_int_equal(access(kept, F_OK), -1);
}

static void test_lock_excludes(void **state)
{
	int fd = cache_lock("kernel-x", &err), status;
	pid_t child;

	(void)state;
	assert_true(fd >= 0);
	child = fork();
	if (!child) {
		alarm(5);
		process_interrupted = 1; /* try once */
		_exit(cache_lock("kernel-x", &err) == -EINTR ? 0 : 1);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	close(fd);
	fd = cache_lock("kernel-x", &err);
	assert_true(fd >= 0);
	close(fd);
}

static void test_no_home(void **state)
{
	char path[PATH_MAX];

	(void)state;
	setenv("XDG_CACHE_HOME", "relative", 1);
	setenv("HOME", "/home/x", 1);
	assert_int_equal(cache_path(path, &err, "a"), 0);
	assert_string_equal(path, "/home/x/.cache/mmgauge/a");
	unsetenv("HOME");
	assert_int_equal(cache_path(path, &err, "a"), -ENOENT);
	assert_error("HOME is not set", "XDG_CACHE_HOME", NULL);
	setenv("XDG_CACHE_HOME", "/proc", 1);
	assert_true(cache_lock("x", &err) < 0);
	assert_error("/proc/mmgauge", "XDG_CACHE_HOME", NULL);
}

static void test_programs(void **state)
{
	const char *const both[] = { "/bin/sh", "-c",
				     "echo out; echo err >&2; exit 3", NULL };
	const char *const killed[] = { "/bin/sh", "-c", "kill -9 $$", NULL };
	const char *const slow[] = { "/bin/sh", "-c",
				     "/bin/sleep 60 & echo $!; wait", NULL };
	const char *const much[] = { "/usr/bin/head", "-c", "9000000",
				     "/dev/zero", NULL };
	const char *const none[] = { "no-such-program", NULL };
	struct process_result result;
	time_t before = time(NULL);

	(void)state;
	assert_int_equal(process_run(both, NULL, 200, &result), 0);
	assert_int_equal(result.status, 3);
	assert_string_equal(result.output, "out\n");
	assert_string_equal(result.errors, "err\n");
	process_result_free(&result);
	assert_int_equal(process_run(killed, NULL, 200, &result), 0);
	assert_int_equal(result.status, 128 + 9);
	process_result_free(&result);
	assert_int_equal(process_run(much, NULL, 200, &result), 0);
	assert_int_equal(result.status, 0);
	process_result_free(&result);
	assert_int_equal(process_run(none, NULL, 200, &result), -ENOENT);
	assert_int_equal(process_run(both, "/none", 200, &result), -ENOENT);
	assert_int_equal(process_run(slow, NULL, 1, &result), -ETIMEDOUT);
	process_interrupted = 1;
	assert_int_equal(process_run(slow, NULL, 60, &result), -EINTR);
	process_interrupted = 0;
	assert_true(time(NULL) - before < 30);
}

#define SCRATCH_TEST(test) \
	cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_order),
		cmocka_unit_test(test_flavours),
		SCRATCH_TEST(test_fetch_and_fix),
		SCRATCH_TEST(test_cached_kernel_needs_no_apt),
		SCRATCH_TEST(test_list_of_offers),
		SCRATCH_TEST(test_fetch_fails),
		SCRATCH_TEST(test_bad_specs),
		SCRATCH_TEST(test_kernel_of_the_user),
		SCRATCH_TEST(test_module_is_built_once),
		SCRATCH_TEST(test_module_fails),
		SCRATCH_TEST(test_scratch_of_the_dead_is_swept),
		SCRATCH_TEST(test_lock_excludes),
		SCRATCH_TEST(test_no_home),
		SCRATCH_TEST(test_programs),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
