/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `list --machines`: configurations by name, and the settings there are. */
#ifndef MMGAUGE_LIST_MACHINES_H
#define MMGAUGE_LIST_MACHINES_H

#include <stdbool.h>

#include "results/base/error.h"

int list_machines(bool json, bool names_only, struct error *err);

#endif
