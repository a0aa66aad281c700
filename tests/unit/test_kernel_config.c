// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of a kernel's configuration, packed and not. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "runners/base/kernel_config.h"

static char path[] = "/tmp/mmgauge-config-XXXXXX";

static void write_file(const char *mode, const char *text)
{
	gzFile file = gzopen(path, mode);

	assert_non_null(file);
	assert_int_equal(gzputs(file, text), strlen(text));
	gzclose(file);
}

static void test_options(void **state)
{
	static const char text[] =
		"#\n# Linux/x86 6.12 Kernel Configuration\n#\n"
		"CONFIG_HZ=250\n# CONFIG_KSM is not set\nCONFIG_SWAP=y\n"
		"CONFIG_SWAPFILE=y\nCONFIG_TEST_HMM=m\n"
		"CONFIG_CC_VERSION_TEXT=\"gcc\"";

	(void)state;
	for (int i = 0; i < 2; i++) {
		json_t *found,
			*expected = json_pack("{s:s, s:s, s:s}", "HZ", "250",
					      "SWAP", "y", "TEST_HMM", "m");

		write_file(i ? "wb" : "wbT", text);
		found = kernel_config_read(path);
		assert_true(json_equal(found, expected));
		json_decref(found);
		json_decref(expected);
	}
}

static void test_none(void **state)
{
	(void)state;
	write_file("wbT", "#!/bin/sh\n");
	assert_null(kernel_config_read(path));
	unlink(path);
	assert_null(kernel_config_read(path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_none),
	};

	close(mkstemp(path));
	return cmocka_run_group_tests_name("kernel config", tests, NULL, NULL);
}
