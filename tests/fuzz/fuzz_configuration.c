// SPDX-License-Identifier: GPL-2.0-or-later
/* --config, and what results and journals keep of it. */
#include <stdlib.h>
#include <string.h>

#include "runners/run/configuration.h"
#include "fuzz.h"

static void look_at(const struct configuration *configuration)
{
	json_t *json = configuration_to_json(configuration);
	json_t *settings = configuration_settings(configuration);
	struct configuration again;
	char text[512];

	configuration_append(configuration, text, sizeof(text));
	configuration_cpu(configuration, text, sizeof(text));
	if (configuration_from_json(json, &again) ||
	    (json && memcmp(&again, configuration, sizeof(again))))
		abort();
	json_decref(json);
	json_decref(settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct configuration configuration;
	char *text = fuzz_text(data, size);
	json_t *json = json_loads(text, 0, NULL);
	struct error err;

	if (!configuration_parse(text, &configuration, &err))
		look_at(&configuration);
	if (json && !configuration_from_json(json, &configuration))
		look_at(&configuration);
	json_decref(json);
	free(text);
	return 0;
}
