/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The agent as init of a guest. */
#ifndef MMGAUGE_AGENT_GUEST_H
#define MMGAUGE_AGENT_GUEST_H

/*
 * Mount what is needed, load /mmgauge.ko, say hello on the second serial port,
 * run every request of /plan.json in a process of its own, reboot (QEMU ends).
 * Does not return when all is well; init returning is a kernel panic, which
 * the host reports with the console.
 */
int guest_main(void);

#endif
