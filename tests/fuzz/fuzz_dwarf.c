// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels, modules and what -dbg packages hold: ELF, build ids, DWARF. */
#include "runners/profile/build_id.h"
#include "runners/profile/inlines.h"
#include "fuzz.h"

#define STEP 8 /* bytes of code from one question to the next */
#define ASKED 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct section_address places[] = {
		{ ".text", 0x400000 },
		{ ".text.unlikely", 0x500000 },
	};
	const char *path = fuzz_file(data, size, ".ko");
	struct inlines *inlines = inlines_new();
	struct error err;

	build_id_check(path, "00", &err);
	inlines_check(path, path, &err);
	inlines_add_elf(inlines, path, &err);
	inlines_add_module(inlines, path, places, 2, &err);
	for (uint64_t at = 0; at < ASKED; at++) {
		inlines_find(inlines, 0x400000 + at * STEP);
		inlines_find(inlines, 0x401000 + at * STEP);
	}
	inlines_free(inlines);
	return 0;
}
