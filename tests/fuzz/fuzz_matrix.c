// SPDX-License-Identifier: GPL-2.0-or-later
/* Matrix files: what is taken has combinations that --config takes. */
#include <stdlib.h>

#include "runners/many/matrix.h"
#include "runners/run/configuration.h"
#include "fuzz.h"

static void look_at(struct matrix *matrix)
{
	struct error err;

	if (matrix_choose(matrix, true, &err))
		return;
	for (size_t i = 0; i < matrix->design.run_count; i++) {
		struct configuration configuration;
		char text[CONFIGURATION_NAME + 1];

		matrix_configuration(matrix, &matrix->design.runs[i], text,
				     sizeof(text));
		if (*text && configuration_parse(text, &configuration, &err))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size, ".json");
	struct matrix matrix;
	struct error err;

	matrix_is(path);
	if (!matrix_load(path, &matrix, &err))
		look_at(&matrix);
	matrix_free(&matrix);
	return 0;
}
