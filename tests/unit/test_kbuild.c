// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/folders.h"
#include "results/base/environment.h"
#include "runners/vm/cache.h"
#include "runners/vm/kbuild.h"

static void test_first_error(void **state)
{
	static const struct {
		const char *log, *line;
	} rows[] = {
		{ "", "" },
		{ "a.c:1:2: warning: unused\n"
		  "a.c:3:4: error: no such thing\n"
		  "b.c:3:4: error: another\n"
		  "make[2]: *** [scripts/Makefile.build:229: a.o] Error 1\n"
		  "ld: a.o: in function `f': undefined reference to `g'\n",
		  "a.c:3:4: error: no such thing" },
		/* The order of the lines counts, not of what is looked for. */
		{ "ld: x.o: undefined reference to `g'\n"
		  "y.c:1:1: error: later\n",
		  "ld: x.o: undefined reference to `g'" },
		{ "init/Kconfig:10: syntax error\n"
		  "init/Kconfig:9: invalid statement\n"
		  "make[2]: *** [scripts/kconfig/Makefile:85: x] Error 1\n",
		  "init/Kconfig:10: syntax error" },
		{ "mm/Kconfig:3:warning: ignoring unsupported character\n"
		  "mm/Kconfig:7: unknown statement \"confg\"\n"
		  "make[2]: *** [x] Error 1\n",
		  "mm/Kconfig:7: unknown statement \"confg\"" },
		{ "arch/x86/Makefile:12: *** no compiler here.  Stop.\n"
		  "make: *** [Makefile:224: __sub-make] Error 2\n",
		  "arch/x86/Makefile:12: *** no compiler here.  Stop." },
		{ "/bin/sh: 1: pahole: not found\n"
		  "make[1]: *** [x] Error 127\n",
		  "/bin/sh: 1: pahole: not found" },
		/* Nothing that is known: what was said before make gave up. */
		{ "the generator is unhappy\nmake[1]: *** [x] Error 1\n"
		  "make: *** [y] Error 2\n",
		  "the generator is unhappy" },
		{ "make[1]: *** [x] Error 1\nmake: *** [y] Error 2\n",
		  "make[1]: *** [x] Error 1" },
	};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		kbuild_error(rows[i].log, line, sizeof(line));
		assert_string_equal(line, rows[i].line);
	}
}

static char folder[] = "/tmp/mmgauge-test-XXXXXX";

