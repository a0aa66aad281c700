// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"

#define NAME_SIZE 256

extern char **environ;

const struct environment environment_build = {
	.drop = (const char *const[]){ "*", NULL },
	.keep = (const char *const[]){ "PATH", "HOME", "TMPDIR", "USER",
				       "LOGNAME", NULL },
	.set = (const char *const[]){ "LANG=C", NULL },
};

static bool matches(const char *const *patterns, const char *name)
{
	for (; patterns && *patterns; patterns++)
		if (!fnmatch(*patterns, name, 0))
			return true;
	return false;
}

static bool is_set(const char *const *set, const char *variable)
{
	size_t length = strcspn(variable, "=") + 1;

	for (; set && *set; set++)
		if (!strncmp(*set, variable, length))
			return true;
	return false;
}

static bool is_kept(const struct environment *environment, const char *variable)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(variable, "="),
		 variable);
	/* Messages are in English: both are above LANG. */
	if (!strcmp(name, "LC_ALL") || !strcmp(name, "LANGUAGE"))
		return false;
	return !environment || (!is_set(environment->set, variable) &&
				(matches(environment->keep, name) ||
				 !matches(environment->drop, name)));
}

char **environment_make(const struct environment *environment)
{
	static char locale[] = "LC_ALL=C";
	const char *const *set = environment ? environment->set : NULL;
	size_t count = 2, kept = 0;
	char **copy;

	for (size_t i = 0; environ[i]; i++)
		count++;
	for (size_t i = 0; set && set[i]; i++)
		count++;
	copy = calloc(count, sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; environ[i]; i++)
		if (is_kept(environment, environ[i]))
			copy[kept++] = environ[i];
	for (; set && *set; set++)
		copy[kept++] = (char *)*set;
	copy[kept] = locale;
	return copy;
}
