// SPDX-License-Identifier: GPL-2.0-or-later
/* --config, and which QEMU runs guests of several CPUs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runners/base/config_names.h"
#include "runners/run/configuration.h"
#include "runners/trial/settings.h"
#include "runners/trial/cases.h"
#include "runners/vm/emulator.h"
#include "runners/vm/fragments.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "cpus=0", "give 1, 2, 3, 4, 5, 6, 7, 8" },
		{ "cpus=9", "no such value" },
		{ "cpus=", "no such value" },
		{ "cpus=-1", "no such value" },
		{ "cpus=2x", "no such value" },
		{ "cpu=2", "give neoverse-n1" },
		{ "cpuss=2", "did you mean 'cpus'" },
		{ "ptti=on", "did you mean 'pti'" },
		{ "pti=maybe", "give on, off" },
		{ "pti=on,pti=off", "it is on already" },
		{ "pti,pti=off", "it is on already" },
		{ "memcgg", "did you mean 'memcg'" },
		{ "../machines/pti", "no such machine" },
		{ "", "give a name or KEY=VALUE" },
		{ "pti=on,", "no such machine" },
		{ "memory=12", "give 512..1048576" },
		{ "memory=1G", "give 512..1048576" },
		{ "quantum=4", "give 5..1000" },
		{ "sysctl=vm.swappiness", "give NAME=VALUE" },
		{ "sysctl=vm.a=1+", "give NAME=VALUE" },
		{ "sysfs=../x=1", "give PATH=VALUE" },
		{ "sysfs=/x=1", "give PATH=VALUE" },
		{ "append=a;b", "give WORD" },
	};
	struct configuration configuration;
	struct error err;
	json_t *json;

	(void)state;
	assert_int_equal(configuration_parse(NULL, &configuration, &err), 0);
	assert_int_equal(configuration.cpus, 0);
	assert_null(configuration_to_json(&configuration));
	assert_int_equal(configuration_parse("cpus=4", &configuration, &err),
			 0);
	json = configuration_to_json(&configuration);
	configuration.cpus = 0;
	assert_int_equal(configuration_from_json(json, &configuration), 0);
	assert_int_equal(configuration.cpus, 4);
	json_decref(json);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(
			configuration_parse(bad[i].text, &configuration, &err),
			-EINVAL);
		if (!strstr(err.text, bad[i].why))
			fail_msg("%s: %s", bad[i].text, err.text);
	}
}

/* What is asked for of the guest, of QEMU and of the kernel. */
static void test_guest(void **state)
{
	struct configuration configuration, again = { 0 };
	struct error err;
	char text[256];
	json_t *json, *found;

	(void)state;
	assert_int_equal(configuration_parse("pti,la57=on,nodes=1,ksm=on",
					     &configuration, &err),
			 0);
	configuration_append(&configuration, text, sizeof(text));
	assert_string_equal(text, " pti=on");
	configuration_cpu(&configuration, text, sizeof(text));
	assert_string_equal(text, ",la57=on");
	assert_true(configuration_boots_image(&configuration));
	assert_int_equal(configuration.nodes, 1);
	json = configuration_settings(&configuration);
	assert_int_equal(json_array_size(json), 4);
	json_decref(json);

	json = configuration_to_json(&configuration);
	assert_int_equal(configuration_from_json(json, &again), 0);
	assert_memory_equal(&again, &configuration, sizeof(again));
	json_decref(json);

	found = json_pack("{s:{s:b}, s:{s:b}, s:{s:b}}", "pti=on", "took", 1,
			  "nodes=1", "took", 1, "ksm=on", "took", 1);
	assert_int_equal(configuration_check(&configuration, found, &err),
			 -ENOTSUP);
	assert_non_null(strstr(err.text, "la57=on: this kernel did not"));
	json_object_set_new(found, "la57=on", json_pack("{s:b}", "took", 1));
	assert_int_equal(configuration_check(&configuration, found, &err), 0);
	json_decref(found);
}

static void assert_setting(const json_t *settings, size_t index,
			   const char *key, const char *path, const char *word)
{
	const char *is[3];

	assert_int_equal(json_unpack(json_array_get(settings, index),
				     "{s:s, s:s, s:s}", "key", &is[0], "path",
				     &is[1], "word", &is[2]),
			 0);
	assert_string_equal(is[0], key);
	assert_string_equal(is[1], path);
	assert_string_equal(is[2], word);
}