/* @seconds before the end of the build. */
static void put(const char *name, const char *text, double seconds)
{
	char path[PATH_MAX], parent[PATH_MAX];
	struct timespec times[2];
	FILE *file;

	join_path(path, "%s/%s", folder, name);
	join_path(parent, "%s", path);
	*strrchr(parent, '/') = '\0';
	assert_int_equal(make_folders(parent, 0777), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	times[0].tv_sec = (time_t)(1700000000 - seconds);
	times[0].tv_nsec = 0;
	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static const char *in_folder(const char *name)
{
	static char paths[2][PATH_MAX];
	static int turn;

	turn = !turn;
	join_path(paths[turn], "%s/%s", folder, name);
	return paths[turn];
}

static bool has(const char *name)
{
	char path[PATH_MAX];

	join_path(path, "%s/%s", folder, name);
	return is_readable(path);
}

#define FIXDEP(target, source)                                                 \
	"savedcmd_" target " := gcc -c\n\nsource_" target " := x.c\n\n"        \
	"deps_" target " := \\\n  " source " \\\n\n" target ": $(deps_" target \
	")\n\n$(deps_" target "):\n"

static void test_mend(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	/* Finished: long ago, and shortly before the end. */
	put("mm/a.o", "", 1000);
	put("mm/.a.o.cmd", FIXDEP("mm/a.o", "include/generated/old.h"), 1000);
	put("mm/b.o", "", 10);
	put("mm/.b.o.cmd", FIXDEP("mm/b.o", "include/generated/new.h"), 9);
	/* Built before, and written to when it was killed. */
	put("mm/c.o", "half", 1);
	put("mm/.c.o.cmd", FIXDEP("mm/c.o", "x.h"), 500);
	/* Killed while its dependencies were written. */
	put("mm/d.o", "", 9);
	put("mm/.d.o.cmd", "savedcmd_mm/d.o := gcc\n\ndeps_mm/d.o := \\\n", 8);
	put("mm/e.o", "", 9);
	put("mm/.e.o.cmd", "", 9);
	/* The rule goes on after fixdep. */
	put("mm/f.o", "", 2);
	put("mm/.f.o.cmd",
	    "savedcmd_mm/f.o := gcc ; ./tools/objtool/objtool --stackval\n"
	    "$(deps_mm/f.o):\n",
	    1);
	put("mm/g.o", "", 2);
	put("mm/.g.o.cmd",
	    "savedcmd_mm/g.o := gcc ; ./tools/objtool/objtool --stackval\n"
	    "$(deps_mm/g.o):\n\nmm/g.o: $(wildcard ./tools/objtool/objtool)\n",
	    1);
	/* Without a .cmd: one is proven, one is old, one is neither. */
	put("include/generated/new.h", "", 12);
	put("include/generated/old.h", "", 1000);
	put("include/generated/lost.h", "", 12);
	/* Not made by commands that leave halves. */
	put("include/config/MMU", "", 0);
	put(".config", "", 0);
	assert_int_equal(kbuild_mend("/none", folder), 0);
	assert_true(has("mm/a.o") && has("mm/.a.o.cmd"));
	assert_true(has("mm/b.o") && has("mm/.b.o.cmd"));
	assert_false(has("mm/c.o") || has("mm/.c.o.cmd"));
	assert_false(has("mm/d.o") || has("mm/e.o") || has("mm/f.o"));
	assert_true(has("mm/g.o"));
	assert_true(has("include/generated/new.h"));
	assert_true(has("include/generated/old.h"));
	assert_false(has("include/generated/lost.h"));
	assert_true(has("include/config/MMU") && has(".config"));
	remove_tree(folder);
}

/* objtool rewrites an object after its .cmd, as kernels before 5.18 have it. */
static void test_mend_second_command(void **state)
{
	(void)state;
	put("tree/scripts/Makefile.build",
	    "define rule_cc_o_c\n\t$(call cmd,objtool)\nendef\n", 0);
	put("objects/mm/a.o", "", 998);
	put("objects/mm/.a.o.cmd", FIXDEP("mm/a.o", "x.h"), 1000);
	put("objects/mm/b.o", "", 11);
	put("objects/mm/.b.o.cmd", FIXDEP("mm/b.o", "x.h"), 10);
	put("objects/mm/c.o", "half", 1);
	put("objects/mm/.c.o.cmd", FIXDEP("mm/c.o", "x.h"), 500);
	put("objects/.config", "CONFIG_MMU=y\n", 0);
	assert_int_equal(kbuild_mend(in_folder("tree"), in_folder("objects")),
			 0);
	assert_true(has("objects/mm/a.o"));
	assert_false(has("objects/mm/b.o") || has("objects/mm/c.o"));
	/* CRCs of symbols are appended to the .cmd. */
	put("tree/scripts/Makefile.build", "", 0);
	put("objects/mm/b.o", "", 11);
	put("objects/mm/.b.o.cmd", FIXDEP("mm/b.o", "x.h"), 10);
	assert_int_equal(kbuild_mend(in_folder("tree"), in_folder("objects")),
			 0);
	assert_true(has("objects/mm/b.o"));
	put("objects/.config", "A=y\nCONFIG_MODVERSIONS=y\n", 0);
	assert_int_equal(kbuild_mend(in_folder("tree"), in_folder("objects")),
			 0);
	assert_false(has("objects/mm/b.o"));
	remove_tree(folder);
}

static void test_environment(void **state)
{
	static const char *const drop[] = { "MMG_*", NULL };
	static const char *const keep[] = { "MMG_KEPT", NULL };
	static const char *const set[] = { "MMG_SET=1", "PATH=/p", NULL };
	const struct environment environment = { drop, keep, set };
	char **list;
	int found = 0;

	(void)state;
	setenv("MMG_LOST", "1", 1);
	setenv("MMG_KEPT", "1", 1);
	setenv("LANGUAGE", "de", 1);
	setenv("LC_ALL", "de_DE", 1);
	list = environment_make(&environment);
	for (char **at = list; *at; at++) {
		assert_false(!strncmp(*at, "MMG_LOST=", 9) ||
			     !strncmp(*at, "LANGUAGE=", 9));
		if (!strncmp(*at, "PATH=", 5))
			assert_string_equal(*at, "PATH=/p");
		found += !strcmp(*at, "MMG_KEPT=1") +
			 !strcmp(*at, "MMG_SET=1") + !strcmp(*at, "PATH=/p") +
			 !strcmp(*at, "LC_ALL=C");
	}
	assert_int_equal(found, 4);
	free(list);
	list = environment_make(&environment_build);
	for (char **at = list; *at; at++)
		assert_true(!strncmp(*at, "PATH=", 5) ||
			    !strncmp(*at, "HOME=", 5) ||
			    !strncmp(*at, "TMPDIR=", 7) ||
			    !strncmp(*at, "USER=", 5) ||
			    !strncmp(*at, "LOGNAME=", 8) ||
			    !strcmp(*at, "LANG=C") || !strcmp(*at, "LC_ALL=C"));
	free(list);
}

static void assert_compiler(const char *const *words, size_t count,
			    const char *expected)
{
	const struct text_list list = { (const char **)words, count };
	struct kbuild_options options;
	char compiler[KBUILD_OPTION];
	struct error err = { "" };

	if (kbuild_parse(&list, &options, &err))
		fail_msg("%s", err.text);
	kbuild_compiler(&options, "gcc", compiler, sizeof(compiler));
	assert_string_equal(compiler, expected);
}

static void test_compiler(void **state)
{
	(void)state;
	assert_compiler(NULL, 0, "gcc");
	assert_compiler((const char *const[]){ "LLVM=-14" }, 1, "clang-14");
	assert_compiler((const char *const[]){ "LLVM=1" }, 1, "clang");
	assert_compiler((const char *const[]){ "LLVM=/o/" }, 1, "/o/clang");
	assert_compiler((const char *const[]){ "LLVM=" }, 1, "gcc");
	/* CC is stronger, whatever their order; of two alike the last. */
	assert_compiler((const char *const[]){ "CC=ccache gcc", "LLVM=1" }, 2,
			"ccache gcc");
	assert_compiler((const char *const[]){ "CC=a", "CC=b" }, 2, "b");
	assert_compiler((const char *const[]){ "CROSS_COMPILE=x-" }, 1,
			"x-gcc");
}

static void assert_refused(const char *word, int ret, const char *why)
{
	const struct text_list list = { &word, 1 };
	struct kbuild_options options;
	struct error err = { "" };

	assert_int_equal(kbuild_parse(&list, &options, &err), ret);
	if (!strstr(err.text, why))
		fail_msg("%s", err.text);
}

static void test_refused(void **state)
{
	static const char *const words[] = { "",   "LLVM", "=1",  "1A=2",
					     "-j", "A-B=", "A+=1" };
	static const char *const ours[] = { "O=/x", "KBUILD_OUTPUT=", "M=/x",
					    "ARCH=arm64", "KCONFIG_CONFIG=x" };
	char large[KBUILD_OPTION + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_refused(words[i], -EINVAL, "is not VAR=VALUE");
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		assert_refused(ours[i], -EINVAL, "leave it out");
	memset(large, 'x', sizeof(large) - 1);
	memcpy(large, "A=", 2);
	large[KBUILD_OPTION] = '\0';
	assert_refused(large, -E2BIG, "at most");
	large[KBUILD_OPTION - 1] = '\0';
	assert_compiler((const char *const[]){ large }, 1, "gcc");
}

/* In a result, in a journal and back. */
static void test_options_json(void **state)
{
	const char *words[] = { "KCFLAGS=-O1 -g", "LLVM=1" };
	const struct text_list list = { words, 2 };
	struct kbuild_options options, read;
	struct error err = { "" };
	json_t *array;

	(void)state;
	/* What was there before is nothing to build by. */
	memset(&options, 0xff, sizeof(options));
	read = options;
	assert_int_equal(kbuild_parse(&list, &options, &err), 0);
	assert_false(options.debug_info);
	array = kbuild_to_json(&options);
	assert_int_equal(kbuild_from_json(array, &read, &err), 0);
	assert_int_equal(read.count, 2);
	assert_false(read.debug_info);
	assert_string_equal(read.words[0], words[0]);
	assert_string_equal(read.words[1], words[1]);
	json_array_append_new(array, json_string("O=/elsewhere"));
	assert_int_equal(kbuild_from_json(array, &read, &err), -EINVAL);
	json_decref(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_error),
		cmocka_unit_test(test_mend),
		cmocka_unit_test(test_mend_second_command),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_compiler),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_options_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
