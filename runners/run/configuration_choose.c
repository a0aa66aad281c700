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

int configuration_choose(struct configuration *configuration, const char *where,
			 const char *key_name, const char *name,
			 struct error *err)
{
	struct suggestion nearest = { 0 };
	const struct configuration_key *key = find_key(key_name, &nearest);
	const struct configuration_value *value, **chosen;

	if (!key)
		return bad_key(where, key_name, &nearest, err);
	for (value = key->values; value->name; value++)
		if (!strcmp(value->name, name))
			break;
	if (!value->name)
		return bad_value(where, key, name, err);
	chosen = &configuration->chosen[key - configuration_keys];
	if (*chosen)
		return error_set(err, -EINVAL,
				 "%s: %s=%s: it is %s already: give one of "
				 "them",
				 where, key_name, name, (*chosen)->name);
	*chosen = value;
	if (!strcmp(key_name, "cpus"))
		configuration->cpus = value->number;
	if (!strcmp(key_name, "nodes"))
		configuration->nodes = value->number;
	return 0;
}
