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
#include "results/base/utf8.h"

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

int kbuild_check_path(const char *path, const char *remedy, struct error *err)
{
	if (!strpbrk(path, " \t\n:"))
		return 0;
	return error_set(err, -EINVAL,
			 "%s: kbuild takes no path with a blank or a colon: %s",
			 path, remedy);
}

/*
 * What decides where make writes, what it builds from and for what: all of it
 * is chosen by the caller, and a build elsewhere would not be found.
 */
static bool is_ours(const char *name, size_t length)
{
	static const char *const ours[] = { "O",
					    "M",
					    "MO",
					    "KBUILD_OUTPUT",
					    "KBUILD_EXTMOD",
					    "KBUILD_EXTMOD_OUTPUT",
					    "KCONFIG_CONFIG",
					    "KBUILD_SRC",
					    "VPATH",
					    "srctree",
					    "objtree",
					    "abs_srctree",
					    "abs_objtree",
					    "src",
					    "obj",
					    "ARCH",
					    "SRCARCH",
					    "SUBARCH",
					    "MAKE",
					    "MAKEFLAGS",
					    "MAKEFILES",
					    "MAKEOVERRIDES",
					    "MAKECMDGOALS",
					    "CURDIR",
					    "SHELL" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (strlen(ours[i]) == length &&
		    !strncmp(ours[i], name, length))
			return true;
	return false;
}

/* Of "NAME=" at the start of @word; 0: it begins no variable. */
static size_t name_length(const char *word)
{
	size_t length = 0;

	while (isalnum((unsigned char)word[length]) || word[length] == '_')
		length++;
	return isdigit((unsigned char)*word) || word[length] != '=' ? 0 :
								      length;
}

int kbuild_add(struct kbuild_options *options, const char *word,
	       struct error *err)
{
	size_t name = name_length(word);

	if (!name)
		return error_set(err, -EINVAL,
				 "--kbuild: '%s' is not VAR=VALUE: write it "
				 "like --kbuild LLVM=1",
				 word);
	if (is_ours(word, name))
		return error_set(err, -EINVAL,
				 "--kbuild: %.*s says where or for what to "
				 "build, which mmgauge does: leave it out",
				 (int)name, word);
	if (options->count == KBUILD_OPTIONS || strlen(word) >= KBUILD_OPTION)
		return error_set(err, -E2BIG,
				 "--kbuild: at most %d variables of %d bytes: "
				 "put what is configuration into "
				 "MMGAUGE_KCONFIG",
				 KBUILD_OPTIONS, KBUILD_OPTION - 1);
	strcpy(options->words[options->count++], word);
	return 0;
}

int kbuild_parse(const struct text_list *list, struct kbuild_options *options,
		 struct error *err)
{
	int ret = 0;

	*options = (struct kbuild_options){ 0 };
	for (size_t i = 0; i < list->count && !ret; i++)
		ret = kbuild_add(options, list->items[i], err);
	return ret;
}

json_t *kbuild_to_json(const struct kbuild_options *options)
{
	json_t *array = json_array();

	for (size_t i = 0; i < options->count; i++)
		json_array_append_new(array, utf8_json(options->words[i]));
	return array;
}

int kbuild_from_json(const json_t *array, struct kbuild_options *options,
		     struct error *err)
{
	const json_t *item;
	int ret = 0;
	size_t i;

	*options = (struct kbuild_options){ 0 };
	json_array_foreach (array, i, item)
		if (!ret)
			ret = kbuild_add(options, json_string_value(item) ?: "",
					 err);
	return ret;
}

/* What follows NAME= in the last word that has it, which make takes; or "". */
static const char *value_of(const struct kbuild_options *options,
			    const char *name)
{
	size_t length = strlen(name);
	const char *value = "";

	for (size_t i = 0; i < options->count; i++)
		if (!strncmp(options->words[i], name, length) &&
		    options->words[i][length] == '=')
			value = options->words[i] + length + 1;
	return value;
}

void kbuild_compiler(const struct kbuild_options *options, const char *gcc,
		     char *program, size_t size)
{
	const char *prefix = value_of(options, "CROSS_COMPILE");
	const char *llvm = value_of(options, "LLVM");
	const char *cc = value_of(options, "CC");

	/* As kbuild has it: LLVM=-14 is a suffix, LLVM=/opt/llvm/ a prefix. */
	if (*cc)
		snprintf(program, size, "%s", cc);
	else if (*llvm == '-')
		snprintf(program, size, "clang%s", llvm);
	else if (*llvm)
		snprintf(program, size, "%sclang",
			 llvm[strlen(llvm) - 1] == '/' ? llvm : "");
	else
		snprintf(program, size, "%s%s", prefix, *prefix ? "gcc" : gcc);
}
