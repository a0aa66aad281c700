// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/clock.h"
#include "results/stats/stats.h"
#include "runners/base/exit_code.h"
#include "subject.h"
#include "results/base/process.h"

#define POLL_NS (50 * 1000 * 1000)
#define POLLS_A_WATCH 20
#define TRIALS_MAX 64
#define RUN_HOURS 24
#define CHECK_SECONDS 60

unsigned int subjects_at_once(const char *clock)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	/* On the wall clock one would be the other's noise. */
	if (clock && !strcmp(clock, "wall"))
		return 1;
	return cpus > 1 ? (unsigned int)cpus : 1;
}

static void log_path(const struct subject *subject, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%.4000s.log", subject->path);
}

int subject_hand_on(struct text_list *arguments, const char *config,
		    const struct text_list *kbuild,
		    const struct text_list *parameters)
{
	int ret = text_list_append_all(arguments, "--config", &config,
				       config != NULL);

	if (!ret)
		ret = text_list_append_all(arguments, "--kbuild", kbuild->items,
					   kbuild->count);
	return ret ? ret :
		     text_list_append_all(arguments, "-p", parameters->items,
					  parameters->count);
}

static int make_command(const struct subject *subject,
			const struct text_list *arguments,
			struct text_list *command)
{
	const char *const head[] = { "/proc/self/exe", "run", "--on",
				     subject->spec,    "-o",  subject->path };
	const char *configuration = subject->configuration;
	int ret = text_list_append_all(command, NULL, head,
				       sizeof(head) / sizeof(*head));

	if (!ret)
		ret = text_list_append_all(command, "--config", &configuration,
					   *configuration != '\0');
	return ret ? ret :
		     text_list_append_all(command, NULL, arguments->items,
					  arguments->count);
}

static int start(struct subject *subject, const struct text_list *command,
		 struct error *err)
{
	struct process_spec spec = { .argv = command->items, .output = -1 };
	char path[PATH_MAX];

	log_path(subject, path);
	spec.errors =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (spec.errors < 0)
		return error_set(err, -errno,
				 "%s: %s: give another folder with -o", path,
				 strerror(errno));
	subject->pid = process_start(&spec);
	close(spec.errors);
	if (subject->pid < 0)
		return error_set(err, subject->pid, "mmgauge run: %s",
				 strerror(-subject->pid));
	subject->state = SUBJECT_RUNNING;
	subject->started = clock_nanoseconds(CLOCK_MONOTONIC);
	subject->deadline = subject->started + RUN_HOURS * 3600 * 1000000000ull;
	return 0;
}

/* The line that a command ends with when it fails. */
static void read_reason(struct subject *subject)
{
	static const char prefix[] = "mmgauge: ";
	char path[PATH_MAX], line[512];
	FILE *file;

	snprintf(subject->reason, sizeof(subject->reason), "ended early");
	log_path(subject, path);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, prefix, sizeof(prefix) - 1))
			snprintf(subject->reason, sizeof(subject->reason), "%s",
				 line + sizeof(prefix) - 1);
	}
	if (file)
		fclose(file);
}

int subject_check(const char *spec, const struct text_list *arguments,
		  struct error *err)
{
	const char *const head[] = { "/proc/self/exe", "run", "--dry-run",
				     "--on", spec };
	struct text_list command = { 0 };
	struct process_result result = { 0 };
	const char *line;
	int ret = text_list_append_all(&command, NULL, head, 5);

	if (!ret)
		ret = text_list_append_all(&command, NULL, arguments->items,
					   arguments->count);
	if (!ret)
		ret = process_run(command.items, NULL, CHECK_SECONDS, &result);
	text_list_free(&command);
	if (ret)
		return error_set(err, ret, "mmgauge run: %s", strerror(-ret));
	line = strstr(result.errors, "mmgauge: ");
	if (result.status == EXIT_ERROR)
		ret = error_set(err, -EINVAL, "%.*s",
				line ? (int)strcspn(line + 9, "\n") : 0,
				line ? line + 9 : "");
	process_result_free(&result);
	return ret;
}

int subjects_foretell(const char *first, const char *second,
		      const struct text_list *arguments, struct error *err)
{
	const char *const head[] = {
		"/proc/self/exe", "run", "--dry-run", "--on", first,
		"--on",		  second
	};
	struct text_list command = { 0 };
	int ret = text_list_append_all(&command, NULL, head, 7);

	if (!ret)
		ret = text_list_append_all(&command, NULL, arguments->items,
					   arguments->count);
	ret = ret ? error_set(err, ret, "run: out of memory") :
		    process_follow(command.items, err);
	text_list_free(&command);
	return ret;
}

