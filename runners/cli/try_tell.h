/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mmgauge try` says of the kernels it measured. */
#ifndef MMGAUGE_TRY_TELL_H
#define MMGAUGE_TRY_TELL_H

#include "runners/base/text_list.h"
#include "runners/many/subject.h"
#include "try_progress.h"

struct try_options {
	const char *repo;
	const char *config;
	const char *base;
	const char *arch;
	struct text_list kbuild;
	struct text_list parameters;
	const char *threshold;
	bool again;
	bool dry_run;
	const char *format;
};

/*
 * The verdict on both @subjects, base first, and why; where all cells are
 * @profiled they need no boot for that. @argc and @argv are what was asked for.
 * The exit code of compare, or a negative errno.
 */
int try_tell(const struct subject subjects[2],
	     const struct try_options *options, bool profiled, int argc,
	     char **argv, struct try_progress *progress, struct error *err);

#endif
