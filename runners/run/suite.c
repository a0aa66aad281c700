// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/input.h"
#include "runners/base/config_names.h"
#include "runners/base/parse.h"
#include "runners/base/paths.h"
#include "configuration.h"
#include "plan.h"
#include "suite.h"

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->count; i++) {
		struct suite_entry *entry = &suite->entries[i];

		for (size_t j = 0; j < entry->list_count; j++)
			free(entry->lists[j].values);
		free(entry->lists);
		free(entry->glob);
	}
	free(suite->entries);
	config_names_free(&suite->configurations);
	memset(suite, 0, sizeof(*suite));
}

bool suite_is_path(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') ||
	       (length > 5 && !strcmp(name + length - 5, ".json"));
}

struct parser {
	const char *file;
	bool matrix; /* it may name a suite instead of cells */
	struct suite *suite;
	struct error *err;
};

static int bad(const struct parser *parser, const char *pointer,
	       const char *what)
{
	return error_set(parser->err, -EINVAL,
			 "%s: %s: %s: see docs/suites.md for the format",
			 parser->file, pointer, what);
}

/* A value of an axis list: 512 or "thp", appended to "1,16". */
static int append_value(char **values, const json_t *value)
{
	char *longer;
	int ret;

	if (json_is_integer(value) && json_integer_value(value) >= 0)
		ret = asprintf(&longer, "%s%s%" JSON_INTEGER_FORMAT,
			       *values ? *values : "", *values ? "," : "",
			       json_integer_value(value));
	else if (json_is_string(value) && json_string_length(value) &&
		 !strchr(json_string_value(value), ','))
		ret = asprintf(&longer, "%s%s%s", *values ? *values : "",
			       *values ? "," : "", json_string_value(value));
	else
		return -EINVAL;
	if (ret < 0)
		return -ENOMEM;
	free(*values);
	*values = longer;
	return 0;
}

static int parse_list(const struct parser *parser, const char *pointer,
		      const char *axis, const json_t *value,
		      struct axis_list *list)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1;

	if (strlen(axis) >= sizeof(list->axis))
		return bad(parser, pointer, "no axis has so long a name");
	strcpy(list->axis, axis);
	for (size_t i = 0; i < count; i++)
		if (append_value(&list->values,
				 json_is_array(value) ?
					 json_array_get(value, i) :
					 value))
			return bad(parser, pointer,
				   "not a whole number or a name");
	return list->values ? 0 : bad(parser, pointer, "an empty list");
}

static int parse_axes(const struct parser *parser, const char *pointer,
		      json_t *axes, struct suite_entry *entry)
{
	const char *axis;
	json_t *value;

	if (!axes)
		return 0;
	if (!json_is_object(axes))
		return bad(parser, pointer, "not an object");
	entry->lists =
		calloc(json_object_size(axes) + 1, sizeof(*entry->lists));
	if (!entry->lists)
		return -ENOMEM;
	json_object_foreach (axes, axis, value) {
		char where[256];
		int ret;

		snprintf(where, sizeof(where), "%s/%s", pointer, axis);
		ret = parse_list(parser, where, axis, value,
				 &entry->lists[entry->list_count++]);
		if (ret)
			return ret;
	}
	return 0;
}

static int parse_entry(const struct parser *parser, size_t index,
		       const json_t *object, struct suite_entry *entry)
{
	const json_t *glob = json_object_get(object, "case");
	char pointer[128];

	snprintf(pointer, sizeof(pointer), "/cells/%zu/case", index);
	if (!json_is_string(glob))
		return bad(parser, pointer, "not the name of a case or a glob");
	entry->glob = strdup(json_string_value(glob));
	if (!entry->glob)
		return -ENOMEM;
	snprintf(pointer, sizeof(pointer), "/cells/%zu/axes", index);
	return parse_axes(parser, pointer, json_object_get(object, "axes"),
			  entry);
}

/* "1%", "90s" as strings, as on the command line. */
static int parse_limits(const struct parser *parser, const json_t *root)
{
	const json_t *precision = json_object_get(root, "precision");
	const json_t *max_time = json_object_get(root, "max_time");
	const json_t *boots = json_object_get(root, "boots");
	const json_t *latency = json_object_get(root, "latency");
	struct suite *suite = parser->suite;

	if (precision &&
	    (!json_is_string(precision) ||
	     parse_percent(json_string_value(precision), &suite->precision)))
		return bad(parser, "/precision",
			   "not a percentage like \"1%\"");
	if (max_time &&
	    (!json_is_string(max_time) ||
	     parse_seconds(json_string_value(max_time), &suite->max_time)))
		return bad(parser, "/max_time", "not a time like \"2s\"");
	if (boots &&
	    (!json_is_integer(boots) || json_integer_value(boots) < 1 ||
	     json_integer_value(boots) > 1000))
		return bad(parser, "/boots", "not a number from 1 to 1000");
	if (boots)
		suite->boots = (uint64_t)json_integer_value(boots);
	if (latency &&
	    (!json_is_integer(latency) || json_integer_value(latency) < 0 ||
	     json_integer_value(latency) > 100000))
		return bad(parser, "/latency", "not a number to 100000");
	if (latency)
		suite->latency = (uint64_t)json_integer_value(latency);
	return 0;
}

