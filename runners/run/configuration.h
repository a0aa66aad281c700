/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What surrounds a kernel and is chosen, not measured: --config. Names of files
 * in configs/machines and settings of configuration_keys.h, which both are
 * settings in the end.
 */
#ifndef MMGAUGE_CONFIGURATION_H
#define MMGAUGE_CONFIGURATION_H

#include <jansson.h>
#include <stdbool.h>

#include "configuration_keys.h"
#include "results/base/error.h"
#include "runners/base/text_list.h"
#include "runners/vm/kbuild.h"

#define CONFIGURATION_NAME 128
#define CONFIGURATION_SUMMARY 128

struct configuration {
	char name[CONFIGURATION_NAME]; /* as it was given; "": the plain one */
	/* of each key what was chosen, NULL for none */
	const struct configuration_value *chosen[CONFIGURATION_KEYS_MAX];
	char texts[CONFIGURATION_KEYS_MAX]
		  [CONFIGURATION_TEXT]; /* where any goes */
	unsigned int cpus; /* of a guest; 0: as many as a cell has threads */
	unsigned int nodes; /* 0: two */
	unsigned int memory_mib; /* of the first node; 0: as ever */
	unsigned int quantum_us; /* of turns of CPUs; 0: as ever */
};

/*
 * Of "NAME", "KEY=VALUE" or several of them behind commas; NULL for none. A
 * setting that is given twice is an error. -EINVAL with the line.
 */
int configuration_parse(const char *text, struct configuration *configuration,
			struct error *err);

/*
 * Add the settings of @name in the folder of machines; @summary, unless NULL,
 * gets why there is such a one. -EINVAL with the line.
 */
int configuration_load(const char *name, struct configuration *configuration,
		       char summary[CONFIGURATION_SUMMARY], struct error *err);

/* Choose @value of @key, told as of @where; -EINVAL with the line. */
int configuration_choose(struct configuration *configuration, const char *where,
			 const char *key, const char *value, struct error *err);

/* The names of the folder of machines, sorted; free them and the list. */
int configuration_names(struct text_list *names, struct error *err);

/* The value chosen of key @key; NULL: none. */
const char *configuration_value(const struct configuration *configuration,
				size_t key);

/*
 * Add what it asks for of a kernel that is built here to @kbuild. -EINVAL with
 * the line where a variable is in there already, or a fragment is not known.
 */
int configuration_kbuild(const struct configuration *configuration,
			 struct kbuild_options *kbuild, struct error *err);

/* The first setting that only a kernel built here can have; NULL: none. */
const char *configuration_builds(const struct configuration *configuration);

/* Is it for finding faults, so that no costs of it are a baseline? */
bool configuration_debugs(const struct configuration *configuration);

/* As results and journals keep it; NULL when nothing is chosen. */
json_t *configuration_to_json(const struct configuration *configuration);
int configuration_from_json(const json_t *object,
			    struct configuration *configuration);

/* Behind the kernel's other words, each after a blank; "" for nothing. */
void configuration_append(const struct configuration *configuration, char *text,
			  size_t size);

/* Behind the CPU's other features, each after a comma; "" for nothing. */
void configuration_cpu(const struct configuration *configuration, char *text,
		       size_t size);

/* The CPU in place of the architecture's plain one; NULL: none. */
const char *configuration_model(const struct configuration *configuration);

/* -EINVAL with the line where a setting is for CPUs other than those of @arch. */
int configuration_check_arch(const struct configuration *configuration,
			     const char *arch, struct error *err);

/* Whether the guest is to be entered by its image's own boot code. */
bool configuration_boots_image(const struct configuration *configuration);

/* Settings of files in a key's folder, as configuration_settings() has them. */
void configuration_files(const struct configuration_key *key, const char *text,
			 json_t *settings);

/* Is @text "NAME=TEXT[+NAME=TEXT...]", of names that stay in their folder? */
bool configuration_is_files(const char *text);

/*
 * What the agent does before it greets, and what it looks at to tell whether
 * each setting took (runners/trial/settings.h); NULL when there is nothing.
 */
json_t *configuration_settings(const struct configuration *configuration);

/*
 * Hold what the agent found against what was asked for: -ENOTSUP with the
 * setting that did not take.
 */
int configuration_check(const struct configuration *configuration,
			const json_t *found, struct error *err);

#endif
