/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The profile of a boot: what the plugin counted, by function and kind.
 *
 * Of each metric of a cell the sample that is the median is taken apart. Its
 * rows add up to the clock's count of it, the reads of the clock included:
 *
 *	{"pin": {"ticks": 720552, "harness": 32, "units": 2048,
 *		 "functions": {"vmlinux": {"gup_fast": [41024, ...], ...},
 *			       "mmgauge": ..., "": {"": [...]}},
 *		 "calls": [["vmlinux", "gup_fast", "vmlinux", "try_get_folio",
 *			    CALLS, INSTRUCTIONS], ...]}, ...}
 *
 * A row has an amount per profiler_kinds(), all of the sample; to have them per
 * unit, divide by units; zeros at the end are left out. "" is code that no
 * symbol covers. With DWARF what was inlined has rows of its own: results/base/
 * profile_inlined.h. "calls" are there when the plugin was asked for them.
 */
#ifndef MMGAUGE_PROFILER_H
#define MMGAUGE_PROFILER_H

#include <jansson.h>
#include <stdint.h>

#include "results/base/error.h"

struct profiler_files {
	const char *arch; /* as `uname -m` has it */
	const char *log; /* that the plugin writes */
	const char *kernel; /* ELF file or image; "vmlinux" */
	const char *agent;
	const char *module; /* mmgauge.ko, "" for none */
	const char *drivers; /* folder with NAME.ko of other modules, or "" */
	/* Folder with vmlinux and NAME.ko that have DWARF, or "" */
	const char *debug;
};

struct profiler;

/*
 * For a boot whose QEMU has started; the strings must stay. -ENODATA: nothing
 * can be told from this kernel's files; -ENOTSUP: of this architecture.
 */
int profiler_open(const struct profiler_files *files, struct profiler **result,
		  struct error *err);
void profiler_close(struct profiler *profiler);

/*
 * Modules that were loaded since, as the agent's modules_news() has them.
 * -ESTALE when a file is not that of what was loaded.
 */
int profiler_modules(struct profiler *profiler, const json_t *modules,
		     struct error *err);

/*
 * Of cell number @cell of the boot's plan, that has just ended; @names are those of
 * its metrics by number, PROFILE_METRICS_MAX, NULL where it has none. *profile is a new reference, or NULL when there is nothing
 * to tell; -ENOSPC when its end is not in the log, else errors as
 * profile_log_next().
 */
int profiler_cell(struct profiler *profiler, uint64_t cell,
		  const char *const *names, json_t **profile,
		  struct error *err);

/*
 * The names of a row's amounts, in their order, of a profile with these @parts
 * (enum profile_part) of @arch. A new reference.
 */
json_t *profiler_kinds(const char *arch, unsigned int parts);

#endif
