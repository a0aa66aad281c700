// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "configuration.h"
#include "results/base/utf8.h"

/* @item, which is overwritten, is a setting or a name. */
static int parse_item(char *item, struct configuration *configuration,
		      struct error *err)
{
	char *equals = strchr(item, '=');

	if (!equals)
		return configuration_load(item, configuration, NULL, err);
	*equals = '\0';
	return configuration_choose(configuration, "--config", item, equals + 1,
				    err);
}

int configuration_parse(const char *text, struct configuration *configuration,
			struct error *err)
{
	char copy[CONFIGURATION_NAME], *rest = copy, *item;
	int ret = 0;

	*configuration = (struct configuration){ 0 };
	if (!text)
		return 0;
	if (!*text || strlen(text) >= sizeof(copy))
		return error_set(err, -EINVAL,
				 "--config: '%.40s': not 1 to %zu bytes: give "
				 "a name or KEY=VALUE",
				 text, sizeof(copy) - 1);
	strcpy(copy, text);
	while (!ret && (item = strsep(&rest, ",")))
		ret = parse_item(item, configuration, err);
	if (!strcmp(text, "default"))
		text = "";
	strcpy(configuration->name, text);
	return ret;
}

json_t *configuration_to_json(const struct configuration *configuration)
{
	json_t *settings, *object;

	if (!*configuration->name)
		return NULL;
	settings = json_object();
	object = json_pack("{s:o, s:o}", "name", utf8_json(configuration->name),
			   "settings", settings);
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i])
			json_object_set_new(settings,
					    configuration_keys[i].name,
					    utf8_json(configuration_value(
						    configuration, i)));
	if (configuration->cpus)
		json_object_set_new(object, "cpus",
				    json_integer(configuration->cpus));
	if (configuration_debugs(configuration))
		json_object_set_new(object, "debug", json_true());
	return object;
}

/* Those from before there were settings have cpus alone. */
int configuration_from_json(const json_t *object,
			    struct configuration *configuration)
{
	json_t *settings = NULL, *value;
	const char *name, *key;
	char number[16];
	int cpus = 0;

	*configuration = (struct configuration){ 0 };
	if (!object)
		return 0;
	if (json_unpack((json_t *)object, "{s:s, s?i, s?o}", "name", &name,
			"cpus", &cpus, "settings", &settings) ||
	    strlen(name) >= sizeof(configuration->name))
		return -EINVAL;
	strcpy(configuration->name, name);
	snprintf(number, sizeof(number), "%d", cpus);
	if (!settings)
		return configuration_choose(configuration, name, "cpus", number,
					    NULL);
	json_object_foreach (settings, key, value) {
		const char *text = json_string_value(value);

		if (!text ||
		    configuration_choose(configuration, name, key, text, NULL))
			return -EINVAL;
	}
	return 0;
}
