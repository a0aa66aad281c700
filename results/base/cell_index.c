// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell_index.h"
#include "text.h"

static int compare_axes(const void *a, const void *b)
{
	const struct axis_value *const *left = a, *const *right = b;

	return strcmp((*left)->axis, (*right)->axis);
}

/*
 * Case, axis and value are set apart by a byte no UTF-8 text holds, so that no
 * two different cells share a key.
 */
static int write_key(FILE *stream, const struct cell *cell,
		     const struct axis_value **sorted)
{
	fprintf(stream, "%s", cell->name);
	for (size_t i = 0; i < cell->axis_count; i++) {
		fprintf(stream, "\xff%s\xff", sorted[i]->axis);
		if (sorted[i]->text)
			fprintf(stream, "%s", sorted[i]->text);
		else
			fprintf(stream, "\xff%" PRIu64, sorted[i]->number);
	}
	return ferror(stream) ? -ENOMEM : 0;
}

static int make_key(const struct cell *cell, char **key)
{
	const struct axis_value **sorted;
	FILE *stream = NULL;
	size_t size;
	int ret;

	*key = NULL;
	sorted = calloc(cell->axis_count + 1, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < cell->axis_count; i++)
		sorted[i] = &cell->axes[i];
	qsort(sorted, cell->axis_count, sizeof(*sorted), compare_axes);
	stream = text_begin(key, &size);
	if (!stream) {
		ret = -ENOMEM;
		goto free_sorted;
	}
	ret = write_key(stream, cell, sorted);
	if (text_finish(stream, key))
		ret = -ENOMEM;
	if (ret) {
		free(*key);
		*key = NULL;
	}
free_sorted:
	free(sorted);
	return ret;
}

static int compare_keys(const void *a, const void *b)
{
	const struct cell_key *left = a, *right = b;
	int order = strcmp(left->key, right->key);

	if (order)
		return order;
	/* Equal keys keep their order in the file: the first one is found. */
	return (left->cell > right->cell) - (left->cell < right->cell);
}

int cell_index_build(const struct result *result, struct cell_index *index)
{
	index->count = 0;
	index->keys = calloc(result->cell_count + 1, sizeof(*index->keys));
	if (!index->keys)
		return -ENOMEM;
	for (size_t i = 0; i < result->cell_count; i++) {
		index->keys[i].cell = &result->cells[i];
		if (make_key(&result->cells[i], &index->keys[i].key)) {
			cell_index_free(index);
			return -ENOMEM;
		}
		index->count++;
	}
	qsort(index->keys, index->count, sizeof(*index->keys), compare_keys);
	return 0;
}

void cell_index_free(struct cell_index *index)
{
	for (size_t i = 0; i < index->count; i++)
		free(index->keys[i].key);
	free(index->keys);
	index->keys = NULL;
	index->count = 0;
}

static int compare_text(const void *key, const void *element)
{
	return strcmp(key, ((const struct cell_key *)element)->key);
}

int cell_index_find(const struct cell_index *index, const struct cell *like,
		    const struct cell **found)
{
	const struct cell_key *hit;
	char *key;
	int ret;

	*found = NULL;
	ret = make_key(like, &key);
	if (ret)
		return ret;
	hit = bsearch(key, index->keys, index->count, sizeof(*index->keys),
		      compare_text);
	/* Results built in memory may hold a cell twice: take the first. */
	while (hit && hit > index->keys && !strcmp(hit[-1].key, key))
		hit--;
	if (hit)
		*found = hit->cell;
	free(key);
	return 0;
}

const struct cell *cell_index_duplicate(const struct cell_index *index)
{
	for (size_t i = 1; i < index->count; i++)
		if (!strcmp(index->keys[i - 1].key, index->keys[i].key))
			return index->keys[i].cell;
	return NULL;
}
