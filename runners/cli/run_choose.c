// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "results/stats/looks.h"
#include "run_choose.h"
#include "runners/base/profile_parts.h"
#include "runners/run/caches.h"
#include "runners/run/determinism.h"
#include "runners/run/run_setup.h"
#include "runners/run/run_until.h"

/* Guest seconds are counted in instructions: 0.5 s are 500 million. */
#define EXACT_SEED 1 /* as try, bisect and sweep have it */
#define DEFAULT_PRECISION 0.01
#define DEFAULT_MAX_TIME 1.0

static int choose_configurations(struct run *run,
				 const struct run_options *options,
				 struct error *err)
{
	const struct text_list *list = options->configs.count ?
					       &options->configs :
					       &run->plan.configurations;

	if (options->until && list->count > 1)
		return error_set(err, -EINVAL,
				 "--until-verdict: of %zu configurations: give "
				 "one --config",
				 list->count);
	return run_list_configurations(run, list, err);
}

/*
 * What is to be measured, and where. The base of --until-verdict boots first;
 * where it is a run, its cells and its clock are taken unless others are named.
 */
static int choose(struct run *run, const struct run_options *options, int argc,
		  char **argv, const char **clock, struct error *err)
{
	const char *specs[2] = { NULL, "host" };
	const struct text_list both = { specs, 2 };
	const struct target_choice where = {
		.targets = options->until ? &both : &options->targets,
		.kbuild = &options->kbuild,
		.repo = options->repo,
		.arch = options->arch,
	};
	struct result base = { 0 };
	char *target = NULL;
	int ret = 0;

	if (options->until && options->targets.count > 1)
		return error_set(err, -EINVAL,
				 "--until-verdict: the base against %zu "
				 "targets: give one --on",
				 options->targets.count);
	if (options->until) {
		target = until_target(options->until, &base, err);
		if (!target) {
			result_free(&base);
			return -ENOENT;
		}
		specs[UNTIL_BASE] = target;
		if (options->targets.count)
			specs[UNTIL_NEW] = options->targets.items[0];
	}
	if (!*clock && result_text(&base, "clock/kind"))
		*clock = !strcmp(result_text(&base, "clock/kind"), "wall") ?
				 "wall" :
				 "instructions";
	if (base.cell_count && !argc && !options->parameters.count)
		ret = plan_repeat(&run->plan, &base, err);
	else
		ret = plan_build(&run->plan, (const char *const *)argv,
				 (size_t)argc, &options->parameters, err);
	if (!ret)
		ret = run_list_targets(run, &where, err);
	if (!ret)
		ret = choose_configurations(run, options, err);
	free(target);
	result_free(&base);
	return ret;
}

void run_choose_looks(struct run *run, const struct run_options *options)
{
	run->until.looks = stats_looks(run->boots);
	run->until.time_limit =
		options->max_time ? options->max_time : UNTIL_TIME;
	run->until.threshold = options->threshold;
	run->until.force = options->force;
}

/*
 * On the exact clock what is left of chance is the order of the cells: one for
 * all runs, unless asked for. On the wall clock no order is to be favoured.
 */
static uint64_t choose_seed(const struct run *run, uint64_t asked,
			    const char *clock)
{
	struct error ignored; /* told when the targets are prepared */

	if (asked)
		return asked;
	for (size_t i = 0; i < run->target_count; i++)
		if (target_choose(&run->targets[i], clock, &ignored) ||
		    !run->targets[i].instructions)
			return (uint64_t)time(NULL);
	return EXACT_SEED;
}

int run_choose(struct run *run, const struct run_options *options, int argc,
	       char **argv, const char **clock, struct error *err)
{
	double max_time = options->until ? 0 : options->max_time;
	int ret = choose(run, options, argc, argv, clock, err);

	if (!ret)
		ret = run_parse_counters(run, options->counters, err);
	if (!ret)
		ret = run_parse_labels(&options->labels, &run->labels, err);
	if (ret)
		return ret;
	run->precision = options->precision >= 0 ? options->precision :
			 run->plan.precision	 ? run->plan.precision :
						   DEFAULT_PRECISION;
	run->max_time = max_time	   ? max_time :
			run->plan.max_time ? run->plan.max_time :
					     DEFAULT_MAX_TIME;
	/* What a suite says is how many to measure, not when to give up. */
	run->boots = (unsigned int)(options->boots || options->until ?
					    options->boots :
					    run->plan.boots);
	run->latency = (unsigned int)(options->latency != UINT64_MAX ?
					      options->latency :
					      run->plan.latency);
	run->seed = choose_seed(run, options->seed, *clock);
	plan_shuffle(&run->plan, run->seed);
	run->verify = options->verify;
	run->tune = options->tune;
	/* Boots are to agree, not what was booted once. */
	run->boots_whole = options->boots_whole || options->verify;
	run->profile = profile_parts(options->profile);
	if (run->verify)
		run->boots = DETERMINISM_BOOTS;
	return run->profile & PROFILE_LINES ? caches_load(&run->caches, err) :
					      0;
}
