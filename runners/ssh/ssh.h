/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection to another machine, by OpenSSH's client as it is: its files,
 * agents, keys and jump hosts are what says how. One master in a folder of its
 * own holds it (ControlMaster), commands go over that. $MMGAUGE_SSH is the
 * program, "ssh" unless set.
 */
#ifndef MMGAUGE_SSH_H
#define MMGAUGE_SSH_H

#include <limits.h>
#include <sys/types.h>

#include "results/base/error.h"
#include "results/base/process.h"

#define SSH_FORM "ssh:[USER@]HOST[:PORT]"

struct ssh {
	char spec[300]; /* "ssh:root@lab:2222", for people */
	char place[256]; /* "root@lab", as the client takes it */
	char host[256]; /* "lab" */
	char port[8]; /* or "": the client's */
	/* of ssh.c: */
	char folder[64]; /* the master's, or "" */
	int lock; /* on it, while it is ours */
	pid_t master; /* 0: none */
};

/* Take @spec apart; -EINVAL where it has another form. Nothing is opened. */
int ssh_parse(const char *spec, struct ssh *ssh);

/*
 * Connect, unless there is a connection: a person may be asked for what ssh asks
 * for. -EHOSTUNREACH with the client's own line and a remedy, -EINTR, ...
 */
int ssh_open(struct ssh *ssh, struct error *err);
void ssh_close(struct ssh *ssh);

/* Run a POSIX @script of one line, without "'", there: as process_capture(). */
int ssh_run(const struct ssh *ssh, const char *script, unsigned int seconds,
	    struct process_result *result);

/*
 * The same with @spec's descriptors: its pid, or a negative errno. It dies with
 * the connection.
 */
pid_t ssh_start(const struct ssh *ssh, const char *script,
		struct process_spec spec);

/* The last line of what a client wrote to @fd or the file, without its end. */
void ssh_last_line(int fd, char *line, size_t size);

#endif
