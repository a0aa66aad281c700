/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's apt: what it offers, and packages of the kernel downloaded by it. */
#ifndef MMGAUGE_APT_H
#define MMGAUGE_APT_H

#include <limits.h>
#include <stdbool.h>

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

/* Lists of our own, beside the machine's. */
struct apt_root {
	char suite[64]; /* "bookworm-backports", where it is of one */
	const struct arch *arch; /* its packages, too; NULL: the machine's */
	bool others; /* of suites that the machine has not */
	char config[PATH_MAX]; /* for apt's -c */
};

/* The keyring of Debian's archive, or what $MMGAUGE_KEYRING names. */
const char *apt_keys(void);

/* What the machine has lists of, to be freed; where that of @codename is from. */
int apt_mirrors(struct process_result *result, struct error *err);
bool apt_mirror(const struct process_result *mirrors, const char *codename,
		char *uri, size_t size);

/* Make them in @folder, still without any index, for these @sources. */
int apt_root_make(struct apt_root *root, const char *folder,
		  const char *sources, struct error *err);

/*
 * Make them in the cache for the suites that the machine has itself, or for
 * Debian's other releases that its mirror has (@others), with the packages of
 * @arch beside the machine's own; read the indexes where that was not done
 * today. What is wrong with a suite is told by @note, and others go on. -ENOKEY,
 * -ENOTSUP, -ENETUNREACH.
 */
typedef void (*apt_note)(const char *text, void *data);
int apt_suites(struct apt_root *root, const struct arch *arch, bool others,
	       apt_note note, void *data, struct error *err);

/*
 * Make them in @folder for the backports of this Debian, from the mirror that
 * the machine has, verified with the archive's keys. -ENOTSUP, -ENETUNREACH.
 */
int apt_backports(struct apt_root *root, const char *folder, struct error *err);

#define PACKAGES_MAX 12

/* The packages of one release; all zero has none. */
struct packages {
	char names[PACKAGES_MAX][RELEASE_MAX + 32];
	unsigned int count;
	unsigned long long bytes;
	char version[64]; /* of the image, or of the package @versioned */
	const char *versioned;
	const struct apt_root *root; /* NULL: as the machine has it */
};

/* Of a version "1:10.0.2+ds-2" what lies behind the epoch. */
const char *packages_upstream(const char *version);

void packages_add(struct packages *packages, const char *name, size_t length);

/*
 * What apt knows of them: sizes, the version; adds what else a kernel lies in,
 * and what its tools need where the C library here is too old for them.
 */
int packages_show(struct packages *packages, struct error *err);

/* Is there room in the folder @scratch for them and what is in them? -ENOSPC. */
int packages_check_space(const struct packages *packages,
			 unsigned long long unpacked, const char *scratch,
			 struct error *err);

/* Into @folder, verified by apt; -EINTR, -ENETUNREACH. */
int packages_download(const struct packages *packages, const char *folder,
		      struct error *err);

/* All that is in the packages in the folder @from to @to. */
int packages_unpack(const char *from, const char *to, struct error *err);

/* Did a mirror change while it was read? Then trying again may help. */
bool apt_is_torn(const char *reason);

/* Is that error's reason that nothing could be asked? The cache may do. */
bool apt_is_offline(int error);

/* The first "E: " line of what apt said, without that. */
void apt_reason(const char *errors, char *reason, size_t size);

#endif
