// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "runners/host/tune.h"

struct tune_options {
	bool apply;
	bool restore;
};

static const struct option_row rows[] = {
	{
		.name = "apply",
		.kind = OPTION_FLAG,
		.help = "set what `mmgauge doctor` advises",
		.offset = offsetof(struct tune_options, apply),
	},
	{
		.name = "restore",
		.kind = OPTION_FLAG,
		.help = "bring every old value back, also after a crash or a "
			"reboot",
		.offset = offsetof(struct tune_options, restore),
	},
	{ 0 },
};

static void complain(const char *line)
{
	fprintf(stderr, "mmgauge: %s\n", line);
}

static int restore(void)
{
	size_t restored, refused;
	struct error err;

	if (tune_restore(complain, &restored, &refused, &err))
		return command_error(&err);
	if (!restored && !refused)
		puts("nothing to restore");
	else
		printf("%zu restored\n", restored);
	if (!refused)
		return EXIT_FINE;
	error_set(&err, -EIO,
		  "tune: %zu values could not be restored: see above, then "
		  "`mmgauge tune --restore` again",
		  refused);
	return command_error(&err);
}

/* All, or those that were set: how many. */
static size_t show(const struct tune_plan *plan, bool set)
{
	size_t shown = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct tune_change *change = &plan->changes[i];

		if (set && !change->set)
			continue;
		shown++;
		printf("%s: %s -> %s\n", change->path, change->old,
		       change->setting->want);
	}
	if (!plan->count)
		puts("nothing to set");
	return shown;
}

static void propose(const struct tune_plan *plan)
{
	if (show(plan, false))
		puts("nothing was changed: `mmgauge tune --apply` sets these");
}

static int apply(struct tune_plan *plan)
{
	size_t refused, set;
	struct error err;
	int ret = tune_apply(plan, complain, &refused, &err);

	set = show(plan, true);
	if (ret)
		return command_error(&err);
	if (set)
		printf("%zu set; `mmgauge tune --restore` brings them back\n",
		       set);
	if (!refused)
		return EXIT_FINE;
	error_set(&err, -EIO, "tune: %zu values could not be set: see above",
		  refused);
	return command_error(&err);
}

static int run(void *data, int argc, char **argv)
{
	const struct tune_options *options = data;
	struct tune_plan plan;
	struct error err;
	int ret;

	(void)argc;
	(void)argv;
	if (options->apply && options->restore) {
		error_set(&err, -EINVAL,
			  "tune: --apply and --restore: give one of them");
		return command_error(&err);
	}
	if (options->restore)
		return restore();
	if (tune_plan(NULL, &plan)) {
		error_set(&err, -ENOMEM, "tune: out of memory");
		ret = command_error(&err);
	} else {
		ret = EXIT_FINE;
		if (options->apply)
			ret = apply(&plan);
		else
			propose(&plan);
	}
	tune_plan_free(&plan);
	return ret;
}

const struct command cmd_tune = {
	.name = "tune",
	.summary = "quieten the machine for measuring, and bring it back",
	.arguments = "",
	.details = "Without an option it shows what it would set. The old "
		   "values are on disk before the first one changes, in "
		   "$XDG_STATE_HOME/mmgauge/tune.journal. Applied twice, the "
		   "first values count.",
	.options = rows,
	.options_size = sizeof(struct tune_options),
	.defaults = &(struct tune_options){ 0 },
	.run = run,
};
