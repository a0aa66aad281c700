// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels of Debian's other releases, with apt made up. */
#define _GNU_SOURCE
#include "kernel_fixture.h"
#include "runners/vm/kdir.h"
#include "runners/vm/module.h"

#define OLD "5.10.0-46-amd64"
#define NEW "7.3.4+deb13-amd64"

static char notes[2048];

static void take_note(const char *text, void *data)
{
	(void)data;
	strncat(notes, text, sizeof(notes) - strlen(notes) - 2);
	strcat(notes, "\n");
}

static int make_suites(void **state)
{
	int ret = make_scratch(state);

	setenv("MMGAUGE_KEYRING", in_scratch("keys"), 1);
	notes[0] = '\0';
	make_file("keys", 0644, "of Debian");
	make_file("targets", 0644,
		  "http://mirror/other other\nhttp://mirror/debian bookworm\n"
		  "http://mirror/debian bookworm-updates\n");
	make_file("search.root", 0644,
		  "linux-image-" OLD " - Linux\nlinux-headers-" OLD " - H\n"
		  "linux-image-" NEW " - Linux\nlinux-headers-" NEW " - H\n");
	make_file(
		"show.root", 0644,
		"Package: linux-image-" NEW "\nVersion: 7.3.4-1\nSize: 1000\n"
		"Depends: kmod, linux-binary-" NEW " (= 7.3.4-1), "
		"linux-modules-" NEW " (= 7.3.4-1)\n\n"
		"Package: linux-headers-" NEW "\nVersion: 7.3.4-1\n"
		"Depends: linux-headers-7.3.4+deb13-common (= 7.3.4-1), "
		"linux-kbuild-7.3.4+deb13, gcc-14\nSize: 1000\n\n"
		"Package: linux-kbuild-7.3.4+deb13\nSize: 1000\nDepends: "
		"pahole, libc6 (>= 9.9), libelf1t64 (>= 0.1), zlib1g (>= 1)\n");
	return ret;
}

static int fetch(const char *spec, struct vm_kernel *kernel)
{
	err.text[0] = '\0';
	return kernel_fetch(spec, NULL, kernel, take_note, NULL, &err);
}

/* How often apt-get was asked for what has that @word. */
static int asked(const char *word)
{
	const char *at = exists("asked") ? read_file("asked") : "";
	int count = 0;

	for (; (at = strstr(at, word)); at += strlen(word))
		count++;
	return count;
}

static void pack_script(struct archive *tar, const char *name, const char *text)
{
	pack(tar, name, S_IFREG | 0755, text, strlen(text));
}

#define KERNEL_HEADERS "./usr/src/linux-headers-7.3.4+deb13"

