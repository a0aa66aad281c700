// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's account of runs, kernels and machines, side by side. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/format.h"
#include "html.h"
#include "sections.h"

/* A machine block has some fifty values; a stranger's may have a million. */
#define PLACES_MAX 1000

#define COMMAND_LINE "run/command_line" /* told in a section of its own */

/* A value somewhere in a result: "machine/thp/enabled". */
struct place {
	char *path;
	bool differs;
};

struct places {
	struct place *items;
	size_t count;
};

static bool is_known(const struct places *places, const char *path)
{
	for (size_t i = 0; i < places->count; i++)
		if (!strcmp(places->items[i].path, path))
			return true;
	return false;
}

/* Takes @path. */
static int add_place(struct places *places, char *path)
{
	struct place *items;

	if (!path)
		return -ENOMEM;
	if (places->count == PLACES_MAX || is_known(places, path) ||
	    !strcmp(path, COMMAND_LINE)) {
		free(path);
		return 0;
	}
	items = array_grow(places->items, places->count, sizeof(*items));
	if (!items) {
		free(path);
		return -ENOMEM;
	}
	places->items = items;
	items[places->count++] = (struct place){ .path = path };
	return 0;
}

/* Objects in objects are followed to their values. Takes @path. */
static int add_value(struct places *places, char *path, const json_t *value)
{
	const char *key;
	json_t *member;
	int ret = 0;

	if (!path || !json_object_size(value))
		return add_place(places, path);
	json_object_foreach ((json_t *)value, key, member) {
		if (!ret)
			ret = add_value(places,
					format_string("%s/%s", path, key),
					member);
	}
	free(path);
	return ret;
}

static int add_block(struct places *places, const struct group *group,
		     const char *block)
{
	int ret = 0;

	for (size_t i = 0; i < group->count && !ret; i++) {
		const json_t *value = result_value(group->results[i], block);

		if (json_object_size(value))
			ret = add_value(places, strdup(block), value);
	}
	return ret;
}

static const json_t *value_at(const struct group *group, size_t i,
			      const char *path)
{
	return result_value(group->results[i], path);
}

/* What is null or not there counts the same: not known. */
static bool is_unknown(const json_t *value)
{
	return !value || json_is_null(value);
}

static void find_differences(struct places *places, const struct group *group)
{
	for (size_t p = 0; p < places->count; p++) {
		struct place *place = &places->items[p];
		const json_t *first = value_at(group, 0, place->path);

		for (size_t i = 1; i < group->count; i++) {
			const json_t *value = value_at(group, i, place->path);

			if (is_unknown(first) && is_unknown(value))
				continue;
			if (!json_equal(first, value))
				place->differs = true;
		}
	}
}

static void write_value(FILE *stream, const json_t *value)
{
	char *text;

	if (is_unknown(value)) {
		fputs("–", stream);
	} else if (json_is_string(value)) {
		html_print(stream, "%s", json_string_value(value));
	} else if (json_is_boolean(value)) {
		fputs(json_is_true(value) ? "yes" : "no", stream);
	} else {
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		html_print(stream, "%s", text ? text : "–");
		free(text);
	}
}

static void write_differences(FILE *stream, const struct group *group,
			      const struct places *places)
{
	fputs("<div class=\"wide\"><table class=\"differences\">\n<caption>What "
	      "differs.</caption>\n<thead><tr><td></td>",
	      stream);
	for (size_t i = 0; i < group->count; i++)
		html_print(stream, "<th scope=\"col\">%s</th>",
			   group->names[i]);
	fputs("</tr></thead>\n<tbody>\n", stream);
	for (size_t p = 0; p < places->count; p++) {
		const struct place *place = &places->items[p];

		if (!place->differs)
			continue;
		html_print(stream, "<tr><th scope=\"row\">%s</th>",
			   place->path);
		for (size_t i = 0; i < group->count; i++) {
			fputs("<td>", stream);
			write_value(stream, value_at(group, i, place->path));
			fputs("</td>", stream);
		}
		fputs("</tr>\n", stream);
	}
	fputs("</tbody>\n</table></div>\n", stream);
}

static void write_common(FILE *stream, const struct group *group,
			 const struct places *places)
{
	if (group->count > 1)
		fputs("<p>The same in all:</p>\n", stream);
	fputs("<dl class=\"common\">\n", stream);
	for (size_t p = 0; p < places->count; p++) {
		const struct place *place = &places->items[p];

		if (place->differs)
			continue;
		html_print(stream, "<div><dt>%s</dt><dd>", place->path);
		write_value(stream, value_at(group, 0, place->path));
		fputs("</dd></div>\n", stream);
	}
	fputs("</dl>\n", stream);
}

static bool any_differs(const struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->items[i].differs)
			return true;
	return false;
}

int section_surroundings(FILE *stream, const struct group *group)
{
	static const char *const blocks[] = { "subject", "machine", "clock",
					      "run" };
	struct places places = { 0 };
	int ret = 0;

	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks) && !ret; i++)
		ret = add_block(&places, group, blocks[i]);
	if (!ret) {
		find_differences(&places, group);
		fputs("<h3>Kernels, machines and runs</h3>\n", stream);
		if (any_differs(&places))
			write_differences(stream, group, &places);
		write_common(stream, group, &places);
	}
	for (size_t i = 0; i < places.count; i++)
		free(places.items[i].path);
	free(places.items);
	return ret;
}
