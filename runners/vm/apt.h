/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's apt: what it offers, and packages of the kernel downloaded by it. */
#ifndef MMGAUGE_APT_H
#define MMGAUGE_APT_H

#include "results/base/error.h"
#include "results/base/process.h"
#include "version.h"

/* The remedy of many lines. */
#define APT_UPDATE "run: sudo apt-get update"

int apt_need(struct error *err); /* -ENOPKG where there is no apt */

/*
 * Output of an apt query, to be freed; 0 also when it found nothing. -EINTR,
 * -EIO.
 */
int apt_query(const char *const *argv, struct process_result *result,
	      struct error *err);

/* The packages of one release; all zero has none. */
struct packages {
	char names[4][RELEASE_MAX + 32];
	unsigned int count;
	unsigned long long bytes;
	char version[64]; /* of the image */
};

void packages_add(struct packages *packages, const char *name, size_t length);

/* What apt knows of them: sizes, the version; adds what headers depend on. */
int packages_show(struct packages *packages, struct error *err);

/* Is there room in the folder @scratch for them and what is in them? -ENOSPC. */
int packages_check_space(const struct packages *packages,
			 unsigned long long unpacked, const char *scratch,
			 struct error *err);

/* Into @folder, verified by apt; -EINTR, -ENETUNREACH. */
int packages_download(const struct packages *packages, const char *folder,
		      struct error *err);

#endif
