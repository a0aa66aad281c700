/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of our environment variables a program gets, and which of its own. */
#ifndef MMGAUGE_ENVIRONMENT_H
#define MMGAUGE_ENVIRONMENT_H

/* Arrays end with NULL; a NULL array is empty. */
struct environment {
	const char *const *drop; /* names, as patterns of fnmatch(3) */
	const char *const *keep; /* the same, of what is kept all the same */
	const char *const *set; /* "NAME=VALUE", whatever was there */
};

/*
 * For what builds kernels and modules: a search path and where to put files.
 * kbuild, make and compilers follow more variables than any list of them has.
 */
extern const struct environment environment_build;

/*
 * environ as @environment has it (NULL: all of it), with LC_ALL=C. The strings
 * are shared with both: free() the array only.
 */
char **environment_make(const struct environment *environment);

#endif
