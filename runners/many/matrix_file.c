// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of schema mmgauge-matrix/1. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "matrix.h"
#include "results/base/input.h"
#include "runners/base/suggest.h"
#include "runners/run/configuration.h"
#include "runners/run/suite.h"

#define VALUES_MAX 64
#define KERNEL_MAX 100 /* bytes of one, in a name */

bool matrix_is(const char *name)
{
	int fd = suite_is_path(name) ? input_open(name) : -1;
	json_t *root = fd < 0 ? NULL : json_loadfd(fd, 0, NULL);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	bool is = schema && !strcmp(schema, MATRIX_SCHEMA);

	if (fd >= 0)
		close(fd);
	json_decref(root);
	return is;
}

struct parser {
	struct matrix *matrix;
	struct error *err;
};

static int bad(const struct parser *parser, const char *pointer,
	       const char *what)
{
	return error_set(parser->err, -EINVAL,
			 "%s: %s: %s: see docs/configurations.md",
			 parser->matrix->path, pointer, what);
}

/* Every value is told by @pointer and its index. */
static int take_values(const struct parser *parser, const char *pointer,
		       const json_t *list, struct dimension *dimension,
		       unsigned int *size)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || !count || count > VALUES_MAX)
		return bad(parser, pointer, "not a list of 1 to 64 values");
	dimension->values = calloc(count, sizeof(*dimension->values));
	if (!dimension->values)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const char *value = json_string_value(json_array_get(list, i));
		char at[256];

		snprintf(at, sizeof(at), "%.200s/%zu", pointer, i);
		if (!value || !*value)
			return bad(parser, at, "not a text");
		for (size_t j = 0; j < i; j++)
			if (!strcmp(dimension->values[j], value))
				return bad(parser, at,
					   "a value that is there already");
		dimension->values[i] = value;
	}
	*size = (unsigned int)count;
	return 0;
}

/* A key of --config and what it may be; "default" sets nothing. */
static int check_dimension(const struct parser *parser, const char *pointer,
			   const struct dimension *dimension, unsigned int size)
{
	int ret = 0;

	if (size < 2)
		return bad(parser, pointer,
			   "one value: give two or more, the base first");
	for (unsigned int i = 0; i < size && !ret; i++) {
		struct configuration configuration = { 0 };
		char where[PATH_MAX + 256];

		snprintf(where, sizeof(where), "%s: %s/%u",
			 parser->matrix->path, pointer, i);
		if (strcmp(dimension->values[i], "default"))
			ret = configuration_choose(
				&configuration, where, dimension->name,
				dimension->values[i], parser->err);
	}
	return ret;
}

static int parse_dimensions(const struct parser *parser, json_t *object)
{
	struct design *design = &parser->matrix->design;
	const char *key;
	json_t *list;
	int ret = 0;

	if (object && !json_is_object(object))
		return bad(parser, "/dimensions", "not an object");
	json_object_foreach (object, key, list) {
		struct dimension *at = &design->dimensions[design->count];
		unsigned int *size = &design->sizes[design->count];
		char pointer[128];

		snprintf(pointer, sizeof(pointer), "/dimensions/%.64s", key);
		if (design->count == DIMENSIONS_MAX)
			return bad(parser, pointer, "too many dimensions");
		design->count++;
		at->name = key;
		ret = take_values(parser, pointer, list, at, size);
		if (!ret)
			ret = check_dimension(parser, pointer, at, *size);
		if (ret)
			return ret;
	}
	return design->count == 1 && design->sizes[0] < 2 ?
		       bad(parser, "/dimensions",
			   "nothing varies: give a key of --config and its "
			   "values, or several kernels") :
		       0;
}

static int parse_kernels(const struct parser *parser, const json_t *list)
{
	struct design *design = &parser->matrix->design;
	struct dimension *kernels = &design->dimensions[design->count++];
	int ret;

	kernels->name = "kernel";
	ret = take_values(parser, "/kernels", list, kernels, design->sizes);
	for (unsigned int i = 0; i < design->sizes[0] && !ret; i++)
		if (strlen(kernels->values[i]) > KERNEL_MAX)
			ret = bad(parser, "/kernels",
				  "one of more than 100 bytes");
	return ret;
}

