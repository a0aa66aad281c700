// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "history_index.h"

#define NOWHERE SIZE_MAX

bool history_runs_comparable(const struct index_run *a,
			     const struct index_run *b)
{
	return !strcmp(a->clock, b->clock) &&
	       !strcmp(a->accelerator, b->accelerator) &&
	       !strcmp(a->fingerprint, b->fingerprint) &&
	       !strcmp(a->configuration, b->configuration);
}

/*
 * The place in history of each run of the index, NOWHERE for those that are not
 * in it or not comparable to the first.
 */
static size_t *find_places(const struct history_order_of *order,
			   size_t *left_out)
{
	size_t all;
	const struct index_run *runs = index_runs(order->index, &all);
	size_t *places = malloc((all + 1) * sizeof(*places));

	*left_out = 0;
	for (size_t i = 0; places && i < all; i++)
		places[i] = NOWHERE;
	for (size_t i = 0; places && i < order->count; i++) {
		if (history_runs_comparable(&runs[order->runs[0]],
					    &runs[order->runs[i]]))
			places[order->runs[i]] = i;
		else
			++*left_out;
	}
	return places;
}

struct building {
	struct history *history;
	const size_t *places;
	double *values; /* by place; NaN where there is none */
	bool *there;
	size_t count;
	bool exact;
	bool (*wanted)(const char *name, void *data);
	void *data;
};

static int add_points(struct building *building, struct history_series *series)
{
	for (size_t i = 0; i < building->count; i++)
		if (building->there[i] &&
		    history_add_point(series, building->values[i], i))
			return -ENOMEM;
	return 0;
}

/* Another unit is another thing: the one that was there first counts. */
static int add_series(struct building *building,
		      const struct index_series *from, size_t first)
{
	struct history *history = building->history;
	struct history_series *last =
		history->count ? &history->series[history->count - 1] : NULL;
	struct history_series *series;

	if (last && !strcmp(last->name, from->name)) {
		if (last->runs[0] <= first)
			return 0;
		history_drop(history, history->count - 1);
	}
	series = history_add(history, from->name, from->unit,
			     from->higher_is_better);
	if (!series)
		return -ENOMEM;
	series->exact = building->exact;
	return add_points(building, series);
}

static int take_series(const struct index_series *from, void *data)
{
	struct building *building = data;
	size_t first = NOWHERE;

	if (building->wanted && !building->wanted(from->name, building->data))
		return 0;
	memset(building->there, 0, building->count * sizeof(bool));
	for (size_t i = 0; i < from->count; i++) {
		size_t place = building->places[from->points[i].run];

		if (place == NOWHERE)
			continue;
		building->values[place] = from->points[i].value;
		building->there[place] = true;
		first = place < first ? place : first;
	}
	return first == NOWHERE ? 0 : add_series(building, from, first);
}

int history_build_indexed(const struct history_order_of *order,
			  bool (*wanted)(const char *name, void *data),
			  void *data, struct history *history, size_t *left_out,
			  struct error *err)
{
	size_t *places = find_places(order, left_out), all;
	const struct index_run *runs = index_runs(order->index, &all);
	struct building building = {
		.history = history,
		.places = places,
		.values = calloc(order->count + 1, sizeof(double)),
		.there = calloc(order->count + 1, sizeof(bool)),
		.count = order->count,
		.exact = order->count &&
			 !strcmp(runs[order->runs[0]].clock, "instructions"),
		.wanted = wanted,
		.data = data,
	};
	int ret = -ENOMEM;

	*history = (struct history){ 0 };
	if (places && building.values && building.there)
		ret = index_each_series(order->index, NULL, take_series,
					&building, err);
	if (ret)
		history_free(history);
	free(places);
	free(building.values);
	free(building.there);
	return ret == -ENOMEM ? error_set(err, ret, "history: out of memory") :
				ret;
}

/* A state that a cell was in at the place of history @at. */
struct stay {
	char *cell;
	size_t at, state;
};

struct stays {
	struct stay *items;
	size_t count;
	const size_t *places;
	struct stay *row; /* of the cell that is being read, by place */
	size_t row_count, row_room;
	char *cell;
};

static int by_place(const void *a, const void *b)
{
	const struct stay *first = a, *second = b;

	return (first->at > second->at) - (first->at < second->at);
}

