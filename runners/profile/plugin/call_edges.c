// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call_edges.h"
#include "calls.h"
#include "log.h"

#define EDGES_MAX (1u << 14)

static struct call_edge edges[EDGES_MAX];
static size_t edge_count;
static uint32_t *table; /* of edges[] + 1; 2 * EDGES_MAX, 0 is free */

int edges_init(void)
{
	table = calloc(2 * EDGES_MAX, sizeof(*table));
	return table ? 0 : -ENOMEM;
}

void edges_count(uint32_t site, uint32_t callee, uint64_t inclusive)
{
	uint64_t key = (uint64_t)site << 32 | callee;
	uint32_t at =
		(uint32_t)((key * 0x9e3779b97f4a7c15u) >> 40) % (2 * EDGES_MAX);
	struct call_edge *edge;

	for (; table[at]; at = (at + 1) % (2 * EDGES_MAX)) {
		edge = &edges[table[at] - 1];
		if (edge->site == site && edge->callee == callee)
			break;
	}
	if (!table[at]) {
		if (edge_count == EDGES_MAX) {
			log_give_up("too many different calls");
			return;
		}
		edges[edge_count] = (struct call_edge){ site, callee, 0, 0 };
		table[at] = (uint32_t)++edge_count;
	}
	edge = &edges[table[at] - 1];
	edge->calls++;
	edge->inclusive += inclusive;
}

size_t calls_edges(const struct call_edge **list)
{
	*list = edges;
	return edge_count;
}

void edges_forget(void)
{
	if (edge_count)
		memset(table, 0, 2 * EDGES_MAX * sizeof(*table));
	edge_count = 0;
}