/* As 6.19 and later are packed, and built with a newer C library. */
static void pack_new_kernel(struct archive *tar)
{
	static const char elf[] = "\177ELF of another C library";

	pack_text(tar, "./usr/lib/modules/" NEW "/vmlinuz", "a kernel");
	pack_text(tar, KERNEL_HEADERS "-amd64/.config",
		  "CONFIG_CC_VERSION_TEXT=\"gcc-14 (Debian) 14.2\"\n");
	pack_text(
		tar, KERNEL_HEADERS "-amd64/Makefile",
		"KBUILD_OUTPUT=/usr/src/linux-headers-" NEW "\n"
		"include /usr/src/linux-headers-7.3.4+deb13-common/Makefile\n");
	pack_text(tar, KERNEL_HEADERS "-amd64/include/config/kernel.release",
		  NEW "\n");
	pack_text(tar, KERNEL_HEADERS "-common/Makefile", "all:\n");
	pack(tar, "./usr/lib/linux-kbuild-7.3.4+deb13/scripts/mod/modpost",
	     S_IFREG | 0755, elf, sizeof(elf));
	pack_script(tar,
		    "./usr/lib/linux-kbuild-7.3.4+deb13/scripts/mod/script",
		    "#!/bin/sh\n");
	pack_text(tar, "./usr/lib/x86_64-linux-gnu/libc.so.6", "of 2.41");
	pack_text(tar, "./usr/lib/x86_64-linux-gnu/libother.so.1", "no");
	/* Runs what it is given, as the loader does. */
	pack_script(tar, "./usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
		    "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
}

#define NEW_ROOT "cache/mmgauge/kernels/deb/" NEW

static void test_newest_kernel(void **state)
{
	struct process_result result;
	char path[PATH_MAX];
	const char *const argv[] = { path, "-a", NULL };
	struct vm_kernel kernel;

	(void)state;
	make_deb("all.deb", pack_new_kernel);
	assert_int_equal(fetch("vm:deb:7.3", &kernel), 0);
	assert_string_equal(kernel.release, NEW);
	assert_int_equal(asked("linux-binary-" NEW " linux-modules-" NEW), 1);
	assert_int_equal(asked("libc6 libelf1t64 zlib1g libzstd1"), 1);
	assert_true(exists(NEW_ROOT "/boot/vmlinuz"));
	assert_true(exists(NEW_ROOT "/kbuild/lib/libc.so.6"));
	assert_false(exists(NEW_ROOT "/kbuild/lib/libother.so.1"));
	assert_string_equal(
		read_file(NEW_ROOT "/build/Makefile"),
		"KBUILD_OUTPUT := $(patsubst %/,%,$(dir $(abspath "
		"$(lastword $(MAKEFILE_LIST)))))\n"
		"include $(dir $(lastword $(MAKEFILE_LIST)))../common/"
		"Makefile\n");

	/* modpost is run with the library that is beside it. */
	strcpy(path, in_scratch(NEW_ROOT "/kbuild/scripts/mod/modpost"));
	assert_int_equal(process_run(argv, NULL, 10, &result), 0);
	assert_int_equal(result.status, 0);
	assert_non_null(strstr(result.output, "--library-path\n"));
	assert_non_null(strstr(result.output, "/mod/modpost.elf\n-a\n"));
	process_result_free(&result);
	assert_string_equal(read_file(NEW_ROOT "/kbuild/scripts/mod/script"),
			    "#!/bin/sh\n");
}

/* The machine's own lists are neither changed nor asked for again. */
static void test_root(void **state)
{
	struct vm_kernel kernel;
	struct kernel_entry *entries;
	size_t count;
	char *text;

	(void)state;
	make_deb("all.deb", pack_new_kernel);
	assert_int_equal(fetch("vm:deb:7.3", &kernel), 0);
	text = read_file("cache/mmgauge/apt/sources.list");
	assert_non_null(strstr(text, "keys] http://mirror/debian bullseye "
				     "main\n"));
	assert_non_null(strstr(text, "http://mirror/debian trixie-backports"));
	assert_null(strstr(text, "http://mirror/debian bookworm main"));
	assert_null(strstr(text, "security")); /* the machine has no mirror */
	assert_int_equal(asked("-qq update"), 1);
	assert_int_equal(asked("apt.conf -qq update"), 1);

	assert_int_equal(fetch("vm:deb:7.3", &kernel), 0);
	assert_int_equal(asked("-qq update"), 1);
	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = true },
			    &entries, &count, &err),
		0);
	assert_int_equal(count, 7);
	assert_string_equal(entries[0].release, OLD);
	assert_true(entries[0].foreign && !entries[0].cached);
	assert_false(entries[1].foreign);
	assert_string_equal(entries[6].release, NEW);
	assert_true(entries[6].foreign && entries[6].cached);
	free(entries);
	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = false },
			    &entries, &count, &err),
		0);
	assert_int_equal(count, 6); /* what is in the cache is there */
	free(entries);
}

/* What is this Debian's own is never taken from another release. */
static void test_own_goes_first(void **state)
{
	struct vm_kernel kernel;

	(void)state;
	make_file("search.root", 0644,
		  "linux-image-6.1.0-99-amd64 - Linux\n"
		  "linux-headers-6.1.0-99-amd64 - Headers\n");
	make_package("all.deb");
	assert_int_equal(fetch("vm:deb:6.1", &kernel), 0);
	assert_string_equal(kernel.release, RELEASE);
	assert_int_equal(asked("update"), 0);
}

static void test_flavour(void **state)
{
	struct vm_kernel kernel;

	(void)state;
	make_file("show", 0644, "");
	assert_int_equal(fetch("vm:deb:6.1-rt", &kernel), -ENOENT);
	assert_error("linux-image-6.1.0-12-rt-amd64", NULL);
	assert_int_equal(fetch("vm:deb:6.1-cloud", &kernel), -ENOENT);
	assert_error("vm:deb:6.1-cloud", "no such kernel", NULL);
}

