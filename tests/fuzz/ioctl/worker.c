// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "random.h"
#include "subject.h"
#include "worker.h"

/* Of the guest's clock: what a program may take at first, and at most where the
 * machine is slow, and a killed one to be gone.
 * An emulated kernel that checks every access is two hundred times slower than
 * the ones of which a second is promised (test.killed).
 */
#define LIMIT_US 1000000
#define LIMIT_MOST_US 32000000
#define IN_A_ROW 3
#define GONE_NS 120000000000ll

/* What the worker's processes write to. */
struct shared {
	_Atomic bool found;
};

long long worker_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

void worker_fault(const char *format, ...)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	char text[800];
	va_list arguments;
	int length = snprintf(text, sizeof(text), "<0>fuzz: FAULT: ");

	va_start(arguments, format);
	length += vsnprintf(text + length, sizeof(text) - length, format,
			    arguments);
	va_end(arguments);
	if (fd < 0 || write(fd, text, length) != length)
		puts(text);
	if (fd >= 0)
		close(fd);
	board->ended = 2;
}

/* What all tasks are waiting for goes to the console. */
static void tell_tasks(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "w", 1);
	(void)!write(fd, "t", 1);
	close(fd);
}

static void await(pid_t pid, uint64_t us)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd poll_one = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		usleep(us);
	else
		poll(&poll_one, 1, (int)(us / 1000) + 1);
	if (fd >= 0)
		close(fd);
}

static void look_at(int status)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SUBJECT_LOST)
		return;
	worker_fault("data is lost: memory that nobody wrote to has changed");
}

/* All that descends from the subject is our child by now, or soon. */
static void reap(pid_t subject)
{
	long long until = worker_now_ns() + GONE_NS;
	unsigned int turns = 0;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) >= 0) {
		if (pid > 0) {
			look_at(status);
			continue;
		}
		/* The partner has a moment of its own. */
		if (turns++ > 20) {
			kill(-subject, SIGKILL);
			board->kills += turns == 22;
		}
		usleep(turns < 20 ? 500 : 2000);
		if (worker_now_ns() > until) {
			worker_fault("a process is alive %lld s after SIGKILL",
				     GONE_NS / 1000000000);
			tell_tasks();
			return;
		}
	}
}

/*
 * A machine that has little time for the guest would see nothing but kills: the
 * limit follows how many in a row ran into it, or did not.
 */
static uint64_t limit_us(const struct program *program, bool killed)
{
	static uint64_t limit = LIMIT_US;
	static int row; /* of kills; below 0, of ends */

	if (program->flags & PROGRAM_KILLED)
		return program->kill_us;
	if (killed)
		row = row > 0 ? row + 1 : 1;
	else
		row = row < 0 ? row - 1 : -1;
	if (row == IN_A_ROW && limit < LIMIT_MOST_US)
		limit *= 2;
	if (row == -IN_A_ROW && limit > LIMIT_US)
		limit /= 2;
	if (row == IN_A_ROW || row == -IN_A_ROW)
		row = 0;
	return limit;
}

static bool run_one(const struct program *program, struct shared *shared)
{
	static bool killed; /* the last that could have ended by itself */
	siginfo_t info = { 0 };
	pid_t pid;

	shared->found = false;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setpgid(0, 0);
		_exit(subject_run(program, &shared->found));
	}
	if (pid < 0) {
		usleep(100000);
		return false;
	}
	setpgid(pid, pid);
	await(pid, limit_us(program, killed));
	waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT);
	if (!info.si_pid) {
		kill(-pid, SIGKILL);
		board->kills++;
	}
	if (!(program->flags & PROGRAM_KILLED))
		killed = !info.si_pid;
	reap(pid);
	return shared->found;
}

/* A new one, or one that found something, changed. */
static void choose(struct random *random, struct line *line)
{
	if (!random_one_in(random, 4) && board_pick(random, line)) {
		line_extend(line, random_next(random));
		return;
	}
	line->count = 1;
	line->seeds[0] = random_next(random);
}

void worker_run(unsigned int number, uint64_t seed, long long until_ns,
		const struct line *replay)
{
	struct random random = { random_mix(seed, number + 1) };
	struct program program;
	struct line line;
	struct shared *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (shared != MAP_FAILED && worker_now_ns() < until_ns &&
	       !board_is_over()) {
		if (replay)
			line = *replay;
		else
			choose(&random, &line);
		program_make(&line, &program);
		board_run(number, &line);
		if (run_one(&program, shared) && !replay)
			board_keep(&line);
	}
	board->running[number].count = 0;
}
