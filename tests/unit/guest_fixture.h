/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest that is a script in QEMU's place, and says what the script says. */
#ifndef GUEST_FIXTURE_H
#define GUEST_FIXTURE_H

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/base/process.h"
#include "runners/run/guest_watch.h"
#include "runners/run/run_guest.h"
#include "runners/run/target_kind.h"
#include "runners/vm/kernel_kind.h"
#include "runners/vm/qemu.h"

#define CELLS 2

/* What takes so long never ends. */
#define WATCHDOG_SECONDS 240

static const struct guest_limits short_limits = { .boot = 0.3,
						  .boot_usual = 0.3,
						  .trial = 0.05,
						  .stopped = 0.05 };

/* For what comes in time, on a busy machine too. */
static const struct guest_limits long_limits = { .boot = 60,
						 .boot_usual = 60,
						 .trial = 60,
						 .stopped = 0.05 };

static char folder[] = "/tmp/test-guest-XXXXXX";

static inline void in_folder(const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", folder, name);
}

static inline void write_frame(const char *name, enum frame_type type,
			       json_t *payload)
{
	char path[PATH_MAX];
	int fd;

	in_folder(name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	assert_true(fd >= 0);
	assert_non_null(payload);
	assert_int_equal(frame_write(fd, type, payload), 0);
	json_decref(payload);
	close(fd);
}

/* What @script does is what the guest writes; frames are files in $FRAMES. */
static inline void install(const char *script)
{
	char path[PATH_MAX];
	FILE *file;

	in_folder(arch_native()->qemu, path);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"#!/bin/sh\n"
		"[ \"$1\" = --version ] && exec echo 'QEMU emulator version 1'\n"
		"forever() { while :; do cat \"$@\"; done; }\n"
		"cd %s || exit\n"
		"{\n%s\n} >>\"$OLDPWD/" QEMU_FRAMES "\"\n",
		folder, script);
	fclose(file);
	assert_int_equal(chmod(path, 0700), 0);
}

static inline int set_up(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	alarm(WATCHDOG_SECONDS);
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s:%s", folder, getenv("PATH"));
	setenv("PATH", path, 1);
	in_folder("cache", path);
	setenv("XDG_CACHE_HOME", path, 1);
	/* Nobody runs it, and it is small. */
	in_folder("hello", path);
	setenv("MMGAUGE_AGENT", path, 1);
	write_frame("hello", FRAME_HELLO,
		    json_pack("{s:{s:s}, s:{}}", "subject", "version", "1",
			      "machine"));
	for (int i = 0; i < CELLS; i++) {
		char begin[] = "begin0", trial[] = "trial0";

		begin[5] = trial[5] = (char)('0' + i);
		write_frame(begin, FRAME_BEGIN, json_pack("{s:i}", "index", i));
		write_frame(trial, FRAME_TRIAL,
			    json_pack("{s:i, s:s, s:s, s:n}", "index", i,
				      "status", "failed", "reason", "said so",
				      "trial"));
	}
	write_frame("done", FRAME_DONE, json_object());
	return 0;
}

static inline int tear_down(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) ? -1 : 0;
}

struct guest {
	struct run run;
	struct target target;
};

static inline void guest_make(struct guest *guest,
			      const struct guest_limits *limits,
			      volatile sig_atomic_t *stop)
{
	static const char *const names[] = { "null.loop" };
	const char *values[] = { "iterations=1,2" };
	const struct text_list parameters = { values, 1 };
	struct error err;

	*guest = (struct guest){
		.run = { .boots = 1, .stop = stop, .limits = limits },
		.target = { .kind = &target_guest,
			    .instructions = true,
			    .name = "guest",
			    .accelerator = ACCELERATOR_ICOUNT,
			    .memory_mib = 512 },
	};
	assert_int_equal(
		plan_build(&guest->run.plan, names, 1, &parameters, &err), 0);
	assert_int_equal(guest->run.plan.count, CELLS);
	guest->target.spec = strdup("vm:file:none:none");
	guest->target.done = calloc(CELLS, sizeof(bool));
	guest->target.kernel.arch = arch_native();
	guest->target.kernel.kind = kernel_kinds[0];
	strcpy(guest->target.kernel.elf, "none");
}

static inline void guest_free(struct guest *guest)
{
	target_release(&guest->target);
	plan_free(&guest->run.plan);
}

#endif
