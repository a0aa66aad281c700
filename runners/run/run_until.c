// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/clock.h"
#include "results/store/resolve.h"
#include "results/stats/looks.h"
#include "record.h"
#include "run_until.h"
#include "target_kind.h"

static int load(const char *name, struct result *result, struct error *err)
{
	char path[PATH_MAX];
	int ret = resolve_run(name, NULL, path, err);

	return ret ? ret : result_load(path, result, err);
}

/* What does not reboot is of one kernel: the base must be of that. */
static int check_kernel(const char *name, const char *target,
			const char *release, struct error *err)
{
	const struct target_kind *kind = target_kind_of(target);
	struct utsname running;

	uname(&running);
	if (!kind || kind->reboots ||
	    (!kind->elsewhere && !strcmp(release, running.release)))
		return 0;
	return error_set(
		err, -EXDEV,
		"--until-verdict: %.200s is of kernel %.100s on %.200s, "
		"which boots no other for a run: reboot it 3 times a "
		"kernel, `mmgauge run` each time, and compare A,B,C "
		"with D,E,F",
		name, release, target);
}

char *until_target(const char *name, struct result *base, struct error *err)
{
	const char *target, *release, *argument;
	const struct kernel_kind *kind;
	char text[PATH_MAX];

	if (!target_check(name, err))
		return strdup(name);
	if (target_kind_of(name) || load(name, base, err))
		return NULL;
	target = result_text(base, "subject/target");
	release = result_text(base, "subject/release");
	if (!target || !release) {
		error_set(err, -ENODATA,
			  "--until-verdict: %s: does not say which kernel to "
			  "boot again: name that, like vm:deb:6.1",
			  name);
		return NULL;
	}
	if (check_kernel(name, target, release, err))
		return NULL;
	snprintf(text, sizeof(text), "%s", target);
	/* "vm:deb:6.1" is another kernel after the next update. */
	kind = kernel_kind_of(target, &argument);
	if (kind && kind->again)
		kind->again(release, text, sizeof(text));
	return strdup(text);
}

/* Whether @count or more of the trials of round @boot are there. */
static bool has_trials(const struct run *run, unsigned int boot, size_t count)
{
	size_t done = 0;

	for (size_t i = 0; i < run->target_count; i++)
		for (size_t cell = 0; cell < run->plan.count; cell++)
			done += run_is_done(run, &run->targets[i], cell, boot);
	return done >= count;
}

static unsigned int rounds_done(const struct run *run)
{
	size_t all = run->target_count * run->plan.count;
	unsigned int boot = 0;

	while (boot < run->boots && has_trials(run, boot, all))
		boot++;
	return boot;
}

static void note_look(struct run *run, const struct compare_report *report,
		      unsigned int boots)
{
	unsigned int more = compare_more_boots(report);
	char text[200], wish[80] = "";

	if (more)
		snprintf(wish, sizeof(wish), ", about %u more boots a side",
			 more);
	snprintf(text, sizeof(text), "after %u boot%s a side: %u of %zu open%s",
		 boots, boots == 1 ? "" : "s", compare_open(report),
		 report->count, wish);
	progress_note(text, &run->progress);
}

static int compare(const struct run *run, const struct compare_options *options,
		   struct compare_report *report, struct error *err)
{
	int ret = compare_results(&run->targets[UNTIL_BASE].result,
				  &run->targets[UNTIL_NEW].result, options,
				  report);

	return ret ? error_set(err, ret, "--until-verdict: out of memory") : 0;
}

/* What no number of boots will change is better told after the first. */
static int check(const struct run *run, const struct compare_options *options,
		 struct error *err)
{
	struct compare_report report;
	int ret = compare(run, options, &report, err);

	if (ret)
		return ret;
	if (report.refusal)
		ret = error_set(err, -EXDEV,
				"--until-verdict: these cannot be compared: "
				"%s: --force compares them all the same",
				report.refusal);
	else if (report.verdicts[VERDICT_INCOMPARABLE] == report.count)
		ret = error_set(err, -ENODATA,
				"--until-verdict: nothing to compare: no cell "
				"was measured on both sides: see `mmgauge "
				"compare %s %s`",
				run->targets[UNTIL_BASE].path,
				run->targets[UNTIL_NEW].path);
	compare_free(&report);
	return ret;
}

int until_measure(struct run *run, const struct compare_options *options,
		  struct compare_report *report, struct error *err)
{
	uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC);
	unsigned int boots = rounds_done(run);
	bool last = false;

	for (;; boots++) {
		double seconds =
			(double)(clock_nanoseconds(CLOCK_MONOTONIC) - start) /
			1e9;
		int ret = 0;

		last = boots == run->boots || seconds > run->until.time_limit;
		if (boots == 1)
			ret = check(run, options, err);
		/* Where the next round has begun, this look was taken. */
		if (!ret && boots &&
		    (last || stats_is_look(boots, run->boots)) &&
		    (boots == run->boots || !has_trials(run, boots, 1))) {
			ret = compare(run, options, report, err);
			if (!ret)
				note_look(run, report, boots);
			if (!ret && (last || !compare_open(report)))
				return 0;
			if (!ret)
				compare_free(report);
		}
		if (!ret)
			ret = run_round(run, boots, err);
		if (ret)
			return ret;
	}
}
