/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the kernel has put its modules. */
#ifndef MMGAUGE_MODULES_H
#define MMGAUGE_MODULES_H

#include <jansson.h>

/*
 * {"ext4": {".text": "ffffffffc0400000", ".note.gnu.build-id": "5d0c...", ...},
 * ...}: the sections with code of each loaded module and its build id, or NULL
 * where that is not known or the same as at the last call. At the first call
 * the build id of the kernel as well, as that of "vmlinux". What has none has
 * no such key. For root; a new reference.
 */
json_t *modules_news(void);

#endif
