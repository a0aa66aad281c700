// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/mail.h"
#include "runners/many/explain.h"
#include "bisect_print.h"
#include "bisect_tell.h"
#include "repeat.h"
#include "style.h"

/* Of a screen of 40, below the commits that were tested. */
#define WHY_LINES "20"

/* Half of what the first bad commit added: it is told as what it is. */
static double threshold_of(const struct search *search, size_t first)
{
	double before = first ? search->levels[first - 1] : search->good_level;

	return fmax((search->levels[first] / before - 1) / 2, SMALLEST);
}

/* The first bad commit and the one before, profiled; @first is the only one. */
static int explain_first(struct search *search, size_t first,
			 const char *repeat)
{
	const struct bisect_options *options = search->options;
	const struct git_commit *ends[] = {
		first ? &search->commits[first - 1] : &search->good,
		&search->commits[first],
	};
	const struct text_list none = { 0 };
	struct text_list arguments = { 0 }, cells = { 0 };
	char specs[2][PATH_MAX];
	const struct explain what = {
		.specs = { specs[0], specs[1] },
		.arguments = &arguments,
		.folder = search->scratch.path,
	};
	int ret = text_list_append(&cells, options->name);

	for (int i = 0; i < 2 && !ret; i++)
		ret = search_spec(search, ends[i], specs[i]);
	if (!ret)
		ret = subject_hand_on(&arguments, options->config,
				      &options->kbuild, &none);
	if (!ret)
		ret = subject_hand_on(&cells, NULL, &none,
				      &options->parameters);
	if (ret)
		error_set(search->err, ret, "why: out of memory");
	else
		ret = explain_measure(&what, &cells, search->err);
	if (!ret)
		ret = repeat ? explain_mail(&what, threshold_of(search, first),
					    repeat, search->err) :
			       explain_print(&what, WHY_LINES, search->err);
	text_list_free(&cells);
	text_list_free(&arguments);
	return ret;
}

/* NULL when out of memory. */
static char *make_repeat(const struct bisect_options *options)
{
	struct repeat repeat;
	char percent[32];

	repeat_begin(&repeat, "mmgauge bisect");
	repeat_option(&repeat, "good", options->good);
	repeat_option(&repeat, "bad", options->bad);
	repeat_option(&repeat, "case", options->name);
	repeat_list(&repeat, "-p", &options->parameters);
	repeat_option(&repeat, "metric", options->metric);
	repeat_option(&repeat, "arch", options->arch);
	repeat_option(&repeat, "config", options->config);
	repeat_list(&repeat, "--kbuild", &options->kbuild);
	repeat_option(&repeat, "clock", options->clock);
	snprintf(percent, sizeof(percent), "%.6g%%", 100 * options->threshold);
	repeat_option(&repeat, "threshold",
		      options->threshold ? percent : NULL);
	return repeat_end(&repeat);
}

/* A reason why it cannot be told is no reason to fail. */
static int tell_why(struct search *search, const struct bisect *bisect,
		    const char *repeat)
{
	size_t first, last;
	int ret;

	bisect_suspects(bisect, &first, &last);
	if (first == last && search_is_of_cost(search)) {
		ret = explain_first(search, first, repeat);
		if (ret >= 0 || ret == -EINTR)
			return ret < 0 ? ret : 0;
		fprintf(stderr, "mmgauge: no why: %s\n", search->err->text);
	}
	if (repeat)
		mail_command(stdout, repeat);
	return 0;
}

int bisect_tell(struct search *search, const struct bisect *bisect)
{
	const struct bisect_options *options = search->options;
	char *repeat = NULL;
	int ret;

	if (options->format && !strcmp(options->format, "mail")) {
		repeat = make_repeat(options);
		if (!repeat)
			return error_set(search->err, -ENOMEM,
					 "bisect: out of memory");
		bisect_print_mail(stdout, search, bisect);
	} else {
		bisect_print(stdout, search, bisect,
			     style_width(STDOUT_FILENO));
	}
	ret = tell_why(search, bisect, repeat);
	free(repeat);
	return ret;
}
