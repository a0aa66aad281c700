// SPDX-License-Identifier: GPL-2.0-or-later
/* What a configuration is for a guest: words, writes, and where to look. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "configuration.h"

/* @before each; what has no room is cut, which the check then finds. */
static void add(char *text, size_t size, char before, const char *word)
{
	size_t used = strlen(text);

	if (word)
		snprintf(text + used, size - used, "%c%s", before, word);
}

void configuration_append(const struct configuration *configuration, char *text,
			  size_t size)
{
	*text = '\0';
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration_keys[i].appends)
			add(text, size, ' ',
			    configuration_value(configuration, i));
		else if (configuration->chosen[i])
			add(text, size, ' ', configuration->chosen[i]->append);
}

void configuration_cpu(const struct configuration *configuration, char *text,
		       size_t size)
{
	*text = '\0';
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i])
			add(text, size, ',', configuration->chosen[i]->cpu);
}

const char *configuration_model(const struct configuration *configuration)
{
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i] && configuration->chosen[i]->model)
			return configuration->chosen[i]->model;
	return NULL;
}

int configuration_check_arch(const struct configuration *configuration,
			     const char *arch, struct error *err)
{
	for (size_t i = 0; configuration_keys[i].name; i++) {
		const struct configuration_value *value =
			configuration->chosen[i];

		if (!value || !value->arch || !strcmp(value->arch, arch))
			continue;
		return error_set(err, -EINVAL,
				 "--config: %s=%s: a CPU of %s, and this "
				 "kernel is one of %s: leave it out",
				 configuration_keys[i].name, value->name,
				 value->arch, arch);
	}
	return 0;
}

bool configuration_boots_image(const struct configuration *configuration)
{
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i] &&
		    configuration->chosen[i]->boot_code)
			return true;
	return false;
}

static json_t *writes_json(const struct configuration_value *value)
{
	json_t *writes = json_array();

	for (size_t i = 0; i < CONFIGURATION_WRITES; i++) {
		const struct configuration_write *write = &value->writes[i];

		if (write->path)
			json_array_append_new(writes,
					      json_pack("{s:s, s:s*, s:s*}",
							"path", write->path,
							"text", write->text,
							"mount", write->mount));
	}
	return writes;
}

static void add_setting(json_t *settings, const struct configuration_key *key,
			const struct configuration_value *value,
			const char *text)
{
	if (key->files)
		configuration_files(key, text, settings);
	else if (key->appends)
		json_array_append_new(settings,
				      json_pack("{s:s++, s:[], s:s, s:s}",
						"key", key->name, "=", text,
						"writes", "path",
						"/proc/cmdline", "word", text));
	else if (value->check.path)
		json_array_append_new(
			settings,
			json_pack("{s:s++, s:o, s:s, s:s, s:b}", "key",
				  key->name, "=", value->name, "writes",
				  writes_json(value), "path", value->check.path,
				  "word", value->check.word, "lacks",
				  value->check.lacks));
}

json_t *configuration_settings(const struct configuration *configuration)
{
	json_t *settings = json_array();

	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i])
			add_setting(settings, &configuration_keys[i],
				    configuration->chosen[i],
				    configuration_value(configuration, i));
	if (json_array_size(settings))
		return settings;
	json_decref(settings);
	return NULL;
}

int configuration_check(const struct configuration *configuration,
			const json_t *found, struct error *err)
{
	json_t *settings = configuration_settings(configuration), *setting;
	size_t index;
	int ret = 0;

	json_array_foreach (settings, index, setting) {
		const char *key, *path, *word;
		int lacks = 0;

		json_unpack(setting, "{s:s, s:s, s:s, s?b}", "key", &key,
			    "path", &path, "word", &word, "lacks", &lacks);
		if (ret || json_is_true(json_object_get(
				   json_object_get(found, key), "took")))
			continue;
		ret = error_set(
			err, -ENOTSUP,
			"--config: %s: this kernel did not take it: %s has "
			"%s'%s': leave it out",
			key, strcmp(path, "log") ? path : "its log",
			lacks ? "" : "no ", word);
	}
	json_decref(settings);
	return ret;
}
