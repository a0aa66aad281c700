// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "process.h"
#include "reap.h"

#define OUTPUT_MAX (1u << 20)
#define PIPE_MAX (1u << 20) /* /proc/sys/fs/pipe-max-size as it is shipped */
#define START_SECONDS 60.0
#define FOLLOW_SECONDS 3600.0
#define SLICE_MS 100 /* how late process_interrupted may be noticed */

extern char **environ;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

volatile sig_atomic_t process_interrupted;

static int redirect(int from, int to)
{
	if (from < 0) {
		from = open("/dev/null",
			    to == STDIN_FILENO ? O_RDONLY : O_WRONLY);
		if (from < 0)
			return -errno;
	}
	/* dup2() onto itself would leave the close-on-exec flag. */
	if (from == to)
		return fcntl(from, F_SETFD, 0) < 0 ? -errno : 0;
	return dup2(from, to) < 0 ? -errno : 0;
}

/* In the child, between fork and exec: async-signal-safe calls only. */
static int become(const struct process_spec *spec, pid_t parent,
		  char **environment)
{
	static const int defaults[] = { SIGINT,	 SIGTERM, SIGHUP,
					SIGPIPE, SIGQUIT, SIGCHLD };
	struct rlimit limit = { spec->file_limit, spec->file_limit };
	sigset_t none;

	if (!spec->asks)
		setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, spec->death_signal ?: SIGKILL) < 0)
		return -errno;
	if (getppid() != parent)
		_exit(1); /* it died before the line above */
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		signal(defaults[i], SIG_DFL);
	/* What the terminal sends its group is for us to hand on. */
	if (spec->asks)
		signal(SIGINT, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (spec->file_limit && setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return -errno;
	if (spec->folder && chdir(spec->folder) < 0)
		return -errno;
	if (redirect(spec->input ?: -1, STDIN_FILENO) ||
	    redirect(spec->output, STDOUT_FILENO) ||
	    redirect(spec->errors, STDERR_FILENO))
		return -errno;
	if (spec->kept && fcntl(spec->kept, F_SETFD, 0) < 0)
		return -errno;
	environ = environment;
	execvp(spec->argv[0], (char *const *)spec->argv);
	return -errno;
}

/*
 * What the child reports: nothing once it has become the program. A folder or
 * a program on a server that is gone may hold it.
 */
static int await_exec(int report)
{
	struct pollfd poll_fd = { .fd = report, .events = POLLIN };
	double deadline = now() + START_SECONDS;
	int error = -ETIMEDOUT;

	while (now() < deadline && !process_interrupted) {
		if (poll(&poll_fd, 1, SLICE_MS) <= 0)
			continue;
		if (read(report, &error, sizeof(error)) <= 0)
			error = 0;
		return error;
	}
	return process_interrupted ? -EINTR : error;
}

pid_t process_start(const struct process_spec *spec)
{
	pid_t parent = getpid(), child = 0;
	char **environment;
	int report[2], error = 0;

	environment = environment_make(spec->environment);
	if (!environment)
		return -ENOMEM;
	if (pipe2(report, O_CLOEXEC) < 0) {
		error = -errno;
		goto free_environment;
	}
	child = fork();
	if (child < 0) {
		error = -errno;
		goto close_report;
	}
	if (!child) {
		error = become(spec, parent, environment);
		if (write(report[1], &error, sizeof(error)) < 0)
			_exit(126);
		_exit(127);
	}
	close(report[1]);
	report[1] = -1;
	error = await_exec(report[0]);
	if (error)
		process_kill(child);
close_report:
	close(report[0]);
	if (report[1] >= 0)
		close(report[1]);
free_environment:
	free(environment);
	return error ? error : child;
}

void process_kill(pid_t pid)
{
	/* To kill(), 0 is our own group. */
	if (pid <= 0)
		return;
	/* The child made its group before exec, hence before start returned. */
	kill(-pid, SIGKILL);
	reap_killed(pid, NULL);
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int process_follow(const char *const *argv, struct error *err)
{
	const struct process_spec spec = { .argv = argv,
					   .output = STDOUT_FILENO,
					   .errors = STDERR_FILENO };
	double deadline = now() + FOLLOW_SECONDS;
	int status, ret = -ETIMEDOUT;
	pid_t pid;

	fflush(stdout);
	pid = process_start(&spec);
	if (pid < 0)
		return error_set(err, pid, "%s: %s", argv[0], strerror(-pid));
	/* In slices: a signal between the test and the wait is not lost. */
	while (ret && now() < deadline && !process_interrupted)
		ret = reap(pid, SLICE_MS * 1e-3, &status);
	if (!ret)
		return exit_code(status);
	process_kill(pid);
	if (process_interrupted)
		return error_set(err, -EINTR, "interrupted");
	return error_set(err, ret, "mmgauge %s: not done after %.0f s", argv[1],
			 FOLLOW_SECONDS);
}

struct capture {
	int fd;
	char *text; /* OUTPUT_MAX and its end */
	size_t length;
};

/*
 * Read what is there, but no more than a pipe holds, since it may be filled as
 * fast; beyond OUTPUT_MAX it is dropped.
 */
static void capture_read(struct capture *capture)
{
	char bytes[8192];
	ssize_t got = 1;

	for (size_t total = 0; total < PIPE_MAX; total += (size_t)got) {
		size_t room = OUTPUT_MAX - capture->length, take;

		got = read(capture->fd, bytes, sizeof(bytes));
		if (got <= 0)
			break;
		take = (size_t)got < room ? (size_t)got : room;
		memcpy(capture->text + capture->length, bytes, take);
		capture->length += take;
		capture->text[capture->length] = '\0';
	}
	if (got == 0) { /* poll() ignores what is negative */
		close(capture->fd);
		capture->fd = -1;
	}
}

static int wait_captured(pid_t pid, struct capture captures[2], double deadline)
{
	int handle = syscall(SYS_pidfd_open, pid, 0);
	int status = 0;

	if (handle < 0)
		return -errno;
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = captures[0].fd, .events = POLLIN },
			{ .fd = captures[1].fd, .events = POLLIN },
			{ .fd = handle, .events = POLLIN },
		};

		if (process_interrupted)
			status = -EINTR;
		else if (now() > deadline)
			status = -ETIMEDOUT;
		else if (poll(fds, 3, SLICE_MS) < 0 && errno != EINTR)
			status = -errno;
		for (int i = 0; i < 2 && !status; i++)
			if (fds[i].revents)
				capture_read(&captures[i]);
		/*
		 * Its end is what counts, not that of the pipes, which a
		 * daemon left behind may hold for ever.
		 */
		if (status || fds[2].revents)
			break;
	}
	close(handle);
	return status;
}

