// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cross.h"
#include "results/base/process.h"

#define COMPILER_SECONDS 30

/* The compiler comes without a C library, which is another package. */
static bool has_library(const char *compiler)
{
	const char *const argv[] = { compiler, "-print-file-name=libc.a",
				     NULL };
	struct process_result result;
	bool found;

	if (process_run(argv, NULL, COMPILER_SECONDS, &result))
		return false;
	/* What is not found is answered as it was asked. */
	found = !result.status && *result.output == '/';
	process_result_free(&result);
	return found;
}

/* No underscore may be in the name of a package. */
static void name_compiler(const struct arch *arch, char *package, size_t size)
{
	char *at;

	snprintf(package, size, " gcc-%s", arch->triplet);
	while ((at = strchr(package, '_')))
		*at = '-';
}

int cross_check(const struct arch *arch, struct error *err)
{
	char compiler[80], emulator[64] = "", gcc[80] = "", library[64] = "";

	snprintf(compiler, sizeof(compiler), "%s-gcc", arch->triplet);
	if (!process_exists(arch->qemu))
		snprintf(emulator, sizeof(emulator), " %s", arch->qemu_package);
	if (!process_exists(compiler))
		name_compiler(arch, gcc, sizeof(gcc));
	if (*gcc || !has_library(compiler))
		snprintf(library, sizeof(library), " libc6-dev-%s-cross",
			 arch->debian);
	if (!*emulator && !*gcc && !*library)
		return 0;
	return error_set(err, -ENOENT,
			 "guests of %s: what emulates them or builds for them "
			 "is not installed: run: sudo apt-get install%s%s%s",
			 arch->debian, emulator, gcc, library);
}