static void test_mirror_being_updated(void **state)
{
	struct vm_kernel kernel;

	(void)state;
	make_deb("all.deb", pack_new_kernel);
	make_file("update", 0644,
		  "E: Failed to fetch http://mirror/x File has unexpected size "
		  "(1 != 2). Mirror sync in progress?\n");
	assert_int_equal(fetch("vm:deb:7.3", &kernel), 0);
	assert_int_equal(asked("-qq update"), 2);
	assert_null(strstr(notes, "left out"));

	assert_int_equal(kernel_remove(NEW, &err), 0);
	make_file("fail", 0644, "E: Failed to fetch x Hash Sum mismatch\n");
	assert_int_equal(fetch("vm:deb:7.3", &kernel), -ENETUNREACH);
	assert_error("Hash Sum mismatch", "being updated, try again", NULL);
	assert_int_equal(asked("download"), 3);

	/* The machine's own lists have nothing to do with it. */
	make_file("fail", 0644, "E: Failed to fetch http://x 404 Not Found\n");
	assert_int_equal(fetch("vm:deb:7.3", &kernel), -ENETUNREACH);
	assert_error("the mirror has it no more", "list --available", NULL);
	assert_null(strstr(err.text, "apt-get update"));
}

static void test_suite_left_out(void **state)
{
	struct vm_kernel kernel;

	(void)state;
	make_deb("all.deb", pack_new_kernel);
	make_file("update", 0644,
		  "E: Release file for http://mirror/debian/dists/bullseye is "
		  "expired (invalid since 9d).\n"
		  "E: Some index files failed to download.\n");
	assert_int_equal(fetch("vm:deb:7.3", &kernel), 0);
	assert_non_null(strstr(notes, "a suite is left out: Release file"));
	assert_null(strstr(notes, "Some index"));
	/* It is asked for again, where something is still to be had. */
	assert_int_equal(fetch("vm:deb:7.9", &kernel), -ENOENT);
	assert_int_equal(asked("-qq update"), 2);
}

static void test_no_suites(void **state)
{
	struct vm_kernel kernel;

	(void)state;
	unlink(in_scratch("keys"));
	assert_int_equal(fetch("vm:deb:7.3", &kernel), -ENOKEY);
	assert_error("keys", "apt-get install debian-archive-keyring", NULL);
	/* Another distribution's apt: what its own suites have is all. */
	make_file("targets", 0644, "http://mirror/ubuntu jammy\n");
	assert_int_equal(fetch("vm:deb:7.3", &kernel), -ENOENT);
	assert_error("no such kernel", "6.12.100+deb12", NULL);
}

/* Another gcc makes another module, and is told. */
static void test_other_compiler(void **state)
{
	const char *words[KDIR_WORDS];
	char text[128], path[PATH_MAX], other[PATH_MAX];

	(void)state;
	make_file("kdir/.kernelvariables", 0644,
		  "CC = $(if $(X),$(CCACHE)) $(CROSS_COMPILE)gcc-14\n");
	make_file("kdir/.config", 0644, "");
	make_file("kdir/Module.symvers", 0644, "");
	make_file("kmod/Kbuild", 0644, "");
	make_file("kmod/main.c", 0644, "");
	assert_int_equal(kdir_other_compiler(in_scratch("kdir"), words), 0);
	make_file("bin/gcc", 0755, "#!/bin/sh\necho gcc 12.2\necho more\n");
	assert_int_equal(kdir_other_compiler(in_scratch("kdir"), words),
			 KDIR_WORDS);
	assert_string_equal(words[0], "CC=gcc");
	kdir_module_compiler(in_scratch("kdir"), text, sizeof(text));
	assert_string_equal(text, "gcc 12.2");
	assert_int_equal(module_path(in_scratch("kdir"), NEW, path, &err), 0);
	make_file("bin/gcc", 0755, "#!/bin/sh\necho gcc 13.1\n");
	assert_int_equal(module_path(in_scratch("kdir"), NEW, other, &err), 0);
	assert_string_not_equal(path, other);

	make_file("bin/gcc-14", 0755, "");
	assert_int_equal(kdir_other_compiler(in_scratch("kdir"), words), 0);
	kdir_module_compiler(in_scratch("kdir"), text, sizeof(text));
	assert_string_equal(text, "");
}

#define ARM "6.1.0-12-arm64"

