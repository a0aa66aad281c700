/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a cell of the plan to a request, from a reply to result and journal. */
#ifndef MMGAUGE_RECORD_H
#define MMGAUGE_RECORD_H

#include "run.h"

/* The request for a cell, for a guest's plan or a process on the host. */
json_t *run_request(const struct run *run, const struct target *target,
		    size_t cell, unsigned int boot);

bool run_is_done(const struct run *run, const struct target *target,
		 size_t cell, unsigned int boot);

/* Take a reply of the agent into the result and the journal. */
int run_record(struct run *run, struct target *target, size_t cell,
	       unsigned int boot, const json_t *reply, struct error *err);

/* The same for a cell that got no reply. */
int run_record_crash(struct run *run, struct target *target, size_t cell,
		     unsigned int boot, const char *reason, struct error *err);

/* Take a greeting into the result and the journal. */
int run_greet(struct target *target, const json_t *hello, struct error *err);

/* "case[axis=value,...]" of a cell; returns buffer. */
char *run_label(const struct run *run, size_t cell, char *buffer, size_t size);

/* All that was asked for, as a journal begins with it; NULL: not UTF-8. */
json_t *run_header(const struct run *run);

/* Room for its trials, once plan, targets and boots are known. */
int run_allocate(struct run *run, struct error *err);

#endif