static int add_stay(struct stays *stays, const struct stay *stay)
{
	struct stay *items =
		array_grow(stays->items, stays->count, sizeof(*items));

	if (!items)
		return -ENOMEM;
	stays->items = items;
	items[stays->count] = *stay;
	items[stays->count].cell = strdup(stays->cell);
	return items[stays->count++].cell ? 0 : -ENOMEM;
}

/* Where a state begins and where it ends says all that happened in between. */
static int end_cell(struct stays *stays)
{
	struct stay *row = stays->row;
	size_t count = stays->row_count;

	stays->row_count = 0;
	if (count)
		qsort(row, count, sizeof(*row), by_place);
	for (size_t i = 0; i < count; i++) {
		bool begins = !i || row[i - 1].state != row[i].state;
		bool ends = i + 1 == count || row[i + 1].state != row[i].state;

		if ((begins || ends) && add_stay(stays, &row[i]))
			return -ENOMEM;
	}
	return 0;
}

static int take_state(const char *cell, size_t run, size_t state, void *data)
{
	struct stays *stays = data;
	int ret = 0;

	if (stays->places[run] == NOWHERE || !cell)
		return 0;
	if (!stays->cell || strcmp(stays->cell, cell)) {
		ret = end_cell(stays);
		free(stays->cell);
		stays->cell = strdup(cell);
		if (!stays->cell)
			ret = -ENOMEM;
	}
	if (!ret && stays->row_count < stays->row_room)
		stays->row[stays->row_count++] =
			(struct stay){ NULL, stays->places[run], state };
	return ret;
}

/* Results of only those runs and cells at which states begin and end. */
struct thin {
	struct result *results;
	const struct result **pointers;
	size_t *at; /* their places in history */
	size_t count;
};

static int thin_out(const struct history_order_of *order,
		    const struct stays *stays, struct thin *thin,
		    struct error *err)
{
	int ret = 0;

	thin->results = calloc(stays->count + 1, sizeof(*thin->results));
	thin->pointers = calloc(stays->count + 1, sizeof(*thin->pointers));
	thin->at = calloc(stays->count + 1, sizeof(*thin->at));
	if (!thin->results || !thin->pointers || !thin->at)
		return -ENOMEM;
	for (size_t i = 0; i < stays->count && !ret; i++) {
		const struct stay *stay = &stays->items[i];

		if (!i || stays->items[i - 1].at != stay->at) {
			thin->at[thin->count] = stay->at;
			thin->pointers[thin->count] =
				&thin->results[thin->count];
			thin->count++;
		}
		ret = index_state(order->index, stay->state, stay->cell,
				  &thin->results[thin->count - 1], err);
	}
	return ret;
}

static int find_events(const struct history_order_of *order,
		       struct stays *stays, struct history_events *events,
		       struct error *err)
{
	struct thin thin = { 0 };
	int ret;

	if (stays->count)
		qsort(stays->items, stays->count, sizeof(*stays->items),
		      by_place);
	ret = thin_out(order, stays, &thin, err);
	if (!ret)
		ret = history_events_find(thin.pointers, thin.count, events);
	for (size_t i = 0; i < events->count && !ret; i++) {
		events->items[i].at = thin.at[events->items[i].at];
		events->items[i].before = thin.at[events->items[i].before];
	}
	for (size_t i = 0; i < thin.count; i++)
		result_free(&thin.results[i]);
	free(thin.results);
	free(thin.pointers);
	free(thin.at);
	return ret;
}

int history_events_indexed(const struct history_order_of *order,
			   struct history_events *events, struct error *err)
{
	size_t left_out;
	size_t *places = find_places(order, &left_out);
	struct stays stays = {
		.places = places,
		.row = calloc(order->count + 1, sizeof(*stays.row)),
		.row_room = order->count,
	};
	int ret = -ENOMEM;

	*events = (struct history_events){ 0 };
	if (places && stays.row)
		ret = index_each_state(order->index, take_state, &stays, err);
	if (!ret)
		ret = end_cell(&stays);
	if (!ret)
		ret = find_events(order, &stays, events, err);
	for (size_t i = 0; i < stays.count; i++)
		free(stays.items[i].cell);
	free(stays.items);
	free(stays.row);
	free(stays.cell);
	free(places);
	return ret == -ENOMEM ? error_set(err, ret, "history: out of memory") :
				ret;
}
