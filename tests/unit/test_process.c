// SPDX-License-Identifier: GPL-2.0-or-later
/* Children that never stop talking, never listen or never end. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runners/base/frame.h"
#include "results/base/process.h"
#include "runners/base/spawn.h"

/* What takes so long never ends. */
#define WATCHDOG_SECONDS 120

static char folder[] = "/tmp/test-process-XXXXXX";

static int set_up(void **state)
{
	json_t *payload = json_object();
	char path[64];
	int fd;

	(void)state;
	alarm(WATCHDOG_SECONDS);
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/answer", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || frame_write(fd, FRAME_TRIAL, payload))
		return -1;
	json_decref(payload);
	return close(fd);
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) ? -1 : 0;
}

/* An agent that is @script, in the folder of the answer. */
static int ask(const char *script, const json_t *request, double seconds,
	       struct error *err)
{
	json_t *reply = NULL;
	char path[64];
	FILE *file;
	int ret;

	snprintf(path, sizeof(path), "%s/agent", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\ncd %s\n%s\n", folder, script);
	fclose(file);
	assert_int_equal(chmod(path, 0700), 0);
	ret = spawn_agent(path, "trial", request, seconds, NULL, &reply, err);
	if (!ret)
		json_decref(reply);
	return ret;
}

static void test_agents(void **state)
{
	static const struct {
		const char *script, *line;
		int ret;
	} rows[] = {
		{ "exec sleep 1000", "no answer within", -ETIMEDOUT },
		{ "exec yes '#mmg '", "no answer within", -ETIMEDOUT },
		{ "exec >&-; exec sleep 1000", "no answer within", -ETIMEDOUT },
		{ "trap '' TERM INT; exec sleep 1000", "no answer within",
		  -ETIMEDOUT },
	};
	json_t *request = json_array();
	struct error err;

	(void)state;
	assert_int_equal(ask("cat answer", NULL, 60, &err), 0);
	assert_int_equal(ask("exit 3", NULL, 60, &err), -EPIPE);
	assert_non_null(strstr(err.text, "exit code 3"));
	assert_int_equal(ask("cat answer; exec sleep 1000", NULL, 4, &err), 0);
	/* More than a pipe takes from one whom nobody reads. */
	for (int i = 0; i < 100000; i++)
		json_array_append_new(request, json_integer(1000000 + i));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		err.text[0] = '\0';
		assert_int_equal(
			ask(rows[i].script, i % 2 ? request : NULL, 0.3, &err),
			rows[i].ret);
		assert_non_null(strstr(err.text, rows[i].line));
	}
	json_decref(request);
}

static int run_shell(const char *script, unsigned int seconds,
		     struct process_result *result)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return process_run(argv, NULL, seconds, result);
}

static void test_programs(void **state)
{
	struct process_result result;

	(void)state;
	assert_int_equal(run_shell("exec sleep 1000", 0, &result), -ETIMEDOUT);
	assert_int_equal(run_shell("exec yes", 1, &result), -ETIMEDOUT);
	/* One left behind writes for ever into what its parent left. */
	assert_int_equal(run_shell("yes & exit 4", 60, &result), 0);
	assert_int_equal(result.status, 4);
	process_result_free(&result);
	assert_int_equal(run_shell("echo one; echo two >&2", 60, &result), 0);
	assert_string_equal(result.output, "one\n");
	assert_string_equal(result.errors, "two\n");
	process_result_free(&result);
}

static void test_signals(void **state)
{
	struct process_result result;
	const char *const argv[] = { "sleep", "1000", NULL };
	struct error err;

	(void)state;
	process_interrupted = SIGINT;
	assert_int_equal(run_shell("exec yes", 1000, &result), -EINTR);
	assert_int_equal(process_follow(argv, &err), -EINTR);
	process_interrupted = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agents),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_signals),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
