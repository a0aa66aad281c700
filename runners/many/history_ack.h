/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subjects whose regressions are known, a line each in a file beside what
 * the history is of: FOLDER/acknowledged or FILE.csv.acknowledged. Remove a
 * line to be told of it again.
 */
#ifndef MMGAUGE_HISTORY_ACK_H
#define MMGAUGE_HISTORY_ACK_H

#include <stdbool.h>

#include "results/base/error.h"
#include "runners/base/text_list.h"

struct history_ack {
	struct text_list subjects; /* those of the file and the new ones */
	size_t owned; /* as many of them are of the file */
};

/* Read @path, which need not exist, and write those of @added to its end. */
int history_ack_load(struct history_ack *ack, const char *path,
		     const struct text_list *added, struct error *err);
void history_ack_free(struct history_ack *ack);

#endif
