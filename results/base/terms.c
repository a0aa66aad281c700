// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "terms.h"

const struct term terms[] = {
	/* What is measured. */
	{ "case", "an operation that can be measured, like pin.fast" },
	{ "axis", "what can be varied of a case, like batch or memory" },
	{ "cell", "a case with one value on every axis" },
	{ "metric",
	  "what a cell costs, like pin and unpin; each has a unit and "
	  "is told per operation, page or call" },
	{ "fact",
	  "what is counted beside the cost: callbacks, bytes, pages; an "
	  "exact one is the same on each boot" },
	{ "suite", "a file that names cells: configs/suites/NAME.json" },
	{ "target", "where cells are measured: this host, or a guest with a "
		    "kernel" },
	{ "boot", "one start of a target; on the host a round" },
	{ "trial", "one cell in one fresh process on one boot" },
	{ "sample", "one timed batch of operations within a trial" },
	{ "run", "all trials of one target, in one result file" },
	{ "subject", "the kernel that a run measured" },
	{ "series", "one metric of one cell, over many subjects" },
	{ "clock", "wall: nanoseconds. instructions: those that a guest "
		   "executes, exactly, under an emulator" },
	{ "profile", "which functions of the kernel a cell executes, and how "
		     "much of what kind" },
	/* What is told of two runs. */
	{ "verdict", "regression, improvement, unchanged; inconclusive: more "
		     "boots may settle it; incomparable: no figure on one "
		     "side" },
	{ "behaves differently",
	  "an exact fact is another one: the kernel does "
	  "other work, not the same work dearer" },
	{ "broken", "the cell was ok and gives wrong answers, leaks, fails or "
		    "crashes" },
	{ "threshold", "changes up to this size count as none" },
	/* Metrics and values of axes that do not explain themselves. */
	{ "hold", "from a mm-wide notifier's start callback to its end "
		  "callback: how long a driver must stay away" },
	{ "adjacent", "intervals right behind the memory that is invalidated: "
		      "near, but misses" },
	{ "hit, miss", "an interval that the invalidated range touches, whose "
		       "callback is called; one that it does not" },
	{ "twin", "the same loop in a process that never registered with "
		  "membarrier(), sample by sample beside the other" },
	{ "each further", "one more of what is there already, after the first "
			  "that pays for the setting up: a further bind, get "
			  "or registration of the same mm" },
	{ "floor", "what a system call or ioctl costs that does nothing: part "
		   "of every figure that needs one" },
	{ "control", "a cell in which nothing ought to happen: it proves that "
		     "the others measure what they say" },
	{ "siblings", "other threads of the process, each on a CPU of its "
		      "own" },
	{ "rivals", "threads that want the same locks while the cell runs" },
	{ "byte beside operation", "one figure by two units: per byte of the "
				   "range, and per operation" },
	{ NULL, NULL },
};
