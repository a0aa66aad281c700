// SPDX-License-Identifier: GPL-2.0-or-later
/* What else differs between two results, line by line, and why it matters. */
#include <stdio.h>
#include <string.h>

#include "compare_fixture.h"

/* JSON with ' for ". */
static json_t *from_text(const char *text)
{
	char *copy = strdup(text);
	json_t *value;

	for (char *at = copy; (at = strchr(at, '\''));)
		*at = '"';
	value = json_loads(copy, 0, NULL);
	free(copy);
	assert_non_null(value);
	return value;
}

static void assert_difference(const struct compare_report *report,
			      const char *expected)
{
	for (size_t i = 0; i < report->difference_count; i++)
		if (!strncmp(report->differences[i], expected,
			     strlen(expected)))
			return;
	for (size_t i = 0; i < report->difference_count; i++)
		print_message("%s\n", report->differences[i]);
	fail_msg("no line begins with '%s'", expected);
}

/* Every line says why it matters, in brackets at its end. */
static void assert_reasons(const struct compare_report *report)
{
	for (size_t i = 0; i < report->difference_count; i++) {
		const char *line = report->differences[i];
		const char *bracket = strrchr(line, '(');

		assert_non_null(bracket);
		assert_true(strlen(bracket) > 10);
		assert_int_equal(line[strlen(line) - 1], ')');
	}
}

