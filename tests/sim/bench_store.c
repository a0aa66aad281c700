// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What many runs cost: bench-store RUNS CELLS CLOCK FOLDER makes so many result
 * files in the folder, unless it holds some, and prints what it takes to index
 * them, to open the index again, to read one series, and to read all of them and
 * find every change. CLOCK is instructions or wall, which has noise. Each step
 * is a process of its own, so that its memory is its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gsl/gsl_randist.h>

#include "noise.h"
#include "results/history/history_family.h"
#include "results/history/history_index.h"
#include "results/store/index.h"

#define SAMPLES 11
#define THRESHOLD 0.01
#define NAME "case%02zu.made[batch=%zu] operation"

static const char *folder;
static size_t runs, cells;

static void write_cell(FILE *file, size_t cell, size_t run, bool noisy,
		       const gsl_rng *rng)
{
	/* Every third is dearer from its own run on. */
	bool moved = cell % 3 == 0 && run > runs / 4 + cell * 7 % (runs / 2);
	double level = (double)(1000 + 10 * cell) * (moved ? 1.05 : 1);

	fprintf(file,
		"%s{\"case\": \"case%02zu.made\", \"axes\": {\"batch\": %zu}, "
		"\"status\": \"ok\", \"trials\": [\n{\"boot\": 0, \"trial\": 0, "
		"\"batch\": 64, \"facts\": {\"callbacks\": %d}, \"exact\": [\"callbacks\"], \"counters\": "
		"{}, \"metrics\": {\"operation\": {\"unit\": \"instruction\", "
		"\"better\": \"lower\", \"samples\": [",
		cell ? ",\n" : "", cell / 10, cell % 10, cell == 6 && moved);
	if (noisy)
		level *= 1 + gsl_ran_gaussian(rng, 0.01);
	for (int i = 0; i < SAMPLES; i++)
		fprintf(file, "%s%.17g", i ? ", " : "", level + 0.25 * i);
	fputs("]}}}\n]}", file);
}

static int write_run(size_t run, bool noisy, const gsl_rng *rng)
{
	time_t when = 1767225600 + (time_t)run * 3600;
	char path[4096], started[32];
	struct tm utc;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%06zu.json", folder, run);
	file = fopen(path, "we");
	if (!file)
		return -1;
	gmtime_r(&when, &utc);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &utc);
	fprintf(file,
		"{\n\"schema\": \"mmgauge-result/1\",\n\"run\": {\"id\": "
		"\"r%06zu\", \"started\": \"%s\"},\n\"subject\": {\"release\": "
		"\"6.%zu.0\"},\n\"machine\": {\"fingerprint\": \"f\", "
		"\"accelerator\": \"none\"},\n\"clock\": {\"kind\": \"%s\"},\n"
		"\"cells\": [",
		run, started, run, noisy ? "wall" : "instructions");
	for (size_t i = 0; i < cells; i++)
		write_cell(file, i, run, noisy, rng);
	fputs("\n]\n}\n", file);
	return fclose(file);
}

static int make_runs(bool noisy)
{
	gsl_rng *rng;
	char path[4096];

	mkdir(folder, 0777);
	snprintf(path, sizeof(path), "%s/%06zu.json", folder, runs - 1);
	if (!access(path, F_OK))
		return 0;
	rng = sim_rng(1);
	for (size_t i = 0; i < runs; i++)
		if (write_run(i, noisy, rng))
			return -1;
	gsl_rng_free(rng);
	return 0;
}

static int open_only(struct index *index)
{
	size_t count;

	index_runs(index, &count);
	return count >= runs ? 0 : -1;
}

static int take_one(const struct index_series *series, void *data)
{
	*(size_t *)data += series->count;
	return 0;
}

static int read_series(struct index *index)
{
	struct error err;
	char name[64];
	size_t points = 0;

	snprintf(name, sizeof(name), NAME, (size_t)0, (size_t)3);
	return index_each_series(index, name, take_one, &points, &err) ||
			       points < runs ?
		       -1 :
		       0;
}

/* Everything that `mmgauge history` finds. */
static int overview(struct index *index)
{
	size_t *places = calloc(runs, sizeof(*places)), left_out, found = 0;
	const struct history_order_of order = { index, places, runs };
	struct history_events events;
	struct history history;
	struct error err;

	for (size_t i = 0; i < runs; i++)
		places[i] = i;
	if (history_build_indexed(&order, NULL, NULL, &history, &left_out,
				  &err))
		return -1;
	for (size_t i = 0; i < history.count; i++) {
		if (history_find(&history.series[i], THRESHOLD))
			return -1;
		found += history.series[i].change_count;
	}
	history_control(&history, HISTORY_FDR);
	if (history_events_indexed(&order, &events, &err))
		return -1;
	fprintf(stderr, "%zu changes in %zu series, %zu events\n", found,
		history.count, events.count);
	history_events_free(&events);
	history_free(&history);
	free(places);
	return found >= cells / 3 ? 0 : -1;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int measure(const char *what, int (*step)(struct index *index))
{
	double start = seconds();
	struct rusage usage;
	int status = -1;
	pid_t child = fork();

	if (!child) {
		struct index *index;
		struct error err;
		int ret = index_open(folder, &index, &err);

		if (ret)
			fprintf(stderr, "%s\n", err.text);
		ret = ret ? ret : step(index);
		index_close(index);
		_exit(ret != 0);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || status) {
		fprintf(stderr, "bench-store: %s failed\n", what);
		return -1;
	}
	printf("%-28s %8.2f s %8.2f s of CPU %8.1f MiB\n", what,
	       seconds() - start,
	       (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		       (double)(usage.ru_utime.tv_usec +
				usage.ru_stime.tv_usec) *
			       1e-6,
	       (double)usage.ru_maxrss / 1024);
	fflush(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: bench-store RUNS CELLS CLOCK FOLDER\n");
		return 2;
	}
	runs = strtoul(argv[1], NULL, 10);
	cells = strtoul(argv[2], NULL, 10);
	folder = argv[4];
	if (runs < 16 || cells < 10 || make_runs(!strcmp(argv[3], "wall")))
		return 2;
	printf("%zu runs of %zu cells, %s clock, in %s\n", runs, cells, argv[3],
	       folder);
	return measure("index what is new", open_only) ||
	       measure("open it again", open_only) ||
	       measure("a series", read_series) ||
	       measure("all series and changes", overview);
}
