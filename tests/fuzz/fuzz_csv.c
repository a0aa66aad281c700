// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of anyone's figures, and the file of what is known about them. */
#include <math.h>
#include <stdlib.h>

#include "results/history/history.h"
#include "runners/many/history_csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct history_runs runs = { 0 };
	struct history history = { 0 };
	struct error err;
	struct history_csv csv = {
		.path = fuzz_file(data, size, ".csv"),
		.comma = size ? data[size - 1] % 3 : 0,
	};
	int ret = history_csv_load(&csv, &runs, &history, &err);

	for (size_t i = 0; i < history.count && !ret; i++)
		for (size_t p = 0; p < history.series[i].count; p++)
			if (!isfinite(history.series[i].points[p]))
				abort();
	history_free(&history);
	history_runs_free(&runs);
	return 0;
}
