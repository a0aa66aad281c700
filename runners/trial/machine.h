/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine and the kernel that a measurement ran on. */
#ifndef MMGAUGE_MACHINE_H
#define MMGAUGE_MACHINE_H

#include <jansson.h>

/*
 * {"subject": {...}, "machine": {...}} as the result schema wants them. What
 * cannot be read is null: an old kernel, a lean one, another architecture.
 */
json_t *machine_describe(void);

/* What the processor is; machine_cpu.c. New references. */
json_t *machine_cpu_model(void);
json_t *machine_cpu(void); /* vendor, family, topology, caches */
json_t *machine_hypervisor(void); /* "none", its name, or null */

/* The value of the first "KEY<spaces>: VALUE" line of /proc/cpuinfo, or null.
 */
json_t *machine_cpuinfo(const char *key);

#endif
