/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fresh process that measures one trial: the static agent, executed anew, so
 * that no mm state is inherited from whoever asks.
 */
#ifndef MMGAUGE_SPAWN_H
#define MMGAUGE_SPAWN_H

#include <jansson.h>
#include <signal.h>

#include "results/base/error.h"

/*
 * Run `@agent @verb` with @request (may be NULL) as a JSON document on its
 * standard input and wait at most @seconds for one frame. The process is dead
 * and reaped on every return, but for one that the kernel does not let die,
 * which the line names. 0 with *reply a new reference; -ETIMEDOUT, -EPIPE
 * (it died: the line names the signal or exit code), -EINTR when *@stop became
 * non-zero, or another errno.
 */
int spawn_agent(const char *agent, const char *verb, const json_t *request,
		double seconds, const volatile sig_atomic_t *stop,
		json_t **reply, struct error *err);

#endif