/* What has no key of its own: words, files and numbers as they are given. */
static void test_own_words(void **state)
{
	struct configuration configuration, again;
	struct error err;
	char text[256];
	json_t *json;

	(void)state;
	assert_int_equal(
		configuration_parse("append=a.b=1 nosmt,memory=768,quantum=40,"
				    "sysctl=vm.swappiness=7+kernel/panic=5,"
				    "sysfs=kernel/mm/ksm/run=1",
				    &configuration, &err),
		0);
	configuration_append(&configuration, text, sizeof(text));
	assert_string_equal(text, " a.b=1 nosmt");
	assert_int_equal(configuration.memory_mib, 768);
	assert_int_equal(configuration.quantum_us, 40);
	json = configuration_settings(&configuration);
	assert_int_equal(json_array_size(json), 4);
	assert_setting(json, 0, "append=a.b=1 nosmt", "/proc/cmdline",
		       "a.b=1 nosmt");
	assert_setting(json, 1, "sysctl=vm.swappiness=7",
		       "/proc/sys/vm/swappiness", "7");
	assert_setting(json, 2, "sysctl=kernel/panic=5",
		       "/proc/sys/kernel/panic", "5");
	assert_setting(json, 3, "sysfs=kernel/mm/ksm/run=1",
		       "/sys/kernel/mm/ksm/run", "1");
	json_decref(json);
	json = configuration_to_json(&configuration);
	assert_int_equal(configuration_from_json(json, &again), 0);
	assert_memory_equal(&again, &configuration, sizeof(again));
	json_decref(json);
}

/* What a kernel is to be built with, beside --kbuild and never twice. */
static void test_build(void **state)
{
	struct configuration configuration, again;
	struct kbuild_options kbuild = { 0 };
	struct error err;
	json_t *json;

	(void)state;
	assert_int_equal(configuration_parse("kconfig=rt+lockdep,compiler="
					     "clang-14,kcflags=-O3,pti",
					     &configuration, &err),
			 0);
	assert_string_equal(configuration_builds(&configuration), "kconfig");
	assert_int_equal(configuration_kbuild(&configuration, &kbuild, &err),
			 0);
	assert_string_equal(kbuild.fragments, "rt+lockdep");
	assert_true(kbuild.configured);
	assert_int_equal(kbuild.count, 2);
	assert_string_equal(kbuild.words[0], "LLVM=-14");
	assert_string_equal(kbuild.words[1], "KCFLAGS=-O3");
	json = configuration_to_json(&configuration);
	assert_int_equal(configuration_from_json(json, &again), 0);
	assert_memory_equal(&again, &configuration, sizeof(again));
	assert_true(json_is_true(json_object_get(json, "debug"))); /* lockdep */
	json_decref(json);

	/* The same once more, as if --kbuild had said it. */
	assert_int_equal(configuration_kbuild(&configuration, &kbuild, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "--kbuild LLVM=-14 says it too"));
	kbuild.count = 0;
	configuration_parse("kconfig=lokdep", &configuration, &err);
	assert_int_equal(configuration_kbuild(&configuration, &kbuild, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "did you mean 'lockdep'"));
	configuration_parse("pti", &configuration, &err);
	assert_null(configuration_builds(&configuration));
	assert_false(configuration_debugs(&configuration));
	configuration_parse("minsize", &configuration, &err);
	assert_false(configuration_debugs(&configuration));
}

/* An option that did not take is named; one nobody asks about is not set. */
static void test_fragments(void **state)
{
	static const struct {
		const char *fragment, *why;
	} rows[] = {
		{ "# why\nCONFIG_A=y\n# CONFIG_B is not set\n", NULL },
		{ "# CONFIG_NONE is not set\nCONFIG_D=\"x y\"\n", NULL },
		{ "CONFIG_A=m\n", "CONFIG_A=m did not take:" },
		{ "CONFIG_AA=y\nCONFIG_B=y\n",
		  "CONFIG_AA=y did not take, nor did 1 more:" },
		{ "# CONFIG_A is not set\n", "# CONFIG_A is not set did not" },
	};
	struct error err;
	FILE *file = fopen("./fragments-config", "w");

	(void)state;
	fputs("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_D=\"x y\"\n"
	      "CONFIG_MMU_NOTIFIER=y\n",
	      file);
	fclose(file);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		file = fopen("./fragments-wanted", "w");
		fputs(rows[i].fragment, file);
		fclose(file);
		assert_int_equal(fragment_took("./fragments-wanted",
					       "./fragments-config", &err),
				 rows[i].why ? -ENOTSUP : 0);
		if (rows[i].why && !strstr(err.text, rows[i].why))
			fail_msg("%s", err.text);
	}
	assert_true(
		fragment_has("./fragments-config", "CONFIG_MMU_NOTIFIER=y"));
	assert_false(fragment_has("./fragments-config", "CONFIG_MMU=y"));
	remove("./fragments-config");
	remove("./fragments-wanted");
}

