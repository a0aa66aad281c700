// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "results/base/threshold.h"
#include "commands.h"
#include "run_choose.h"
#include "run_rows.h"
#include "runners/base/profile_parts.h"
#include "runners/run/target_kind.h"

#define AT(field) offsetof(struct run_options, field)

const struct run_options run_defaults = { .precision = -1,
					  .latency = UINT64_MAX,
					  .threshold = THRESHOLD_DEFAULT };

const struct option_row run_rows[] = {
	{
		.name = "parameter",
		.letter = 'p',
		.kind = OPTION_LIST,
		.argument = "AXIS=V[,V...]",
		.help = "measure these values on an axis",
		.offset = AT(parameters),
	},
	{
		.name = "on",
		.kind = OPTION_LIST,
		.argument = "TARGET",
		.help = "where to; several take turns:",
		.offset = AT(targets),
		.forms = target_forms,
	},
	{
		.name = "repo",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "the git tree of Linux that vm:git:REV is of (the "
			"current folder)",
		.offset = AT(repo),
	},
	OPTION_ARCH(AT(arch)),
	{
		.name = "config",
		.kind = OPTION_LIST,
		.argument = "NAME|KEY=VALUE[,...]",
		.help = "what surrounds the kernel: machines of `list` or "
			"settings, like pti or cpus=2; each target is measured "
			"under each that is given",
		.offset = AT(configs),
	},
	OPTION_KBUILD(AT(kbuild)),
	{
		.name = "clock",
		.kind = OPTION_CHOICE,
		.argument = "KIND",
		.help = "wall or instructions; a guest counts instructions by "
			"default",
		.offset = AT(clock),
		.choices = "wall|instructions",
	},
	{
		.name = "boots",
		.kind = OPTION_COUNT,
		.argument = "N",
		.help = "boots of a guest, or rounds on the host (3; "
			"instructions 1; at most 40 until a verdict)",
		.offset = AT(boots),
		.min = 1,
		.max = 1000,
	},
	{
		.name = "precision",
		.kind = OPTION_PERCENT,
		.argument = "P%",
		.help = "half-width of the median's 95 % interval to sample "
			"for (1%); 0% wants no spread at all, which ends with "
			"--max-time",
		.offset = AT(precision),
	},
	{
		.name = "max-time",
		.kind = OPTION_SECONDS,
		.argument = "T",
		.help = "the most time for a trial, on the guest's clock (1s); "
			"until a verdict: for all boots (1h)",
		.offset = AT(max_time),
	},
	{
		.name = "latency",
		.kind = OPTION_COUNT,
		.argument = "N",
		.help = "time N operations of a trial one by one too, for the "
			"tails (0); calls that the module times: 1024 at least",
		.offset = AT(latency),
		.max = 100000,
	},
	{
		.name = "counters",
		.kind = OPTION_TEXT,
		.argument = "LIST",
		.help = "count these events too, like "
			"cycles:k,dTLB-load-misses:k, or usual",
		.offset = AT(counters),
	},
	{
		.name = "tune",
		.kind = OPTION_FLAG,
		.help = "quieten machines of ssh: while they are measured, as "
			"`mmgauge tune` does, and bring them back",
		.offset = AT(tune),
	},
	{
		.name = "seed",
		.kind = OPTION_COUNT,
		.argument = "N",
		.help = "of the order of cells, and of where in the turns of "
			"several CPUs samples begin (1 on the exact clock)",
		.offset = AT(seed),
		.min = 1,
		.max = UINT32_MAX,
	},
	{
		.name = "label",
		.kind = OPTION_LIST,
		.argument = "K=V",
		.help = "a note to keep in the result",
		.offset = AT(labels),
	},
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "PATH",
		.help = "a folder for the results, or a .json file for one "
			"target",
		.offset = AT(output),
	},
	{
		.name = "resume",
		.kind = OPTION_TEXT,
		.argument = "RUN",
		.help = "go on with a run that was interrupted",
		.offset = AT(resume),
	},
	{
		.name = "reuse",
		.kind = OPTION_FLAG,
		.help = "on the exact clock: measure nothing that was measured "
			"before, where nothing it depends on has changed",
		.offset = AT(reuse),
	},
	{
		.name = "no-snapshot",
		.kind = OPTION_FLAG,
		.help = "boot guests of the exact clock from power on, though "
			"there be snapshots of them",
		.offset = AT(boots_whole),
	},
	{
		.name = "dry-run",
		.kind = OPTION_FLAG,
		.help = "print the cells in their order, and what time and disk "
			"they would take; measure nothing",
		.offset = AT(dry_run),
	},
	{
		.name = "pairwise",
		.kind = OPTION_FLAG,
		.help = "of a matrix: not all combinations, but each pair of "
			"values of two dimensions in one at least",
		.offset = AT(pairwise),
	},
	OPTION_FORMAT(AT(format)),
	{
		.name = "verify-determinism",
		.kind = OPTION_FLAG,
		.help = "prove the exact clock: three boots, say what varies "
			"between them",
		.offset = AT(verify),
	},
	{
		.name = "profile",
		.kind = OPTION_SET,
		.argument = "PART,...",
		.help = "on the exact clock: which functions execute how much "
			"of which kind, and in PARTs who calls whom, the cache "
			"lines touched and missed, and inlined functions",
		.offset = AT(profile),
		.forms = profile_parts_choices,
	},
	{
		.name = "until-verdict",
		.kind = OPTION_TEXT,
		.argument = "BASE",
		.help = "boot BASE, a target, a run or @BASELINE, and the --on "
			"target in turns until every row has a verdict",
		.offset = AT(until),
	},
	{
		.name = "threshold",
		.kind = OPTION_PERCENT,
		.argument = "P%",
		.help = "of that verdict: changes up to this size count as "
			"none (1%)",
		.offset = AT(threshold),
	},
	{
		.name = "force",
		.kind = OPTION_FLAG,
		.help = "reach it on emulated wall-clock time too, as compare "
			"--force does",
		.offset = AT(force),
	},
	{ 0 },
};