static void test_lines_in_order(void **state)
{
	static const char *const expected[] = {
		"kernel release: 6.1.0 -> 6.12.0 (what is compared, if nothing "
		"else differs)",
		"kernel config: unknown -> abcd (other options compile other "
		"code in)",
		"kernel command line: +nopti (it sets "
		"mitigations, huge pages, ticks)",
		"CPUs: 2 -> 4 (flushes and interrupts reach more or fewer of "
		"them)",
		"mitigation meltdown: PTI -> Vulnerable (part of every system "
		"call and switch)",
		"mitigation gone: x -> unknown (part of every system call and "
		"switch)",
		"mitigation new: unknown -> y (part of every system call and "
		"switch)",
	};
	struct compare_report report;
	struct result base, new;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	json_object_update_new(new.subject,
			       from_text("{'release': '6.12.0', 'config_sha256'"
					 ": 'abcd', 'command_line': 'quiet "
					 "nopti', 'unlisted': 'ignored'}"));
	json_object_set_new(base.subject, "command_line", json_string("quiet"));
	json_object_set_new(base.subject, "compiler", json_null());
	json_object_update_new(base.machine,
			       from_text("{'cpus': 2, 'mitigations': {'meltdown"
					 "': 'PTI', 'same': 's', 'gone': 'x'}"
					 "}"));
	json_object_update_new(new.machine,
			       from_text("{'cpus': 4, 'mitigations': {'same': "
					 "'s', 'meltdown': 'Vulnerable', 'new':"
					 " 'y'}}"));
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.difference_count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(report.differences[i], expected[i]);
	assert_reasons(&report);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* Options by name, and a checksum only where one side has no names. */
static void test_kernel_config(void **state)
{
	static const struct {
		const char *base, *new, *told[2];
	} rows[] = {
		{ "{'config_sha256': 'aa', 'config': {'HZ': '250', 'KSM': 'y'}}",
		  "{'config_sha256': 'bb', 'config': {'HZ': '1000'}}",
		  { "kernel config HZ: 250 -> 1000 (it ",
		    "kernel config KSM: y -> n (it " } },
		{ "{'config_sha256': 'aa', 'config': {'HZ': '250'}}",
		  "{'config_sha256': 'bb', 'config': {'HZ': '250'}}",
		  { "kernel config: other options differ, none that touches " } },
		{ "{'config_sha256': 'aa', 'config': {'HZ': '250'}}",
		  "{'config_sha256': 'bb'}",
		  { "kernel config: aa -> bb (" } },
		{ "{'config': {}}", "{'config': {}}", { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct compare_report report;
		struct result base, new;
		size_t count = 0;

		surround(&base, "wall", "kvm", "m");
		surround(&new, "wall", "kvm", "m");
		json_object_update_new(base.subject, from_text(rows[i].base));
		json_object_update_new(new.subject, from_text(rows[i].new));
		compare_results(&base, &new, &one_percent, &report);
		for (; count < 2 && rows[i].told[count]; count++)
			assert_ptr_equal(strstr(report.differences[count],
						rows[i].told[count]),
					 report.differences[count]);
		assert_int_equal(report.difference_count, count);
		compare_free(&report);
		result_free(&base);
		result_free(&new);
	}
}

/* Machines that differ in everything but the fingerprint. */
static void make_machines(struct result *base, struct result *new)
{
	surround(base, "wall", "kvm", "m");
	surround(new, "wall", "kvm", "m");
	json_object_update_new(
		base->machine,
		from_text("{'architecture': 'x86_64', 'page_size': 4096,"
			  " 'cpu_flags': 'fpu pcid sse sse2', 'nodes': 1,"
			  " 'memory_bytes': 1000000, 'emulator': 'QEMU 7',"
			  " 'host_cpu_model': 'A', 'tuned': false,"
			  " 'timer_resolution_ns': 1,"
			  " 'advice': ['load: 1', 'KSM: 1'], 'cpu': {'sockets':"
			  " 1, 'caches': {'L2': '1M', 'L3': '2M'}},"
			  " 'kernel_parameters': {'ksm': '0', 'zswap': 'N'}}"));
	json_object_update_new(
		new->machine,
		from_text("{'architecture': 'aarch64', 'page_size': 65536,"
			  " 'cpu_flags': 'sse2 fpu serialize', 'nodes': 2,"
			  " 'memory_bytes': 1009000, 'emulator': 'QEMU 8',"
			  " 'host_cpu_model': 'B', 'tuned': true,"
			  " 'timer_resolution_ns': 4000000,"
			  " 'advice': ['load: 1'], 'cpu': {'sockets':"
			  " 1, 'caches': {'L2': '1M', 'L3': '4M'}},"
			  " 'kernel_parameters': {'ksm': '1', 'zswap': 'N'}}"));
}

static void test_machines(void **state)
{
	static const char *const expected[] = {
		"architecture: x86_64 -> aarch64 (",
		"page size: 4096 -> 65536 (",
		"nodes: 1 -> 2 (",
		"CPU flags: -pcid -sse +serialize (",
		"emulator: QEMU 7 -> QEMU 8 (",
		"CPU of the host: A -> B (",
		"tuned by mmgauge: false -> true (",
		"timer resolution in ns: 1 -> 4000000 (",
		"what the doctor found bad: -[KSM: 1] (",
		"CPU caches L3: 2M -> 4M (",
		"kernel parameter ksm: 0 -> 1 (",
	};
	size_t count = sizeof(expected) / sizeof(*expected);
	struct compare_report report;
	struct result base, new;

	(void)state;
	make_machines(&base, &new);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	for (size_t i = 0; i < count; i++)
		assert_difference(&report, expected[i]);
	/* Memory is the same within 1 %: a kernel's own share of it. */
	assert_int_equal(report.difference_count, count);
	assert_reasons(&report);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

static void test_what_one_side_does_not_know(void **state)
{
	struct compare_report report;
	struct result base, new;

	(void)state;
	make_machines(&base, &new);
	json_object_set_new(new.machine, "memory_bytes", json_integer(1020000));
	json_object_del(new.machine, "cpu_flags");
	json_object_set_new(new.machine, "cpu", json_null());
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_difference(&report, "memory in bytes: 1000000 -> 1020000 (");
	assert_difference(&report, "CPU flags: known of the base only (");
	assert_difference(&report, "CPU: 2 values -> unknown (");
	assert_reasons(&report);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_in_order),
		cmocka_unit_test(test_kernel_config),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_what_one_side_does_not_know),
	};

	return cmocka_run_group_tests_name("compare_context", tests, NULL,
					   NULL);
}
