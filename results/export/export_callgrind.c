// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For callgrind_annotate and KCachegrind: the "Callgrind Format" of Valgrind's
 * manual. Nothing is known of files and lines: a file is a module, and all is of
 * line 0. A call's cost is of instructions alone.
 */
#include <string.h>

#include "export.h"
#include "results/base/text.h"

static void print_name(FILE *stream, const char *key, const char *name)
{
	fprintf(stream, "%s=", key);
	text_line_print(stream, *name ? name : "(no symbol)");
	fputc('\n', stream);
}

static const char *object_of(const char *module)
{
	return *module ? module : "(none)";
}

static void print_calls(FILE *stream, const struct profile *profile,
			const char *module, const char *name)
{
	for (size_t i = 0; i < profile->call_count; i++) {
		const struct profile_call_row *call = &profile->calls[i];

		if (strcmp(call->from.name, name) != 0 ||
		    strcmp(call->from.module, module) != 0)
			continue;
		print_name(stream, "cob", object_of(call->to.module));
		print_name(stream, "cfi", object_of(call->to.module));
		print_name(stream, "cfn", call->to.name);
		fprintf(stream, "calls=%llu 0\n0 %llu\n",
			(unsigned long long)call->calls,
			(unsigned long long)call->inclusive);
	}
}

static int print_callgrind(FILE *stream, const struct export_subject *subject)
{
	const struct profile *profile = subject->profile;
	size_t kinds = json_array_size(subject->kinds);

	fputs("# callgrind format\nversion: 1\ncreator: mmgauge\ncmd: ",
	      stream);
	text_line_print(stream, subject->title);
	fputs("\npositions: line\nevents:", stream);
	for (size_t i = 0; i < kinds; i++)
		fprintf(stream, " %s",
			json_string_value(json_array_get(subject->kinds, i)));
	fputs("\nsummary:", stream);
	for (size_t i = 0; i < kinds; i++)
		fprintf(stream, " %llu",
			(unsigned long long)profile_total(profile, i));
	fputc('\n', stream);
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_function *function =
			&profile->functions[i];

		fputc('\n', stream);
		print_name(stream, "ob", object_of(function->module));
		print_name(stream, "fl", object_of(function->module));
		print_name(stream, "fn", function->name);
		fputc('0', stream);
		for (size_t kind = 0; kind < kinds; kind++)
			fprintf(stream, " %llu",
				(unsigned long long)profile_amount(function,
								   kind));
		fputc('\n', stream);
		print_calls(stream, profile, function->module, function->name);
	}
	if (profile->call_count) {
		fputs("\nob=(none)\nfl=(none)\nfn=" PROFILE_INTERRUPT "\n",
		      stream);
		print_calls(stream, profile, "", PROFILE_INTERRUPT);
	}
	return 0;
}

const struct export_format export_format_callgrind = {
	.name = "callgrind",
	.print = print_callgrind,
};
