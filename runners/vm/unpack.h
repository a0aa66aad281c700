/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a package to what is needed of it. */
#ifndef MMGAUGE_UNPACK_H
#define MMGAUGE_UNPACK_H

#include "arch.h"
#include "results/base/error.h"

/* Unpack what is needed of a .deb below @folder. */
int deb_unpack(const char *package, const struct arch *arch, const char *folder,
	       struct error *err);

/* Unpack the *.ko.xz, or whatever they are packed with, in @folder. */
int deb_unpack_drivers(const char *folder, struct error *err);

#endif
