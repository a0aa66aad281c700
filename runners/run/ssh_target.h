/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another machine that is measured as it runs, over ssh. */
#ifndef MMGAUGE_SSH_TARGET_H
#define MMGAUGE_SSH_TARGET_H

#include "run.h"
#include "runners/ssh/session.h"

struct ssh_target {
	struct ssh ssh;
	char release[128]; /* of its kernel */
	char package[64]; /* the version of Debian's, or "" */
	bool root;
	bool takes_modules;
	bool has_module; /* loaded by somebody */
	bool has_headers; /* and what builds with them */
	bool module_chosen;
	char module[PATH_MAX]; /* ours for its kernel, or "" */
	bool builds_module; /* there */
	char no_module[1000]; /* why there is none, or "" */
	size_t lost; /* the cell at which the connection was, or SIZE_MAX */
};

/* --- ssh_machine.c: before anything of ours is there --- */

/*
 * Ask the machine what it is. -ENOEXEC where our agent cannot run, -EPROTO
 * where nothing answers that we know.
 */
int ssh_machine_probe(struct ssh_target *machine, struct error *err);

/* Where its module comes from: ->module, ->builds_module or ->no_module. */
void ssh_machine_choose_module(struct ssh_target *machine, kernel_note note,
			       void *data);

/*
 * Bring it there and load it; where that is refused ->no_module says why. Only
 * what ends the session is an error.
 */
int ssh_machine_load_module(struct ssh_target *machine,
			    struct ssh_session *session, struct error *err);

#endif
