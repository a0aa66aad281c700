// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "turns.h"

#define CALL_LIMIT 60.0 /* seconds of the host */

static unsigned int interval(const struct vm_options *options)
{
	return options->quantum_us ? options->quantum_us : VM_QUANTUM_US;
}

bool turns_needed(const struct vm_options *options)
{
	return options->accelerator == ACCELERATOR_ICOUNT && options->cpus > 1;
}

unsigned int turns_ns(const struct vm_options *options)
{
	return turns_needed(options) ? 1000 * interval(options) : 0;
}

void turns_object(const struct vm_options *options, char text[80])
{
	snprintf(text, 80, "filter-buffer,id=turn,netdev=turns,interval=%u",
		 interval(options));
}

int turns_renew(const struct vm_options *options, struct qmp *qmp, bool has,
		struct error *err)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:i}", "qom-type",
				   "filter-buffer", "id", "turn", "netdev",
				   "turns", "interval", (int)interval(options));
	int ret = has ? qmp_call(qmp, "object-del",
				 json_pack("{s:s}", "id", "turn"), -1,
				 CALL_LIMIT, NULL, err) :
			0;

	if (ret) {
		json_decref(object);
		return ret;
	}
	return qmp_call(qmp, "object-add", object, -1, CALL_LIMIT, NULL, err);
}
