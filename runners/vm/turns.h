/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the CPUs of a guest of the exact clock take turns. A CPU runs until it
 * waits (PAUSE, HLT) or its share of the time until QEMU's next deadline is
 * over, which without any other is the guest's tick: a thread that spins would
 * have all of it. An object of QEMU's that no device of the guest knows of makes
 * such deadlines: a buffer for packets, without any.
 *
 * They are counted from where the object is made. A guest that is loaded
 * (snapshot.h) has it made then, and one that boots anew at the same point.
 */
#ifndef MMGAUGE_TURNS_H
#define MMGAUGE_TURNS_H

#include "qmp.h"
#include "vm.h"

#define TURNS_NETWORK " -netdev hubport,id=turns,hubid=0"

/* Whether the guest has them. */
bool turns_needed(const struct vm_options *options);

/* How long one is; 0: none. */
unsigned int turns_ns(const struct vm_options *options);

/* The object, as an argument of QEMU's. */
void turns_object(const struct vm_options *options, char text[80]);

/* Begin anew in the stopped guest of @qmp; @has: with such an object. */
int turns_renew(const struct vm_options *options, struct qmp *qmp, bool has,
		struct error *err);

#endif
