/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the kernel has put its modules. */
#ifndef MMGAUGE_MODULES_H
#define MMGAUGE_MODULES_H

#include <jansson.h>

/*
 * {"ext4": {".text": "ffffffffc0400000", ...}, ...}: the sections with code of
 * each loaded module, or NULL where it is not known or the same as at the last
 * call. For root; a new reference.
 */
json_t *modules_news(void);

#endif
