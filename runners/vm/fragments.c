// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fragments.h"
#include "cache.h"
#include "runners/base/config_names.h"
#include "runners/base/paths.h"
#include "runners/base/suggest.h"

#define NOT_SET " is not set"
#define FOLDER "fragments"
#define ENDING ".config"

static int unknown(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };
	struct text_list names;
	int ret = config_names(FOLDER, ENDING, &names, err);

	for (size_t i = 0; i < names.count; i++)
		suggest(&nearest, name, names.items[i]);
	if (!ret)
		ret = nearest.name ? error_set(err, -EINVAL,
					       "--config: kconfig=%s: no such "
					       "fragment: did you mean '%s'?",
					       name, nearest.name) :
				     error_set(err, -EINVAL,
					       "--config: kconfig=%s: no such "
					       "fragment: see %s/" FOLDER,
					       name, paths_configs());
	config_names_free(&names);
	return ret;
}

int fragments_find(const char *names, struct fragments *fragments,
		   struct error *err)
{
	char copy[256], *rest = copy, *name;

	fragments->count = 0;
	snprintf(copy, sizeof(copy), "%s", names);
	while (*copy && (name = strsep(&rest, "+"))) {
		char *path = fragments->paths[fragments->count];

		if (fragments->count == FRAGMENTS_MAX)
			return error_set(err, -E2BIG,
					 "--config: kconfig=%s: at most %d "
					 "fragments: put them into one",
					 names, FRAGMENTS_MAX);
		snprintf(path, PATH_MAX, "%.3000s/" FOLDER "/%s" ENDING,
			 paths_configs(), name);
		if (!*name || strchr(name, '/') || access(path, R_OK))
			return unknown(name, err);
		fragments->count++;
	}
	return 0;
}

int fragments_check(const char *names, struct error *err)
{
	struct fragments fragments;

	return fragments_find(names, &fragments, err);
}

static bool has_line(const char *text, const char *line, size_t length)
{
	const char *at = text;

	while ((at = memmem(at, strlen(at), line, length))) {
		if ((at == text || at[-1] == '\n') && strchr("\n", at[length]))
			return true;
		at += length;
	}
	return false;
}

/* An option that is not asked about is not set either. */
static bool took(const char *text, const char *line, size_t length)
{
	size_t end = strlen(NOT_SET);
	char option[256];

	if (!strncmp(line, "CONFIG_", 7))
		return has_line(text, line, length);
	if (strncmp(line, "# CONFIG_", 9) || length < end + 2 ||
	    strncmp(line + length - end, NOT_SET, end))
		return true;
	snprintf(option, sizeof(option), "\n%.*s=", (int)(length - end - 2),
		 line + 2);
	return strncmp(text, option + 1, strlen(option + 1)) != 0 &&
	       !strstr(text, option);
}

int fragment_took(const char *fragment, const char *config, struct error *err)
{
	char *wanted = read_text(fragment), *text = read_text(config);
	char first[128] = "", more[48] = "";
	unsigned int missing = 0;

	for (const char *line = wanted; text && line && *line;) {
		size_t length = strcspn(line, "\n");

		if (!took(text, line, length) && !missing++)
			snprintf(first, sizeof(first), "%.*s", (int)length,
				 line);
		line += length + (line[length] == '\n');
	}
	if (missing > 1)
		snprintf(more, sizeof(more), ", nor did %u more", missing - 1);
	if (!wanted || !text)
		missing = 1;
	free(wanted);
	free(text);
	if (!missing)
		return 0;
	return error_set(err, -ENOTSUP,
			 "--config: %s: %s did not take%s: this commit has no "
			 "such option, or it depends on others: leave the "
			 "fragment out",
			 strrchr(fragment, '/') + 1,
			 *first ? first : "what cannot be read", more);
}

bool fragment_has(const char *config, const char *option)
{
	char *text = read_text(config);
	bool has = text && has_line(text, option, strlen(option));

	free(text);
	return has;
}

bool fragments_debug(const char *names)
{
	struct fragments fragments;

	if (fragments_find(names, &fragments, NULL))
		return false;
	for (size_t i = 0; i < fragments.count; i++)
		if (fragment_has(fragments.paths[i], "# never a baseline"))
			return true;
	return false;
}
