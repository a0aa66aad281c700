// SPDX-License-Identifier: GPL-2.0-or-later
/* What the doctor found, as it is told by --json and by an agent elsewhere. */
#include "doctor.h"
#include "results/base/utf8.h"

json_t *doctor_to_json(const struct findings *findings)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *at = &findings->list[i];

		json_array_append_new(
			lines,
			json_pack("{s:s, s:o, s:s, s:s*}", "name", at->name,
				  "value", utf8_json(at->value), "judgement",
				  judgement_name(at->judgement), "advice",
				  *at->advice ? at->advice : NULL));
	}
	return json_pack("{s:o, s:s}", "lines", lines, "verdict",
			 judgement_name(doctor_verdict(findings)));
}
