/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_MODULE_H
#define MMGAUGE_MODULE_H

#include <limits.h>
#include <sha256.h>

#include "kbuild.h"

/* In the cache's folder "modules", a folder each. */
#define MODULES "modules" /* of the cache */
#define MODULES_MAX 64
#define MODULE_STAMP "mmgauge.ko"

/* Where the module of the current sources for @kdir is, or would be. */
int module_path(const char *kdir, const char *release, char path[PATH_MAX],
		struct error *err);

/* Of the module's sources. */
int module_hash(char hash[SHA256_DIGEST_STRING_LENGTH], struct error *err);

/*
 * Build @folder/build/mmgauge.ko, keeping what make made there before: for a
 * @kdir that changes little from one build to the next.
 */
int module_update(const char *kdir, const char *release, const char *folder,
		  const struct kbuild_options *options, struct error *err);

#endif
