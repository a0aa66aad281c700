// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "guest_code.h"

const struct guest_code *guest_code = &guest_x86_64;

bool guest_code_use(const char *target)
{
#define GUEST_CODE_ROW(row) &(row),
	static const struct guest_code *const all[] = { GUEST_CODES(
		GUEST_CODE_ROW) };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(all[i]->name, target) != 0)
			continue;
		guest_code = all[i];
		return true;
	}
	return false;
}