/* A guest that never came up has a result, with what its console said. */
static void judge_result(struct subject *subject)
{
	struct result result = { 0 };
	struct error err = { "" };
	const char *reason = "no cell could run";
	bool broken = false;

	subject->state = SUBJECT_SKIPPED;
	if (result_load(subject->path, &result, &err)) {
		snprintf(subject->reason, sizeof(subject->reason), "%.500s",
			 err.text);
		return;
	}
	for (size_t i = 0; i < result.cell_count; i++) {
		if (result.cells[i].status == CELL_OK) {
			subject->state = SUBJECT_MEASURED;
		} else if (result.cells[i].status != CELL_SKIPPED) {
			reason = result.cells[i].reason;
			broken = true;
		}
	}
	/* What never greeted has no subject: that is no fault of a cell's. */
	if (subject->state == SUBJECT_SKIPPED && broken &&
	    result_text(&result, "subject/version"))
		subject->state = SUBJECT_BROKEN;
	if (subject->state != SUBJECT_MEASURED)
		snprintf(subject->reason, sizeof(subject->reason), "%.*s",
			 (int)strcspn(reason, "\r\n"), reason);
	result_free(&result);
}

static void finish(struct subject *subject, int status)
{
	char path[PATH_MAX];
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_ERROR;

	subject->pid = 0;
	subject->seconds = (double)(clock_nanoseconds(CLOCK_MONOTONIC) -
				    subject->started) /
			   1e9;
	if (code == EXIT_FINE || code == EXIT_NOTHING) {
		judge_result(subject);
	} else {
		subject->state = SUBJECT_SKIPPED;
		read_reason(subject);
	}
	log_path(subject, path);
	if (subject->state == SUBJECT_SKIPPED)
		unlink(subject->path); /* the log says more */
	if (subject->state == SUBJECT_MEASURED)
		unlink(path);
}

static int start_run(struct subject *subject, const struct subject_plan *plan,
		     struct error *err)
{
	struct text_list command = { 0 };
	int ret = make_command(subject, plan->arguments, &command);

	ret = ret ? error_set(err, ret, "mmgauge run: out of memory") :
		    start(subject, &command, err);
	text_list_free(&command);
	return ret;
}

static void stop_all(struct subject *subjects, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (subjects[i].state == SUBJECT_RUNNING) {
			process_kill(subjects[i].pid);
			subjects[i].state = SUBJECT_WAITING;
		}
}

/* All that it waits for has an end, so it was stopped from outside. */
static void give_up(struct subject *subject)
{
	process_kill(subject->pid);
	subject->pid = 0;
	subject->state = SUBJECT_SKIPPED;
	snprintf(subject->reason, sizeof(subject->reason),
		 "not done after %d h", RUN_HOURS);
}

/* Collect who has ended; how many still run. */
static unsigned int reap(struct subject *subjects, size_t count,
			 subject_note note, void *data)
{
	unsigned int running = 0;
	int status;

	for (size_t i = 0; i < count; i++) {
		if (subjects[i].state != SUBJECT_RUNNING)
			continue;
		if (waitpid(subjects[i].pid, &status, WNOHANG) > 0) {
			finish(&subjects[i], status);
			if (note)
				note(&subjects[i], data);
		} else if (clock_nanoseconds(CLOCK_MONOTONIC) >
			   subjects[i].deadline) {
			give_up(&subjects[i]);
			if (note)
				note(&subjects[i], data);
		} else {
			running++;
		}
	}
	return running;
}

/* A journal that is gone at the end is no new boot. */
static void look(struct subject *subjects, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct stage_at at;

		if (subjects[i].state != SUBJECT_RUNNING)
			continue;
		at = stage_read(subjects[i].path);
		if (at.stage >= subjects[i].stage.stage)
			subjects[i].stage = at;
	}
}

int subjects_measure(struct subject *subjects, size_t count,
		     const struct subject_plan *plan, subject_note note,
		     void *data, struct error *err)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	unsigned int running;
	size_t next = 0, polls = 0;
	int ret = 0;

	do {
		running = reap(subjects, count, note, data);
		while (running < plan->at_once && next < count && !ret) {
			struct subject *subject = &subjects[next++];

			if (subject->state != SUBJECT_WAITING)
				continue;
			ret = start_run(subject, plan, err);
			running += !ret;
		}
		if (process_interrupted)
			ret = error_set(err, -EINTR,
					"interrupted: what was measured is "
					"kept: give the same command again");
		if (ret) {
			stop_all(subjects, count);
			return ret;
		}
		if (plan->watch && running && !(polls++ % POLLS_A_WATCH)) {
			look(subjects, count);
			plan->watch(data);
		}
		nanosleep(&pause, NULL);
	} while (running);
	return 0;
}

static double trial_level(const struct trial *trial, const char *name)
{
	const struct metric *metric =
		name ? trial_metric(trial, name) : trial->metrics;

	if (!trial->metric_count || !metric)
		return NAN;
	return stats_median(metric->samples, metric->sample_count, 0.95).median;
}

double subject_level(const struct result *result, const char *metric)
{
	double levels[TRIALS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		if (cell->status != CELL_OK)
			continue;
		for (size_t j = 0; j < cell->trial_count; j++) {
			double level = trial_level(&cell->trials[j], metric);

			if (!isnan(level) && count < TRIALS_MAX)
				levels[count++] = level;
		}
		break;
	}
	return count ? stats_median(levels, count, 0.95).median : NAN;
}
