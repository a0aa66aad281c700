/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_SIGNALS_H
#define MMGAUGE_SIGNALS_H

/* Have SIGINT, SIGTERM and SIGHUP set process_interrupted (results/base/process.h). */
void signals_catch(void);

#endif