/* All of the folder can be read, and none says the same as another. */
static void test_machines(void **state)
{
	struct text_list names;
	struct error err;

	(void)state;
	assert_int_equal(configuration_names(&names, &err), 0);
	assert_true(names.count > 20);
	for (size_t i = 0; i < names.count; i++) {
		struct configuration one, other;

		if (configuration_parse(names.items[i], &one, &err))
			fail_msg("%s", err.text);
		for (size_t j = 0; j < i; j++) {
			configuration_parse(names.items[j], &other, &err);
			memset(one.name, 0, sizeof(one.name));
			memset(other.name, 0, sizeof(other.name));
			assert_memory_not_equal(&one, &other, sizeof(one));
		}
	}
	config_names_free(&names);
}

/* Words are whole ones, and a file that cannot be read shows nothing. */
static void test_settings(void **state)
{
	static const struct {
		const char *path, *word;
		int lacks, took;
	} rows[] = {
		{ "words", "alloc:on", 0, 1 }, { "words", "alloc:o", 0, 0 },
		{ "words", "pti", 0, 1 },      { "words", "pt", 0, 0 },
		{ "words", "pt", 1, 1 },       { "words", "pti", 1, 0 },
		{ "words", "[never]", 0, 1 },  { "words", "always", 0, 1 },
		{ "none", "pti", 0, 0 },       { "none", "pti", 1, 0 },
	};
	FILE *file = fopen("settings-words", "w");

	(void)state;
	fputs("mem auto-init: heap alloc:on, free:off\nflags : fpu pti sse\n"
	      "always [never]\n",
	      file);
	fclose(file);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[64];
		json_t *settings, *found;

		snprintf(path, sizeof(path), "settings-%s", rows[i].path);
		settings = json_pack("[{s:s, s:[], s:s, s:s, s:b}]", "key", "k",
				     "writes", "path", path, "word",
				     rows[i].word, "lacks", rows[i].lacks);
		found = settings_apply(settings);
		if (json_is_true(json_object_get(json_object_get(found, "k"),
						 "took")) != rows[i].took)
			fail_msg("%s %s", rows[i].path, rows[i].word);
		json_decref(found);
		json_decref(settings);
	}
	remove("settings-words");
}

static void test_emulators(void **state)
{
	(void)state;
	assert_false(emulator_shares_time("7.2.22"));
	assert_false(emulator_shares_time("8.0.5"));
	assert_true(emulator_shares_time("8.1.0"));
	assert_true(emulator_shares_time("10.0.2"));
	assert_false(emulator_shares_time(""));
}

static unsigned int threads(const char *name, const char *axis, uint64_t value)
{
	const struct bench_case *bench_case = cases_find(name);
	struct axis_value axes[16] = { 0 };
	unsigned int result;
	size_t count = 0;

	assert_non_null(bench_case);
	for (; bench_case->axes[count].name; count++) {
		const struct bench_axis *from = &bench_case->axes[count];

		axes[count].axis = (char *)from->name;
		if (from->choices)
			axes[count].text = (char *)from->choices[0].name;
		else
			axes[count].number =
				strcmp(from->name, axis) ? from->min : value;
	}
	result = cases_threads(bench_case, axes, count);
	return result;
}

/* Every case can be asked; a thread of each kind wants a CPU. */
static void test_threads(void **state)
{
	(void)state;
	bench_for_each_case (position)
		if ((*position)->axes)
			assert_int_equal(threads((*position)->name, "", 0), 0);
	assert_int_equal(threads("membarrier.sync_core", "siblings", 3), 3);
	assert_int_equal(threads("membarrier.sync_core", "callers", 2), 1);
	assert_int_equal(threads("invalidate.munmap", "threads", 1), 1);
	assert_int_equal(threads("invalidate.mremap", "invalidators", 2), 2);
	assert_int_equal(threads("fault.contended", "faulters", 2), 1);
	assert_int_equal(threads("pin.contended", "threads", 1), 1);
}

/* A model of CPUs is of one architecture, as are features of them. */
static void test_model(void **state)
{
	struct configuration configuration;
	struct error err;

	(void)state;
	assert_int_equal(configuration_parse(NULL, &configuration, &err), 0);
	assert_null(configuration_model(&configuration));
	assert_int_equal(
		configuration_check_arch(&configuration, "aarch64", &err), 0);
	assert_int_equal(
		configuration_parse("neoverse-n1", &configuration, &err), 0);
	assert_string_equal(configuration_model(&configuration), "neoverse-n1");
	assert_int_equal(
		configuration_check_arch(&configuration, "aarch64", &err), 0);
	assert_int_equal(
		configuration_check_arch(&configuration, "x86_64", &err),
		-EINVAL);
	assert_non_null(strstr(err.text, "cpu=neoverse-n1: a CPU of aarch64"));
	assert_int_equal(configuration_parse("erms", &configuration, &err), 0);
	assert_int_equal(
		configuration_check_arch(&configuration, "aarch64", &err),
		-EINVAL);
	assert_non_null(strstr(err.text, "erms=on: a CPU of x86_64"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_own_words),
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_emulators),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
