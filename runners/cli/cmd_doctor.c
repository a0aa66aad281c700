// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "runners/host/doctor.h"
#include "results/base/utf8.h"

struct doctor_options {
	const char *format;
	bool quick;
	const char *fail_on;
};

static const struct option_row rows[] = {
	OPTION_FORMAT(offsetof(struct doctor_options, format)),
	{
		.name = "quick",
		.kind = OPTION_FLAG,
		.help = "look only, do not measure the noise",
		.offset = offsetof(struct doctor_options, quick),
	},
	{
		.name = "fail-on",
		.kind = OPTION_CHOICE,
		.help = "exit 1 when a line is judged so",
		.offset = offsetof(struct doctor_options, fail_on),
		.choices = "bad",
	},
	{ 0 },
};

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	stop = signal;
}

static void print_json(const struct findings *findings)
{
	json_t *lines = json_array(), *document;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *at = &findings->list[i];

		json_array_append_new(
			lines,
			json_pack("{s:s, s:o, s:s, s:s*}", "name", at->name,
				  "value", utf8_json(at->value), "judgement",
				  judgement_name(at->judgement), "advice",
				  *at->advice ? at->advice : NULL));
	}
	document = json_pack("{s:o, s:s}", "lines", lines, "verdict",
			     judgement_name(doctor_verdict(findings)));
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}

static void print_text(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *at = &findings->list[i];

		printf("%-8s %-20s %s\n", judgement_name(at->judgement),
		       at->name, at->value);
		if (*at->advice)
			printf("%29s %s\n", "->", at->advice);
	}
	printf("\n%s\n",
	       doctor_verdict(findings) == JUDGEMENT_BAD ?
		       "Figures by the wall clock suffer here; instructions "
		       "in a guest do not." :
		       "Nothing here speaks against figures by the wall "
		       "clock.");
}

static int print(const struct findings *findings,
		 const struct doctor_options *options)
{
	if (command_is_json(options->format))
		print_json(findings);
	else
		print_text(findings);
	return options->fail_on && doctor_verdict(findings) == JUDGEMENT_BAD ?
		       EXIT_FOUND :
		       EXIT_FINE;
}

static int run(void *data, int argc, char **argv)
{
	const struct doctor_options *options = data;
	const struct sigaction action = { .sa_handler = on_signal };
	struct findings findings = { 0 };
	struct error err;
	int ret;

	(void)argc;
	(void)argv;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* An agent that cannot start is an error of its own. */
	signal(SIGPIPE, SIG_IGN);
	if (doctor_look(&findings))
		ret = error_set(&err, -ENOMEM, "doctor: out of memory");
	else
		ret = options->quick ? 0 : doctor_noise(&findings, &stop, &err);
	if (ret)
		ret = command_error(&err);
	else
		ret = print(&findings, options);
	doctor_free(&findings);
	return ret;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "what of this machine disturbs measurements, and how much",
	.arguments = "",
	.details = "Every line has a judgement (good, note, bad, unknown) and, "
		   "unless it is good, what to do. The noise is measured: a "
		   "counted loop in several fresh processes.",
	.options = rows,
	.options_size = sizeof(struct doctor_options),
	.defaults = &(struct doctor_options){ 0 },
	.run = run,
};
