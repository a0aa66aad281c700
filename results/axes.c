// SPDX-License-Identifier: GPL-2.0-or-later
#include "axes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/base/text.h"

/* More axes than a mask has bits for are all said. */
#define AXES_MAX 64

static const struct axis_value *find_axis(const struct cell *cell,
					  const char *name)
{
	for (size_t i = 0; i < cell->axis_count; i++)
		if (!strcmp(cell->axes[i].axis, name))
			return &cell->axes[i];
	return NULL;
}

static bool is_same(const struct axis_value *a, const struct axis_value *b)
{
	if (!a->text || !b->text)
		return !a->text && !b->text && a->number == b->number;
	return !strcmp(a->text, b->text);
}

static struct axes_case *find_case(const struct axes_said *said,
				   const char *name)
{
	for (size_t i = 0; i < said->count; i++)
		if (!strcmp(said->cases[i].first->name, name))
			return &said->cases[i];
	return NULL;
}

static int add_cell(struct axes_said *said, const struct cell *cell)
{
	struct axes_case *found = find_case(said, cell->name), *grown;

	if (!found) {
		grown = array_grow(said->cases, said->count, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		said->cases = grown;
		grown[said->count++] = (struct axes_case){ .first = cell };
		return 0;
	}
	for (size_t i = 0; i < found->first->axis_count && i < AXES_MAX; i++) {
		const struct axis_value *axis = &found->first->axes[i];
		const struct axis_value *other = find_axis(cell, axis->axis);

		if (!other || !is_same(axis, other))
			found->varies |= UINT64_C(1) << i;
	}
	return 0;
}

int axes_said_add(struct axes_said *said, const struct result *result)
{
	int ret = 0;

	for (size_t i = 0; i < result->cell_count && !ret; i++)
		ret = add_cell(said, &result->cells[i]);
	return ret;
}

void axes_said_free(struct axes_said *said)
{
	free(said->cases);
	said->cases = NULL;
	said->count = 0;
}

static bool is_shared(const struct axes_said *said, const struct cell *cell,
		      const struct axis_value *axis)
{
	const struct axes_case *found = find_case(said, cell->name);
	const struct axis_value *first;
	size_t place;

	if (!found || found->first->axis_count > AXES_MAX)
		return false;
	first = find_axis(found->first, axis->axis);
	if (!first)
		return false;
	place = (size_t)(first - found->first->axes);
	return !(found->varies & UINT64_C(1) << place);
}

static bool is_default(const struct axes_said *said, const struct cell *cell,
		       const struct axis_value *axis)
{
	return said->is_default && said->is_default(cell->name, axis);
}

/* Words that say nothing without the name of their axis. */
static bool is_empty_word(const char *text)
{
	static const char *const words[] = { "none", "off", "on", "default",
					     "plain" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i], text))
			return true;
	return false;
}

static bool needs_name(const struct cell *cell, const struct axis_value *axis)
{
	if (!axis->text || is_empty_word(axis->text))
		return true;
	for (size_t i = 0; i < cell->axis_count; i++)
		if (&cell->axes[i] != axis && cell->axes[i].text &&
		    !strcmp(cell->axes[i].text, axis->text))
			return true;
	return false;
}

static void print_axis(FILE *stream, const struct cell *cell,
		       const struct axis_value *axis, bool brief)
{
	if (!brief || needs_name(cell, axis))
		fprintf(stream, "%s=", axis->axis);
	if (axis->text)
		fputs(axis->text, stream);
	else
		fprintf(stream, "%" PRIu64, axis->number);
}

/* Those that are shared, or those that are not. */
static unsigned int print_axes(FILE *stream, const struct axes_said *said,
			       const struct cell *cell, bool shared, bool brief,
			       const char *before, const char *between)
{
	unsigned int printed = 0;

	for (size_t i = 0; i < cell->axis_count; i++) {
		const struct axis_value *axis = &cell->axes[i];

		if (is_default(said, cell, axis) ||
		    is_shared(said, cell, axis) != shared)
			continue;
		fputs(printed++ ? between : before, stream);
		print_axis(stream, cell, axis, brief);
	}
	return printed;
}

char *axes_said_of(const struct axes_said *said, const struct cell *cell,
		   bool brief)
{
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return NULL;
	print_axes(stream, said, cell, false, brief, "", " ");
	return text_finish(stream, &text) ? NULL : text;
}

static char *name_of(const struct axes_said *said, const struct cell *cell,
		     bool shared, bool own)
{
	unsigned int printed = 0;
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return NULL;
	fputs(cell->name, stream);
	if (shared)
		printed = print_axes(stream, said, cell, true, false, "[", ",");
	if (own)
		printed += print_axes(stream, said, cell, false, false,
				      printed ? "," : "[", ",");
	fputs(printed ? "]" : "", stream);
	return text_finish(stream, &text) ? NULL : text;
}

char *axes_case_of(const struct axes_said *said, const struct cell *cell)
{
	return name_of(said, cell, true, false);
}

char *axes_label_of(const struct axes_said *said, const struct cell *cell,
		    bool shared)
{
	return name_of(said, cell, shared, true);
}
