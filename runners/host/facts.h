/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine that is measured as it runs adds to the agent's greeting. */
#ifndef MMGAUGE_FACTS_H
#define MMGAUGE_FACTS_H

#include <jansson.h>

/*
 * Into the machine of @hello: boot_id, since runs of one boot are no more than
 * one boot's, "accelerator": "none", and what doctor_brief() has; into its
 * subject the config.
 */
void host_facts(json_t *hello);

#endif
