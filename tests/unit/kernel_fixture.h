/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scratch folder with a cache, and programs of our own for apt and make. */
#ifndef KERNEL_FIXTURE_H
#define KERNEL_FIXTURE_H

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
#include "scratch_fixture.h"

#define RELEASE "6.1.0-10-amd64"

static struct error err;

static inline void make_file(const char *name, mode_t mode, const char *text)
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

static inline char *read_file(const char *name)
{
	static char text[8192];
	FILE *file = fopen(in_scratch(name), "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static inline bool exists(const char *name)
{
	return !access(in_scratch(name), F_OK);
}

/* A line of the form "what: why: what to do" that has all the words. */
static inline void assert_error(const char *first, ...)
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

static inline int make_scratch(void **state)
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
	/* With -c it is about the suites of an apt root: "search.root". */
	make_file("bin/apt-cache", 0755,
		  "#!/bin/sh\ncase \"$*\" in *' -c '*) of=.root ;; esac\n"
		  "/bin/cat \"$FAKE/$1$of\"\n");
	make_file("bin/apt-get", 0755,
		  "#!/bin/sh\necho \"$@\" >> \"$FAKE/asked\"\n"
		  "case \"$*\" in\n"
		  "*indextargets*) exec /bin/cat \"$FAKE/targets\" ;;\n"
		  "*update*) /bin/cat \"$FAKE/update\" >&2 || exit 0\n"
		  "/bin/rm \"$FAKE/update\"; exit 100 ;;\n"
		  "esac\n"
		  "[ -e \"$FAKE/fail\" ] || exec /bin/cp \"$FAKE/all.deb\" .\n"
		  "/bin/cat \"$FAKE/fail\" >&2\nexit 100\n");
	make_file("targets", 0644, "");
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

static inline int remove_scratch(void **state)
{
	(void)state;
	remove_tree(scratch);
	return 0;
}

/* One file, link or folder of a package. */
static inline void pack(struct archive *tar, const char *name, mode_t mode,
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

static inline void pack_text(struct archive *tar, const char *name,
			     const char *text)
{
	pack(tar, name, S_IFREG | 0644, text, strlen(text));
}

/* Only the form of an xz file, as modules have it from 6.12 on. */
static inline size_t squeeze(const char *text, char *bytes, size_t size)
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

static inline void pack_headers(struct archive *tar)
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

static inline void pack_kernel(struct archive *tar)
{
	static char driver[4096];
	size_t length = squeeze("a driver", driver, sizeof(driver));

	pack_text(tar, "./boot/vmlinuz-" RELEASE, "a kernel");
	pack_text(tar, "./boot/config-" RELEASE, "CONFIG_MMU=y\n");
	pack(tar, "./lib/modules/" RELEASE "/kernel/fs/ext4/ext4.ko.xz",
	     S_IFREG | 0644, driver, length);
	pack_text(tar, "./lib/modules/" RELEASE "/kernel/lib/crc16.ko", "crc");
	pack_text(tar, "./lib/modules/" RELEASE "/kernel/lib/crc16x.ko", "no");
	pack_text(tar, "./etc/passwd", "nobody");
	pack_headers(tar);
}

/* What a -dbg package has. */
static inline void pack_debug(struct archive *tar)
{
#define DEBUG_MODULES "./usr/lib/debug/lib/modules/" RELEASE
	pack_text(tar, "./usr/lib/debug/boot/System.map-" RELEASE, "no");
	pack_text(tar, "./usr/lib/debug/boot/vmlinux-" RELEASE, "DWARF");
	pack_text(tar, DEBUG_MODULES "/kernel/fs/ext4/ext4.ko", "ext4's");
	pack_text(tar, DEBUG_MODULES "/kernel/fs/xfs/xfs.ko", "no");
	pack(tar, DEBUG_MODULES "/vmlinux", S_IFLNK | 0777,
	     "../../../boot/vmlinux-" RELEASE, 0);
}

static inline void make_deb(const char *name, void (*fill)(struct archive *))
{
	static char tar_bytes[1 << 20];
	struct archive *tar = archive_write_new(), *ar = archive_write_new();
	size_t tar_length;

	archive_write_add_filter_xz(tar);
	archive_write_set_format_ustar(tar);
	archive_write_open_memory(tar, tar_bytes, sizeof(tar_bytes),
				  &tar_length);
	fill(tar);
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

static inline void make_package(const char *name)
{
	make_deb(name, pack_kernel);
}

#define SCRATCH_TEST(test) \
	cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

#endif