static int check_keys(const struct parser *parser)
{
	static const char *const known[] = { "schema",	   "name",   "summary",
					     "kernels",	   "suite",  "cells",
					     "dimensions", "boots",  "max_time",
					     "precision",  "latency" };
	const size_t count = sizeof(known) / sizeof(*known);
	const char *key;
	json_t *value;

	json_object_foreach (parser->matrix->root, key, value) {
		struct suggestion nearest = { 0 };
		char pointer[80], what[160];
		size_t i;

		for (i = 0; i < count && strcmp(known[i], key); i++)
			suggest(&nearest, key, known[i]);
		if (i < count)
			continue;
		snprintf(pointer, sizeof(pointer), "/%.64s", key);
		snprintf(what, sizeof(what), "no such key%s%s%s",
			 nearest.name ? ": did you mean '" : "",
			 nearest.name ? nearest.name : "",
			 nearest.name ? "'?" : "");
		return bad(parser, pointer, what);
	}
	return 0;
}

/* The combination with the longest text must be one that --config takes. */
static int check_length(const struct parser *parser)
{
	const struct design *design = &parser->matrix->design;
	size_t length = 0;

	for (size_t i = 1; i < design->count; i++) {
		const struct dimension *at = &design->dimensions[i];
		size_t longest = 0;

		for (unsigned int j = 0; j < design->sizes[i]; j++)
			if (strlen(at->values[j]) > longest)
				longest = strlen(at->values[j]);
		length += strlen(at->name) + longest + 2;
	}
	return length > CONFIGURATION_NAME ?
		       bad(parser, "/dimensions",
			   "too many: a combination has no room in --config") :
		       0;
}

/* More values are more combinations; those that were are as before. */
static json_t *cells_of(const json_t *root)
{
	static const char *const apart[] = { "schema", "name", "summary",
					     "kernels", "dimensions" };
	json_t *cells = json_copy((json_t *)root);

	for (size_t i = 0; i < sizeof(apart) / sizeof(*apart); i++)
		json_object_del(cells, apart[i]);
	return cells;
}

static int parse(const struct parser *parser)
{
	struct matrix *matrix = parser->matrix;
	const char *name =
		json_string_value(json_object_get(matrix->root, "name"));
	int ret = check_keys(parser);

	if (ret)
		return ret;
	if (!name || !*name || strlen(name) >= sizeof(matrix->name))
		return bad(parser, "/name", "not a short name");
	strcpy(matrix->name, name);
	ret = parse_kernels(parser, json_object_get(matrix->root, "kernels"));
	if (!ret)
		ret = parse_dimensions(
			parser, json_object_get(matrix->root, "dimensions"));
	if (!ret)
		ret = check_length(parser);
	matrix->cells = cells_of(matrix->root);
	return ret ? ret : matrix->cells ? 0 : -ENOMEM;
}

int matrix_load(const char *name, struct matrix *matrix, struct error *err)
{
	const struct parser parser = { matrix, err };
	json_error_t error;
	int fd, ret;

	*matrix = (struct matrix){ 0 };
	fd = realpath(name, matrix->path) ? input_open(name) : -errno;
	if (fd < 0)
		return error_set(err, fd, "%s: %s: see docs/configurations.md",
				 name, input_reason(-fd));
	errno = 0;
	matrix->root = json_loadfd(fd, JSON_REJECT_DUPLICATES, &error);
	ret = matrix->root ?
		      0 :
		      input_refused(name, &error, "mend the file there", err);
	close(fd);
	if (ret)
		return ret;
	ret = parse(&parser);
	if (ret == -ENOMEM)
		error_set(err, ret, "%s: out of memory", name);
	return ret;
}
