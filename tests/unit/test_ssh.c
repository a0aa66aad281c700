// SPDX-License-Identifier: GPL-2.0-or-later
/* What names a machine of ssh:, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runners/ssh/ssh.h"

static void test_places(void **state)
{
	static const struct {
		const char *spec, *place, *host, *port;
	} places[] = {
		{ "ssh:lab", "lab", "lab", "" },
		{ "ssh:lab:22", "lab", "lab", "22" },
		{ "ssh:root@lab.example:2222", "root@lab.example",
		  "lab.example", "2222" },
		{ "ssh:me@corp@lab", "me@corp@lab", "lab", "" },
		{ "ssh:[::1]", "::1", "::1", "" },
		{ "ssh:u@[fe80::1%eth0]:65535", "u@fe80::1%eth0",
		  "fe80::1%eth0", "65535" },
	};
	struct ssh ssh;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		assert_int_equal(ssh_parse(places[i].spec, &ssh), 0);
		assert_string_equal(ssh.spec, places[i].spec);
		assert_string_equal(ssh.place, places[i].place);
		assert_string_equal(ssh.host, places[i].host);
		assert_string_equal(ssh.port, places[i].port);
	}
}

/* Above all nothing that ssh or a shell could take for something else. */
static void test_refusals(void **state)
{
	static const char *const bad[] = {
		"ssh",
		"ssh:",
		"ssh:@x",
		"ssh:x@",
		"ssh:-oProxyCommand=x",
		"ssh:-l@x",
		"ssh:x:",
		"ssh:x:0",
		"ssh:x:70000",
		"ssh:x:1x",
		"ssh:x: 1",
		"ssh:x y",
		"ssh:x\ny",
		"ssh:[::1",
		"ssh:[]",
		"ssh:[::1]x",
		"ssh:x;y",
		"ssh:$(x)",
		"ssh:x/y",
		"ssh:x/git:v6.12",
		"host",
		"ssh:a'b@x",
	};
	char long_one[400] = "ssh:";
	struct ssh ssh;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!ssh_parse(bad[i], &ssh))
			fail_msg("'%s' was taken", bad[i]);
	memset(long_one + 4, 'a', 300);
	assert_int_not_equal(ssh_parse(long_one, &ssh), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
