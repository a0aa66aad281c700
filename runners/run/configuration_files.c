// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of the guest's that a configuration names itself: sysctl=, sysfs=. */
#include <stdio.h>
#include <string.h>

#include "configuration.h"

/* "NAME=TEXT" up to @end, in the guest's folder; false: it is not. */
static bool split(const char *item, const char *end, size_t *name)
{
	const char *equals = memchr(item, '=', (size_t)(end - item));

	if (!equals || equals == item || equals + 1 == end || *item == '/')
		return false;
	*name = (size_t)(equals - item);
	for (size_t i = 0; i + 1 < *name; i++)
		if (item[i] == '.' && item[i + 1] == '.')
			return false;
	return true;
}

static const char *end_of(const char *item)
{
	return item + strcspn(item, "+");
}

bool configuration_is_files(const char *text)
{
	size_t name;

	for (;; text = end_of(text) + 1) {
		if (!split(text, end_of(text), &name))
			return false;
		if (!*end_of(text))
			return true;
	}
}

/* As sysctl(8) has it: dots part folders, unless there are slashes. */
static void make_path(const char *folder, const char *name, size_t length,
		      char path[CONFIGURATION_TEXT + 32])
{
	size_t at = strlen(folder);
	bool dots =
		strncmp(folder, "/sys/", 5) != 0 && !memchr(name, '/', length);

	snprintf(path, CONFIGURATION_TEXT + 32, "%s%.*s", folder, (int)length,
		 name);
	for (; dots && path[at]; at++)
		if (path[at] == '.')
			path[at] = '/';
}

static json_t *setting_json(const struct configuration_key *key,
			    const char *item, const char *end, size_t name)
{
	char path[CONFIGURATION_TEXT + 32], value[CONFIGURATION_TEXT],
		label[CONFIGURATION_TEXT + 32];

	make_path(key->files, item, name, path);
	snprintf(value, sizeof(value), "%.*s", (int)(end - item - name - 1),
		 item + name + 1);
	snprintf(label, sizeof(label), "%s=%.*s", key->name, (int)(end - item),
		 item);
	return json_pack("{s:s, s:[{s:s, s:s}], s:s, s:s}", "key", label,
			 "writes", "path", path, "text", value, "path", path,
			 "word", value);
}

void configuration_files(const struct configuration_key *key, const char *text,
			 json_t *settings)
{
	size_t name;

	while (split(text, end_of(text), &name)) {
		json_array_append_new(
			settings, setting_json(key, text, end_of(text), name));
		text = end_of(text);
		text += *text == '+';
	}
}
