// SPDX-License-Identifier: GPL-2.0-or-later
/* Measurements of other programs: what is taken is a result that can be read. */
#include <stdlib.h>

#include "runners/import/import.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import import = { 0 };
	struct error err;
	int ret =
		import_read(&import, fuzz_file(data, size, ".txt"), NULL, &err);

	if (!ret)
		ret = import_finish(&import, &err);
	for (size_t i = 0; i < import.count && !ret; i++) {
		json_t *document = result_to_json(&import.runs[i].result);
		struct result again = { 0 };

		if (!document || result_from_json(document, &again, "", &err))
			abort();
		result_free(&again);
		json_decref(document);
	}
	import_free(&import);
	return 0;
}
