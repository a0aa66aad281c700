/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests of the exact clock that stop, that are restored from where one stopped, or
 * that do neither, go on from one moment: all that the kernel does later is then
 * the same, instruction by instruction.
 *
 * QEMU may take a CPU that stops for an idle one and put its clock on to the next
 * timer, a tick: whether it does is a matter of the host's scheduler. So each waits
 * for a later tick. It waits in one instruction, for the kernel mixes where an
 * interrupt found the CPU into its random numbers.
 *
 * Of several CPUs the next timer is the end of a turn, and turns are counted anew
 * from the stop. They are where they were if it is at the end of one, or right
 * after it. QEMU also ends one every 100 ms, counted from where its CPUs were last
 * all idle: so all of them are, once.
 */
#ifndef MMGAUGE_MEET_H
#define MMGAUGE_MEET_H

/*
 * Write @byte to @port, which may stop the guest, and wait. @turn_ns: how long a
 * turn of its CPUs is, 0 where it has one.
 */
void meet(volatile unsigned char *port, unsigned char byte,
	  unsigned int turn_ns);

#endif
