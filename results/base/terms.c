// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "terms.h"

const struct term terms[] = {
	/* What is measured. */
	{ "case", "an operation that can be measured, like pin.fast", false },
	{ "axis", "what can be varied of a case, like batch or memory", false },
	{ "cell", "a case with one value on every axis", false },
	{ "metric",
	  "what a cell costs, like pin and unpin; each has a unit and "
	  "is told per operation, page or call",
	  false },
	{ "fact",
	  "what is counted beside the cost: callbacks, bytes, pages; an "
	  "exact one is the same on each boot",
	  false },
	{ "suite", "a file that names cells: configs/suites/NAME.json", false },
	{ "target",
	  "where cells are measured: this host, or a guest with a "
	  "kernel",
	  false },
	{ "configuration",
	  "what surrounds a kernel and is chosen, not measured: names of "
	  "configs/machines and settings of a guest, `list --machines`",
	  false },
	{ "boot", "one start of a target; on the host a round", false },
	{ "trial", "one cell in one fresh process on one boot", false },
	{ "sample", "one timed batch of operations within a trial", false },
	{ "run", "all trials of one target, in one result file", false },
	{ "subject", "the kernel that a run measured", false },
	{ "series", "one metric of one cell, over many subjects", false },
	{ "clock",
	  "wall: nanoseconds. instructions: those that a guest "
	  "executes, exactly, under an emulator",
	  false },
	{ "profile",
	  "which functions of the kernel a cell executes, and how "
	  "much of what kind",
	  false },
	/* What is told of two runs. */
	{ "verdict",
	  "regression, improvement, unchanged; inconclusive: more "
	  "boots may settle it; incomparable: no figure on one "
	  "side",
	  false },
	{ "behaves differently",
	  "an exact fact is another one: the kernel does "
	  "other work, not the same work dearer",
	  true },
	{ "broken",
	  "the cell was ok and gives wrong answers, leaks, fails or "
	  "crashes",
	  true },
	{ "threshold", "changes up to this size count as none", false },
	/* Metrics and values of axes that do not explain themselves. */
	{ "hold",
	  "from a mm-wide notifier's start callback to its end "
	  "callback: how long a driver must stay away",
	  true },
	{ "adjacent",
	  "intervals right behind the memory that is invalidated: "
	  "near, but misses",
	  true },
	{ "hit, miss",
	  "an interval that the invalidated range touches, whose "
	  "callback is called; one that it does not",
	  true },
	{ "twin",
	  "the same loop in a process that never registered with "
	  "membarrier(), sample by sample beside the other",
	  true },
	{ "each further",
	  "one more of what is there already, after the first "
	  "that pays for the setting up: a further bind, get "
	  "or registration of the same mm",
	  true },
	{ "floor",
	  "what a system call or ioctl costs that does nothing: part "
	  "of every figure that needs one",
	  true },
	{ "control",
	  "a cell in which nothing ought to happen: it proves that "
	  "the others measure what they say",
	  true },
	{ "siblings",
	  "other threads of the process, each on a CPU of its "
	  "own",
	  true },
	{ "rivals", "threads that want the same locks while the cell runs",
	  true },
	{ "byte beside operation",
	  "one figure by two units: per byte of the "
	  "range, and per operation",
	  false },
	{ 0 },
};
