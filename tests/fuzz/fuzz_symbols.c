// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels and modules: files that someone else wrote. */
#include "runners/profile/symbols.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct section_address places[] = {
		{ ".text", 0xffffffffc0200000 },
		{ ".text.unlikely", 0xffffffffc0300000 },
	};
	const char *path = fuzz_file(data, size, ".ko");
	struct symbols *symbols = symbols_new();
	struct error err;

	symbols_add_elf(symbols, path, "vmlinux", &err);
	symbols_find(symbols, 0xffffffff81000000);
	symbols_add_module(symbols, path, "module", places, 2, &err);
	symbols_free(symbols);
	return 0;
}
