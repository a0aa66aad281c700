// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "results/base/reap.h"
#include "results/base/utf8.h"
#include "runners/host/serve.h"
#include "session.h"

#define SLICE_MS 100
#define HEARTBEAT (SERVE_SILENCE / 4.0)
#define STALL_SECONDS 60.0 /* nothing of what is sent is taken */
#define START_SECONDS 60.0
#define PUT_SECONDS 60.0
#define END_SECONDS 60.0
#define CLIENT_SECONDS 5.0
#define NO_LIMIT 1e18

#define SSH_LOST 255 /* the exit code of a client that lost its connection */

/*
 * The agent comes first on the script's input and removes its folder by itself;
 * the script is for when it was killed. Signals are for the agent to heed.
 */
#define SCRIPT                                                              \
	"d=$(mktemp -d \"${TMPDIR:-/tmp}/mmgauge.XXXXXX\") || exit 3; "     \
	"trap : HUP INT TERM PIPE; head -c %lld >\"$d/agent\" && "          \
	"[ $(wc -c <\"$d/agent\") -eq %lld ] && chmod 700 \"$d/agent\" && " \
	"\"$d/agent\" serve \"$d\"; s=$?; "                                 \
	"[ ! -d \"$d\" ] || \"$d/agent\" clean \"$d\" 2>/dev/null; "        \
	"rm -rf \"$d\"; exit $s"

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* What is to be done about what a shell or an agent there last said. */
static const char *remedy_of(const char *line)
{
	static const struct {
		const char *part, *remedy;
	} known[] = {
		{ "No space left", "make room there, or have sshd set TMPDIR" },
		{ "Disk quota", "make room there, or have sshd set TMPDIR" },
		{ "Read-only file", "have sshd set TMPDIR to a place that can "
				    "be written" },
		{ "Permission denied", "have sshd set TMPDIR to a place where "
				       "programs may be executed" },
		{ "No such file", "have sshd set TMPDIR to a folder that is "
				  "there" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(line, known[i].part))
			return known[i].remedy;
	return "see that a shell runs there";
}

/* The session is over, though nobody asked it to: why. */
static int explain(struct ssh_session *session, struct error *err)
{
	int status = 0, gone = -ECHILD;
	char line[512];

	/* It may have been said before, and then there is nobody to wait for. */
	if (session->client)
		gone = reap(session->client, CLIENT_SECONDS, &status);
	ssh_last_line(session->messages, line, sizeof(line));
	if (gone) {
		process_kill(session->client);
		session->client = 0;
		return error_set(err, -EPIPE, "%s: the connection was lost",
				 session->ssh->spec);
	}
	session->client = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == SSH_LOST ||
	    WEXITSTATUS(status) > 128)
		return error_set(err, -EPIPE, "%s: %s", session->ssh->spec,
				 WIFEXITED(status) && WEXITSTATUS(status) !=
							      SSH_LOST ?
					 "the agent there was killed" :
					 "the connection was lost");
	return error_set(err, -EIO, "%s: %s: %s", session->ssh->spec,
			 *line ? line : "the agent there ended",
			 remedy_of(line));
}

static int write_all(struct ssh_session *session, const char *bytes,
		     size_t length)
{
	double deadline = now() + STALL_SECONDS;

	while (length) {
		struct pollfd fd = { .fd = session->to, .events = POLLOUT };
		ssize_t wrote;

		if (process_interrupted)
			return -EINTR;
		if (now() > deadline)
			return -EPIPE;
		if (poll(&fd, 1, SLICE_MS) <= 0)
			continue;
		wrote = write(session->to, bytes, length);
		if (wrote < 0 && errno != EAGAIN && errno != EINTR)
			return -EPIPE;
		if (wrote <= 0)
			continue;
		bytes += wrote;
		length -= (size_t)wrote;
		deadline = now() + STALL_SECONDS;
	}
	session->said = now();
	return 0;
}

static int say_failed(struct ssh_session *session, int ret, struct error *err)
{
	return ret == -EINTR ? error_set(err, ret, "interrupted") :
			       explain(session, err);
}

