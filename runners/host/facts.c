// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "doctor.h"
#include "facts.h"
#include "runners/base/kernel_config.h"
#include "runners/base/sysfile.h"

void host_facts(json_t *hello)
{
	json_t *machine = json_object_get(hello, "machine");
	char *boot = sysfile_read("/proc/sys/kernel/random/boot_id");
	json_t *config = kernel_config_running(), *state = doctor_brief();

	json_object_set_new(machine, "accelerator", json_string("none"));
	json_object_set_new(machine, "boot_id",
			    boot ? json_string(boot) : json_null());
	free(boot);
	json_object_update(machine, state);
	json_decref(state);
	if (config)
		json_object_set_new(json_object_get(hello, "subject"), "config",
				    config);
}
