/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our agent on the other machine, and what is said to it (host/serve.h). */
#ifndef MMGAUGE_SSH_SESSION_H
#define MMGAUGE_SSH_SESSION_H

#include <jansson.h>

#include "runners/base/frame.h"
#include "ssh.h"

struct ssh_session {
	const struct ssh *ssh;
	pid_t client;
	int to, from; /* the agent */
	int messages; /* what it, its shell and the client say on stderr */
	struct frame_buffer frames;
	double said; /* when something was last */
};

/*
 * Copy @agent there and have it serve, which may wait for another one to end:
 * @note says so. -EPIPE: the connection was lost, which another may not be;
 * everything else is as it is there: no room, nowhere to execute, ...
 */
int ssh_session_start(const struct ssh *ssh, const char *agent,
		      struct ssh_session *session,
		      void (*note)(const char *text, void *data), void *data,
		      struct error *err);

/*
 * Say @message, which is taken, and wait at most @seconds for what is answered:
 * a new reference, whose "error" is the caller's to look at. -EPIPE as above,
 * -ETIMEDOUT.
 */
int ssh_session_ask(struct ssh_session *session, json_t *message,
		    double seconds, json_t **reply, struct error *err);

/* Put the file @path there, among what is called @name. */
int ssh_session_put(struct ssh_session *session, const char *name,
		    const char *path, struct error *err);

/* The "error" of a @reply in one line; 0: it has none. Takes @reply. */
int ssh_session_check(const struct ssh_session *session, json_t *reply,
		      struct error *err);

/*
 * Have the agent put everything back and end, and see that it did; what it
 * could not is told to @note. Also of a session that was lost, or not started.
 */
void ssh_session_end(struct ssh_session *session,
		     void (*note)(const char *text, void *data), void *data);

#endif
