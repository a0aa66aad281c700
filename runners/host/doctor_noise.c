// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine's noise: a case whose work is known, in several fresh processes.
 * Within a process it is the spread of the samples; between processes, that of
 * their medians, below which no difference between two runs can be seen.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/base/median.h"
#include "doctor.h"
#include "runners/trial/kdev.h"
#include "runners/trial/measure.h"
#include "runners/base/paths.h"
#include "runners/base/spawn.h"

#define TRIALS 7
#define TRIAL_SECONDS 0.3
/* The shares of a median that are good, and bad. */
#define QUIET 0.005
#define LOUD 0.02

struct noise {
	double medians[TRIALS];
	double within; /* largest half-width of 95 % of the samples */
	double worst; /* slowest sample, in medians */
	double rejected; /* samples preempted */
};

static void take(struct noise *noise, size_t trial,
		 const struct trial *measured)
{
	struct metric *metric = &measured->metrics[0];
	size_t count = metric->sample_count;
	double median, low, high;

	stats_sort(metric->samples, count);
	median = stats_median(metric->samples, count, 0.95).median;
	low = metric->samples[count / 40];
	high = metric->samples[count - 1 - count / 40];
	noise->medians[trial] = median;
	noise->within = fmax(noise->within, (high - low) / 2 / median);
	noise->worst = fmax(noise->worst, metric->samples[count - 1] / median);
	for (size_t i = 0; i < measured->fact_count; i++)
		if (!strcmp(measured->facts[i].name, "rejected_samples"))
			noise->rejected += measured->facts[i].value;
}

static int measure_once(const struct measure_request *request,
			struct noise *noise, size_t trial,
			const volatile sig_atomic_t *stop, struct error *err)
{
	json_t *asked = measure_request_to_json(request), *answer;
	struct measure_reply reply;
	int ret = spawn_agent(paths_agent(), "trial", asked,
			      TRIAL_SECONDS * 2 + 60, stop, &answer, err);

	json_decref(asked);
	if (ret)
		return ret;
	ret = measure_reply_from_json(answer, &reply, err);
	json_decref(answer);
	if (!ret && (reply.status != CELL_OK || !reply.trial.metric_count))
		ret = error_set(err, -EIO, "%s: %s: nothing else will work",
				request->name, reply.reason);
	if (!ret)
		take(noise, trial, &reply.trial);
	trial_free(&reply.trial);
	return ret;
}

static void judge(struct finding *finding, struct noise *noise)
{
	double between;

	stats_sort(noise->medians, TRIALS);
	between = (noise->medians[TRIALS - 1] - noise->medians[0]) / 2 /
		  noise->medians[TRIALS / 2];
	snprintf(finding->value, sizeof(finding->value),
		 "+-%.2f %% between processes, +-%.2f %% of samples within, "
		 "slowest %.1f times the median, %.0f preempted",
		 between * 100, noise->within * 100, noise->worst,
		 noise->rejected);
	finding->judgement = between <= QUIET ? JUDGEMENT_GOOD :
			     between <= LOUD  ? JUDGEMENT_NOTE :
						JUDGEMENT_BAD;
	if (finding->judgement != JUDGEMENT_GOOD)
		snprintf(finding->advice, sizeof(finding->advice),
			 "differences below %.1f %% cannot be seen here: heed "
			 "the lines above, raise --boots, or use --clock "
			 "instructions",
			 2 * between * 100);
}

static int listen(struct findings *findings, const char *title,
		  struct measure_request *request,
		  const volatile sig_atomic_t *stop, struct error *err)
{
	struct finding *finding = doctor_add(findings, title);
	struct noise noise = { 0 };
	int ret = finding ? 0 : -ENOMEM;

	for (size_t i = 0; i < TRIALS && !ret; i++)
		ret = measure_once(request, &noise, i, stop, err);
	if (!ret)
		judge(finding, &noise);
	return ret;
}

int doctor_noise(struct findings *findings, const volatile sig_atomic_t *stop,
		 struct error *err)
{
	struct axis_value turns = { .axis = (char *)"iterations",
				    .number = 1000 };
	struct measure_request request = {
		.name = (char *)"null.loop",
		.axes = &turns,
		.axis_count = 1,
		/* Never reached: it is the time that ends it. */
		.precision = 1e-9,
		.max_time = TRIAL_SECONDS,
	};
	int fd, ret = listen(findings, "noise of null.loop", &request, stop,
			     err);

	if (ret)
		return ret;
	fd = kdev_open(err);
	if (fd < 0)
		return 0;
	close(fd);
	request.name = (char *)"null.ioctl";
	request.axes = NULL;
	request.axis_count = 0;
	return listen(findings, "noise of null.ioctl", &request, stop, err);
}
