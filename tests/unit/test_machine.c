// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine block, on machines in folders: Intel, AMD, a guest, arm64. */
#include "root_fixture.h"

#include <jansson.h>

#include "runners/trial/machine.h"

#define CPUS "/sys/devices/system/cpu/"

static json_t *describe(void)
{
	json_t *document = machine_describe();
	json_t *machine = json_incref(json_object_get(document, "machine"));

	assert_non_null(machine);
	json_decref(document);
	return machine;
}

static const json_t *at(const json_t *machine, const char *path)
{
	char copy[128], *rest = copy;
	const json_t *value = machine;

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *key; (key = strsep(&rest, "/"));)
		value = json_object_get(value, key);
	return value;
}

static void assert_text(const json_t *machine, const char *path,
			const char *text)
{
	const char *value = json_string_value(at(machine, path));

	if (!value)
		fail_msg("%s is no text, but should be '%s'", path, text);
	assert_string_equal(value, text);
}

static void intel(void **state)
{
	json_t *machine;

	(void)state;
	put("/proc/cpuinfo",
	    "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n"
	    "model\t\t: 143\nmodel name\t: Intel(R) Xeon(R) Gold 6430\n"
	    "stepping\t: 8\nmicrocode\t: 0x2b000590\n"
	    "flags\t\t: fpu vme serialize\nbugs\t\t: spectre_v1\n");
	put(CPUS "online", "0-63,128\n");
	put(CPUS "intel_pstate/no_turbo", "0\n");
	put(CPUS "smt/active", "1\n");
	put(CPUS "cpu0/cpufreq/scaling_governor", "powersave\n");
	put(CPUS "cpu0/topology/physical_package_id", "0\n");
	put(CPUS "cpu1/topology/physical_package_id", "0\n");
	put(CPUS "cpu2/topology/physical_package_id", "1\n");
	put(CPUS "cpu0/cache/index2/level", "2\n");
	put(CPUS "cpu0/cache/index2/type", "Unified\n");
	put(CPUS "cpu0/cache/index2/size", "2048K\n");
	put(CPUS "vulnerabilities/meltdown", "Not affected\n");
	put("/sys/devices/system/node/node0/x", "");
	put("/sys/devices/system/node/node1/x", "");
	put("/proc/meminfo", "MemTotal:       1024 kB\nMemFree: 5 kB\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled",
	    "always [madvise] never\n");
	put("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
	    "always inherit madvise [never]\n");
	put("/proc/sys/kernel/nmi_watchdog", "1\n");
	put("/sys/kernel/debug/sched/preempt", "none (voluntary) full\n");
	put("/proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n");
	machine = describe();
	assert_text(machine, "cpu_model", "Intel(R) Xeon(R) Gold 6430");
	assert_text(machine, "cpu/model", "143");
	assert_text(machine, "cpu/vendor", "GenuineIntel");
	assert_text(machine, "cpu_flags", "fpu vme serialize");
	assert_text(machine, "microcode", "0x2b000590");
	assert_text(machine, "hypervisor", "none");
	assert_text(machine, "governor", "powersave");
	assert_text(machine, "cpu/caches/L2 Unified", "2048K");
	assert_text(machine, "mitigations/meltdown", "Not affected");
	assert_text(machine, "thp/enabled", "madvise");
	assert_text(machine, "thp/hugepages-64kB", "never");
	assert_text(machine, "kernel_parameters/nmi_watchdog", "1");
	assert_text(machine, "kernel_parameters/preemption", "voluntary");
	assert_true(json_is_true(at(machine, "turbo")));
	assert_true(json_is_true(at(machine, "smt")));
	assert_int_equal(json_integer_value(at(machine, "cpus")), 65);
	assert_int_equal(json_integer_value(at(machine, "nodes")), 2);
	assert_int_equal(json_integer_value(at(machine, "cpu/sockets")), 2);
	assert_int_equal(json_integer_value(at(machine, "memory_bytes")),
			 1 << 20);
	assert_int_equal(
		json_integer_value(at(machine, "kernel_parameters/swap_areas")),
		1);
	json_decref(machine);
}

/* boost is not spelled the other way round, and there is no intel_pstate. */
static void amd(void **state)
{
	json_t *machine;

	(void)state;
	put("/proc/cpuinfo",
	    "vendor_id\t: AuthenticAMD\nmodel\t\t: 17\n"
	    "model name\t: AMD EPYC 9354\nflags\t\t: fpu sme\n");
	put(CPUS "cpufreq/boost", "0\n");
	put(CPUS "smt/active", "0\n");
	machine = describe();
	assert_text(machine, "cpu_model", "AMD EPYC 9354");
	assert_text(machine, "cpu/vendor", "AuthenticAMD");
	assert_true(json_is_false(at(machine, "turbo")));
	assert_true(json_is_false(at(machine, "smt")));
	assert_true(json_is_null(at(machine, "governor")));
	json_decref(machine);
}

static void guest(void **state)
{
	json_t *machine;

	(void)state;
	put("/proc/cpuinfo", "model name\t: QEMU Virtual CPU\n"
			     "flags\t\t: fpu hypervisor\n");
	machine = describe();
	assert_text(machine, "hypervisor", "unnamed");
	assert_true(json_is_null(at(machine, "turbo")));
	assert_true(json_is_null(at(machine, "smt")));
	assert_true(json_is_null(at(machine, "nodes")));
	json_decref(machine);
	put("/sys/class/dmi/id/sys_vendor", "QEMU\n");
	machine = describe();
	assert_text(machine, "hypervisor", "QEMU");
	json_decref(machine);
}

/* No "model name", no "flags", and a firmware that may tell of a guest. */
static void arm64(void **state)
{
	json_t *machine;

	(void)state;
	put("/proc/cpuinfo",
	    "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd sve\n"
	    "CPU implementer\t: 0x41\nCPU architecture: 8\n"
	    "CPU variant\t: 0x1\nCPU part\t: 0xd40\nCPU revision\t: 1\n");
	machine = describe();
	assert_text(machine, "cpu_model",
		    "implementer 0x41 part 0xd40 variant 0x1 revision 1");
	assert_text(machine, "cpu_flags", "fp asimd sve");
	assert_true(json_is_null(at(machine, "microcode")));
	assert_true(json_is_null(at(machine, "hypervisor")));
	json_decref(machine);
	put("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
	machine = describe();
	assert_text(machine, "hypervisor", "Amazon EC2");
	json_decref(machine);
	put("/sys/class/dmi/id/sys_vendor", "Ampere\n");
	machine = describe();
	assert_text(machine, "hypervisor", "none");
	json_decref(machine);
}

/* Nothing can be read at all: nulls, and what the schema insists on. */
static void bare(void **state)
{
	json_t *machine = describe();

	(void)state;
	assert_true(json_is_null(at(machine, "cpu_model")));
	assert_true(json_is_string(at(machine, "architecture")));
	assert_true(json_integer_value(at(machine, "cpus")) >= 1);
	assert_true(json_integer_value(at(machine, "memory_bytes")) > 0);
	json_decref(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(intel, root_begin, root_end),
		cmocka_unit_test_setup_teardown(amd, root_begin, root_end),
		cmocka_unit_test_setup_teardown(guest, root_begin, root_end),
		cmocka_unit_test_setup_teardown(arm64, root_begin, root_end),
		cmocka_unit_test_setup_teardown(bare, root_begin, root_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
