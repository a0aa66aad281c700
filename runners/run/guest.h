/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest: one QEMU that runs a share of a boot's cells. Plans in, frames out,
 * and what to do when it dies.
 */
#ifndef MMGAUGE_GUEST_H
#define MMGAUGE_GUEST_H

#include "guest_watch.h"
#include "run.h"

struct guest {
	struct run *run;
	struct target *target;
	unsigned int boot; /* number of it */
	unsigned int cpus;
	bool describes; /* the target is what its greeting says */
	bool followed; /* by another one like it */
	bool *crashed; /* once, by cell of the run; the boot's */
	size_t *cells; /* of the guest's plan, by index in it; the owner's */
	size_t count;
	/* of guest.c: */
	struct vm *vm; /* NULL: not started */
	struct guest_watch watch;
	struct guest_profile *profile; /* NULL: not wanted, or given up */
	bool progressed; /* a trial was recorded */
	char reason[1000]; /* why it died */
};

/* 0, or an error that no cell can be blamed for. */
int guest_start(struct guest *guest, struct error *err);

/*
 * See what it does, for @seconds of the host: 1 when it goes on; 0 when its plan
 * is done or it died: the cell that ran then is tried again or, the second
 * time, recorded as crashed; -EINTR when the run is to stop, or another error.
 */
int guest_look(struct guest *guest, double seconds, struct error *err);

/* Also of a guest that did not start. */
void guest_end(struct guest *guest);

#endif
