/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a kernel's configuration that touch memory management. */
#ifndef MMGAUGE_KERNEL_CONFIG_H
#define MMGAUGE_KERNEL_CONFIG_H

#include <jansson.h>

/*
 * Those that the file @path sets, packed by gzip or not: {"HZ": "250", "KSM":
 * "y"}. What is not in it is off. NULL: it cannot be read, or is no such file.
 */
json_t *kernel_config_read(const char *path);

/* The same of the running kernel, wherever its distribution keeps it. */
json_t *kernel_config_running(void);

#endif
