// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "result.h"
#include "text.h"

static const char *const status_names[] = {
	[CELL_OK] = "ok",	    [CELL_SKIPPED] = "skipped",
	[CELL_INVALID] = "invalid", [CELL_FAILED] = "failed",
	[CELL_CRASHED] = "crashed",
};

const char *cell_status_name(enum cell_status status)
{
	if ((size_t)status >= sizeof(status_names) / sizeof(*status_names))
		return "unknown";
	return status_names[status];
}

void axis_values_free(struct axis_value *axes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(axes[i].axis);
		free(axes[i].text);
	}
	free(axes);
}

int axis_values_copy(struct axis_value **to, const struct axis_value *from,
		     size_t count)
{
	struct axis_value *axes = NULL;

	*to = NULL;
	if (!count)
		return 0;
	axes = calloc(count, sizeof(*axes));
	if (!axes)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		axes[i].number = from[i].number;
		axes[i].axis = strdup(from[i].axis);
		if (from[i].text)
			axes[i].text = strdup(from[i].text);
		if (!axes[i].axis || (from[i].text && !axes[i].text)) {
			axis_values_free(axes, count);
			return -ENOMEM;
		}
	}
	*to = axes;
	return 0;
}

static bool axis_value_equal(const struct axis_value *a,
			     const struct axis_value *b)
{
	if (strcmp(a->axis, b->axis) || !a->text != !b->text)
		return false;
	return a->text ? !strcmp(a->text, b->text) : a->number == b->number;
}

static bool cell_is(const struct cell *cell, const char *name,
		    const struct axis_value *axes, size_t axis_count)
{
	if (cell->axis_count != axis_count || strcmp(cell->name, name))
		return false;
	for (size_t i = 0; i < axis_count; i++) {
		size_t at = 0;

		while (at < axis_count &&
		       !axis_value_equal(&cell->axes[at], &axes[i]))
			at++;
		if (at == axis_count)
			return false;
	}
	return true;
}

struct cell *result_cell(struct result *result, const char *name,
			 const struct axis_value *axes, size_t axis_count)
{
	struct cell *cells, *cell;

	for (size_t i = 0; i < result->cell_count; i++)
		if (cell_is(&result->cells[i], name, axes, axis_count))
			return &result->cells[i];

	cells = array_grow(result->cells, result->cell_count, sizeof(*cells));
	if (!cells)
		return NULL;
	result->cells = cells;
	cell = &cells[result->cell_count];
	memset(cell, 0, sizeof(*cell));
	cell->name = strdup(name);
	if (!cell->name || axis_values_copy(&cell->axes, axes, axis_count)) {
		free(cell->name);
		return NULL;
	}
	cell->axis_count = axis_count;
	result->cell_count++;
	return cell;
}

int cell_add_trial(struct cell *cell, struct trial *trial)
{
	struct trial *trials;

	trials = array_grow(cell->trials, cell->trial_count, sizeof(*trials));
	if (!trials)
		return -ENOMEM;
	cell->trials = trials;
	trials[cell->trial_count++] = *trial;
	memset(trial, 0, sizeof(*trial));
	return 0;
}

int cell_set_status(struct cell *cell, enum cell_status status,
		    const char *reason)
{
	char *copy = NULL;

	if (status < cell->status || (status == cell->status && cell->reason))
		return 0;
	if (status != CELL_OK && reason) {
		copy = strdup(reason);
		if (!copy)
			return -ENOMEM;
	}
	free(cell->reason);
	cell->reason = copy;
	cell->status = status;
	return 0;
}

