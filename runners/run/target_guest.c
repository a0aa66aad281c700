// SPDX-License-Identifier: GPL-2.0-or-later
/* Guests: a kernel of whatever kind, booted anew for every round. */
#include <stdio.h>
#include <unistd.h>

#include "results/base/utf8.h"
#include "runners/trial/machine.h"
#include "runners/vm/fragments.h"
#include "runners/vm/kdir.h"
#include "runners/vm/cache.h"
#include "runners/base/kernel_config.h"
#include "run_guest.h"
#include "several.h"
#include "target_kind.h"

/*
 * For ranges of 1 GiB, and a second node for what moves pages to one. What a
 * guest never touches costs the host nothing.
 */
#define GUEST_MEMORY_MIB 3072
#define GUEST_FAR_MEMORY_MIB 256

/* By the wall clock: as many as the host has, and no more than cells need. */
static unsigned int plain_cpus(const struct target *target)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (target->instructions)
		return 1;
	return cpus > 2 ? 2 : (unsigned int)cpus;
}

static void choose_guest(struct target *target)
{
	target->memory_mib = target->configuration.memory_mib ?
				     target->configuration.memory_mib :
				     GUEST_MEMORY_MIB;
	target->far_memory_mib =
		target->configuration.nodes == 1 ? 0 : GUEST_FAR_MEMORY_MIB;
	if (target->instructions) {
		target->accelerator = ACCELERATOR_ICOUNT;
		return;
	}
	target->accelerator = vm_accelerator(
		&target->kernel, kernel_agent(&target->kernel),
		target->accelerator_reason, sizeof(target->accelerator_reason));
	target->cpus = target->configuration.cpus ? target->configuration.cpus :
						    plain_cpus(target);
}

/* It would end before it has said a word. */
static int check_kernel(const struct target *target, struct error *err)
{
	const struct arch *arch = target->kernel.arch;
	char path[PATH_MAX];

	if (!arch->cpu_lacks || configuration_model(&target->configuration) ||
	    join_path(path, "%s/.config", target->kernel.build) ||
	    !fragment_has(path, arch->cpu_lacks))
		return 0;
	return error_set(err, -EINVAL,
			 "%s: %s, which the plain CPU of %s cannot run: "
			 "add cpu=%s to --config",
			 target->spec, arch->cpu_lacks, arch->debian,
			 arch->cpu_instead);
}

/* KVM's guest has the CPU of the host, and what that has. */
static int check_cpu(const struct target *target, struct error *err)
{
	const struct configuration *configuration = &target->configuration;
	const char *model = configuration_model(configuration);
	char features[128];
	int ret = configuration_check_arch(configuration,
					   target->kernel.arch->name, err);

	configuration_cpu(configuration, features, sizeof(features));
	if (ret || (!*features && !model) ||
	    target->accelerator != ACCELERATOR_KVM)
		return ret;
	return error_set(err, -EINVAL,
			 "--config: %s: a guest in KVM has the CPU of the "
			 "host: take --clock instructions",
			 *features ? features + 1 : model);
}

static int check_clock(const struct target *target, struct error *err)
{
	if (target->instructions || !target->configuration.quantum_us)
		return 0;
	return error_set(err, -EINVAL,
			 "--config: quantum: on the wall clock CPUs take no "
			 "turns: take --clock instructions");
}

static int prepare(struct target *target, kernel_note note, void *data,
		   struct error *err)
{
	struct kbuild_options kbuild = target->kbuild;
	int ret = check_clock(target, err);

	if (!ret)
		ret = configuration_kbuild(&target->configuration, &kbuild,
					   err);
	if (!ret)
		ret = kernel_prepare(target->spec, &kbuild, &target->kernel,
				     note, data, err);
	if (ret)
		return ret;
	target->name = target->kernel.name;
	if (*target->configuration.name) {
		snprintf(target->configured, sizeof(target->configured),
			 "%s %s", target->kernel.name,
			 target->configuration.name);
		target->name = target->configured;
	}
	ret = check_kernel(target, err);
	if (ret)
		return ret;
	choose_guest(target);
	return check_cpu(target, err);
}

static unsigned long long memory_mib(const struct target *target)
{
	(void)target;
	return GUEST_MEMORY_MIB + GUEST_FAR_MEMORY_MIB;
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

/* Several CPUs that were asked for may run in another one than is installed. */
static int describe_emulator(struct target *target, struct error *err)
{
	const struct arch *arch = target->kernel.arch;
	unsigned int cpus = target->configuration.cpus;
	json_t *machine = target->result.machine;
	char version[64], emulator[128], turns[128];
	int ret = vm_qemu_version(arch->qemu, arch, version, sizeof(version),
				  err);

	if (ret && cpus < 2)
		return ret;
	if (!ret)
		snprintf(target->plain_emulator, sizeof(target->plain_emulator),
			 "QEMU %s", version);
	several_describe(target, cpus, turns, sizeof(turns));
	if (*turns) {
		json_object_set_new(machine, "turns", json_string(turns));
		snprintf(version, sizeof(version), "%s",
			 target->several.emulator.version);
	}
	snprintf(emulator, sizeof(emulator), "QEMU %s", version);
	json_object_set_new(machine, "emulator", json_string(emulator));
	return 0;
}

static void add_config(const struct target *target)
{
	char path[PATH_MAX];
	json_t *config;

	if (join_path(path, "%s/.config", target->kernel.build))
		return;
	config = kernel_config_read(path);
	if (config)
		json_object_set_new(target->result.subject, "config", config);
}

static int describe(struct target *target, struct error *err)
{
	json_t *machine = target->result.machine;
	json_t *subject = target->result.subject;
	char compiler[128];
	int ret = describe_emulator(target, err);

	if (ret)
		return ret;
	json_object_set_new(machine, "accelerator",
			    json_string(accelerator_name(target->accelerator)));
	if (!target->instructions)
		add_host(machine);
	if (*target->accelerator_reason)
		json_object_set_new(machine, "accelerator_reason",
				    utf8_json(target->accelerator_reason));
	json_object_set_new(
		machine, "guest_memory_mib",
		json_integer(target->memory_mib + target->far_memory_mib));
	if (*target->kernel.config_sha256)
		json_object_set_new(subject, "config_sha256",
				    json_string(target->kernel.config_sha256));
	add_config(target);
	if (*target->kernel.package)
		json_object_set_new(subject, "package",
				    json_string(target->kernel.package));
	kdir_module_compiler(target->kernel.build, compiler, sizeof(compiler));
	if (*compiler)
		json_object_set_new(subject, "module_compiler",
				    utf8_json(compiler));
	if (*target->kernel.commit)
		json_object_set_new(subject, "commit",
				    json_string(target->kernel.commit));
	if (target->kernel.kind->builds)
		json_object_set_new(subject, "kbuild",
				    kbuild_to_json(&target->kernel.kbuild));
	if (*target->kernel.title)
		json_object_set_new(subject, "title",
				    utf8_json(target->kernel.title));
	return 0;
}

const struct target_kind target_guest = {
	.prefix = "vm:",
	.summary = "a guest that boots a kernel",
	.kernels = kernel_kinds,
	.round = "boot",
	.reboots = true,
	.counts = true,
	.prepare = prepare,
	.boot = run_guest_boot,
	.describe = describe,
	.plain_cpus = plain_cpus,
	.plain_nodes = 2,
	.memory = memory_mib,
};