/* Each is held against what there is, so that the line says where it is. */
static int parse_configurations(const struct parser *parser, const json_t *list)
{
	struct configuration configuration;
	const json_t *item;
	size_t i;

	if (list && (!json_is_array(list) || !json_array_size(list)))
		return bad(parser, "/configurations", "not a list of names");
	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item);
		char pointer[64];
		struct error why;
		char *copy;

		snprintf(pointer, sizeof(pointer), "/configurations/%zu", i);
		if (!text)
			return bad(parser, pointer, "not a name");
		if (configuration_parse(text, &configuration, &why))
			return error_set(parser->err, -EINVAL, "%s: %s: %s",
					 parser->file, pointer, why.text);
		copy = strdup(text);
		if (!copy ||
		    text_list_append(&parser->suite->configurations, copy)) {
			free(copy);
			return -ENOMEM;
		}
	}
	return 0;
}

static int load(const char *name, bool matrix, struct suite *suite,
		struct error *err);

/* The cells of a matrix may be those of a suite, whose limits it may change. */
static int take_suite(const struct parser *parser, const json_t *root)
{
	const char *name = json_string_value(json_object_get(root, "suite"));
	int ret;

	if (json_object_get(root, "cells"))
		return bad(parser, "/suite", "there are cells too");
	if (!name || !*name || suite_is_path(name))
		return bad(parser, "/suite", "not the name of a suite");
	ret = load(name, false, parser->suite, parser->err);
	if (ret == -ENOENT)
		return bad(parser, "/suite", "no such suite");
	/* What surrounds the kernel is what the matrix is about. */
	config_names_free(&parser->suite->configurations);
	return ret ? ret : parse_limits(parser, root);
}

static bool is_schema(const struct parser *parser, const char *schema)
{
	return schema && (!strcmp(schema, SUITE_SCHEMA) ||
			  (parser->matrix && !strcmp(schema, MATRIX_SCHEMA)));
}

static int parse_suite(const struct parser *parser, const json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *name = json_string_value(json_object_get(root, "name"));
	const char *summary =
		json_string_value(json_object_get(root, "summary"));
	const json_t *cells = json_object_get(root, "cells");
	struct suite *suite = parser->suite;
	int ret;

	if (!is_schema(parser, schema))
		return bad(parser, "/schema", "not " SUITE_SCHEMA);
	if (!strcmp(schema, MATRIX_SCHEMA) && json_object_get(root, "suite"))
		return take_suite(parser, root);
	if (!name || !*name || strlen(name) >= sizeof(suite->name))
		return bad(parser, "/name", "not a short name");
	strcpy(suite->name, name);
	snprintf(suite->summary, sizeof(suite->summary), "%s",
		 summary ? summary : "");
	if (!json_is_array(cells) || !json_array_size(cells))
		return bad(parser, "/cells", "not a list of cells");
	ret = parse_limits(parser, root);
	if (!ret)
		ret = parse_configurations(
			parser, json_object_get(root, "configurations"));
	if (ret)
		return ret;
	suite->entries =
		calloc(json_array_size(cells), sizeof(*suite->entries));
	if (!suite->entries)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(cells) && !ret; i++)
		ret = parse_entry(parser, i, json_array_get(cells, i),
				  &suite->entries[suite->count++]);
	return ret;
}

static int load(const char *name, bool matrix, struct suite *suite,
		struct error *err)
{
	struct parser parser = { .matrix = matrix, .suite = suite, .err = err };
	struct stat status;
	char path[PATH_MAX];
	json_error_t error;
	json_t *root;
	int fd, ret;

	memset(suite, 0, sizeof(*suite));
	if (suite_is_path(name))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/suites/%s.json",
			 paths_configs(), name);
	if (!stat(path, &status) && S_ISDIR(status.st_mode))
		return error_set(err, -EISDIR,
				 "%s: a folder, not a suite: name a file in it",
				 path);
	fd = input_open(path);
	if (fd < 0)
		return error_set(err, fd, "%s: %s: see docs/suites.md", path,
				 input_reason(-fd));
	errno = 0;
	root = json_loadfd(fd, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		ret = input_refused(path, &error, "mend the file there", err);
	close(fd);
	if (!root)
		return ret;
	parser.file = path;
	ret = parse_suite(&parser, root);
	if (ret == -ENOMEM)
		error_set(err, ret, "%s: out of memory", path);
	json_decref(root);
	return ret;
}

int suite_load(const char *name, struct suite *suite, struct error *err)
{
	return load(name, suite_is_path(name), suite, err);
}
