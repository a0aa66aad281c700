// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done with kernels of every kind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "version.h"
#include "cache_parts.h"
#include "cross.h"
#include "kernel_kind.h"
#include "runners/base/paths.h"

int kernel_forms(char *text, size_t size)
{
	int used = 0;

	for (const struct kernel_kind *const *at = kernel_kinds; *at; at++)
		used += snprintf(text + used, size - (size_t)used, "%s%s",
				 at == kernel_kinds ? "" :
				 at[1]		    ? ", " :
						      " or ",
				 (*at)->form);
	return used;
}

int kernel_spec_arch(const char *spec, const struct arch *arch, char *full,
		     size_t size, struct error *err)
{
	const char *argument;
	const struct kernel_kind *kind = kernel_kind_of(spec, &argument);
	const struct arch *own;

	if (!kind || !kind->arch_of)
		return error_set(
			err, -EINVAL,
			"--arch: %s: its architecture is what it is: "
			"leave --arch out, or give --on vm:deb:VERSION",
			spec);
	own = kind->arch_of(argument);
	if (own && own != arch)
		return error_set(err, -EINVAL,
				 "--arch: %s and %s: two architectures: leave "
				 "one out",
				 spec, arch->debian);
	if (snprintf(full, size, "%s%s%s", spec, own ? "" : ":",
		     own ? "" : arch->debian) >= (int)size)
		return error_set(err, -ENAMETOOLONG, "%.40s...: too long",
				 spec);
	return 0;
}

/*
 * Commits of one tree call themselves alike, "6.12.117+0123456789ab", also on
 * another architecture.
 */
static void name_kernel(struct vm_kernel *kernel)
{
	size_t length = strlen(kernel->release);
	bool plus = length && kernel->release[length - 1] == '+';
	bool other = *kernel->commit && kernel->arch != arch_native();

	snprintf(kernel->name, sizeof(kernel->name), "%s%s%.12s%s%s",
		 kernel->release, *kernel->commit && !plus ? "-" : "",
		 kernel->commit, other ? "-" : "",
		 other ? kernel->arch->debian : "");
}

int kernel_fetch(const char *spec, const struct kbuild_options *options,
		 struct vm_kernel *kernel, kernel_note note, void *data,
		 struct error *err)
{
	const char *argument;
	const struct kernel_kind *kind = kernel_kind_of(spec, &argument);
	char forms[256];

	*kernel = (struct vm_kernel){ .kind = kind, .arch = arch_native() };
	if (strlen(spec) >= sizeof(kernel->spec))
		return error_set(err, -EINVAL, "%.40s...: too long", spec);
	strcpy(kernel->spec, spec);
	if (kind && !kind->builds && options &&
	    (options->count || options->configured))
		return error_set(err, -EINVAL,
				 "%s: %s is not built here: leave it "
				 "out, or give vm:git:REV",
				 options->count ? "--kbuild" : "--config",
				 spec);
	if (options)
		kernel->kbuild = *options;
	if (kind) {
		int ret = kind->fetch(argument, kernel, note, data, err);

		name_kernel(kernel);
		return ret;
	}
	kernel_forms(forms, sizeof(forms));
	return error_set(err, -EINVAL, "%s: not a kernel: write %s", spec,
			 forms);
}

int kernel_prepare(const char *spec, const struct kbuild_options *options,
		   struct vm_kernel *kernel, kernel_note note, void *data,
		   struct error *err)
{
	unsigned long long most;
	int ret = cache_most(&most, err);

	if (!ret)
		ret = kernel_fetch(spec, options, kernel, note, data, err);
	/* One from a git tree comes with its module, if it can have one. */
	if (!ret && !kernel->kind->builds && !*kernel->module)
		ret = module_build(kernel->build, kernel->release,
				   kernel->module, note, data, err);
	if (!ret && kernel->arch != arch_native())
		ret = cross_agent(kernel->arch, kernel->agent, note, data, err);
	return ret;
}

const char *kernel_agent(const struct vm_kernel *kernel)
{
	return *kernel->agent ? kernel->agent : paths_agent();
}

void kernel_used(const struct vm_kernel *kernel)
{
	if (kernel->kind && kernel->kind->used)
		kernel->kind->used(kernel);
}

static int by_version(const void *a, const void *b)
{
	const struct kernel_entry *first = a, *second = b;

	return release_compare(first->release, second->release);
}

int kernel_list(const struct kernel_query *query, struct kernel_entry **entries,
		size_t *count, struct error *err)
{
	int ret = 0;

	*entries = NULL;
	*count = 0;
	for (const struct kernel_kind *const *at = kernel_kinds; *at; at++)
		if (!ret && (*at)->list)
			ret = (*at)->list(query, entries, count, err);
	for (const struct kernel_kind *const *at = kernel_kinds; *at; at++)
		if (!ret && query->available && (*at)->available)
			ret = (*at)->available(query, entries, count, err);
	if (ret == -ENOMEM)
		error_set(err, ret, "kernel list: out of memory");
	if (!ret) {
		qsort(*entries, *count, sizeof(**entries), by_version);
		return 0;
	}
	free(*entries);
	*entries = NULL;
	*count = 0;
	return ret;
}

int kernel_remove(const char *name, struct error *err)
{
	const char *argument;
	const struct kernel_kind *kind = kernel_kind_of(name, &argument);

	/* Releases are listed without the prefix of the first kind. */
	if (!kind) {
		kind = kernel_kinds[0];
		argument = name;
	}
	if (!kind->remove)
		return error_set(err, -EINVAL,
				 "%s: is not kept in the cache: see mmgauge "
				 "kernel list",
				 name);
	return kind->remove(argument, err);
}
