/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child programs: no shell, a process group of their own, killed when we die,
 * always reaped. Messages are in English (LC_ALL=C), since some are parsed.
 */
#ifndef MMGAUGE_PROCESS_H
#define MMGAUGE_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "environment.h"
#include "error.h"

/*
 * The SIGINT and SIGTERM handlers of the caller set this. All that waits here
 * (process_run(), vm_wait(), cache_lock()) then cleans up and returns -EINTR.
 */
extern volatile sig_atomic_t process_interrupted;

struct process_spec {
	const char *const *argv; /* argv[0] is looked up in PATH */
	const char *folder; /* to run in, or NULL */
	const struct environment *environment; /* NULL: all of ours */
	int output, errors; /* descriptors for stdout, stderr; -1: /dev/null */
	int input; /* for stdin; 0: /dev/null */
	/* In our group: it may ask for a password; process_kill() is not for it. */
	bool asks;
	unsigned long long file_limit; /* RLIMIT_FSIZE, or 0 */
	int death_signal; /* when we die; 0: SIGKILL */
	int kept; /* a descriptor that it has by the same number; 0: none */
};

/* Start a program: its pid. -ENOENT when there is none of that name. */
pid_t process_start(const struct process_spec *spec);

/* Kill the group of @pid and reap @pid, if the kernel lets it die. */
void process_kill(pid_t pid);

/*
 * Run one of our own commands to its end with our own stdout and stderr, for at
 * most an hour: its exit code, 128 + signal, or a negative errno.
 */
int process_follow(const char *const *argv, struct error *err);

struct process_result {
	int status; /* exit code, or 128 + signal */
	char *output; /* stdout, NUL-terminated, at most 1 MiB */
	char *errors; /* stderr, the same */
};

/*
 * Run a program to its end with its output captured, for at most @seconds:
 * 0 with *result filled, else -ENOENT, -ETIMEDOUT, -EINTR, ...
 */
int process_run(const char *const *argv, const char *folder,
		unsigned int seconds, struct process_result *result);

/* As process_run(), of a @spec whose descriptors are of no account. */
int process_capture(const struct process_spec *spec, unsigned int seconds,
		    struct process_result *result);
void process_result_free(struct process_result *result);

/* Where PATH has the program @name; -ENOENT. @path holds PATH_MAX bytes. */
int process_find(const char *name, char *path);

/* Is there a program @name in PATH? */
bool process_exists(const char *name);

#endif
