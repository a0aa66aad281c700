// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runners/base/sysfile.h"
#include "system_counts.h"

#define MAX_ROWS 512

/* One number of a file: what it was, and what it grew by in the samples. */
struct row {
	char name[48];
	double then, last, sum;
};

struct table {
	struct row rows[MAX_ROWS];
	size_t count;
	bool unreadable;
};

struct system_counts {
	struct table interrupts, vmstat;
};

/* Rows of /proc/interrupts by their text: arm64 numbers its IPIs. */
static const struct {
	const char *name, *text;
} interrupt_rows[] = {
	{ "interrupts.TLB", "TLB shootdowns" },
	{ "interrupts.CAL", "Function call interrupts" },
	{ "interrupts.RES", "Rescheduling interrupts" },
};

static struct row *row_get(struct table *table, const char *name, size_t length,
			   size_t guess)
{
	struct row *row;

	if (length >= sizeof(row->name))
		return NULL;
	/* The files do not change their order. */
	if (guess < table->count &&
	    !strncmp(table->rows[guess].name, name, length) &&
	    !table->rows[guess].name[length])
		return &table->rows[guess];
	for (size_t i = 0; i < table->count; i++)
		if (!strncmp(table->rows[i].name, name, length) &&
		    !table->rows[i].name[length])
			return &table->rows[i];
	if (table->count == MAX_ROWS)
		return NULL;
	row = &table->rows[table->count++];
	memset(row, 0, sizeof(*row));
	memcpy(row->name, name, length);
	return row;
}

/* Before, or after: the sum grows by the difference. */
static void row_set(struct row *row, double value, bool after)
{
	if (row && after) {
		row->last = value - row->then;
		row->sum += row->last;
	} else if (row) {
		row->then = value;
	}
}

/* "CAL:  12  34   Function call interrupts": the sum over CPUs, and the text */
static double sum_cpus(const char *line, const char **text)
{
	const char *at = strchr(line, ':');
	double sum = 0;

	while (at) {
		char *end;
		double value;

		at++;
		at += strspn(at, " ");
		if (!isdigit((unsigned char)*at))
			break;
		value = strtod(at, &end);
		/* "22-edge" is no count any more. */
		if (*end != ' ')
			break;
		sum += value;
		at = end - 1;
	}
	*text = at ? at : "";
	return sum;
}

static void read_interrupts(struct table *table, bool after)
{
	char *all = sysfile_read("/proc/interrupts"), *rest = all;
	size_t count = sizeof(interrupt_rows) / sizeof(*interrupt_rows);

	table->unreadable |= !all;
	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *text;
		double sum = sum_cpus(line, &text);

		for (size_t i = 0; i < count; i++) {
			const char *name = interrupt_rows[i].name;

			if (strcmp(text, interrupt_rows[i].text))
				continue;
			row_set(row_get(table, name, strlen(name), i), sum,
				after);
		}
	}
	free(all);
}

/* Amounts in use go up and down and are no events; events with nr_ are few. */
static bool is_event(const char *name)
{
	return strncmp(name, "nr_", 3) || !strncmp(name, "nr_tlb", 6) ||
	       !strncmp(name, "nr_foll_pin", 11);
}

static void read_vmstat(struct table *table, bool after)
{
	char *all = sysfile_read("/proc/vmstat"), *rest = all;
	size_t guess = 0;

	table->unreadable |= !all;
	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *space = strchr(line, ' ');

		if (!space || !is_event(line))
			continue;
		row_set(row_get(table, line, (size_t)(space - line), guess++),
			strtod(space, NULL), after);
	}
	free(all);
}

struct system_counts *system_counts_new(void)
{
	return calloc(1, sizeof(struct system_counts));
}

void system_counts_begin(struct system_counts *counts)
{
	read_vmstat(&counts->vmstat, false);
	read_interrupts(&counts->interrupts, false);
}

void system_counts_end(struct system_counts *counts)
{
	read_interrupts(&counts->interrupts, true);
	read_vmstat(&counts->vmstat, true);
}

static void drop(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->rows[i].sum -= table->rows[i].last;
}

void system_counts_drop(struct system_counts *counts)
{
	drop(&counts->interrupts);
	drop(&counts->vmstat);
}

static int report_interrupts(const struct table *table, double operations,
			     int (*add)(void *data, const char *name,
					double value, const char *reason),
			     void *data)
{
	size_t count = sizeof(interrupt_rows) / sizeof(*interrupt_rows);
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		const char *name = interrupt_rows[i].name;
		const struct row *row = NULL;

		for (size_t j = 0; j < table->count; j++)
			if (!strcmp(table->rows[j].name, name))
				row = &table->rows[j];
		ret = add(data, name, row ? row->sum / operations : NAN,
			  row		    ? NULL :
			  table->unreadable ? "no /proc/interrupts" :
					      "no such row in "
					      "/proc/interrupts: one CPU, or "
					      "another architecture");
	}
	return ret;
}

int system_counts_report(const struct system_counts *counts, double operations,
			 int (*add)(void *data, const char *name, double value,
				    const char *reason),
			 void *data)
{
	int ret;

	if (operations <= 0)
		return 0;
	ret = report_interrupts(&counts->interrupts, operations, add, data);
	for (size_t i = 0; i < counts->vmstat.count && !ret; i++) {
		const struct row *row = &counts->vmstat.rows[i];
		char name[64];

		if (!row->sum)
			continue;
		snprintf(name, sizeof(name), "vmstat.%s", row->name);
		ret = add(data, name, row->sum / operations, NULL);
	}
	return ret;
}

void system_counts_free(struct system_counts *counts)
{
	free(counts);
}
