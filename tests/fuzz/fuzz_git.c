// SPDX-License-Identifier: GPL-2.0-or-later
/* What git prints of somebody's commits: names that become paths, titles. */
#include <stdlib.h>
#include <string.h>

#include "runners/vm/git_repo.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct git_commit *commits;
	struct error err;
	size_t count;

	if (!text)
		return 0;
	if (!git_commits(text, ".", &commits, &count, &err)) {
		for (size_t i = 0; i < count; i++)
			if (strspn(commits[i].id, "0123456789abcdef") !=
			    GIT_ID - 1)
				abort();
		free(commits);
	} else if (strpbrk(err.text, "\n\033")) {
		abort();
	}
	free(text);
	return 0;
}
