// SPDX-License-Identifier: GPL-2.0-or-later
/* The module, built by a make of our own. */
#define _GNU_SOURCE
#include "kernel_fixture.h"

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

/* make writes down what it was told beside M=. */
static void make_recording_tree(const char *config)
{
	make_tree();
	make_file("tree/.config", 0644, config);
	make_file("bin/make", 0755,
		  "#!/bin/sh\nfor a; do case $a in M=*) m=${a#M=};; "
		  "LLVM=*|CC=*) echo $a;; esac; done >\"${0%/bin/make}/told\"\n"
		  ": >$m/mmgauge.ko\n");
}

static void assert_told(const char *words)
{
	char path[PATH_MAX];

	if (build(path))
		fail_msg("%s", err.text);
	assert_string_equal(read_file("told"), words);
}

/* The compiler that built the kernel builds its module. */
static void test_module_of_clang(void **state)
{
	char path[PATH_MAX];

	(void)state;
	make_recording_tree(
		"CONFIG_A=y\nCONFIG_CC_IS_CLANG=y\n"
		"CONFIG_LD_IS_LLD=y\nCONFIG_CLANG_VERSION=140006\n");
	assert_int_equal(build(path), -ENOENT);
	assert_error("clang 14", "apt-get install clang-14 lld-14 llvm-14",
		     NULL);
	make_file("bin/clang", 0755, "");
	assert_told("LLVM=1\n");
	make_file("bin/clang-14", 0755, "");
	make_file("bin/llvm-objcopy-14", 0755, "");
	make_file("kmod/main.c", 0644, "int y;\n");
	assert_told("LLVM=-14\n");
	make_file("tree/.config", 0644,
		  "CONFIG_A=y\nCONFIG_CC_IS_CLANG=y\n"
		  "CONFIG_CLANG_VERSION=140006\n");
	assert_told("CC=clang-14\n");
	make_file("tree/.config", 0644, "CONFIG_A=y\nCONFIG_CC_IS_GCC=y\n");
	assert_told("");
}

static void test_module_beside_blanks(void **state)
{
	char path[PATH_MAX];

	(void)state;
	make_tree();
	assert_int_equal(rename(in_scratch("tree"), in_scratch("a tree")), 0);
	assert_int_equal(module_build(in_scratch("a tree"), "6.1.2", path, NULL,
				      NULL, &err),
			 -EINVAL);
	assert_error("/a tree: ", "mount --bind", NULL);
	assert_int_equal(rename(in_scratch("a tree"), in_scratch("tree")), 0);
	setenv("XDG_CACHE_HOME", in_scratch("a:cache"), 1);
	assert_int_equal(mkdir(in_scratch("a:cache"), 0777), 0);
	assert_int_equal(build(path), -EINVAL);
	assert_error("/a:cache/", "XDG_CACHE_HOME", NULL);
	setenv("XDG_CACHE_HOME", in_scratch("cache"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_module_is_built_once),
		SCRATCH_TEST(test_module_fails),
		SCRATCH_TEST(test_module_of_clang),
		SCRATCH_TEST(test_module_beside_blanks),
	};

	return cmocka_run_group_tests_name("module", tests, NULL, NULL);
}
