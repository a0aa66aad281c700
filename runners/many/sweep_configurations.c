// SPDX-License-Identifier: GPL-2.0-or-later
/* Each kernel of a sweep under each of several configurations. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runners/base/config_names.h"
#include "runners/run/configuration.h"
#include "sweep.h"

#define DEFAULT "default"

static int take(struct text_list *names, const char *name, struct error *err)
{
	char *copy;

	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->items[i], name))
			return 0;
	copy = strdup(name);
	if (copy && !text_list_append(names, copy))
		return 0;
	free(copy);
	return error_set(err, -ENOMEM, "sweep: out of memory");
}

/* The machines there are files of, but for what a kernel is built with. */
static int take_all(struct text_list *names, struct error *err)
{
	struct text_list files = { 0 };
	int ret = configuration_names(&files, err);

	if (!ret)
		ret = take(names, DEFAULT, err);
	for (size_t i = 0; i < files.count && !ret; i++) {
		struct configuration configuration;

		ret = configuration_parse(files.items[i], &configuration, err);
		if (!ret && !configuration_builds(&configuration))
			ret = take(names, files.items[i], err);
	}
	config_names_free(&files);
	return ret;
}

static int take_each(const struct text_list *wanted, struct text_list *names,
		     struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < wanted->count && !ret; i++) {
		const char *name = wanted->items[i];
		struct configuration configuration;

		if (!strcmp(name, SWEEP_ALL_CONFIGURATIONS)) {
			ret = take_all(names, err);
			continue;
		}
		ret = configuration_parse(name, &configuration, err);
		if (!ret)
			ret = take(names, name, err);
	}
	return ret;
}

static void fill(struct subject *subject, const struct subject *kernel,
		 const char *name, bool first)
{
	*subject = *kernel;
	/* What is fetched for the first is there for the others. */
	subject->cached |= !first;
	if (strcmp(name, DEFAULT))
		snprintf(subject->configuration, sizeof(subject->configuration),
			 "%s", name);
	snprintf(subject->name, sizeof(subject->name), "%.120s %.127s",
		 kernel->name, name);
}

static int multiply(struct sweep *sweep, const struct text_list *names,
		    struct error *err)
{
	size_t count = sweep->count * names->count;
	struct subject *subjects = calloc(count + 1, sizeof(*subjects));

	if (!subjects)
		return error_set(err, -ENOMEM, "sweep: out of memory");
	for (size_t i = 0; i < count; i++)
		fill(&subjects[i], &sweep->subjects[i / names->count],
		     names->items[i % names->count], !(i % names->count));
	free(sweep->subjects);
	sweep->subjects = subjects;
	sweep->count = count;
	return 0;
}

int sweep_configure(struct sweep *sweep, const struct text_list *wanted,
		    struct error *err)
{
	struct text_list names = { 0 };
	int ret = take_each(wanted, &names, err);

	if (!ret && names.count)
		ret = multiply(sweep, &names, err);
	config_names_free(&names);
	return ret;
}
