// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "list_machines.h"
#include "runners/base/config_names.h"
#include "runners/run/configuration.h"

#define SUMMARY_COLUMN 24

static json_t *key_json(const struct configuration_key *key)
{
	json_t *values = json_array();

	for (size_t i = 0; key->values[i].name && !key->form; i++)
		json_array_append_new(values, json_string(key->values[i].name));
	return json_pack("{s:s, s:s, s:o, s:s*}", "key", key->name, "summary",
			 key->summary, "values", values, "form", key->form);
}

static void print_key(const struct configuration_key *key)
{
	int used = printf("  %s=%s", key->name, key->form ?: "");

	for (size_t i = 0; key->values[i].name && !key->form; i++)
		used += printf("%s%s", i ? "|" : "", key->values[i].name);
	if (used > SUMMARY_COLUMN - 1) {
		putchar('\n');
		used = 0;
	}
	printf("%*s%s\n", SUMMARY_COLUMN - used, "", key->summary);
}

static int show(const char *name, bool names_only, json_t *list,
		struct error *err)
{
	struct configuration configuration = { 0 };
	char summary[CONFIGURATION_SUMMARY];
	int ret = configuration_load(name, &configuration, summary, err);

	if (ret)
		return ret;
	if (list)
		return json_array_append_new(
			list, json_pack("{s:s, s:s}", "name", name, "summary",
					summary));
	if (names_only)
		puts(name);
	else
		printf("  %-*s%s\n", SUMMARY_COLUMN - 2, name, summary);
	return 0;
}

static json_t *keys_json(void)
{
	json_t *keys = json_array();

	for (size_t i = 0; configuration_keys[i].name; i++)
		json_array_append_new(keys, key_json(&configuration_keys[i]));
	return keys;
}

int list_machines(bool json, bool names_only, struct error *err)
{
	json_t *list = json ? json_array() : NULL, *document;
	struct text_list names = { 0 };
	int ret = configuration_names(&names, err);

	if (!json && !names_only)
		puts("--config NAME:");
	for (size_t i = 0; i < names.count && !ret; i++)
		ret = show(names.items[i], names_only, list, err);
	config_names_free(&names);
	if (!ret && json) {
		document = json_pack("{s:O, s:o}", "machines", list, "keys",
				     keys_json());
		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(document);
	} else if (!ret && !names_only) {
		puts("--config KEY=VALUE:");
		for (size_t i = 0; configuration_keys[i].name; i++)
			print_key(&configuration_keys[i]);
	}
	json_decref(list);
	return ret;
}
