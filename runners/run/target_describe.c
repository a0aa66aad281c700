// SPDX-License-Identifier: GPL-2.0-or-later
/* What a target says of itself, into the result that grows there. */
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/utf8.h"
#include "target_kind.h"

/*
 * What a configuration chooses is compared apart: with it the machine is what
 * it would be without.
 */
static long long plain_number(const struct target *target, const char *key)
{
	const struct configuration *chosen = &target->configuration;
	const json_t *value = json_object_get(target->result.machine, key);

	if (!strcmp(key, "cpus") && chosen->cpus)
		return target->kind->plain_cpus(target);
	if (!strcmp(key, "nodes") && chosen->nodes)
		return target->kind->plain_nodes;
	return json_integer_value(value);
}

static const char *plain_text(const struct target *target, const char *key)
{
	if (!strcmp(key, "emulator") && *target->plain_emulator)
		return target->plain_emulator;
	if (!strcmp(key, "cpu_model") &&
	    configuration_model(&target->configuration))
		return target->kernel.arch->cpu_model;
	return json_string_value(json_object_get(target->result.machine, key));
}

/*
 * What makes two measurements comparable: the CPU as the kernel sees it, how
 * many, in how many nodes, how much memory, and what executes the instructions.
 * An emulated guest on the exact clock is the same machine on every host; the
 * rest is not.
 */
static void set_fingerprint(struct target *target)
{
	static const char *const keys[] = { "architecture",  "cpu_model",
					    "microcode",     "hypervisor",
					    "accelerator",   "emulator",
					    "host_cpu_model" };
	const char *turns;
	json_t *machine = target->result.machine;
	char text[4096] = "", hash[SHA256_DIGEST_STRING_LENGTH];
	size_t used = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = plain_text(target, keys[i]);

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s=%.256s\n", keys[i],
					 value ? value : "");
	}
	turns = json_string_value(json_object_get(machine, "turns"));
	if (turns && !target->configuration.cpus)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "turns=%.200s\n", turns);
	/* The kernel takes its share of memory before it tells the size. */
	used += (size_t)snprintf(text + used, sizeof(text) - used,
				 "cpus=%lld\nnodes=%lld\nmemory=%lld\n",
				 plain_number(target, "cpus"),
				 plain_number(target, "nodes"),
				 (long long)target->kind->memory(target));
	SHA256Data((const uint8_t *)text, used, hash);
	hash[16] = '\0';
	json_object_set_new(machine, "fingerprint", json_string(hash));
}

/*
 * A run is of one kernel, and where it does not reboot of one boot: a resumed
 * one must not mix two.
 */
static int same_subject(const struct target *target, const json_t *subject,
			const json_t *machine, struct error *err)
{
	const json_t *boot = json_object_get(machine, "boot_id");
	const json_t *began =
		json_object_get(target->result.machine, "boot_id");

	if (!json_equal(json_object_get(subject, "version"),
			json_object_get(target->result.subject, "version")))
		return error_set(err, -ESTALE,
				 "%s: another kernel than this run began on: "
				 "start a new run",
				 target->spec);
	if (json_is_string(boot) && json_is_string(began) &&
	    !json_equal(boot, began))
		return error_set(err, -ESTALE,
				 "%s: rebooted since this run began: start a "
				 "new run",
				 target->spec);
	return 0;
}

/* A counter that counts many instructions as one is not exact. */
static int check_step(const struct target *target, const json_t *hello,
		      double *step, struct error *err)
{
	const json_t *told = json_object_get(hello, "clock_step");

	*step = json_is_number(told) ? json_number_value(told) : 1;
	if (!target->instructions || *step == 1)
		return 0;
	return error_set(err, -ENOTSUP,
			 "%s: the guest's counter counts %.1f instructions as "
			 "one: install another QEMU, or take --clock wall",
			 target->spec, *step);
}

int target_describe(struct target *target, const json_t *hello,
		    struct error *err)
{
	const char *module_error =
		json_string_value(json_object_get(hello, "module_error"));
	json_t *subject = json_object_get(hello, "subject");
	json_t *machine = json_object_get(hello, "machine");
	double step;
	int ret;

	if (module_error)
		return error_set(err, -ENOEXEC,
				 "%s: the guest cannot load the module: %s: "
				 "rebuild it, `mmgauge kernel build %s`",
				 target->spec, module_error, target->spec);
	if (!json_is_object(subject) || !json_is_object(machine))
		return error_set(err, -EPROTO,
				 "%s: the agent's greeting is damaged: build "
				 "mmgauge and its agent anew",
				 target->spec);
	ret = check_step(target, hello, &step, err);
	if (ret)
		return ret;
	ret = configuration_check(&target->configuration,
				  json_object_get(hello, "settings"), err);
	if (ret)
		return ret;
	if (target->described)
		return same_subject(target, subject, machine, err);
	target->result.subject = json_incref(subject);
	target->result.machine = json_incref(machine);
	json_object_set_new(subject, "target", utf8_json(target->spec));
	if (target->kind->describe)
		ret = target->kind->describe(target, err);
	set_fingerprint(target);
	target->result.clock =
		json_pack("{s:s, s:f, s:s}", "kind",
			  target->instructions ? "instructions" : "wall",
			  "resolution", target->instructions ? step : 1e-9,
			  "unit", target->instructions ? "instruction" : "s");
	target->described = ret == 0;
	return ret;
}

void target_release(struct target *target)
{
	if (target->kind && target->kind->release)
		target->kind->release(target);
	journal_close(target->journal);
	result_free(&target->result);
	free(target->done);
	free(target->spec);
}
