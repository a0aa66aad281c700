// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
	return configuration_keys[key].form ? configuration->texts[key] :
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

#define PLAIN                                                  \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789-_+.= "

static bool is_number(const struct configuration_key *key, const char *text)
{
	unsigned long number = strtoul(text, NULL, 10);

	return strspn(text, "0123456789") == strlen(text) &&
	       strlen(text) < 10 && number >= key->least && number <= key->most;
}

/* What it says is held against what the guest or the kernel's build knows. */
static bool is_text(const struct configuration_key *key, const char *text)
{
	const char *plain = key->builds ? PLAIN : PLAIN ",/:";

	if (!*text || strlen(text) >= CONFIGURATION_TEXT ||
	    strspn(text, plain) < strlen(text))
		return false;
	return key->most  ? is_number(key, text) :
	       key->files ? configuration_is_files(text) :
			    true;
}

static int check_text(const char *where, const struct configuration_key *key,
		      const char *text, struct error *err)
{
	if (is_text(key, text))
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
		if (key->form || !strcmp(value->name, name))
			return value;
	return NULL;
}

static void take_number(struct configuration *configuration,
			const struct configuration_key *key,
			unsigned int number)
{
	const struct {
		const char *name;
		unsigned int *to;
	} numbers[] = {
		{ "cpus", &configuration->cpus },
		{ "nodes", &configuration->nodes },
		{ "memory", &configuration->memory_mib },
		{ "quantum", &configuration->quantum_us },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (!strcmp(key->name, numbers[i].name))
			*numbers[i].to = number;
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
	if (key->form && check_text(where, key, name, err))
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
	if (key->form)
		strcpy(configuration->texts[at], name);
	take_number(configuration, key,
		    key->most ? (unsigned int)atoi(name) : value->number);
	return 0;
}
