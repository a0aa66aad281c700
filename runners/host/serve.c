// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "results/base/process.h"
#include "results/base/reap.h"
#include "runners/base/frame.h"
#include "serve.h"

/*
 * One at a time on a machine: a name that only one socket can have, which no
 * file holds and which is free again whatever happens to who had it.
 */
#define LOCK_NAME "mmgauge-agent"
#define LOCK_LOOK_MS 200

#define LINE_MAX_BYTES (1u << 20)
#define END_SECONDS 10.0 /* for an action to notice that it is to end */

struct serve {
	const char *folder;
	int lock;
	char *bytes; /* received, not yet consumed */
	size_t length;
	size_t start;
	char room[65536];
};

static int answer(enum frame_type type, json_t *payload)
{
	int ret = payload ? frame_write(STDOUT_FILENO, type, payload) : -ENOMEM;

	json_decref(payload);
	return ret;
}

/* Take what is there: 0, or -ECONNRESET at the end. */
static int receive(struct serve *serve)
{
	ssize_t got = read(STDIN_FILENO, serve->room, sizeof(serve->room));
	char *grown;

	if (got <= 0)
		return got < 0 && errno == EINTR ? 0 : -ECONNRESET;
	memmove(serve->bytes, serve->bytes + serve->start,
		serve->length - serve->start);
	serve->length -= serve->start;
	serve->start = 0;
	if (serve->length + (size_t)got > LINE_MAX_BYTES + sizeof(serve->room))
		return -EMSGSIZE;
	grown = realloc(serve->bytes, serve->length + (size_t)got);
	if (!grown)
		return -ENOMEM;
	memcpy(grown + serve->length, serve->room, (size_t)got);
	serve->bytes = grown;
	serve->length += (size_t)got;
	return 0;
}

/*
 * Until there is input, or @handle (-1: none) is ready, or @milliseconds are
 * over: 1 for the handle. Who is silent for too long is gone.
 */
static int wait_some(struct serve *serve, int handle, int milliseconds)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = handle, .events = POLLIN },
	};
	int silence = SERVE_SILENCE * 1000;
	int ready = poll(fds, 2, milliseconds ?: silence);

	if (process_interrupted)
		return -EINTR;
	if (!ready && !milliseconds)
		return -ECONNRESET;
	if (ready > 0 && fds[0].revents) {
		int ret = receive(serve);

		if (ret)
			return ret;
	}
	return ready > 0 && fds[1].revents;
}

static int await_lock(struct serve *serve)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 +
			   sizeof(LOCK_NAME) - 1;
	bool told = false;
	int ret = 0;

	memcpy(name.sun_path + 1, LOCK_NAME, sizeof(LOCK_NAME) - 1);
	serve->lock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	while (serve->lock >= 0 && ret >= 0) {
		if (!bind(serve->lock, (struct sockaddr *)&name, length))
			return answer(FRAME_BEGIN,
				      json_pack("{s:b}", "waits", 0));
		if (errno != EADDRINUSE)
			return -errno;
		if (!told)
			ret = answer(FRAME_BEGIN,
				     json_pack("{s:b}", "waits", 1));
		told = true;
		if (!ret)
			ret = wait_some(serve, -1, LOCK_LOOK_MS);
	}
	return serve->lock < 0 ? -errno : ret;
}

/* The next message, or the error that ends all. */
static int next_message(struct serve *serve, json_t **message)
{
	for (;;) {
		char *line = serve->bytes + serve->start;
		size_t there = serve->length - serve->start;
		char *end = there ? memchr(line, '\n', there) : NULL;
		int ret;

		if (end) {
			serve->start += (size_t)(end - line) + 1;
			if (end == line)
				continue;
			*message =
				json_loadb(line, (size_t)(end - line), 0, NULL);
			return *message ? 0 : -EBADMSG;
		}
		ret = wait_some(serve, -1, 0);
		if (ret < 0)
			return ret;
	}
}

static int put(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t wrote = write(fd, bytes, length);

		if (wrote < 0)
			return -errno;
		bytes += wrote;
		length -= (size_t)wrote;
	}
	return 0;
}

