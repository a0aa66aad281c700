// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"
#include "frame.h"
#include "spawn.h"

/* Pipes, not sockets: a lean kernel under test may have no network at all. */
struct channel {
	int request[2];
	int reply[2];
};

static void child(const char *agent, const char *verb,
		  const struct channel *channel)
{
	sigset_t none;

	/* Never outlive who asked, not even when that is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(channel->request[0], STDIN_FILENO);
	dup2(channel->reply[1], STDOUT_FILENO);
	execl(agent, agent, verb, (char *)NULL);
	_exit(127);
}

static int channel_open(struct channel *channel)
{
	if (pipe2(channel->request, O_CLOEXEC))
		return -errno;
	if (!pipe2(channel->reply, O_CLOEXEC))
		return 0;
	close(channel->request[0]);
	close(channel->request[1]);
	return -errno;
}

static int receive_reply(int fd, double seconds,
			 const volatile sig_atomic_t *stop, json_t **reply)
{
	uint64_t deadline =
		clock_nanoseconds(CLOCK_MONOTONIC) + (uint64_t)(seconds * 1e9);
	struct frame_buffer buffer = { 0 };
	enum frame_type type;
	int ret = 0;

	while (!ret) {
		uint64_t now = clock_nanoseconds(CLOCK_MONOTONIC);
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		char bytes[65536];
		ssize_t length;

		if (stop && *stop) {
			ret = -EINTR;
			break;
		}
		if (now >= deadline) {
			ret = -ETIMEDOUT;
			break;
		}
		/* In slices: a signal between the test and poll is not lost. */
		if (poll(&poll_fd, 1, 100) <= 0)
			continue;
		length = read(fd, bytes, sizeof(bytes));
		if (length <= 0)
			ret = -EPIPE;
		else
			ret = frame_feed(&buffer, bytes, (size_t)length);
		if (!ret)
			ret = frame_next(&buffer, &type, reply);
	}
	frame_buffer_free(&buffer);
	return ret == 1 ? 0 : ret;
}

static int explain_end(const char *agent, int status, struct error *err)
{
	if (WIFSIGNALED(status))
		return error_set(err, -EPIPE,
				 "the trial died of signal %d "
				 "(%s)",
				 WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(err, -ENOENT,
				 "%s: cannot be executed: build mmgauge-agent "
				 "or set MMGAUGE_AGENT",
				 agent);
	return error_set(err, -EPIPE,
			 "the trial ended without an answer "
			 "(exit code %d)",
			 WEXITSTATUS(status));
}

static int converse(const struct channel *channel, const json_t *request,
		    double seconds, const volatile sig_atomic_t *stop,
		    json_t **reply)
{
	int ret = 0;

	/* A request is far below what a pipe holds: this does not block. */
	if (request && json_dumpfd(request, channel->request[1], JSON_COMPACT))
		ret = -EPIPE;
	/* The agent reads to the end of its input. */
	close(channel->request[1]);
	if (!ret)
		ret = receive_reply(channel->reply[0], seconds, stop, reply);
	close(channel->reply[0]);
	return ret;
}

int spawn_agent(const char *agent, const char *verb, const json_t *request,
		double seconds, const volatile sig_atomic_t *stop,
		json_t **reply, struct error *err)
{
	struct channel channel;
	int status, ret = channel_open(&channel);
	pid_t pid;

	if (ret)
		return error_set(err, ret, "pipe: %s: raise ulimit -n",
				 strerror(-ret));
	pid = fork();
	if (!pid)
		child(agent, verb, &channel);
	ret = pid < 0 ? -errno : 0;
	close(channel.request[0]);
	close(channel.reply[1]);
	if (ret) {
		close(channel.request[1]);
		close(channel.reply[0]);
		return error_set(err, ret, "fork: %s: raise ulimit -u",
				 strerror(-ret));
	}
	ret = converse(&channel, request, seconds, stop, reply);
	/* After a whole answer it exits by itself; otherwise it is stuck. */
	if (ret && ret != -EPIPE)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ret == -EPIPE)
		return explain_end(agent, status, err);
	if (ret == -ETIMEDOUT)
		return error_set(err, ret, "no answer within %g s", seconds);
	if (ret)
		return error_set(err, ret, "trial: %s", strerror(-ret));
	return 0;
}
