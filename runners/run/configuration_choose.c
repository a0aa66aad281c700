// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "configuration.h"
#include "runners/base/suggest.h"

static const struct configuration_key *find_key(const char *name,
						struct suggestion *nearest)
{
	const struct configuration_key *key;

	for (key = configuration_keys; key->name; key++) {
		if (!strcmp(key->name, name))
			return key;
		suggest(nearest, name, key->name);
	}
	return NULL;
}

static int bad_key(const char *where, const char *name,
		   const struct suggestion *nearest, struct error *err)
{
	return nearest->name ?
		       error_set(err, -EINVAL,
				 "%s: '%s': no such key: did you mean '%s'?",
				 where, name, nearest->name) :
		       error_set(err, -EINVAL,
				 "%s: '%s': no such key: mmgauge list "
				 "--machines has all",
				 where, name);
}

const char *configuration_value(const struct configuration *configuration,
				size_t key)
{
	const struct configuration_value *chosen = configuration->chosen[key];

	if (!chosen)
		return NULL;
	return configuration_keys[key].builds ? configuration->texts[key] :
						chosen->name;
}

static int bad_value(const char *where, const struct configuration_key *key,
		     const char *name, struct error *err)
{
	char all[256] = "";
	size_t used = 0;

	for (const struct configuration_value *value = key->values; value->name;
	     value++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
					 used ? ", " : "", value->name);
	return error_set(err, -EINVAL, "%s: %s=%s: no such value: give %s",
			 where, key->name, name, all);
}

/* Any text, which the file or the kernel's build holds against what it knows. */
static int check_text(const char *where, const struct configuration_key *key,
		      const char *text, struct error *err)
{
	if (*text && strlen(text) < CONFIGURATION_TEXT &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789-_+.= ") == strlen(text))
		return 0;
	return error_set(err, -EINVAL,
			 "%s: %s=%.80s: not a value of it: give %s, of 1 to %d "
			 "plain letters",
			 where, key->name, text, key->form,
			 CONFIGURATION_TEXT - 1);
}

static const struct configuration_value *
find_value(const struct configuration_key *key, const char *name)
{
	const struct configuration_value *value;

	for (value = key->values; value->name; value++)
		if (key->builds || !strcmp(value->name, name))
			return value;
	return NULL;
}

int configuration_choose(struct configuration *configuration, const char *where,
			 const char *key_name, const char *name,
			 struct error *err)
{
	struct suggestion nearest = { 0 };
	const struct configuration_key *key = find_key(key_name, &nearest);
	const struct configuration_value *value, **chosen;
	size_t at;

	if (!key)
		return bad_key(where, key_name, &nearest, err);
	if (key->builds && check_text(where, key, name, err))
		return -EINVAL;
	value = find_value(key, name);
	if (!value)
		return bad_value(where, key, name, err);
	at = (size_t)(key - configuration_keys);
	chosen = &configuration->chosen[at];
	if (*chosen)
		return error_set(err, -EINVAL,
				 "%s: %s=%s: it is %s already: give one of "
				 "them",
				 where, key_name, name,
				 configuration_value(configuration, at));
	*chosen = value;
	if (key->builds)
		strcpy(configuration->texts[at], name);
	if (!strcmp(key_name, "cpus"))
		configuration->cpus = value->number;
	if (!strcmp(key_name, "nodes"))
		configuration->nodes = value->number;
	return 0;
}