/* Its bytes are taken from the connection, whether or not they find room. */
static int take_file(struct serve *serve, const json_t *message)
{
	json_int_t left = json_integer_value(json_object_get(message, "bytes"));
	const char *name = json_string_value(json_object_get(message, "name"));
	char path[PATH_MAX];
	int fd, error = 0, ret = 0;

	if (!name || strchr(name, '/') || *name == '.')
		return -EBADMSG;
	snprintf(path, sizeof(path), "%s/" SERVE_MODULE, serve->folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/" SERVE_MODULE "/%s", serve->folder,
		 name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		error = -errno;
	while (left > 0 && ret >= 0) {
		size_t there = serve->length - serve->start;
		size_t take = (json_int_t)there < left ? there : (size_t)left;

		if (!error)
			error = put(fd, serve->bytes + serve->start, take);
		serve->start += take;
		left -= (json_int_t)take;
		if (left)
			ret = wait_some(serve, -1, 0);
	}
	if (fd >= 0 && close(fd) && !error)
		error = -errno;
	if (ret < 0)
		return ret;
	return answer(FRAME_DONE,
		      error ? json_pack("{s:s}", "error", strerror(-error)) :
			      json_object());
}

/* In a process of its own, which is killed when we die. */
static void act(const struct serve *serve, const json_t *message)
{
	json_t *reply;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	reply = serve_act(serve->folder, message);
	if (!reply)
		reply = json_pack("{s:s}", "error",
				  "mmgauge and its agent must be of one build");
	_exit(answer(FRAME_DONE, reply) ? 1 : 0);
}

/* Nobody waits for its answer: have it end, and all that it started. */
static void stop_action(pid_t pid)
{
	kill(pid, SIGTERM);
	if (reap(pid, END_SECONDS, NULL) == -ETIMEDOUT) {
		kill(-pid, SIGKILL);
		reap_killed(pid, NULL);
	}
}

static int run_action(struct serve *serve, const json_t *message)
{
	pid_t pid = fork();
	int handle, status = 0, ret = 0;

	if (!pid)
		act(serve, message);
	handle = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	if (handle < 0)
		return answer(FRAME_DONE,
			      json_pack("{s:s}", "error", strerror(errno)));
	while (!ret)
		ret = wait_some(serve, handle, 0);
	close(handle);
	if (ret < 0) {
		stop_action(pid);
		return ret;
	}
	ret = reap(pid, 1, &status);
	if (!ret && WIFSIGNALED(status))
		return answer(
			FRAME_DONE,
			json_pack("{s:o}", "error",
				  json_sprintf("the agent died of %s",
					       strsignal(WTERMSIG(status)))));
	return ret ? ret : status ? -EPIPE : 0;
}

static int converse(struct serve *serve)
{
	int ret = await_lock(serve);

	while (!ret) {
		json_t *message;
		const char *what;

		ret = next_message(serve, &message);
		if (ret)
			return ret;
		what = json_string_value(json_object_get(message, "do"));
		if (what && !strcmp(what, "end"))
			ret = 1;
		else if (what && !strcmp(what, "file"))
			ret = take_file(serve, message);
		else
			ret = run_action(serve, message);
		json_decref(message);
	}
	return ret;
}

static void on_signal(int number)
{
	process_interrupted = number;
}

static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* What starts trials looks there. */
	setenv("MMGAUGE_AGENT", "/proc/self/exe", 1);
}

int serve_main(const char *folder)
{
	struct serve serve = { .folder = folder, .lock = -1 };
	json_t *lines = json_array(), *line;
	size_t i;
	int ret;

	catch_signals();
	ret = converse(&serve);
	free(serve.bytes);
	process_interrupted = 0;
	serve_undo(folder, lines);
	json_array_foreach (lines, i, line)
		fprintf(stderr, "mmgauge-agent: %s\n", json_string_value(line));
	/* The last word: whoever hears it knows that nothing is left. */
	if (ret == 1)
		return answer(FRAME_DONE, json_pack("{s:o}", "lines", lines));
	json_decref(lines);
	if (ret != -ECONNRESET && ret != -EPIPE)
		fprintf(stderr, "mmgauge-agent: %s\n", strerror(-ret));
	return 1;
}

int serve_clean(const char *folder)
{
	json_t *lines = json_array(), *line;
	size_t i;

	catch_signals();
	serve_undo(folder, lines);
	json_array_foreach (lines, i, line)
		fprintf(stderr, "mmgauge-agent: %s\n", json_string_value(line));
	json_decref(lines);
	return 0;
}
