/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the program's own parts lie: where the environment says, else where
 * they were installed, else in the sources.
 */
#ifndef MMGAUGE_PATHS_H
#define MMGAUGE_PATHS_H

const char *paths_configs(void); /* $MMGAUGE_CONFIGS */
const char *paths_agent(void); /* $MMGAUGE_AGENT */
/* What it is built of elsewhere: agent.args; $MMGAUGE_AGENT_SOURCE */
const char *paths_agent_source(void);
const char *paths_kmod(void); /* $MMGAUGE_KMOD */
const char *paths_plugin(void); /* $MMGAUGE_PLUGIN */

#endif