static int run_captured(struct process_spec spec, double deadline,
			struct capture captures[2], const int writers[2],
			int *code)
{
	pid_t pid;
	int status, wait_status;

	spec.output = writers[0];
	spec.errors = writers[1];
	pid = process_start(&spec);
	if (pid < 0)
		return pid;
	status = wait_captured(pid, captures, deadline);
	if (status) {
		process_kill(pid);
		return status;
	}
	status = reap(pid, 0, &wait_status);
	if (status)
		return status;
	*code = exit_code(wait_status);
	for (int i = 0; i < 2; i++)
		if (captures[i].fd >= 0)
			capture_read(&captures[i]);
	return 0;
}

int process_capture(const struct process_spec *spec, unsigned int seconds,
		    struct process_result *result)
{
	struct capture captures[2] = { { .fd = -1 }, { .fd = -1 } };
	int writers[2] = { -1, -1 }, status = 0;

	*result = (struct process_result){ 0 };
	for (int i = 0; i < 2 && !status; i++) {
		int ends[2];

		captures[i].text = calloc(1, OUTPUT_MAX + 1);
		if (!captures[i].text || pipe2(ends, O_CLOEXEC) < 0) {
			status = captures[i].text ? -errno : -ENOMEM;
			break;
		}
		captures[i].fd = ends[0];
		writers[i] = ends[1];
		if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
			status = -errno;
	}
	if (!status)
		status = run_captured(*spec, now() + seconds, captures, writers,
				      &result->status);
	for (int i = 0; i < 2; i++) {
		if (captures[i].fd >= 0)
			close(captures[i].fd);
		if (writers[i] >= 0)
			close(writers[i]);
	}
	result->output = captures[0].text;
	result->errors = captures[1].text;
	if (status)
		process_result_free(result);
	return status;
}

int process_run(const char *const *argv, const char *folder,
		unsigned int seconds, struct process_result *result)
{
	const struct process_spec spec = { .argv = argv, .folder = folder };

	return process_capture(&spec, seconds, result);
}

void process_result_free(struct process_result *result)
{
	free(result->output);
	free(result->errors);
	result->output = result->errors = NULL;
}

int process_find(const char *name, char *file)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(file, PATH_MAX, "%s", name);
		return access(name, X_OK) ? -ENOENT : 0;
	}
	while (path && *path) {
		size_t length = strcspn(path, ":");

		if (snprintf(file, PATH_MAX, "%.*s/%s", (int)length, path,
			     name) < PATH_MAX &&
		    !access(file, X_OK))
			return 0;
		path += length + (path[length] == ':');
	}
	return -ENOENT;
}

bool process_exists(const char *name)
{
	char file[PATH_MAX];

	return !process_find(name, file);
}
