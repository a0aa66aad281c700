/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module in the running kernel. */
#ifndef MMGAUGE_MODULE_LOAD_H
#define MMGAUGE_MODULE_LOAD_H

#include <stdbool.h>

#define MODULE_FOLDER "/sys/module/mmgauge"

bool module_is_loaded(void);

/* A kernel without CONFIG_MODULES takes none. */
bool module_can_load(void);

/* 0, also where it was loaded already, or a negative errno. */
int module_load(const char *path);
int module_unload(void);

/* Secure Boot: only signed ones. */
bool module_is_locked_down(void);

/* Why, in words, when module_load() returned -@error. */
const char *module_refusal(int error);

#endif
