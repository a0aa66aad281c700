/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's configuration has set in the guest, and whether it took. */
#ifndef MMGAUGE_SETTINGS_H
#define MMGAUGE_SETTINGS_H

#include <jansson.h>

/*
 * Of an array of {key, writes: [{path, text, mount}], path, word, lacks}: do
 * the writes in their order, then look for the word in the file. Gives {KEY:
 * {took, failed}}, failed being the first write that did; NULL: out of memory.
 */
json_t *settings_apply(const json_t *settings);

#endif
