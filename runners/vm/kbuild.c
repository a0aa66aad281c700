// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kbuild.h"

/*
 * How compilers, linkers, scripts, Kconfig and make itself say it. What make
 * says last, "*** [TARGET] Error 1", is only that a command failed.
 */
#define ERRORS                                                               \
	"(^|[^-_[:alnum:]])(error|ERROR|FATAL|fatal error)( while [^:]*)?: " \
	"|undefined reference|undefined symbol|multiple definition"          \
	"|Kconfig[^:[:blank:]]*:[0-9]+: ?(syntax error|[^w])"                \
	"|[Nn]ot found|No such file|No space left|Killed|\\*\\*\\* [^[]"
#define FAILED "\\*\\*\\* \\["

static const char *line_start(const char *log, const char *at)
{
	while (at > log && at[-1] != '\n')
		at--;
	return at;
}

static const char *find(const char *log, const char *pattern)
{
	const char *found = NULL;
	regmatch_t match;
	regex_t regex;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE))
		return NULL;
	if (!regexec(&regex, log, 1, &match, 0))
		found = line_start(log, log + match.rm_so);
	regfree(&regex);
	return found;
}

void kbuild_error(const char *log, char *line, size_t size)
{
	const char *at = find(log, ERRORS);

	if (!at) {
		/* What the command said last, else that it failed. */
		at = find(log, FAILED);
		if (at && at > log + 1)
			at = line_start(log, at - 1);
	}
	snprintf(line, size, "%.*s", at ? (int)strcspn(at, "\n") : 0,
		 at ? at : "");
}

/* "NAME=", which begins a variable. */
static bool begins_variable(const char *word)
{
	size_t length = 0;

	while (isalnum((unsigned char)word[length]) || word[length] == '_')
		length++;
	return length && !isdigit((unsigned char)*word) && word[length] == '=';
}

/* The value that ends at @end. */
static void cut_blanks(const char *text, char *end)
{
	while (end > text && end[-1] == ' ')
		*--end = '\0';
}

int kbuild_read_options(struct kbuild_options *options, struct error *err)
{
	const char *text = getenv("MMGAUGE_KBUILD");
	char *at = options->text;

	options->count = 0;
	if (snprintf(options->text, sizeof(options->text), "%s", text ?: "") >=
	    (int)sizeof(options->text))
		return error_set(err, -E2BIG,
				 "MMGAUGE_KBUILD: too long: put what is "
				 "configuration into MMGAUGE_KCONFIG");
	at += strspn(at, " ");
	while (*at) {
		if (begins_variable(at)) {
			if (options->count == KBUILD_OPTIONS)
				return error_set(err, -E2BIG,
						 "MMGAUGE_KBUILD: more than %d "
						 "variables: leave some out",
						 KBUILD_OPTIONS);
			cut_blanks(options->text, at);
			options->words[options->count++] = at;
		} else if (!options->count) {
			return error_set(err, -EINVAL,
					 "MMGAUGE_KBUILD: '%s': not VAR=VALUE: "
					 "write it like LLVM=1",
					 at);
		}
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	cut_blanks(options->text, at);
	return 0;
}

void kbuild_compiler(const struct kbuild_options *options, char *program,
		     size_t size)
{
	snprintf(program, size, "gcc");
	for (size_t i = 0; i < options->count; i++) {
		const char *word = options->words[i];

		if (!strncmp(word, "CC=", 3))
			snprintf(program, size, "%s", word + 3);
		else if (!strncmp(word, "LLVM=-", 6))
			snprintf(program, size, "clang%s", word + 5);
		else if (!strncmp(word, "LLVM=", 5) && word[5])
			snprintf(program, size, "clang");
	}
}
