// SPDX-License-Identifier: GPL-2.0-or-later
/* Which folders of a kernel hold all that a change makes anew. */
#include "kernel_fixture.h"
#include "runners/vm/fragments.h"
#include "runners/vm/git_narrow.h"

static const char makefile[] =
	"VERSION = 6\nexport sub_make_done := 1\nexport KERNELVERSION\n"
	"build-dir\t:= .\n"
	"vmlinux.a: $(KBUILD_VMLINUX_OBJS) FORCE\n"
	"$(build-dir): prepare\n";

static struct kbuild_options options;
static struct git_tree tree;
static struct git_narrow narrow;

static void git(const char *arguments)
{
	char command[2 * PATH_MAX];

	snprintf(command, sizeof(command),
		 "cd %s/git/tree && git -c user.name=t -c user.email=t %s",
		 scratch, arguments);
	assert_int_equal(system(command), 0);
}

static void commit(struct git_commit *made)
{
	git("add -A");
	git("commit -q --allow-empty -m change");
	assert_int_equal(git_resolve(tree.tree, "HEAD", made, &err), 0);
}

/* .OBJECT.cmd of what is made from the @files, a word each. */
static void compiled(const char *object, const char *flags, const char *files)
{
	char name[256], text[8192], list[512], *file, *rest;
	size_t length;

	snprintf(name, sizeof(name), "git/objects/%s.cmd", object);
	length =
		(size_t)snprintf(text, sizeof(text),
				 "savedcmd := gcc%s -c\n\ndeps := \\\n", flags);
	snprintf(list, sizeof(list), "%s", files);
	for (file = strtok_r(list, " ", &rest); file;
	     file = strtok_r(NULL, " ", &rest))
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "  %s/%s \\\n", tree.tree, file);
	make_file(name, 0644, text);
}

static int begin(void **state)
{
	const char *path = getenv("PATH");
	char *keep = path ? strdup(path) : NULL;

	if (make_scratch(state) || !keep)
		return -1;
	setenv("PATH", keep, 1);
	free(keep);
	setenv("MMGAUGE_KMOD", TEST_DATA "/../../kmod", 1);
	tree = (struct git_tree){ .arch = arch_native(), .options = &options };
	snprintf(tree.root, sizeof(tree.root), "%s/git", scratch);
	snprintf(tree.tree, sizeof(tree.tree), "%s/git/tree", scratch);
	snprintf(tree.objects, sizeof(tree.objects), "%s/git/objects", scratch);
	strcpy(tree.choices_hash, "choices");
	make_file("git/tree/Makefile", 0644, makefile);
	make_file("git/tree/mm/hmm.c", 0644, "");
	make_file("git/tree/mm/internal.h", 0644, "");
	make_file("git/tree/mm/unused.c", 0644, "");
	make_file("git/tree/fs/exec.c", 0644, "");
	make_file("git/tree/fs/internal.h", 0644, "");
	make_file("git/tree/lib/module.c", 0644, "");
	make_file("git/tree/arch/x86/cpu.c", 0644, "");
	make_file("git/tree/include/mm.h", 0644, "");
	compiled("mm/.hmm.o", "", "mm/hmm.c mm/internal.h include/mm.h");
	compiled("fs/.exec.o", "", "fs/exec.c mm/internal.h include/mm.h");
	compiled("io_uring/.rw.o", "", "io_uring/../fs/internal.h");
	compiled("lib/.module.o", " -DMODULE ", "lib/module.c");
	compiled("arch/x86/.cpu.o", "", "arch/x86/cpu.c");
	compiled("kernel/.bounds.s", "", "include/mm.h");
	make_file("git/objects/.config", 0644, "CONFIG_X=y\n");
	make_file("git/module/build/.x.o.cmd", 0644, "deps := \\\n");
	git("init -q");
	return 0;
}

/* Change the @file after a build of all; what is to be looked into, or "all". */
static const char *after(const char *file, const char *text)
{
	struct git_commit built, now;
	char name[256];

	commit(&built);
	git_narrow_note(&tree, &built);
	snprintf(name, sizeof(name), "git/tree/%s", file);
	make_file(name, 0644, text);
	commit(&now);
	return git_narrow_find(&tree, &now, &narrow) ? narrow.folders : "all";
}

static void test_folders(void **state)
{
	(void)state;
	if (!arch_boots_elf(tree.arch))
		skip();
	assert_string_equal(after("mm/hmm.c", "1"), " mm ");
	assert_string_equal(after("fs/exec.c", "1"), " fs ");
	assert_non_null(strstr(after("mm/internal.h", "1"), " mm "));
	assert_non_null(strstr(narrow.folders, " fs "));
	/* On a way back, which the list has as the source says it. */
	assert_string_equal(after("fs/internal.h", "1"), " io_uring ");
	/* Into what else they go, make has to find out. */
	assert_string_equal(after("include/mm.h", "1"), "all");
	assert_string_equal(after("lib/module.c", "1"), "all");
	assert_string_equal(after("arch/x86/cpu.c", "1"), "all");
	assert_string_equal(after("mm/unused.c", "1"), "all");
	assert_string_equal(after("mm/new.c", "1"), "all");
	assert_string_equal(after("mm/Makefile", "1"), "all");
	assert_string_equal(after("scripts/tool.c", "1"), "all");
	/* What our module is made of. */
	make_file("git/module/build/.x.o.cmd", 0644, "");
	compiled("../module/build/.y.o", "", "mm/hmm.c");
	assert_string_equal(after("mm/hmm.c", "2"), "all");
}

static void test_what_was_built(void **state)
{
	struct git_commit now;

	(void)state;
	if (!arch_boots_elf(tree.arch))
		skip();
	assert_string_equal(after("mm/hmm.c", "1"), " mm ");
	assert_int_equal(git_resolve(tree.tree, "HEAD", &now, &err), 0);
	/* Other choices, a build that did not end, a kernel of other makefiles. */
	strcpy(tree.choices_hash, "others");
	assert_false(git_narrow_find(&tree, &now, &narrow));
	strcpy(tree.choices_hash, "choices");
	assert_true(git_narrow_find(&tree, &now, &narrow));
	git_narrow_note(&tree, NULL);
	assert_false(git_narrow_find(&tree, &now, &narrow));
	make_file("git/objects/.config", 0644, "CONFIG_IKHEADERS=m\n");
	assert_string_equal(after("mm/hmm.c", "2"), "all");
	make_file("git/objects/.config", 0644, "");
	assert_string_equal(after("mm/hmm.c", "3"), " mm ");
	make_file("git/tree/Makefile", 0644, "build-dir := .\n");
	assert_string_equal(after("mm/hmm.c", "4"), "all");
}

static void test_exports(void **state)
{
	(void)state;
	make_file("git/objects/built-in.a", 0644, "");
	make_file("git/objects/vmlinux.symvers", 0644, "a\n");
	strcpy(narrow.folders, " mm ");
	assert_int_equal(git_narrow_begin(&tree, &narrow, &err), 0);
	assert_non_null(strstr(read_file("git/narrow.mk"), "build-dir :=  mm"));
	assert_false(git_narrow_moved(&tree, &narrow));
	make_file("git/objects/vmlinux.symvers", 0644, "a\nb\n");
	assert_true(git_narrow_moved(&tree, &narrow));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_folders, begin,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_what_was_built, begin,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_exports, begin,
						remove_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
