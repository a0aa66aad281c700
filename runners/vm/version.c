// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "version.h"
#include "results/base/array.h"

/* Debian's order of characters: ~ before the end, letters, then the rest. */
static int rank(char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit((unsigned char)c))
		return 0;
	return isalpha((unsigned char)c) ? c : c + 256;
}

/* Numbers of any length, compared as numbers. */
static int compare_digits(const char **a, const char **b)
{
	size_t length_a, length_b;
	int difference;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	length_a = strspn(*a, "0123456789");
	length_b = strspn(*b, "0123456789");
	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	difference = strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return difference;
}

/* Debian Policy 5.6.12, without the parts. */
static int compare_versions(const char *a, const char *b)
{
	while (*a || *b) {
		int difference;

		while (rank(*a) || rank(*b)) {
			difference = rank(*a) - rank(*b);
			if (difference)
				return difference;
			a++;
			b++;
		}
		difference = compare_digits(&a, &b);
		if (difference)
			return difference;
	}
	return 0;
}

/* "6.14" is a tag's name for what calls itself "6.14.0". */
static size_t copy_number(const char *release, char *text)
{
	size_t major = strspn(release, "0123456789"), minor;

	if (!major || release[major] != '.')
		return 0;
	minor = strspn(release + major + 1, "0123456789");
	if (!minor || release[major + 1 + minor] == '.' ||
	    isalpha((unsigned char)release[major + 1 + minor]))
		return 0;
	sprintf(text, "%.*s.0", (int)(major + 1 + minor), release);
	return major + 1 + minor;
}

/* As Debian would call it: what sorts before a release has a tilde. */
static void normalise(const char *release, char text[2 * RELEASE_MAX])
{
	char copy[RELEASE_MAX];
	size_t at, length;

	if (*release == 'v' && isdigit((unsigned char)release[1]))
		release++;
	snprintf(copy, sizeof(copy), "%s", release);
	at = copy_number(copy, text);
	length = at ? strlen(text) : 0;
	for (; copy[at]; at++) {
		bool candidate = !strncmp(copy + at, "-rc", 3) &&
				 isdigit((unsigned char)copy[at + 3]);

		text[length++] = candidate ? '~' : copy[at];
	}
	text[length] = '\0';
}

int release_compare(const char *a, const char *b)
{
	char first[2 * RELEASE_MAX], second[2 * RELEASE_MAX];

	normalise(a, first);
	normalise(b, second);
	return compare_versions(first, second);
}

/* Of the end of a release, "-arm64" or "-arm64-16k"; NULL: it has none. */
static const char *find_arch(const char *release, const struct arch **arch)
{
	const char *dash = strrchr(release, '-');
	size_t digits = dash ? strspn(dash + 1, "0123456789") : 0;
	char name[32] = "";

	/* "16k": the size of its pages. */
	if (digits && !strcmp(dash + 1 + digits, "k")) {
		const char *end = dash;

		dash = memrchr(release, '-', (size_t)(end - release));
		if (dash)
			snprintf(name, sizeof(name), "%.*s",
				 (int)(end - dash - 1), dash + 1);
	} else if (dash) {
		snprintf(name, sizeof(name), "%s", dash + 1);
	}
	*arch = *name ? arch_of_debian(name) : NULL;
	return *arch ? dash : NULL;
}

const struct arch *deb_arch(const char *release)
{
	const struct arch *arch;

	find_arch(release, &arch);
	return arch;
}

bool deb_flavour(const char *release, char *flavour, size_t size)
{
	const struct arch *arch;
	const char *end = find_arch(release, &arch), *dash, *behind;
	unsigned int major, minor, patch;

	if (!end || strlen(release) >= RELEASE_MAX ||
	    sscanf(release, "%u.%u.%u", &major, &minor, &patch) != 3)
		return false;
	behind = end + 1 + strlen(arch->debian);
	/* "6.1.0-56" has none, "6.1.0-56-rt" and "6.12.9+deb12-cloud" have. */
	dash = memrchr(release, '-', (size_t)(end - release));
	if (*behind)
		snprintf(flavour, size, "%s", behind + 1);
	else if (!dash || isdigit((unsigned char)dash[1]))
		*flavour = '\0';
	else
		snprintf(flavour, size, "%.*s", (int)(end - dash - 1),
			 dash + 1);
	return true;
}

int release_add(struct release_list *list, const char *name)
{
	char(*grown)[RELEASE_MAX];

	if (strlen(name) >= RELEASE_MAX)
		return -ENAMETOOLONG;
	grown = array_grow(list->names, list->count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->names = grown;
	strcpy(list->names[list->count++], name);
	return 0;
}

static int compare_releases(const void *a, const void *b)
{
	return release_compare(a, b);
}

void release_sort(struct release_list *list)
{
	if (list->count)
		qsort(list->names, list->count, sizeof(*list->names),
		      compare_releases);
}

void release_free(struct release_list *list)
{
	free(list->names);
	*list = (struct release_list){ 0 };
}
