/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mmgauge history` says of its series. */
#ifndef MMGAUGE_HISTORY_REPORT_H
#define MMGAUGE_HISTORY_REPORT_H

#include <stdio.h>

#include "results/history/history.h"
#include "results/history/history_events.h"
#include "command.h"
#include "runners/many/history_runs.h"

struct history_report {
	struct history_runs runs;
	struct history history;
	struct history_events events;
	bool online; /* what was told before is not told again */
	double threshold; /* that its changes are beyond */
	struct text_list
		acknowledged; /* subjects whose regressions are known */
};

/* Whether the subject at which @series has @change is acknowledged. */
bool history_is_acknowledged(const struct history_report *report,
			     const struct history_series *series,
			     const struct history_change *change);

/* Whether the newest change or event of anything is one to worry about. */
bool history_ends_badly(const struct history_report *report);

void history_print_text(FILE *stream, const struct history_report *report);
void history_print_json(const struct history_report *report);

#endif
