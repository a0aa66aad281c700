// SPDX-License-Identifier: GPL-2.0-or-later
/* Releases: their order, and which are stock kernels. */
#define _GNU_SOURCE
#include "kernel_fixture.h"

static void test_version_order(void **state)
{
	static const char *const sorted[] = {
		"6.1~rc1",
		"6.1",
		"6.1.0-9-amd64",
		"6.1.0-10-amd64",
		"6.1.0-56-amd64",
		"6.12.9+deb12-amd64",
		"6.12.100+deb12-amd64",
		"6.12.100+deb13-amd64",
		"v6.14-rc1",
		"6.14.0-rc2",
		"6.14.0-rc2-00012-g0123456789ab",
		"6.14~rc7-amd64",
		"6.14.0-rc10",
		"v6.14",
		"6.14.0-0.rc1.fc42.x86_64",
		"6.14.0-63.fc42.x86_64",
		"6.14.0-061400rc7-generic",
		"6.14.0-061400-generic",
		"6.14.1-rc1",
		"v6.14.1",
		"6.14.1+",
	};
	const int count = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (int a = 0; a < count; a++)
		for (int b = 0; b < count; b++) {
			int order = release_compare(sorted[a], sorted[b]);

			assert_int_equal((order > 0) - (order < 0),
					 (a > b) - (a < b));
		}
	assert_int_equal(release_compare("1.01", "1.1"), 0);
	assert_int_equal(release_compare("v6.14", "6.14.0"), 0);
	assert_int_equal(release_compare("v6.14-rc1", "6.14.0-rc1"), 0);
	assert_true(release_compare("6.14.0-rc1-amd64", "6.14-amd64") < 0);
	assert_true(release_compare("1.2+b", "1.2a") > 0); /* letters first */
}

static void assert_flavour(const char *release, const char *expected)
{
	char flavour[FLAVOUR_MAX];

	assert_true(deb_flavour(release, flavour, sizeof(flavour)));
	assert_string_equal(flavour, expected);
}

static void test_flavours(void **state)
{
	static const char *const others[] = {
		"6.1.0-56-amd64-dbg",
		"6.1.0-56-amd64-unsigned",
		"6.1.0-56-16k",
		"6.1.0-56-arm64-k",
		"6.1.0-56-arm64-16kB",
		"6.1.0-56-riscv64",
		"6.12-amd64",
		"6.12-rt-amd64",
		"amd64",
		"-amd64",
		"",
	};
	char flavour[FLAVOUR_MAX];

	(void)state;
	assert_flavour("6.1.0-56-amd64", "");
	assert_flavour("6.12.117+deb12-amd64", "");
	assert_flavour("6.5.0-0.deb12.4-amd64", "");
	assert_flavour("6.1.0-56-cloud-amd64", "cloud");
	assert_flavour("6.12.117+deb12-rt-amd64", "rt");
	assert_flavour("6.1.0-56-cloud-arm64", "cloud");
	assert_string_equal(deb_arch("6.1.0-56-arm64")->name, "aarch64");
	assert_flavour("6.12.9+deb13-arm64-16k", "16k");
	assert_string_equal(deb_arch("6.12.9+deb13-arm64-16k")->name,
			    "aarch64");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(deb_flavour(others[i], flavour, sizeof(flavour)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_order),
		cmocka_unit_test(test_flavours),
	};

	return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}
