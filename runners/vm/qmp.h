/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's monitor (QMP): a line of JSON each way, over a pair of sockets of which
 * QEMU has one.
 */
#ifndef MMGAUGE_QMP_H
#define MMGAUGE_QMP_H

#include <jansson.h>
#include <stdbool.h>

#include "results/base/error.h"

#define QMP_BYTES 65536 /* a line is at most */

struct qmp {
	int ours, theirs; /* -1: none */
	size_t used;
	bool stopped; /* it said so, and was not told to go on */
	char bytes[QMP_BYTES];
};

/* @theirs is for QEMU to have; close it once it does. */
int qmp_open(struct qmp *qmp, struct error *err);

/*
 * Have @command done, with @arguments (taken; NULL: none) and the descriptor
 * @passed (-1: none), within @seconds: 0 with *answer where that is wanted, or a
 * negative errno with what QEMU says.
 */
int qmp_call(struct qmp *qmp, const char *command, json_t *arguments,
	     int passed, double seconds, json_t **answer, struct error *err);

/* Whether QEMU said that its guest stopped; never waits. */
bool qmp_has_stopped(struct qmp *qmp);

/* Also of one that was never opened, but for zeroes. */
void qmp_close(struct qmp *qmp);

#endif
