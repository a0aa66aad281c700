// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "results/base/folders.h"
#include "results/store/store.h"
#include "runners/base/timestamp.h"
#include "runners/import/import.h"

struct import_options {
	const char *format, *output;
	const char *release, *commit, *when;
	struct text_list units;
};

#define AT(field) offsetof(struct import_options, field)

static const struct option_row rows[] = {
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.argument = "FORMAT",
		.help = "of Google Benchmark's JSON, Go's benchmarks, or a "
			"table (what the file looks like)",
		.offset = AT(format),
		.forms = import_format_names,
	},
	{
		.name = "unit",
		.kind = OPTION_LIST,
		.argument = "NAME=SIDE",
		.help = "a unit that is not known, or a counter of Google "
			"Benchmark's: whether lower or higher is better",
		.offset = AT(units),
	},
	{
		.name = "release",
		.kind = OPTION_TEXT,
		.argument = "NAME",
		.help = "what was measured (what the file says, or its name)",
		.offset = AT(release),
	},
	{
		.name = "commit",
		.kind = OPTION_TEXT,
		.argument = "ID",
		.help = "of what was measured",
		.offset = AT(commit),
	},
	{
		.name = "time",
		.kind = OPTION_TEXT,
		.argument = "WHEN",
		.help = "it was measured, like 2026-01-31T12:00:00Z (what the "
			"file says, or when it was written)",
		.offset = AT(when),
	},
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "PATH",
		.help = "a folder, or a .json file for one run (the store)",
		.offset = AT(output),
	},
	{ 0 },
};

static int check(const struct import_options *options, struct error *err)
{
	struct timestamp when;

	for (size_t i = 0; i < options->units.count; i++) {
		const char *unit = options->units.items[i];
		const char *side = strrchr(unit, '=');

		if (!side || side == unit ||
		    (strcmp(side, "=lower") && strcmp(side, "=higher")))
			return error_set(err, -EINVAL,
					 "import: --unit %.80s: neither lower "
					 "nor higher: say NAME=lower or "
					 "NAME=higher",
					 unit);
	}
	if (options->when && timestamp_parse(options->when, &when))
		return error_set(err, -EINVAL,
				 "import: --time %.80s: no time: write "
				 "2026-01-31T12:00:00Z",
				 options->when);
	return 0;
}

static bool is_file(const char *path)
{
	size_t length = strlen(path);

	return (length > 5 && !strcmp(path + length - 5, ".json")) ||
	       (length > 8 && !strcmp(path + length - 8, ".json.gz"));
}

/* Where each goes: @folder ends up without a name for a file of its own. */
static int choose_folder(const struct import *import, const char *output,
			 char folder[PATH_MAX], struct error *err)
{
	int ret;

	if (!output)
		return store_runs(folder, err);
	if (is_file(output) && import->count > 1)
		return error_set(err, -EINVAL,
				 "%s: %zu runs do not fit into one file: give "
				 "a folder",
				 output, import->count);
	*folder = '\0';
	if (is_file(output))
		return 0;
	snprintf(folder, PATH_MAX, "%.4000s", output);
	ret = make_folders(folder, 0777);
	return ret ? error_set(err, ret,
			       "%s: cannot make the folder: %s: give another "
			       "place with -o",
			       folder, strerror(-ret)) :
		     0;
}

static int save(const struct import_run *run, const char *folder,
		const char *output, struct error *err)
{
	const char *id = result_text(&run->result, "run/id");
	char path[PATH_MAX + 300];
	int ret;

	if (*folder)
		snprintf(path, sizeof(path), "%s/%s.json", folder, id);
	else
		snprintf(path, sizeof(path), "%s", output);
	if (*folder && !access(path, F_OK))
		return error_set(err, -EEXIST,
				 "%s: is there already: write to another place "
				 "with -o",
				 path);
	ret = result_save(path, &run->result, err);
	if (!ret)
		printf("%s: %zu cells, %zu samples\n", *folder ? id : output,
		       run->result.cell_count, run->samples);
	return ret;
}

static int save_all(const struct import *import, const char *output,
		    struct error *err)
{
	char folder[PATH_MAX];
	int ret = choose_folder(import, output, folder, err);

	for (size_t i = 0; i < import->count && !ret; i++)
		ret = save(&import->runs[i], folder, output, err);
	return ret;
}

static int run(void *data, int argc, char **argv)
{
	const struct import_options *options = data;
	struct import import = { .release = options->release,
				 .commit = options->commit,
				 .when = options->when,
				 .units = &options->units };
	struct error err = { "" };
	int ret = check(options, &err);

	for (int i = 0; i < argc && !ret; i++)
		ret = import_read(&import, argv[i], options->format, &err);
	if (!ret)
		ret = import_finish(&import, &err);
	if (!ret)
		ret = save_all(&import, options->output, &err);
	import_free(&import);
	return ret ? command_error(&err) : EXIT_FINE;
}

const struct command cmd_import = {
	.name = "import",
	.summary = "measurements of other programs as runs",
	.arguments = "FILE...",
	.details =
		"Reads what Google Benchmark (--benchmark_out_format=json), Go's "
		"benchmarks, or a table wrote, and what `mmgauge export` did, "
		"packed by gzip or not; show, history, compare, report and site "
		"take the run as any. Each FILE is a process: repetitions within one "
		"are samples of a boot, so that compare, which wants boots, "
		"takes four files a side.\n"
		"\n"
		"A table's first line names its columns: cell, metric, unit and "
		"value, and perhaps better (lower or higher), boot, trial, "
		"batch, time and commit; a line is a sample, and lines of "
		"another time or commit are of another run. Units are seconds, "
		"instructions, cycles, bytes and allocations, or one of them per "
		"something; anything per second is speed. Times are kept in "
		"seconds. For any other unit the file or --unit must "
		"say which side is better.",
	.min_arguments = 1,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct import_options),
	.defaults = &(struct import_options){ 0 },
	.run = run,
};
