/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the parser of results is put together; nobody else includes this. */
#ifndef MMGAUGE_RESULT_PARSE_H
#define MMGAUGE_RESULT_PARSE_H

#include "json_place.h"
#include "result.h"

/* 0, or what place_refuse() hands back; then there is nothing to free. */
int place_parse_axes(struct place *place, const json_t *object,
		     struct axis_value **axes, size_t *count);
int place_parse_trial(struct place *place, const json_t *object,
		      struct trial *trial);

#endif