static int send_file(struct ssh_session *session, const char *path,
		     struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	char bytes[65536];
	ssize_t got;

	if (fd < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	while (!ret && (got = read(fd, bytes, sizeof(bytes))) > 0)
		ret = write_all(session, bytes, (size_t)got);
	close(fd);
	return ret ? say_failed(session, ret, err) : 0;
}

/* Whatever is there, or -EPIPE at its end; a heartbeat where one is due. */
static int receive(struct ssh_session *session)
{
	struct pollfd fd = { .fd = session->from, .events = POLLIN };
	char bytes[65536];
	ssize_t got;

	if (process_interrupted)
		return -EINTR;
	if (now() - session->said > HEARTBEAT) {
		int ret = write_all(session, "\n", 1);

		if (ret)
			return ret;
	}
	if (poll(&fd, 1, SLICE_MS) <= 0)
		return 0;
	got = read(session->from, bytes, sizeof(bytes));
	if (got <= 0)
		return got < 0 && errno == EINTR ? 0 : -EPIPE;
	return frame_feed(&session->frames, bytes, (size_t)got);
}

/* The next frame of @type. */
static int hear(struct ssh_session *session, enum frame_type type,
		double seconds, json_t **payload, struct error *err)
{
	double deadline = now() + seconds;

	for (;;) {
		enum frame_type got;
		int ret = frame_next(&session->frames, &got, payload);

		if (ret == 1 && got == type)
			return 0;
		if (ret == 1)
			json_decref(*payload);
		else if (!ret)
			ret = receive(session);
		if (ret < 0)
			return say_failed(session, ret, err);
		if (now() > deadline)
			return error_set(err, -ETIMEDOUT,
					 "%s: no answer within %.0f s",
					 session->ssh->spec, seconds);
	}
}

static int start_client(struct ssh_session *session, long long bytes,
			struct error *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	char script[1024];
	int ret = 0;

	snprintf(script, sizeof(script), SCRIPT, bytes, bytes);
	session->messages = memfd_create("messages", MFD_CLOEXEC);
	if (session->messages < 0 || pipe2(in, O_CLOEXEC) ||
	    pipe2(out, O_CLOEXEC) || fcntl(in[1], F_SETFL, O_NONBLOCK))
		ret = -errno;
	else
		session->client = ssh_start(
			session->ssh, script,
			(struct process_spec){ .input = in[0],
					       .output = out[1],
					       .errors = session->messages });
	if (!ret && session->client < 0)
		ret = session->client;
	close(in[0]);
	close(out[1]);
	session->to = in[1];
	session->from = out[0];
	session->said = now();
	if (!ret)
		return 0;
	session->client = 0;
	return error_set(err, ret, "%s: %s", session->ssh->spec,
			 strerror(-ret));
}

/* The first word of the agent, and the second where it has to wait. */
static int greet(struct ssh_session *session,
		 void (*note)(const char *text, void *data), void *data,
		 struct error *err)
{
	double seconds = START_SECONDS;
	bool waits = true;
	int ret = 0;

	while (waits && !ret) {
		json_t *payload;
		char text[400];

		ret = hear(session, FRAME_BEGIN, seconds, &payload, err);
		if (ret)
			return ret;
		waits = json_is_true(json_object_get(payload, "waits"));
		json_decref(payload);
		seconds = NO_LIMIT;
		snprintf(text, sizeof(text),
			 "%s: another run is at work there: waiting for it",
			 session->ssh->spec);
		if (waits)
			note(text, data);
	}
	return ret;
}

int ssh_session_start(const struct ssh *ssh, const char *agent,
		      struct ssh_session *session,
		      void (*note)(const char *text, void *data), void *data,
		      struct error *err)
{
	struct stat info;
	int ret;

	*session = (struct ssh_session){
		.ssh = ssh, .to = -1, .from = -1, .messages = -1
	};
	if (stat(agent, &info))
		return error_set(err, -errno, "%s: %s", agent, strerror(errno));
	ret = start_client(session, (long long)info.st_size, err);
	if (!ret)
		ret = send_file(session, agent, err);
	if (!ret)
		ret = greet(session, note, data, err);
	if (ret)
		ssh_session_end(session, note, data);
	return ret;
}

static int say(struct ssh_session *session, json_t *message, struct error *err)
{
	char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;
	int ret = text ? write_all(session, text, strlen(text)) : -ENOMEM;

	if (!ret)
		ret = write_all(session, "\n", 1);
	json_decref(message);
	free(text);
	return ret ? say_failed(session, ret, err) : 0;
}

int ssh_session_ask(struct ssh_session *session, json_t *message,
		    double seconds, json_t **reply, struct error *err)
{
	int ret = say(session, message, err);

	return ret ? ret : hear(session, FRAME_DONE, seconds, reply, err);
}

int ssh_session_check(const struct ssh_session *session, json_t *reply,
		      struct error *err)
{
	const char *text = json_string_value(json_object_get(reply, "error"));
	int ret = text ? error_set(err, -EREMOTEIO, "%s: %s",
				   session->ssh->spec, text) :
			 0;

	json_decref(reply);
	return ret;
}

int ssh_session_put(struct ssh_session *session, const char *name,
		    const char *path, struct error *err)
{
	struct stat info;
	json_t *reply;
	int ret;

	if (stat(path, &info))
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	ret = say(session,
		  json_pack("{s:s, s:s, s:I}", "do", "file", "name", name,
			    "bytes", (json_int_t)info.st_size),
		  err);
	if (!ret)
		ret = send_file(session, path, err);
	if (!ret)
		ret = hear(session, FRAME_DONE, PUT_SECONDS, &reply, err);
	return ret ? ret : ssh_session_check(session, reply, err);
}

static void tell_lines(const struct ssh_session *session, const json_t *reply,
		       void (*note)(const char *text, void *data), void *data)
{
	json_t *lines = json_object_get(reply, "lines"), *line;
	size_t i;

	json_array_foreach (lines, i, line) {
		char text[1024];

		snprintf(text, sizeof(text), "%s: %s", session->ssh->spec,
			 json_string_value(line));
		note(text, data);
	}
}

void ssh_session_end(struct ssh_session *session,
		     void (*note)(const char *text, void *data), void *data)
{
	struct error ignored;
	json_t *reply;

	/* Interrupted: its closed input tells it as well, only not us. */
	if (session->client && !process_interrupted &&
	    !ssh_session_ask(session, json_pack("{s:s}", "do", "end"),
			     END_SECONDS, &reply, &ignored)) {
		tell_lines(session, reply, note, data);
		json_decref(reply);
	}
	if (session->to >= 0)
		close(session->to);
	/* The client ends when the shell there has. */
	if (session->client &&
	    reap(session->client, END_SECONDS, NULL) == -ETIMEDOUT)
		process_kill(session->client);
	if (session->from >= 0)
		close(session->from);
	if (session->messages >= 0)
		close(session->messages);
	frame_buffer_free(&session->frames);
	*session = (struct ssh_session){ .to = -1, .from = -1, .messages = -1 };
}
