// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "results/base/installed.h"
#include "gnuplot.h"

#define TIME_LIMIT 60 /* seconds; a page takes well under one */
#define ARGUMENTS_MAX 16

struct child {
	pid_t pid;
	int messages; /* what it writes to stderr */
	char text[2048]; /* the end of that */
	size_t length;
};

int templates_find(const char *name, char folder[PATH_MAX], char path[PATH_MAX],
		   struct error *err)
{
	const char *chosen = getenv("MMGAUGE_PLOTS");
	char installed[PATH_MAX];
	int length;

	if (!chosen || !*chosen)
		chosen = installed_path(MMGAUGE_SHARE "/plots",
					MMGAUGE_PLOTS_DIR, installed);
	/* gnuplot runs elsewhere, so a relative name would not be found. */
	if (!realpath(chosen, folder))
		return error_set(err, -errno,
				 "%s: no plot templates: %s: reinstall mmgauge "
				 "or let MMGAUGE_PLOTS name their folder",
				 chosen, strerror(errno));
	length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
	if (length < PATH_MAX && !access(path, R_OK))
		return 0;
	return error_set(err, -ENOENT,
			 "%s/%s: no such plot template: reinstall mmgauge or "
			 "let MMGAUGE_PLOTS name the folder of templates",
			 folder, name);
}

/* In the child. The parent learns of a failure through @failure. */
static void become_gnuplot(const char *folder, const char *templates,
			   char *const *arguments, int messages, int failure)
{
	int null = open("/dev/null", O_RDWR), code;

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(null, STDOUT_FILENO) >= 0 &&
	    dup2(messages, STDERR_FILENO) >= 0 && !chdir(folder) &&
	    !setenv("GNUPLOT_LIB", templates, 1))
		execvp(arguments[0], arguments);
	code = errno;
	if (write(failure, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(127);
}

static int start(struct child *child, const char *folder, const char *templates,
		 char *const *arguments)
{
	int messages[2], failure[2], code = 0;

	if (pipe2(messages, O_CLOEXEC))
		return -errno;
	if (pipe2(failure, O_CLOEXEC)) {
		code = errno;
		goto close_messages;
	}
	child->pid = fork();
	if (!child->pid)
		become_gnuplot(folder, templates, arguments, messages[1],
			       failure[1]);
	if (child->pid < 0)
		code = errno;
	close(failure[1]);
	/* Ends without a word when exec closes the child's side. */
	if (child->pid > 0 &&
	    read(failure[0], &code, sizeof(code)) == (ssize_t)sizeof(code))
		waitpid(child->pid, NULL, 0);
	close(failure[0]);
close_messages:
	close(messages[1]);
	if (code)
		close(messages[0]);
	child->messages = messages[0];
	return -code;
}

/* Keep the end: that is where gnuplot says what went wrong. */
static void keep(struct child *child, const char *data, size_t length)
{
	size_t room = sizeof(child->text) - 1;

	if (length >= room) {
		data += length - room;
		length = room;
	}
	if (child->length + length > room) {
		size_t drop = child->length + length - room;

		memmove(child->text, child->text + drop, child->length - drop);
		child->length -= drop;
	}
	memcpy(child->text + child->length, data, length);
	child->length += length;
	child->text[child->length] = '\0';
}

static int milliseconds_left(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)((start->tv_sec + TIME_LIMIT - now.tv_sec) * 1000);
}

/* Until it closes stderr, which it does when it ends; or kill it. */
static int listen_and_wait(struct child *child, int *status)
{
	struct pollfd poll_fd = { .fd = child->messages, .events = POLLIN };
	struct timespec begun;
	char data[1024];
	ssize_t got = 1;
	int ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	while (got > 0) {
		int left = milliseconds_left(&begun);
		int ready = left > 0 ? poll(&poll_fd, 1, left) : 0;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0) {
			kill(child->pid, SIGKILL);
			ret = -ETIMEDOUT;
			break;
		}
		got = read(child->messages, data, sizeof(data));
		if (got > 0)
			keep(child, data, (size_t)got);
	}
	while (waitpid(child->pid, status, 0) < 0 && errno == EINTR)
		;
	return ret;
}

/* The last line that says something, without control characters. */
static const char *last_words(struct child *child)
{
	char *last = NULL, *save = NULL;

	for (char *line = strtok_r(child->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (line[strspn(line, " \t^")])
			last = line + strspn(line, " \t^");
	for (char *c = last; c && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	return last ? last : "it gave no reason";
}

static int judge(struct child *child, int ret, int status, struct error *err)
{
	if (ret)
		return error_set(err, ret,
				 "gnuplot: not done after %d seconds: plot "
				 "fewer runs or cases",
				 TIME_LIMIT);
	if (WIFSIGNALED(status))
		return error_set(err, -EIO, "gnuplot: killed by signal %d (%s)",
				 WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return error_set(err, -EIO,
				 "gnuplot: %s: mmgauge needs gnuplot 5.4 or "
				 "newer with the svg and pngcairo terminals",
				 last_words(child));
	return 0;
}

int gnuplot_run(const char *folder, const char *template,
		const char *const *arguments, struct error *err)
{
	char templates[PATH_MAX], path[PATH_MAX];
	const char *all[ARGUMENTS_MAX] = { "gnuplot", "-d", "-c", path };
	struct child child = { 0 };
	int ret, status = 0;

	for (size_t i = 0; arguments[i] && i + 5 < ARGUMENTS_MAX; i++)
		all[i + 4] = arguments[i];
	ret = templates_find(template, templates, path, err);
	if (ret)
		return ret;
	ret = start(&child, folder, templates, (char *const *)all);
	if (ret == -ENOENT)
		return error_set(err, ret,
				 "gnuplot: not found in PATH: install it, on "
				 "Debian and Ubuntu the package gnuplot-nox");
	if (ret)
		return error_set(err, ret, "gnuplot: cannot run: %s",
				 strerror(-ret));
	ret = listen_and_wait(&child, &status);
	close(child.messages);
	return judge(&child, ret, status, err);
}
