// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of configs/machines: NAME.json, schema configs/machine.schema.json. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/base/input.h"
#include "configuration.h"
#include "runners/base/config_names.h"
#include "runners/base/paths.h"
#include "runners/base/suggest.h"

int configuration_names(struct text_list *names, struct error *err)
{
	return config_names("machines", ".json", names, err);
}

static int unknown(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };
	struct text_list names;
	int ret = configuration_names(&names, err);

	if (!ret) {
		for (size_t i = 0; i < names.count; i++)
			suggest(&nearest, name, names.items[i]);
		ret = nearest.name ?
			      error_set(err, -EINVAL,
					"--config: '%s': no such machine: did "
					"you mean '%s'?",
					name, nearest.name) :
			      error_set(err, -EINVAL,
					"--config: '%s': no such machine: "
					"mmgauge list --machines has all",
					name);
	}
	config_names_free(&names);
	return ret;
}

static int choose_all(const char *path, json_t *settings,
		      struct configuration *configuration, struct error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach (settings, key, value) {
		char where[PATH_MAX + 128];
		int ret;

		snprintf(where, sizeof(where), "%s: /settings/%.64s", path,
			 key);
		if (!json_is_string(value))
			return error_set(err, -EINVAL,
					 "%s: not a text: give a value as "
					 "--config has it",
					 where);
		ret = configuration_choose(configuration, where, key,
					   json_string_value(value), err);
		if (ret)
			return ret;
	}
	return 0;
}

int configuration_load(const char *name, struct configuration *configuration,
		       char summary[CONFIGURATION_SUMMARY], struct error *err)
{
	char path[PATH_MAX];
	const char *schema = NULL, *why = NULL;
	json_t *root, *settings = NULL;
	json_error_t problem;
	int ret;

	if (!strcmp(name, "default"))
		return 0;
	snprintf(path, sizeof(path), "%s/machines/%s.json", paths_configs(),
		 name);
	if (!*name || strchr(name, '/') || access(path, F_OK))
		return unknown(name, err);
	errno = 0;
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
	if (!root)
		return input_refused(path, &problem, "mend the file", err);
	if (json_unpack(root, "{s:s, s:s, s:o}", "schema", &schema, "summary",
			&why, "settings", &settings) ||
	    strcmp(schema, "mmgauge-machine/1") || !json_is_object(settings))
		ret = error_set(err, -EINVAL,
				"%s: not an mmgauge-machine/1 with a summary "
				"and settings: "
				"see configs/machine.schema.json",
				path);
	else
		ret = choose_all(path, settings, configuration, err);
	if (!ret && summary)
		snprintf(summary, CONFIGURATION_SUMMARY, "%s", why);
	json_decref(root);
	return ret;
}
