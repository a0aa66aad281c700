// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runners/trial/machine.h"
#include "runners/base/paths.h"
#include "target.h"
#include "runners/vm/git.h"

/*
 * For ranges of 1 GiB, and a second node for what moves pages to one. What a
 * guest never touches costs the host nothing.
 */
#define GUEST_MEMORY_MIB 3072
#define GUEST_FAR_MEMORY_MIB 256

int target_check(const char *spec, struct error *err)
{
	const char *file = "vm:file:";

	if (!strcmp(spec, "host"))
		return 0;
	if (!strncmp(spec, "vm:deb:", 7) && spec[7])
		return 0;
	if (!strncmp(spec, GIT_PREFIX, strlen(GIT_PREFIX)) &&
	    spec[strlen(GIT_PREFIX)])
		return 0;
	if (!strncmp(spec, file, strlen(file)) &&
	    strchr(spec + strlen(file), ':'))
		return 0;
	return error_set(err, -EINVAL,
			 "--on: no target '%s': give host, vm:deb:VERSION, "
			 "vm:git:REV or vm:file:BZIMAGE:KDIR",
			 spec);
}

static int choose_clock(struct target *target, const char *clock,
			struct error *err)
{
	if (!clock)
		target->instructions = target->is_vm;
	else
		target->instructions = !strcmp(clock, "instructions");
	if (target->instructions && !target->is_vm)
		return error_set(err, -EINVAL,
				 "--clock: the host counts no instructions: "
				 "take a guest, --on vm:deb:VERSION");
	return 0;
}

static void choose_guest(struct target *target)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	target->memory_mib = GUEST_MEMORY_MIB;
	target->far_memory_mib = GUEST_FAR_MEMORY_MIB;
	if (target->instructions) {
		/* The virtual clock of several vCPUs does not advance. */
		target->accelerator = ACCELERATOR_ICOUNT;
		target->cpus = 1;
		return;
	}
	target->accelerator = vm_accelerator(
		&target->kernel, paths_agent(), target->accelerator_reason,
		sizeof(target->accelerator_reason));
	target->cpus = cpus > 2 ? 2 : (unsigned int)cpus;
}

int target_prepare(struct target *target, const char *clock, kernel_note note,
		   void *data, struct error *err)
{
	int ret = target_check(target->spec, err);

	target->is_vm = strcmp(target->spec, "host") != 0;
	if (!ret)
		ret = choose_clock(target, clock, err);
	if (ret)
		return ret;
	if (access(paths_agent(), X_OK))
		return error_set(err, -ENOENT,
				 "%s: %s: build mmgauge-agent or set "
				 "MMGAUGE_AGENT",
				 paths_agent(), strerror(errno));
	target->name = "host";
	if (!target->is_vm)
		return 0;
	ret = kernel_prepare(target->spec, &target->kernel, note, data, err);
	if (ret)
		return ret;
	target->name = target->kernel.release;
	choose_guest(target);
	return 0;
}

static unsigned int guest_memory_mib(const struct target *target)
{
	return target->memory_mib + target->far_memory_mib;
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
	json_t *machine = target->result.machine;
	char text[4096] = "", hash[SHA256_DIGEST_STRING_LENGTH];
	size_t used = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value =
			json_string_value(json_object_get(machine, keys[i]));

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s=%.256s\n", keys[i],
					 value ? value : "");
	}
	/* The kernel takes its share of memory before it tells the size. */
	used += (size_t)snprintf(
		text + used, sizeof(text) - used,
		"cpus=%d\nnodes=%d\nmemory=%lld\n",
		(int)json_integer_value(json_object_get(machine, "cpus")),
		(int)json_integer_value(json_object_get(machine, "nodes")),
		target->is_vm ? (long long)guest_memory_mib(target) :
				(long long)(json_integer_value(json_object_get(
						    machine, "memory_bytes")) >>
					    30));
	SHA256Data((const uint8_t *)text, used, hash);
	hash[16] = '\0';
	json_object_set_new(machine, "fingerprint", json_string(hash));
}

/* A guest on the wall clock is as fast as what it runs on. */
static void add_host(json_t *machine)
{
	json_t *host = machine_describe();
	json_t *model =
		json_object_get(json_object_get(host, "machine"), "cpu_model");

	json_object_set(machine, "host_cpu_model", model);
	json_decref(host);
}

static int describe_guest(struct target *target, struct error *err)
{
	json_t *machine = target->result.machine;
	json_t *subject = target->result.subject;
	char version[64], emulator[128];
	int ret = vm_qemu_version(version, sizeof(version), err);

	if (ret)
		return ret;
	snprintf(emulator, sizeof(emulator), "QEMU %s", version);
	json_object_set_new(machine, "emulator", json_string(emulator));
	json_object_set_new(machine, "accelerator",
			    json_string(accelerator_name(target->accelerator)));
	if (!target->instructions)
		add_host(machine);
	if (*target->accelerator_reason)
		json_object_set_new(machine, "accelerator_reason",
				    json_string(target->accelerator_reason));
	json_object_set_new(machine, "guest_memory_mib",
			    json_integer(guest_memory_mib(target)));
	if (*target->kernel.config_sha256)
		json_object_set_new(subject, "config_sha256",
				    json_string(target->kernel.config_sha256));
	if (*target->kernel.package)
		json_object_set_new(subject, "package",
				    json_string(target->kernel.package));
	if (*target->kernel.commit)
		json_object_set_new(subject, "commit",
				    json_string(target->kernel.commit));
	if (*target->kernel.title)
		json_object_set_new(subject, "title",
				    json_string(target->kernel.title));
	return 0;
}

/* A run is of one kernel: a resumed one must not mix two. */
static int same_subject(const struct target *target, const json_t *subject,
			struct error *err)
{
	if (json_equal(json_object_get(subject, "version"),
		       json_object_get(target->result.subject, "version")))
		return 0;
	return error_set(err, -ESTALE,
			 "%s: another kernel than this run began on: start a "
			 "new run",
			 target->spec);
}

int target_describe(struct target *target, const json_t *hello,
		    struct error *err)
{
	const char *module_error =
		json_string_value(json_object_get(hello, "module_error"));
	json_t *subject = json_object_get(hello, "subject");
	json_t *machine = json_object_get(hello, "machine");
	int ret = 0;

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
	if (target->described)
		return same_subject(target, subject, err);
	target->result.subject = json_incref(subject);
	target->result.machine = json_incref(machine);
	json_object_set_new(subject, "target", json_string(target->spec));
	if (target->is_vm)
		ret = describe_guest(target, err);
	else
		json_object_set_new(machine, "accelerator",
				    json_string("none"));
	set_fingerprint(target);
	target->result.clock =
		json_pack("{s:s, s:f, s:s}", "kind",
			  target->instructions ? "instructions" : "wall",
			  "resolution", target->instructions ? 1.0 : 1e-9,
			  "unit", target->instructions ? "instruction" : "s");
	target->described = ret == 0;
	return ret;
}

void target_release(struct target *target)
{
	journal_close(target->journal);
	result_free(&target->result);
	free(target->done);
	free(target->spec);
}
