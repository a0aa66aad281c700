// SPDX-License-Identifier: GPL-2.0-or-later
/* What a configuration asks for of a kernel that is built here. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "configuration.h"
#include "runners/vm/fragments.h"

const char *configuration_builds(const struct configuration *configuration)
{
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i] && configuration_keys[i].builds)
			return configuration_keys[i].name;
	return NULL;
}

/* clang comes with linker and all else of LLVM's, as kbuild has it. */
static void make_word(const char *variable, const char *text,
		      char word[KBUILD_OPTION])
{
	if (!strcmp(variable, "CC") && !strncmp(text, "clang", 5))
		snprintf(word, KBUILD_OPTION, "LLVM=%s",
			 text[5] ? text + 5 : "1");
	else
		snprintf(word, KBUILD_OPTION, "%s=%s", variable, text);
}

static int add_word(const char *key, const char *word,
		    struct kbuild_options *kbuild, struct error *err)
{
	size_t length = strcspn(word, "=") + 1;

	for (size_t i = 0; i < kbuild->count; i++)
		if (!strncmp(kbuild->words[i], word, length) ||
		    (!strcmp(key, "compiler") &&
		     (!strncmp(kbuild->words[i], "CC=", 3) ||
		      !strncmp(kbuild->words[i], "LLVM=", 5))))
			return error_set(
				err, -EINVAL,
				"--config: %s: --kbuild %s says it too: "
				"give one of them",
				key, kbuild->words[i]);
	return kbuild_add(kbuild, word, err);
}

int configuration_kbuild(const struct configuration *configuration,
			 struct kbuild_options *kbuild, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; configuration_keys[i].name && !ret; i++) {
		const struct configuration_key *key = &configuration_keys[i];
		const char *text = configuration_value(configuration, i);
		char word[KBUILD_OPTION];

		if (!text || !key->builds)
			continue;
		kbuild->configured = true;
		if (!strcmp(key->builds, CONFIGURATION_FRAGMENTS)) {
			strcpy(kbuild->fragments, text);
			ret = fragments_check(text, err);
		} else {
			make_word(key->builds, text, word);
			ret = add_word(key->name, word, kbuild, err);
		}
	}
	return ret;
}

bool configuration_debugs(const struct configuration *configuration)
{
	for (size_t i = 0; configuration_keys[i].name; i++)
		if (configuration->chosen[i] && configuration_keys[i].builds &&
		    !strcmp(configuration_keys[i].builds,
			    CONFIGURATION_FRAGMENTS))
			return fragments_debug(configuration->texts[i]);
	return false;
}
