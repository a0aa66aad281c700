// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A build that is killed at random moments: after kbuild_mend() make comes to
 * the very objects that an undisturbed one makes, and makes none again whose
 * command had ended. The tree is made up: its commands leave halves on their
 * way as compilers and fixdep do. SEED repeats what failed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/clock.h"
#include "kernel_fixture.h"
#include "runners/vm/kbuild.h"

#define ROUNDS 8
#define OBJECTS 12
#define CHANGED 8 /* of them a round, the others stay */

static const char makefile[] =
	"objects := $(patsubst mm/%.c,objects/mm/%.o,$(wildcard mm/*.c))\n"
	"all: $(objects)\n"
	"objects/mm/%.o: mm/%.c objects/header.h\n"
	"\t@sh cc.sh $< $@\n"
	/* No .cmd is written for it, and it is no temporary file's. */
	"objects/header.h: header\n"
	"\t@printf half >$@; sleep 0.01; cat $< >>$@\n";

/* SOURCE OBJECT: what gcc, fixdep and rule_cc_o_c do, and when they did it. */
static const char compiler[] =
	"command=${2%/*}/.${2##*/}.cmd\n"
	"printf half >$2; sleep 0.006; cat $1 objects/header.h >>$2\n"
	"[ -e second ] || printf whole >>$2\n"
	"printf 'savedcmd_x := gcc ; ./tools/objtool/objtool $2\\n\\n"
	"deps_x := \\\\\\n' >$command\n"
	"sleep 0.003\n"
	"printf '  objects/header.h \\\\\\n\\nx: $(deps_x)\\n\\n"
	"$(deps_x):\\n' >>$command\n"
	"printf '\\nx: $(wildcard ./tools/objtool/objtool)\\n' >>$command\n"
	"[ ! -e second ] || { sleep 0.003; printf whole >>$2; }\n"
	"echo $2 >>done\n";

static const char second_command[] = "\t$(call cmd,objtool)\n";

/* In a group of its own, as builds are started. */
static pid_t start_make(void)
{
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		execlp("make", "make", "-s", "-j2", "-C", scratch, NULL);
		_exit(127);
	}
	setpgid(pid, pid);
	return pid;
}

/* Also those of its commands whose parents are gone. */
static void kill_make(pid_t pid)
{
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (!kill(-pid, SIGKILL))
		usleep(1000);
}

static int count_done(void)
{
	const char *text = read_file("done");
	int count = 0;

	while ((text = strchr(text, '\n')))
		count++, text++;
	return count;
}

/* What is asked for is another version; how many objects that makes. */
static int change_to(int version)
{
	char name[32], text[32];

	/* Files are stamped by the kernel's tick. */
	usleep(20000);
	make_file("done", 0644, "");
	snprintf(text, sizeof(text), "version %d\n", version);
	for (int i = 0; i < CHANGED; i++) {
		snprintf(name, sizeof(name), "mm/%d.c", i);
		make_file(name, 0644, text);
	}
	if (version % 4)
		return CHANGED;
	snprintf(text, sizeof(text), "header %d\n", version);
	make_file("header", 0644, text);
	return OBJECTS;
}

static void finish_make(int version)
{
	pid_t pid = start_make();
	char name[32], text[96];
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (int i = 0; i < OBJECTS; i++) {
		snprintf(name, sizeof(name), "objects/mm/%d.o", i);
		snprintf(text, sizeof(text),
			 "halfversion %d\nhalfheader %d\nwhole",
			 i < CHANGED ? version : 0, version / 4 * 4);
		assert_string_equal(read_file(name), text);
	}
}

/* A made-up tree that was built once: how many microseconds that took. */
static double prepare(bool second)
{
	uint64_t began;
	char name[32];

	strcpy(scratch, "/tmp/mmgauge-test-XXXXXX");
	assert_non_null(mkdtemp(scratch));
	make_file("Makefile", 0644, makefile);
	make_file("cc.sh", 0644, compiler);
	make_file("objects/mm/.keep", 0644, "");
	if (second) {
		make_file("second", 0644, "");
		make_file("scripts/Makefile.build", 0644, second_command);
	}
	for (int i = CHANGED; i < OBJECTS; i++) {
		snprintf(name, sizeof(name), "mm/%d.c", i);
		make_file(name, 0644, "version 0\n");
	}
	change_to(0);
	began = clock_nanoseconds(CLOCK_MONOTONIC);
	finish_make(0);
	return (double)(clock_nanoseconds(CLOCK_MONOTONIC) - began) / 1e3;
}

static void kill_and_mend(int version, double moment, bool second)
{
	int changed = change_to(version), whole;
	char objects[PATH_MAX];
	pid_t pid = start_make();

	usleep((useconds_t)moment);
	kill_make(pid);
	whole = count_done();
	strcpy(objects, in_scratch("objects"));
	assert_int_equal(kbuild_mend(scratch, objects), 0);
	finish_make(version);
	print_message("version %d: killed after %.0f us: %d of %d objects were "
		      "whole, %d were made then\n",
		      version, moment, whole, changed, count_done() - whole);
	/* Nothing twice; by a second command it is not known what is whole. */
	if (!second)
		assert_in_range(count_done(), 0, changed);
}

static void kill_at_random(bool second, int rounds)
{
	const char *text = getenv("SEED");
	unsigned int seed =
		text ? (unsigned int)atoi(text) : (unsigned int)time(NULL);
	double length = prepare(second);

	print_message("SEED=%u\n", seed);
	srand(seed);
	for (int version = 1; version <= rounds; version++)
		kill_and_mend(version, length * rand() / RAND_MAX, second);
	remove_tree(scratch);
}

static void test_killed(void **state)
{
	(void)state;
	kill_at_random(false, ROUNDS);
}

/* Kernels before 5.18, where objtool is a command of its own. */
static void test_killed_second_command(void **state)
{
	(void)state;
	kill_at_random(true, ROUNDS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_killed_second_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
