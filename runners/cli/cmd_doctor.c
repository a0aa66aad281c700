// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "results/base/process.h"
#include "runners/host/doctor.h"
#include "runners/run/ssh_doctor.h"
#include "runners/ssh/ssh.h"
#include "signals.h"

#define HERE "host"

struct doctor_options {
	const char *format;
	const char *on;
	bool quick;
	const char *fail_on;
};

static const struct option_row rows[] = {
	OPTION_FORMAT(offsetof(struct doctor_options, format)),
	{
		.name = "on",
		.kind = OPTION_TEXT,
		.argument = HERE "|" SSH_FORM,
		.help = "which machine: this one unless given",
		.offset = offsetof(struct doctor_options, on),
	},
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

static int print_json(const json_t *document)
{
	int failed = json_dumpf(document, stdout, JSON_INDENT(2));

	putchar('\n');
	return failed ? EXIT_ERROR : EXIT_FINE;
}

static bool is_bad(const json_t *document)
{
	const char *verdict =
		json_string_value(json_object_get(document, "verdict"));

	return verdict && !strcmp(verdict, judgement_name(JUDGEMENT_BAD));
}

static void print_text(const json_t *document)
{
	json_t *lines = json_object_get(document, "lines"), *line;
	size_t i;

	json_array_foreach (lines, i, line) {
		const char *name = "", *value = "", *judgement = "";
		const char *advice = NULL;

		json_unpack(line, "{s:s, s:s, s:s, s?s}", "name", &name,
			    "value", &value, "judgement", &judgement, "advice",
			    &advice);
		printf("%-8s %-20s %s\n", judgement, name, value);
		if (advice)
			printf("%29s %s\n", "->", advice);
	}
	printf("\n%s\n",
	       is_bad(document) ?
		       "Figures by the wall clock suffer here; instructions "
		       "in a guest do not." :
		       "Nothing here speaks against figures by the wall "
		       "clock.");
}

static int print(const json_t *document, const struct doctor_options *options)
{
	int ret = EXIT_FINE;

	if (command_is_json(options->format))
		ret = print_json(document);
	else
		print_text(document);
	return options->fail_on && is_bad(document) ? EXIT_FOUND : ret;
}

static int look_here(const struct doctor_options *options, json_t **document,
		     struct error *err)
{
	struct findings findings = { 0 };
	int ret;

	if (doctor_look(&findings))
		ret = error_set(err, -ENOMEM, "doctor: out of memory");
	else
		ret = options->quick ? 0 :
				       doctor_noise(&findings,
						    &process_interrupted, err);
	if (!ret)
		*document = doctor_to_json(&findings);
	doctor_free(&findings);
	return ret;
}

static int look(const struct doctor_options *options, json_t **document,
		struct error *err)
{
	const char *on = options->on;

	if (!on || !strcmp(on, HERE))
		return look_here(options, document, err);
	return ssh_doctor(on, options->quick, document, err);
}

static int run(void *data, int argc, char **argv)
{
	const struct doctor_options *options = data;
	json_t *document = NULL;
	struct error err;
	int ret;

	(void)argc;
	(void)argv;
	signals_catch();
	ret = look(options, &document, &err);
	ret = ret ? command_error(&err) : print(document, options);
	json_decref(document);
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
