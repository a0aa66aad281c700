/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls of a window, by site and callee: calls_edges(). */
#ifndef MMGAUGE_PLUGIN_CALL_EDGES_H
#define MMGAUGE_PLUGIN_CALL_EDGES_H

#include <stdint.h>

int edges_init(void); /* or -ENOMEM */
void edges_count(uint32_t site, uint32_t callee, uint64_t inclusive);
void edges_forget(void);

#endif
