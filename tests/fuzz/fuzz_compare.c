// SPDX-License-Identifier: GPL-2.0-or-later
/* Two results, one behind the other: held against each other, and printed. */
#include <stdio.h>
#include <stdlib.h>

#include "results/compare/compare.h"
#include "fuzz.h"

static json_t *load(const uint8_t *data, size_t size, size_t *used)
{
	json_error_t error;
	json_t *document = json_loadb((const char *)data, size,
				      JSON_DISABLE_EOF_CHECK, &error);

	*used = document ? (size_t)error.position : size;
	return document;
}

static void compare(const struct result *base, const struct result *new)
{
	const struct compare_options options = { .threshold = 0.01,
						 .learn = true,
						 .seed = 1,
						 .precision = 0.01,
						 .force = true };
	struct compare_report report = { 0 };
	size_t told = 0;

	if (compare_results(base, new, &options, &report))
		abort();
	for (int verdict = 0; verdict <= VERDICT_INCOMPARABLE; verdict++)
		told += report.verdicts[verdict];
	if (!report.refusal && told != report.count)
		abort();
	compare_free(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result base = { 0 }, new = { 0 };
	size_t used, rest;
	json_t *first = load(data, size, &used);
	json_t *second = load(data + used, size - used, &rest);
	struct error err;

	if (first && second && !result_from_json(first, &base, "base", &err) &&
	    !result_from_json(second, &new, "new", &err))
		compare(&base, &new);
	result_free(&base);
	result_free(&new);
	json_decref(first);
	json_decref(second);
	return 0;
}
