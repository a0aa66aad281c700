/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest is to do. */
#ifndef MMGAUGE_PLAN_TAKE_H
#define MMGAUGE_PLAN_TAKE_H

#include <jansson.h>

/*
 * The plan, out of the device that holds it (runners/base/plan_memory.h), where
 * the guest first stops if it is told to, else of the file @path; NULL: neither
 * is a plan.
 */
json_t *plan_take(const char *path);

#endif