/* Each suite that the machine has is asked for both architectures. */
static void test_other_architecture(void **state)
{
	struct vm_kernel kernel;
	char *text;

	(void)state;
	if (arch_native() != archs[0])
		skip();
	assert_int_equal(fetch("vm:deb:6.1:arm64", &kernel), -ENOENT);
	assert_error("apt-get install qemu-system-arm gcc-aarch64-linux-gnu "
		     "libc6-dev-arm64-cross",
		     NULL);
	make_file("bin/qemu-system-aarch64", 0755, "");
	make_file("bin/aarch64-linux-gnu-gcc", 0755,
		  "#!/bin/sh\necho libc.a\n");
	assert_int_equal(fetch("vm:deb:6.1:arm64", &kernel), -ENOENT);
	assert_error("run: sudo apt-get install libc6-dev-arm64-cross", NULL);
	assert_int_equal(asked("update"), 0);

	make_file("bin/aarch64-linux-gnu-gcc", 0755,
		  "#!/bin/sh\necho /lib/libc.a\n");
	make_package("all.deb");
	make_file("search.root", 0644,
		  "linux-image-" ARM " - Linux\nlinux-headers-" ARM " - H\n");
	make_file("show.root", 0644,
		  "Package: linux-image-" ARM "\nVersion: 6.1.9-1\nSize: 9\n\n"
		  "Package: linux-headers-" ARM "\nSize: 9\nDepends: "
		  "linux-headers-6.1.0-12-common, linux-kbuild-6.1, gcc-12\n");
	assert_int_equal(fetch("vm:deb:6.1:arm64", &kernel), 0);
	assert_string_equal(kernel.release, ARM);
	assert_string_equal(kernel.arch->name, "aarch64");
	assert_false(deb_is_foreign(ARM));
	text = read_file("cache/mmgauge/apt-arm64/sources.list");
	assert_non_null(strstr(text, "deb [arch=amd64,arm64 signed-by="));
	assert_non_null(strstr(text, "http://mirror/debian bookworm main"));
	assert_null(strstr(text, "trixie"));
	text = read_file("cache/mmgauge/apt-arm64/apt.conf");
	assert_non_null(strstr(text, "APT::Architectures { \"amd64\"; "
				     "\"arm64\"; };"));
}

/* What make is told, and which compiler must be there. */
static void test_other_architecture_words(void **state)
{
	const char *words[KDIR_WORDS], *cross[KDIR_CROSS_WORDS];
	struct kdir_cross texts;

	(void)state;
	if (arch_native() != archs[0])
		skip();
	make_file("kdir/.kernelvariables", 0644,
		  "CC = $(if $(X),$(CCACHE)) $(CROSS_COMPILE)gcc-14\n"
		  "override CROSS_COMPILE = $(DEB_HOST_GNU_TYPE)-\n");
	make_file("kdir/.config", 0644,
		  "#\n# Linux/x86 6.1.9 Kernel Configuration\n#\n");
	assert_int_equal(kdir_cross(in_scratch("kdir"), &texts, cross), 0);
	make_file("kdir/.config", 0644,
		  "#\n# Linux/arm64 6.1.9 Kernel Configuration\n#\n");
	assert_int_equal(kdir_cross(in_scratch("kdir"), &texts, cross),
			 KDIR_CROSS_WORDS);
	assert_string_equal(cross[0], "ARCH=arm64");
	assert_string_equal(cross[1], "CROSS_COMPILE=aarch64-linux-gnu-");
	make_file("bin/make", 0755, "");
	assert_int_equal(kdir_check_tools(in_scratch("kdir"), &err), -ENOENT);
	assert_error("aarch64-linux-gnu-gcc-14, which built this kernel",
		     "install gcc-14-aarch64-linux-gnu", NULL);
	make_file("bin/aarch64-linux-gnu-gcc", 0755, "");
	assert_int_equal(kdir_other_compiler(in_scratch("kdir"), words), 3);
	assert_string_equal(words[0], "CC=$(CROSS_COMPILE)gcc");
	make_file("bin/aarch64-linux-gnu-gcc-14", 0755, "");
	assert_int_equal(kdir_other_compiler(in_scratch("kdir"), words), 0);
}

#define SUITES_TEST(test) \
	cmocka_unit_test_setup_teardown(test, make_suites, remove_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SUITES_TEST(test_newest_kernel),
		SUITES_TEST(test_root),
		SUITES_TEST(test_own_goes_first),
		SUITES_TEST(test_flavour),
		SUITES_TEST(test_mirror_being_updated),
		SUITES_TEST(test_suite_left_out),
		SUITES_TEST(test_no_suites),
		SUITES_TEST(test_other_compiler),
		SUITES_TEST(test_other_architecture),
		SUITES_TEST(test_other_architecture_words),
	};

	return cmocka_run_group_tests_name("suites", tests, NULL, NULL);
}
