// SPDX-License-Identifier: GPL-2.0-or-later
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "build_id.h"
#include "elf_file.h"

#define DIGITS_MAX 128 /* it is a hash */

int build_id_check(const char *path, const char *running, struct error *err)
{
	char digits[DIGITS_MAX + 1] = "";
	const void *bytes = NULL;
	struct elf_file file;
	ssize_t count = 0;
	int ret;

	if (!running)
		return 0;
	ret = elf_file_open(&file, path, err);
	if (ret)
		return ret;
	if (elf_file_is_elf(&file))
		count = dwelf_elf_gnu_build_id(file.elf, &bytes);
	for (ssize_t i = 0; i < count && i < DIGITS_MAX / 2; i++)
		snprintf(digits + 2 * i, 3, "%02x",
			 ((const unsigned char *)bytes)[i]);
	elf_file_close(&file);
	if (!*digits || !strcmp(digits, running))
		return 0;
	return error_set(err, -ESTALE,
			 "%s: not what runs in the guest (build id %.12s, not "
			 "%.12s): it was replaced meanwhile: run again",
			 path, digits, running);
}
