// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of kinds of kernels. */
#include "kernel_kind.h"
#include "results/base/prefix.h"

#define ROW(name) &name,

const struct kernel_kind *const kernel_kinds[] = {
	KERNEL_KINDS(ROW) NULL,
};

const struct kernel_kind *kernel_kind_of(const char *spec,
					 const char **argument)
{
	for (const struct kernel_kind *const *at = kernel_kinds; *at; at++) {
		*argument = skip_prefix(spec, (*at)->prefix);
		if (*argument)
			return *at;
	}
	return NULL;
}
