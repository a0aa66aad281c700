/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `run` is told, and what a run becomes by it. */
#ifndef MMGAUGE_RUN_CHOOSE_H
#define MMGAUGE_RUN_CHOOSE_H

#include "runners/base/text_list.h"
#include "runners/run/run.h"

struct run_options {
	struct text_list parameters;
	struct text_list targets;
	const char *repo;
	const char *arch;
	struct text_list configs;
	struct text_list kbuild;
	const char *clock;
	uint64_t boots;
	double precision;
	double max_time;
	uint64_t latency;
	const char *counters;
	uint64_t seed;
	struct text_list labels;
	const char *output;
	const char *resume;
	bool reuse;
	bool boots_whole;
	bool dry_run;
	bool pairwise;
	const char *format;
	bool verify;
	bool tune;
	const char *profile; /* NULL: none */
	const char *until;
	double threshold;
	bool force;
};

/*
 * All that a new run needs before its first boot: its cells, targets, labels
 * and counters, from @options and the operands; @clock may become that of the
 * base. A negative errno with the line.
 */
int run_choose(struct run *run, const struct run_options *options, int argc,
	       char **argv, const char **clock, struct error *err);

/* The bounds of a run with --until-verdict, once its clock is known. */
void run_choose_looks(struct run *run, const struct run_options *options);

#endif
