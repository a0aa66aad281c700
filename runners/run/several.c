// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "runners/base/paths.h"
#include "runners/trial/cases.h"
#include "several.h"

static unsigned int wanted(const struct run *run, size_t cell)
{
	const struct plan_cell *from = &run->plan.cells[cell];
	unsigned int cpus = 1 + cases_threads(from->bench_case, from->axes,
					      from->axis_count);

	return cpus < CONFIGURATION_CPUS_MAX ? cpus : CONFIGURATION_CPUS_MAX;
}

unsigned int several_cpus(const struct run *run, const struct target *target,
			  size_t cell)
{
	if (target->configuration.cpus)
		return target->configuration.cpus;
	if (!target->instructions)
		return target->cpus;
	return target->several.there ? wanted(run, cell) : 1;
}

/* CPUs that the cell with most threads has work for. */
static unsigned int most_wanted(const struct run *run)
{
	unsigned int most = 1;

	for (size_t i = 0; i < run->plan.count; i++)
		if (wanted(run, i) > most)
			most = wanted(run, i);
	return most;
}

static bool is_needed(const struct run *run, const struct target *target)
{
	if (target->configuration.cpus)
		return target->configuration.cpus > 1;
	return most_wanted(run) > 1;
}

static void say_less(struct run *run, const struct target *target,
		     const char *what, const char *why)
{
	char text[sizeof((struct error){ 0 }.text) + 300];

	snprintf(text, sizeof(text), "%.128s: %s: %s", target->name, what, why);
	progress_note(text, &run->progress);
}

static void say_idle(struct run *run, const struct target *target)
{
	unsigned int cpus = target->configuration.cpus;
	unsigned int most = most_wanted(run);
	char why[80];

	if (cpus <= most)
		return;
	snprintf(why, sizeof(why), "no cell has work for more than %u", most);
	say_less(run, target, "CPUs idle, which costs what looks at each", why);
}

int several_prepare(struct run *run, struct target *target, struct error *err)
{
	struct several *several = &target->several;
	const struct arch *arch = target->kernel.arch;
	int ret;

	if (!target->instructions || !is_needed(run, target))
		return 0;
	ret = emulator_of_several(arch, &several->emulator, progress_note,
				  &run->progress, err);
	several->pauses = ret == -ENOTSUP;
	if (several->pauses && target->configuration.quantum_us)
		return ret;
	if (several->pauses)
		say_less(run, target,
			 "several CPUs take turns at PAUSE only, threads that "
			 "spin execute it, cells that contend skip",
			 err->text);
	if (!ret || several->pauses)
		ret = vm_qemu_offers(arch, &several->emulator, VM_WANTS_TURNS,
				     err);
	several->there = !ret;
	if (ret && (ret == -EINTR || target->configuration.cpus > 1))
		return ret;
	if (ret) {
		say_less(run, target,
			 "no guests of several CPUs, cells with other threads "
			 "skip",
			 err->text);
		return 0;
	}
	ret = vm_qemu_offers(arch, &several->emulator, VM_WANTS_COUNTS, err);
	if (!ret)
		ret = vm_plugin_check(arch, &several->emulator, paths_plugin(),
				      err);
	several->counts_each = ret > 0 && (ret & PLUGIN_COUNTS_CPUS);
	several->profiles = ret > 0 && (ret & PLUGIN_PROFILES_CPUS);
	if (!several->counts_each)
		say_less(run, target, "several CPUs count as one",
			 ret < 0 ? err->text :
				   "this QEMU tells no plugin which one runs");
	say_idle(run, target);
	return 0;
}

void several_describe(const struct target *target, unsigned int cpus,
		      char *text, size_t size)
{
	const struct several *several = &target->several;
	unsigned int quantum = target->configuration.quantum_us;
	char turns[64];

	snprintf(turns, sizeof(turns),
		 several->pauses ? VM_TURNS_PAUSE : VM_TURNS,
		 quantum ? quantum : VM_QUANTUM_US);
	*text = '\0';
	if (target->instructions && cpus > 1)
		snprintf(text, size, "%u CPUs, %s, %s, QEMU %s", cpus, turns,
			 several->counts_each ? "each counted" :
						"counted as one",
			 several->emulator.version);
}
