// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/base/cell_index.h"
#include "results/compare/behaviour.h"
#include "results/format.h"
#include "history.h"
#include "history_events.h"

struct search {
	const struct result *const *results;
	struct cell_index *indexes; /* empty: not comparable to the first */
	struct history_events *events;
};

/*
 * The last cell that is @like in a run before *@run that was not skipped, or
 * was measured when @ok; NULL when there is none.
 */
static int look_back(const struct search *search, const struct cell *like,
		     bool ok, size_t *run, const struct cell **found)
{
	for (*found = NULL; (*run)-- > 0;) {
		int ret = cell_index_find(&search->indexes[*run], like, found);

		if (ret)
			return ret;
		if (*found && ((*found)->status == CELL_OK ||
			       (!ok && (*found)->status != CELL_SKIPPED)))
			return 0;
	}
	*found = NULL;
	return 0;
}

/* Takes @event's strings. */
static int add(struct history_events *events, struct history_event event)
{
	struct history_event *items =
		array_grow(events->items, events->count, sizeof(*items));

	if (!items || !event.cell || !event.text) {
		free(event.cell);
		free(event.text);
		return -ENOMEM;
	}
	events->items = items;
	for (size_t i = 0; i < events->count; i++)
		if (!strcmp(items[i].cell, event.cell))
			items[i].last = false;
	event.last = true;
	items[events->count++] = event;
	return 0;
}

static char *label_of(const struct cell *cell)
{
	char label[512];

	return strdup(cell_label(cell, label, sizeof(label)));
}

/* Whether @cell does what it did before an earlier event. */
static int is_as_before(const struct search *search, const struct cell *cell,
			const char *label, bool *as_before)
{
	const struct history_events *events = search->events;

	*as_before = false;
	for (size_t i = 0; i < events->count && !*as_before; i++) {
		const struct history_event *event = &events->items[i];
		struct behaviour behaviour;
		const struct cell *then;
		int ret;

		if (event->broken || strcmp(event->cell, label))
			continue;
		ret = cell_index_find(&search->indexes[event->before], cell,
				      &then);
		if (!ret && then)
			ret = behaviour_compare(then, cell, &behaviour);
		if (ret)
			return ret;
		if (!then)
			continue;
		*as_before = !behaviour.count;
		behaviour_free(&behaviour);
	}
	return 0;
}

/* A measured cell against the one measured before; @was_broken in between. */
static int look_at_facts(const struct search *search, const struct cell *cell,
			 size_t run, bool was_broken)
{
	struct history_event event = { .before = run, .at = run };
	struct behaviour behaviour = { 0 };
	const struct cell *before;
	int ret = look_back(search, cell, true, &event.before, &before);

	if (!ret && before)
		ret = behaviour_compare(before, cell, &behaviour);
	if (ret || !before || (!behaviour.count && !was_broken))
		return ret;
	event.cell = label_of(cell);
	event.text = behaviour.count ? behaviour_text(&behaviour) :
				       strdup("works again");
	event.mended = !behaviour.count;
	if (behaviour.count && event.cell)
		ret = is_as_before(search, cell, event.cell, &event.mended);
	behaviour_free(&behaviour);
	if (!ret)
		return add(search->events, event);
	free(event.cell);
	free(event.text);
	return ret;
}

static int look_at(const struct search *search, const struct cell *cell,
		   size_t run)
{
	struct history_event event = { .before = run, .at = run };
	const struct cell *before;
	int ret;

	if (cell->status == CELL_SKIPPED)
		return 0;
	ret = look_back(search, cell, false, &event.before, &before);
	if (ret || !before)
		return ret;
	if (cell->status == CELL_OK)
		return look_at_facts(search, cell, run,
				     before->status != CELL_OK);
	if (!behaviour_is_broken(before->status, cell->status))
		return 0;
	event.broken = true;
	event.cell = label_of(cell);
	event.text =
		format_string("%s: %s", cell_status_name(cell->status),
			      cell->reason ? cell->reason : "no reason given");
	return add(search->events, event);
}

int history_events_find(const struct result *const *results, size_t count,
			struct history_events *events)
{
	struct search search = { results, NULL, events };
	int ret = 0;

	*events = (struct history_events){ 0 };
	search.indexes = calloc(count + 1, sizeof(*search.indexes));
	if (!search.indexes)
		return -ENOMEM;
	for (size_t i = 0; i < count && !ret; i++)
		if (history_comparable(results[0], results[i]))
			ret = cell_index_build(results[i], &search.indexes[i]);
	for (size_t i = 1; i < count && !ret; i++)
		for (size_t c = 0; c < search.indexes[i].count && !ret; c++)
			ret = look_at(&search, search.indexes[i].keys[c].cell,
				      i);
	for (size_t i = 0; i < count; i++)
		cell_index_free(&search.indexes[i]);
	free(search.indexes);
	if (ret)
		history_events_free(events);
	return ret;
}

void history_events_free(struct history_events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		free(events->items[i].cell);
		free(events->items[i].text);
	}
	free(events->items);
	*events = (struct history_events){ 0 };
}
