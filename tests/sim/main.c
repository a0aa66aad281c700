// SPDX-License-Identifier: GPL-2.0-or-later
/* sim short|full: the error rates docs/statistics.md claims, held to limits. */
#include <stdio.h>
#include <string.h>

#include "noise.h"

int main(int argc, char **argv)
{
	bool full = argc == 2 && !strcmp(argv[1], "full"), holds;

	if (!full && (argc != 2 || strcmp(argv[1], "short") != 0)) {
		fprintf(stderr, "usage: sim short|full\n");
		return 2;
	}
	printf("| %-52s | %6s | %-8s | holds |\n|---|--:|---|---|\n",
	       full ? "20,000 series, 1,000 comparisons of 200 cells" :
		      "1,000 series, 100 comparisons of 200 cells",
	       "share", "limit");
	holds = sim_changes(full ? 20000 : 1000);
	holds &= sim_edges(full ? 20000 : 1000);
	holds &= sim_family(full ? 20000 : 1000);
	holds &= sim_compare(full ? 1000 : 100);
	holds &= sim_until(full ? 1000 : 40);
	holds &= sim_replication(full ? 500 : 20);
	return !holds;
}
