// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/clock.h"
#include "frame.h"
#include "results/base/reap.h"
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

struct patience {
	uint64_t deadline; /* CLOCK_MONOTONIC ns */
	const volatile sig_atomic_t *stop; /* or NULL */
};

/* 0 when @fd has one of @events, -EINTR, -ETIMEDOUT. */
static int wait_ready(int fd, short events, const struct patience *patience)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	do {
		if (patience->stop && *patience->stop)
			return -EINTR;
		if (clock_nanoseconds(CLOCK_MONOTONIC) >= patience->deadline)
			return -ETIMEDOUT;
		/* In slices: a signal between the test and poll is not lost. */
	} while (poll(&poll_fd, 1, 100) <= 0);
	return 0;
}

/* To one who may not read it. */
static int send_request(int fd, const json_t *request,
			const struct patience *patience)
{
	char *text = json_dumps(request, JSON_COMPACT), *at = text;
	int ret = text ? 0 : -ENOMEM;

	if (!ret && fcntl(fd, F_SETFL, O_NONBLOCK))
		ret = -errno;
	while (!ret && *at) {
		ssize_t length;

		ret = wait_ready(fd, POLLOUT, patience);
		if (ret)
			break;
		length = write(fd, at, strlen(at));
		if (length > 0)
			at += length;
		else if (errno != EAGAIN && errno != EINTR)
			ret = -EPIPE;
	}
	free(text);
	return ret;
}

static int receive_reply(int fd, const struct patience *patience,
			 json_t **reply)
{
	struct frame_buffer buffer = { 0 };
	enum frame_type type;
	int ret = 0;

	while (!ret) {
		char bytes[65536];
		ssize_t length;

		ret = wait_ready(fd, POLLIN, patience);
		if (ret)
			break;
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

static int explain(const char *agent, int ret, int status, double seconds,
		   struct error *err)
{
	if (ret == -ETIMEDOUT)
		return error_set(err, ret, "no answer within %g s", seconds);
	if (ret != -EPIPE)
		return error_set(err, ret, "trial: %s", strerror(-ret));
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
		    const struct patience *patience, json_t **reply)
{
	int ret = 0;

	if (request)
		ret = send_request(channel->request[1], request, patience);
	/* The agent reads to the end of its input. */
	close(channel->request[1]);
	if (!ret)
		ret = receive_reply(channel->reply[0], patience, reply);
	close(channel->reply[0]);
	return ret;
}

/*
 * See it dead. After a whole answer, or when it closed its output, it ends by
 * itself; if not in time it is stuck, as is who gave no answer in time.
 */
static int bury(pid_t pid, const struct patience *patience, int *ret,
		int *status)
{
	uint64_t now = clock_nanoseconds(CLOCK_MONOTONIC);
	int left = -ETIMEDOUT;

	if (!*ret || *ret == -EPIPE)
		left = reap(pid,
			    patience->deadline > now ?
				    (double)(patience->deadline - now) * 1e-9 :
				    0,
			    status);
	if (left == -EINTR || left == -ETIMEDOUT) {
		if (*ret == -EPIPE)
			*ret = -ETIMEDOUT;
		left = reap_killed(pid, status);
	}
	return left;
}

int spawn_agent(const char *agent, const char *verb, const json_t *request,
		double seconds, const volatile sig_atomic_t *stop,
		json_t **reply, struct error *err)
{
	const struct patience patience = {
		.deadline = clock_nanoseconds(CLOCK_MONOTONIC) +
			    (uint64_t)(seconds * 1e9),
		.stop = stop,
	};
	struct channel channel;
	int status = 0, left, ret = channel_open(&channel);
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
	ret = converse(&channel, request, &patience, reply);
	left = bury(pid, &patience, &ret, &status);
	if (left && !ret)
		json_decref(*reply);
	if (left)
		return error_set(err, left,
				 "the trial's process %ld cannot be killed: "
				 "/proc/%ld/stack tells where it hangs: reboot",
				 (long)pid, (long)pid);
	return ret ? explain(agent, ret, status, seconds, err) : 0;
}
