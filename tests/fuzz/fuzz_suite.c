// SPDX-License-Identifier: GPL-2.0-or-later
/* Suite files, which people write by hand. */
#include "runners/run/suite.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct suite suite;
	struct error err;

	suite_load(fuzz_file(data, size, ".json"), &suite, &err);
	suite_free(&suite);
	return 0;
}