/* A name comes once: the JSON keys are names. */
static int fact_set(struct fact **facts, size_t *count, const char *name,
		    double value)
{
	struct fact *grown;

	for (size_t i = 0; i < *count; i++) {
		if (!strcmp((*facts)[i].name, name)) {
			(*facts)[i].value = value;
			return 0;
		}
	}
	grown = array_grow(*facts, *count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*facts = grown;
	grown[*count] = (struct fact){ .name = strdup(name), .value = value };
	if (!grown[*count].name)
		return -ENOMEM;
	++*count;
	return 0;
}

int trial_add_fact(struct trial *trial, const char *name, double value)
{
	return fact_set(&trial->facts, &trial->fact_count, name, value);
}

const struct fact *trial_fact(const struct trial *trial, const char *name)
{
	for (size_t i = 0; i < trial->fact_count; i++)
		if (!strcmp(trial->facts[i].name, name))
			return &trial->facts[i];
	return NULL;
}

void trial_mark_exact(struct trial *trial, const char *name)
{
	struct fact *fact = (struct fact *)trial_fact(trial, name);

	if (fact)
		fact->exact = true;
}

int trial_add_counter(struct trial *trial, const char *name, double value)
{
	return fact_set(&trial->counters, &trial->counter_count, name, value);
}

struct metric *trial_add_metric(struct trial *trial, const char *name,
				const char *unit, bool higher_is_better)
{
	struct metric *metrics, *metric;

	metrics = array_grow(trial->metrics, trial->metric_count,
			     sizeof(*metrics));
	if (!metrics)
		return NULL;
	trial->metrics = metrics;
	metric = &metrics[trial->metric_count];
	memset(metric, 0, sizeof(*metric));
	metric->name = strdup(name);
	metric->unit = strdup(unit);
	metric->higher_is_better = higher_is_better;
	if (!metric->name || !metric->unit) {
		free(metric->name);
		free(metric->unit);
		return NULL;
	}
	trial->metric_count++;
	return metric;
}

static void free_metric(struct metric *metric)
{
	free(metric->name);
	free(metric->unit);
	free(metric->samples);
}

void trial_drop_metric(struct trial *trial, struct metric *metric)
{
	struct metric *end = trial->metrics + trial->metric_count--;

	free_metric(metric);
	memmove(metric, metric + 1,
		(size_t)(end - metric - 1) * sizeof(*metric));
}

int metric_add_sample(struct metric *metric, double value)
{
	double *samples;

	/* Refused here, where the harness can still say which cell did it. */
	if (!isfinite(value))
		return -EDOM;
	samples = array_grow(metric->samples, metric->sample_count,
			     sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	metric->samples = samples;
	samples[metric->sample_count++] = value;
	return 0;
}

int trial_add_absence(struct trial *trial, const char *name, const char *reason)
{
	struct absence *grown = array_grow(
		trial->absences, trial->absence_count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	trial->absences = grown;
	grown += trial->absence_count;
	grown->name = strdup(name);
	grown->reason = strdup(reason);
	if (!grown->name || !grown->reason) {
		free(grown->name);
		free(grown->reason);
		return -ENOMEM;
	}
	trial->absence_count++;
	return 0;
}

static void absences_free(struct absence *absences, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(absences[i].name);
		free(absences[i].reason);
	}
	free(absences);
}

static void facts_free(struct fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(facts[i].name);
	free(facts);
}

void trial_free(struct trial *trial)
{
	facts_free(trial->facts, trial->fact_count);
	facts_free(trial->counters, trial->counter_count);
	absences_free(trial->absences, trial->absence_count);
	json_decref(trial->profile);
	for (size_t i = 0; i < trial->metric_count; i++)
		free_metric(&trial->metrics[i]);
	free(trial->metrics);
	memset(trial, 0, sizeof(*trial));
}

static void cell_free(struct cell *cell)
{
	free(cell->name);
	free(cell->guest);
	free(cell->reason);
	axis_values_free(cell->axes, cell->axis_count);
	for (size_t i = 0; i < cell->trial_count; i++)
		trial_free(&cell->trials[i]);
	free(cell->trials);
}

void result_free(struct result *result)
{
	json_decref(result->run);
	json_decref(result->subject);
	json_decref(result->machine);
	json_decref(result->clock);
	for (size_t i = 0; i < result->cell_count; i++)
		cell_free(&result->cells[i]);
	free(result->cells);
	memset(result, 0, sizeof(*result));
}

static const json_t *block(const struct result *result, const char *name,
			   size_t length)
{
	const struct {
		const char *name;
		const json_t *object;
	} blocks[] = {
		{ "run", result->run },
		{ "subject", result->subject },
		{ "machine", result->machine },
		{ "clock", result->clock },
	};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		if (strlen(blocks[i].name) == length &&
		    !strncmp(blocks[i].name, name, length))
			return blocks[i].object;
	return NULL;
}

const json_t *result_value(const struct result *result, const char *path)
{
	size_t length = strcspn(path, "/");
	const json_t *value = block(result, path, length);
	char key[256];

	while (value && path[length] == '/') {
		path += length + 1;
		length = strcspn(path, "/");
		if (length >= sizeof(key))
			return NULL;
		memcpy(key, path, length);
		key[length] = '\0';
		value = json_object_get(value, key);
	}
	return value;
}

const char *result_text(const struct result *result, const char *path)
{
	return json_string_value(result_value(result, path));
}

double result_number(const struct result *result, const char *path)
{
	const json_t *value = result_value(result, path);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

const struct metric *trial_metric(const struct trial *trial, const char *name)
{
	for (size_t i = 0; i < trial->metric_count; i++)
		if (!strcmp(trial->metrics[i].name, name))
			return &trial->metrics[i];
	return NULL;
}

static void __attribute__((format(printf, 4, 5)))
append(char *buffer, size_t size, size_t *at, const char *format, ...)
{
	va_list arguments;
	int length;

	if (*at >= size)
		return;
	va_start(arguments, format);
	length = vsnprintf(buffer + *at, size - *at, format, arguments);
	va_end(arguments);
	*at = length < 0 ? size : *at + (size_t)length;
}

char *cell_label(const struct cell *cell, char *buffer, size_t size)
{
	size_t at = 0;

	append(buffer, size, &at, "%s", cell->name);
	for (size_t i = 0; i < cell->axis_count; i++) {
		const struct axis_value *axis = &cell->axes[i];

		append(buffer, size, &at, "%s%s=", i ? "," : "[", axis->axis);
		if (axis->text)
			append(buffer, size, &at, "%s", axis->text);
		else
			append(buffer, size, &at, "%" PRIu64, axis->number);
	}
	if (cell->axis_count)
		append(buffer, size, &at, "]");
	return text_line_copy(buffer, size, buffer);
}
