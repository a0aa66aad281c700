// SPDX-License-Identifier: GPL-2.0-or-later
/* From a spec to a target that is ready. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "runners/base/paths.h"
#include "target_kind.h"

static bool fits(const struct target_kind *kind, const char *spec)
{
	const struct kernel_kind *kernel;
	const char *argument;

	if (!kind)
		return false;
	if (!kind->kernels)
		return !kind->fits || kind->fits(spec);
	kernel = kernel_kind_of(spec, &argument);
	return kernel && *argument && (!kernel->fits || kernel->fits(argument));
}

int target_check(const char *spec, struct error *err)
{
	if (fits(target_kind_of(spec), spec))
		return 0;
	return error_set(err, -EINVAL, "--on: no target '%s': give %s", spec,
			 target_forms());
}

static int choose_clock(struct target *target, const char *clock,
			struct error *err)
{
	bool counts = target->kind->counts;

	target->instructions = clock ? !strcmp(clock, "instructions") : counts;
	if (target->instructions && !counts)
		return error_set(
			err, -EINVAL,
			"--clock: the %s counts no instructions: take a "
			"guest, --on vm:deb:VERSION",
			target->spec);
	return 0;
}

/* Settings of a build are for what is built here, as --kbuild does not say. */
static int check_build(const struct target *target, struct error *err)
{
	struct kbuild_options kbuild = target->kbuild;
	const char *key = configuration_builds(&target->configuration);
	const char *argument;

	if (key && !kernel_kind_of(target->spec, &argument)->builds)
		return error_set(err, -EINVAL,
				 "--config: %s: %s is not built here: leave "
				 "%s out, or give --on vm:git:REV",
				 target->configuration.name, target->spec, key);
	return configuration_kbuild(&target->configuration, &kbuild, err);
}

int target_choose(struct target *target, const char *clock, struct error *err)
{
	int ret = target_check(target->spec, err);

	if (ret)
		return ret;
	target->kind = target_kind_of(target->spec);
	if (*target->configuration.name && !target->kind->kernels)
		return error_set(err, -EINVAL,
				 "--config: %s: the %s is as it is: take a "
				 "guest, --on vm:deb:VERSION",
				 target->configuration.name, target->spec);
	ret = target->kind->kernels ? check_build(target, err) : 0;
	if (!ret)
		ret = choose_clock(target, clock, err);
	if (ret)
		return ret;
	if (access(paths_agent(), X_OK))
		return error_set(err, -ENOENT,
				 "%s: %s: build mmgauge-agent or set "
				 "MMGAUGE_AGENT",
				 paths_agent(), strerror(errno));
	return 0;
}

int target_prepare(struct target *target, const char *clock, kernel_note note,
		   void *data, struct error *err)
{
	int ret = target_choose(target, clock, err);

	if (ret)
		return ret;
	return target->kind->prepare(target, note, data, err);
}
