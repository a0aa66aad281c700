// SPDX-License-Identifier: GPL-2.0-or-later
/* Result files: what is read can be written and read again, and looked at. */
#include <stdio.h>
#include <stdlib.h>

#include "plots/figures/group.h"
#include "results/compare/compare.h"
#include "fuzz.h"

static void read_again(const struct result *result)
{
	json_t *document = result_to_json(result);
	struct result copy;
	struct error err;

	if (!document || result_from_json(document, &copy, "copy", &err))
		abort();
	if (copy.cell_count != result->cell_count)
		abort();
	result_free(&copy);
	json_decref(document);
}

static void look_at(const struct result *result)
{
	static const struct compare_options options = { .threshold = 0.01 };
	const struct result *both[] = { result, result };
	struct groups groups;

	if (groups_make(both, 2, &options, &groups))
		abort();
	groups_free(&groups);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result result = { 0 };
	struct error err;

	if (!result_load(fuzz_file(data, size, ".json"), &result, &err)) {
		read_again(&result);
		look_at(&result);
		result_free(&result);
	}
	return 0;
}
