// SPDX-License-Identifier: GPL-2.0-or-later
/* What git prints of somebody's repository: commits, titles, folders. */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/format.h"
#include "runners/vm/git_repo.h"
#include "fuzz.h"

static char folder[] = "/dev/shm/mmgauge-fuzz-XXXXXX";

static void remove_program(void)
{
	char *path = format_string("%s/git", folder);

	unlink(path);
	free(path);
	rmdir(folder);
}

/* A git that prints what is in @file, whatever it is asked. */
static void make_program(const char *file)
{
	char *path;
	FILE *script;

	if (!mkdtemp(folder))
		exit(2);
	atexit(remove_program);
	path = format_string("%s/git", folder);
	script = fopen(path, "we");
	if (!script ||
	    fprintf(script, "#!/bin/sh\nexec /bin/cat %s\n", file) < 0 ||
	    fclose(script) || chmod(path, 0700) || setenv("PATH", folder, 1))
		exit(2);
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	const char *file = fuzz_file(data, size, ".git");
	struct git_commit commit, *commits = NULL;
	char common[PATH_MAX];
	struct error err;
	size_t count;

	if (!made)
		make_program(file);
	made = true;
	if (!git_range("/", "A..B", &commits, &count, &err))
		for (size_t i = 0; i < count; i++)
			if (strspn(commits[i].id, "0123456789abcdef") !=
			    strlen(commits[i].id))
				abort();
	free(commits);
	if (!git_resolve("/", "A", &commit, &err) &&
	    strspn(commit.id, "0123456789abcdef") != strlen(commit.id))
		abort();
	git_common_folder("/", common, &err);
	return 0;
}
