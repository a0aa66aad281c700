// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-statistics [POINTS]: how fast the statistics are, on noise and on many
 * changes, in series of up to so many points (1,000,000), and a peer on the
 * same series when it is installed (Apache Otava: pipx install apache-otava).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "results/compare/compare.h"
#include "results/stats/changes.h"
#include "noise.h"

/* Of the CPU: other work on the machine is not what is measured. */
static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
	return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static void fill(const char *kind, double *values, size_t count, bool jumps)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	noise_find(kind)->fill(rng, values, count);
	for (size_t i = 0; jumps && i < count; i++)
		values[i] += (double)(i / 50 * 2654435761u % 1000) / 50;
	gsl_rng_free(rng);
}

static void changes(const char *kind, size_t count, bool jumps, double *values)
{
	struct changes found;
	double start;

	fill(kind, values, count, jumps);
	start = now();
	found = changes_find(values, count);
	printf("history  %7zu points, %-10s%-20s %6.3f us/point, %zu changes\n",
	       count, kind, jumps ? ", a jump every 50" : "",
	       (now() - start) * 1e6 / (double)count, found.count);
	changes_free(&found);
}

/*
 * In a child, by the Python that the installed program names in its first line,
 * and timed there: the start of the interpreter is not it. The first call loads
 * what the others use.
 */
static void peer(const double *values, size_t count)
{
	static const char script[] =
		"import sys, time\n"
		"from otava.analysis import compute_change_points as find\n"
		"v = [float(line) for line in open(sys.argv[1])]\n"
		"find(v[:100])\n"
		"t = time.process_time(); find(v)\n"
		"t = time.process_time() - t\n"
		"print(f'peer     {len(v):7d} points, Otava"
		"                        '\n"
		"      f'{t * 1e6 / len(v):6.3f} us/point')\n";
	char data[] = "/tmp/mmgauge-series-XXXXXX";
	char program[] = "/tmp/mmgauge-script-XXXXXX", command[256];
	int data_fd = mkstemp(data), program_fd = mkstemp(program);
	FILE *file = fdopen(data_fd, "w"), *text = fdopen(program_fd, "w");

	for (size_t i = 0; i < count; i++)
		fprintf(file, "%.17g\n", values[i]);
	fputs(script, text);
	fclose(file);
	fclose(text);
	snprintf(
		command, sizeof(command),
		"otava=$(command -v otava) || { echo 'peer     Otava is not installed'; exit; }; "
		"exec $(sed -n '1s/^#! *//p' \"$otava\") %s %s",
		program, data);
	fflush(stdout);
	if (system(command))
		printf("peer     Otava: not installed, or not as expected\n");
	unlink(data);
	unlink(program);
}

static char axis_name[] = "n";

static void make(struct result *result, unsigned int cells)
{
	*result = (struct result){
		.run = json_object(),
		.subject = json_object(),
		.machine = json_object(),
		.clock = json_pack("{ss}", "kind", "wall"),
	};
	for (unsigned int c = 0; c < cells; c++) {
		const struct axis_value axis = { .axis = axis_name,
						 .number = c };
		struct cell *cell = result_cell(result, "a.b", &axis, 1);

		for (unsigned int b = 0; b < 10; b++) {
			struct trial trial = { .boot = b };
			struct metric *metric =
				trial_add_metric(&trial, "x", "s", false);

			for (unsigned int s = 0; s < 30; s++)
				metric_add_sample(
					metric,
					1 + (b * 7 % 10 + s * 17 % 30) * 1e-3);
			cell_add_trial(cell, &trial);
		}
	}
}

static void compare(unsigned int cells)
{
	const struct compare_options options = { .threshold = 0.01 };
	struct compare_report report;
	struct result base, new;
	double start;

	make(&base, cells);
	make(&new, cells);
	start = now();
	if (compare_results(&base, &new, &options, &report))
		abort();
	printf("compare  %7u cells, 10 boots of 30 samples: %.3f s\n", cells,
	       now() - start);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

int main(int argc, char **argv)
{
	static const size_t counts[] = { 1000, 20000, 100000, 1000000 };
	size_t most = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	double *values = malloc(1000000 * sizeof(*values));

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		if (counts[i] > most)
			break;
		changes("normal", counts[i], false, values);
		changes("AR(1) 0.6", counts[i], false, values);
		changes("normal", counts[i], true, values);
	}
	most = most < 20000 ? most : 20000;
	fill("normal", values, most, false);
	peer(values, most);
	compare(2000);
	free(values);
	return 0;
}
