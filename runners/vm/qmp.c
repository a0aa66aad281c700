// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/clock.h"
#include "qmp.h"
#include "results/base/process.h"

#define SLICE_MS 50 /* how late process_interrupted may be noticed */

static double now(void)
{
	return (double)clock_nanoseconds(CLOCK_MONOTONIC) * 1e-9;
}

int qmp_open(struct qmp *qmp, struct error *err)
{
	int ends[2];

	*qmp = (struct qmp){ .ours = -1, .theirs = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return error_set(err, -errno, "socketpair: %s",
				 strerror(errno));
	qmp->ours = ends[0];
	qmp->theirs = ends[1];
	return 0;
}

void qmp_close(struct qmp *qmp)
{
	if (qmp->ours > 0)
		close(qmp->ours);
	if (qmp->theirs > 0)
		close(qmp->theirs);
	qmp->ours = qmp->theirs = -1;
}

static int send_line(struct qmp *qmp, const char *line, int passed)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS,
				  .cmsg_len = CMSG_LEN(sizeof(int)) } };
	struct iovec text = { (void *)line, strlen(line) };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1 };
	ssize_t sent;

	if (passed >= 0) {
		memcpy(CMSG_DATA(&control.header), &passed, sizeof(passed));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.bytes);
	}
	/* A command is shorter than what a socket holds. */
	sent = sendmsg(qmp->ours, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		return -errno;
	return (size_t)sent == text.iov_len ? 0 : -EPROTO;
}

/* Wait for more, at most @milliseconds: its bytes, 0 for none, or an error. */
static ssize_t receive(struct qmp *qmp, int milliseconds)
{
	struct pollfd look = { .fd = qmp->ours, .events = POLLIN };
	ssize_t got;

	if (qmp->ours < 0)
		return -ENOTCONN;
	if (qmp->used == sizeof(qmp->bytes))
		return -EPROTO;
	if (poll(&look, 1, milliseconds) <= 0)
		return 0;
	got = recv(qmp->ours, qmp->bytes + qmp->used,
		   sizeof(qmp->bytes) - qmp->used, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	qmp->used += (size_t)got;
	return got ? got : -EPIPE;
}

/* The next whole line, or NULL. What happens is noted. */
static json_t *next_line(struct qmp *qmp)
{
	char *end = memchr(qmp->bytes, '\n', qmp->used);
	const char *event;
	size_t length;
	json_t *line;

	if (!end)
		return NULL;
	length = (size_t)(end - qmp->bytes) + 1;
	line = json_loadb(qmp->bytes, length, 0, NULL);
	qmp->used -= length;
	memmove(qmp->bytes, end + 1, qmp->used);
	event = json_string_value(json_object_get(line, "event"));
	if (event && !strcmp(event, "STOP"))
		qmp->stopped = true;
	if (event && !strcmp(event, "RESUME"))
		qmp->stopped = false;
	return line ? line : json_null();
}

/* The answer to the command that was sent; what else is said is passed by. */
static int await_answer(struct qmp *qmp, const char *command, double seconds,
			json_t **answer, struct error *err)
{
	double deadline = now() + seconds;

	for (;;) {
		json_t *line = next_line(qmp), *value;
		ssize_t got;

		value = json_object_get(line, "return");
		if (value) {
			if (answer)
				*answer = json_incref(value);
			json_decref(line);
			return 0;
		}
		value = json_object_get(line, "error");
		if (value) {
			value = json_object_get(value, "desc");
			error_set(err, -EPROTO, "QEMU: %s: %.200s", command,
				  value ? json_string_value(value) : "failed");
			json_decref(line);
			return -EPROTO;
		}
		if (line) {
			json_decref(line);
			continue;
		}
		got = receive(qmp, SLICE_MS);
		if (!got && (process_interrupted || now() > deadline))
			got = process_interrupted ? -EINTR : -ETIMEDOUT;
		if (got < 0)
			return error_set(err, (int)got, "QEMU: %s: %s", command,
					 strerror((int)-got));
	}
}

int qmp_call(struct qmp *qmp, const char *command, json_t *arguments,
	     int passed, double seconds, json_t **answer, struct error *err)
{
	json_t *request = json_pack("{s:s, s:o*}", "execute", command,
				    "arguments", arguments);
	char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	int ret = text ? send_line(qmp, text, passed) : -ENOMEM;

	json_decref(request);
	free(text);
	if (ret)
		return error_set(err, ret, "QEMU: %s: %s", command,
				 strerror(-ret));
	return await_answer(qmp, command, seconds, answer, err);
}

bool qmp_has_stopped(struct qmp *qmp)
{
	json_t *line;

	do {
		while ((line = next_line(qmp)))
			json_decref(line);
	} while (receive(qmp, 0) > 0);
	return qmp->stopped;
}
