// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "configuration.h"

static int parse_cpus(const char *text, unsigned int *cpus, struct error *err)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || (*end && *end != ',') || !value ||
	    value > CONFIGURATION_CPUS_MAX)
		return error_set(err, -EINVAL,
				 "--config: cpus=%.*s: not a number from 1 to "
				 "%d: give one, like --config cpus=2",
				 (int)strcspn(text, ","), text,
				 CONFIGURATION_CPUS_MAX);
	*cpus = (unsigned int)value;
	return 0;
}

int configuration_parse(const char *text, struct configuration *configuration,
			struct error *err)
{
	*configuration = (struct configuration){ 0 };
	while (text && *text) {
		int ret;

		if (strncmp(text, "cpus=", 5))
			return error_set(err, -EINVAL,
					 "--config: '%.*s': no such key: give "
					 "cpus=N",
					 (int)strcspn(text, ","), text);
		ret = parse_cpus(text + 5, &configuration->cpus, err);
		if (ret)
			return ret;
		text += strcspn(text, ",");
		text += *text == ',';
	}
	return 0;
}

json_t *configuration_to_json(const struct configuration *configuration)
{
	char name[32];

	if (!configuration->cpus)
		return NULL;
	snprintf(name, sizeof(name), "cpus=%u", configuration->cpus);
	return json_pack("{s:s, s:i}", "name", name, "cpus",
			 (int)configuration->cpus);
}

int configuration_from_json(const json_t *object,
			    struct configuration *configuration)
{
	int cpus;

	if (!object)
		return 0;
	if (json_unpack((json_t *)object, "{s:i}", "cpus", &cpus) || cpus < 1 ||
	    cpus > CONFIGURATION_CPUS_MAX)
		return -EINVAL;
	configuration->cpus = (unsigned int)cpus;
	return 0;
}
