// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runners/base/sysfile.h"
#include "settings.h"

#define LOG_READ_ALL 3
#define LOG_SIZE 10

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int do_write(const json_t *write)
{
	const char *path = text_of(write, "path"), *text, *type;

	if (!path)
		return -EINVAL;
	text = text_of(write, "text");
	if (text)
		return sysfile_write(path, text);
	type = text_of(write, "mount");
	if (type)
		return mount(type, path, type, 0, NULL) && errno != EBUSY ?
			       -errno :
			       0;
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

/* All that the kernel said since it was booted, as far as it keeps it. */
static char *read_log(void)
{
	int size = klogctl(LOG_SIZE, NULL, 0);
	char *text = size > 0 ? malloc((size_t)size + 1) : NULL;
	int length = text ? klogctl(LOG_READ_ALL, text, size) : -1;

	if (text)
		text[length > 0 ? length : 0] = '\0';
	return text;
}

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Not as a part of another word. */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at++)
		if ((at == text || !is_part(at[-1]) || !is_part(*word)) &&
		    (!is_part(at[length]) || !is_part(word[length - 1])))
			return true;
	return false;
}

static bool took(const json_t *setting)
{
	const char *path = text_of(setting, "path");
	const char *word = text_of(setting, "word");
	bool lacks = json_is_true(json_object_get(setting, "lacks")), has;
	char *text;

	if (!path || !word)
		return false;
	text = strcmp(path, "log") ? sysfile_read(path) : read_log();
	has = text && has_word(text, word);
	/* What cannot be read shows nothing. */
	lacks = text && lacks;
	free(text);
	return lacks ? !has : has;
}

json_t *settings_apply(const json_t *settings)
{
	json_t *found = json_object();
	const json_t *setting, *write;
	size_t i, j;

	json_array_foreach (settings, i, setting) {
		const char *key = text_of(setting, "key");
		const char *failed = NULL;

		json_array_foreach (json_object_get(setting, "writes"), j,
				    write)
			if (!failed && do_write(write))
				failed = text_of(write, "path");
		json_object_set_new(found, key ? key : "",
				    json_pack("{s:b, s:s*}", "took",
					      !failed && took(setting),
					      "failed", failed));
	}
	return found;
}
