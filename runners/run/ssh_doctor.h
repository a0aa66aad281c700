/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_SSH_DOCTOR_H
#define MMGAUGE_SSH_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

#include "results/base/error.h"

/*
 * What doctor_to_json() says on the machine of @spec, "ssh:HOST"; @quick:
 * without measuring its noise. A new reference in *@document.
 */
int ssh_doctor(const char *spec, bool quick, json_t **document,
	       struct error *err);

#endif
