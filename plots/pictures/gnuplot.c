// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "places.h"
#include "results/base/installed.h"
#include "results/base/process.h"
#include "gnuplot.h"

#define TIME_LIMIT 60 /* seconds; a page takes well under one */
#define ARGUMENTS_MAX 32
#define KEPT 4 /* variables of the caller's */

int templates_find(const char *name, char folder[PATH_MAX], char path[PATH_MAX],
		   struct error *err)
{
	const char *chosen = getenv("MMGAUGE_PLOTS");
	char installed[PATH_MAX];
	int length;

	if (!chosen || !*chosen)
		chosen = installed_path(MMGAUGE_SHARE "/plots",
					MMGAUGE_PLOTS_DIR, installed);
	/* gnuplot runs elsewhere, so a relative name would not be found. */
	if (!realpath(chosen, folder))
		return error_set(err, -errno,
				 "%s: no plot templates: %s: reinstall mmgauge "
				 "or let MMGAUGE_PLOTS name their folder",
				 chosen, strerror(errno));
	length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
	if (length < PATH_MAX && !access(path, R_OK))
		return 0;
	return error_set(err, -ENOENT,
			 "%s/%s: no such plot template: reinstall mmgauge or "
			 "let MMGAUGE_PLOTS name the folder of templates",
			 folder, name);
}

/* The last line that says something. */
static const char *last_words(char *text)
{
	char *last = NULL, *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (line[strspn(line, " \t^")])
			last = line + strspn(line, " \t^");
	return last ? last : "it gave no reason";
}

static int judge(const struct process_result *result, struct error *err)
{
	if (result->status > 128)
		return error_set(err, -EIO, "gnuplot: killed by signal %d (%s)",
				 result->status - 128,
				 strsignal(result->status - 128));
	if (result->status)
		return error_set(err, -EIO,
				 "gnuplot: %s: mmgauge needs gnuplot 5.4 or "
				 "newer with the svg and pngcairo terminals",
				 last_words(result->errors));
	return 0;
}

static int run(const char *const *argv, const char *folder, struct error *err)
{
	struct process_result result;
	int ret = process_run(argv, folder, TIME_LIMIT, &result);

	if (ret == -ETIMEDOUT)
		return error_set(err, ret,
				 "gnuplot: not done after %d seconds: plot "
				 "fewer runs or cases",
				 TIME_LIMIT);
	if (ret)
		return error_set(err, ret, "gnuplot: cannot run: %s",
				 strerror(-ret));
	ret = judge(&result, err);
	process_result_free(&result);
	return ret;
}

/*
 * What it gets of the caller's environment: where programs, fonts and their
 * cache are. GNUTERM may name a terminal that is not there, others a locale.
 */
static size_t add_environment(const char **argv, char (*room)[PATH_MAX],
			      const char *templates)
{
	static const char *const kept[KEPT] = { "PATH", "HOME", "TMPDIR",
						"XDG_CACHE_HOME" };
	size_t count = 0;

	argv[count++] = "env";
	argv[count++] = "-i";
	argv[count++] = "LC_ALL=C.UTF-8";
	snprintf(room[0], PATH_MAX, "GNUPLOT_LIB=%.4000s", templates);
	argv[count++] = room[0];
	for (size_t i = 0; i < KEPT; i++) {
		const char *value = getenv(kept[i]);

		if (!value)
			continue;
		snprintf(room[i + 1], PATH_MAX, "%s=%.4000s", kept[i], value);
		argv[count++] = room[i + 1];
	}
	return count;
}

int gnuplot_run(const char *folder, const char *template,
		const char *const *arguments, struct error *err)
{
	char templates[PATH_MAX], path[PATH_MAX], room[KEPT + 1][PATH_MAX];
	const char *argv[ARGUMENTS_MAX] = { NULL };
	size_t count;
	int ret = templates_find(template, templates, path, err);

	if (ret)
		return ret;
	if (!process_exists("gnuplot"))
		return error_set(err, -ENOENT,
				 "gnuplot: not found in PATH: install it, on "
				 "Debian and Ubuntu the package gnuplot-nox");
	count = add_environment(argv, room, templates);
	argv[count++] = "gnuplot";
	argv[count++] = "-d";
	argv[count++] = "-c";
	argv[count++] = path;
	while (*arguments && count < ARGUMENTS_MAX - 1)
		argv[count++] = *arguments++;
	return run(argv, folder, err);
}
