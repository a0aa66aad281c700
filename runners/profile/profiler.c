// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build_id.h"
#include "functions.h"
#include "profiler.h"
#include "results/base/profile_inlined.h"
#include "runners/base/profile_parts.h"

#define SECTIONS_MAX 16
#define BUILD_ID ".note.gnu.build-id" /* among a module's sections */

struct profiler {
	struct profiler_files files;
	struct symbols *symbols;
	struct inlines *inlines; /* NULL: not told apart */
	struct kinds_decoder *decoder;
	struct profile_log log;
	unsigned int amounts[AMOUNTS]; /* of a row, in their order */
	size_t amount_count;
};

static int load_inlines(struct profiler *profiler, struct error *err)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%.4000s/vmlinux", profiler->files.debug);
	profiler->inlines = inlines_new();
	if (!profiler->inlines)
		return error_set(err, -ENOMEM, "profile: out of memory");
	ret = inlines_check(path, profiler->files.kernel, err);
	return ret ? ret : inlines_add_elf(profiler->inlines, path, err);
}

static int load(struct profiler *profiler, struct error *err)
{
	const struct profiler_files *files = &profiler->files;
	FILE *stream;
	int ret;

	profiler->symbols = symbols_new();
	if (!profiler->symbols)
		return error_set(err, -ENOMEM, "profile: out of memory");
	profiler->amount_count = amounts_of(
		files->arch, PROFILE_LINES | PROFILE_TABLES, profiler->amounts);
	profiler->decoder = kinds_open(files->arch);
	if (!profiler->decoder)
		return error_set(err, -ENOTSUP,
				 "profile: no instructions of %s are known: "
				 "profile x86_64",
				 files->arch);
	ret = symbols_add_elf(profiler->symbols, files->kernel, "vmlinux", err);
	if (!ret)
		ret = symbols_add_elf(profiler->symbols, files->agent, "agent",
				      err);
	if (!ret && *files->debug)
		ret = load_inlines(profiler, err);
	if (ret)
		return ret;
	stream = fopen(files->log, "re");
	if (!stream)
		return error_set(err, -errno, "%s: %s", files->log,
				 strerror(errno));
	profile_log_init(&profiler->log, stream);
	return 0;
}

int profiler_open(const struct profiler_files *files, struct profiler **result,
		  struct error *err)
{
	struct profiler *profiler = calloc(1, sizeof(*profiler));
	int ret;

	if (!profiler)
		return error_set(err, -ENOMEM, "profile: out of memory");
	profiler->files = *files;
	ret = load(profiler, err);
	if (ret)
		profiler_close(profiler);
	else
		*result = profiler;
	return ret;
}

void profiler_close(struct profiler *profiler)
{
	if (!profiler)
		return;
	if (profiler->log.stream)
		fclose(profiler->log.stream);
	profile_log_free(&profiler->log);
	if (profiler->decoder)
		kinds_close(profiler->decoder);
	symbols_free(profiler->symbols);
	inlines_free(profiler->inlines);
	free(profiler);
}

/* NULL: a module whose file is not here. */
static const char *module_file(const struct profiler *profiler,
			       const char *name, char path[PATH_MAX])
{
	const struct profiler_files *files = &profiler->files;

	if (!strcmp(name, "vmlinux"))
		return files->kernel;
	if (!strcmp(name, "mmgauge"))
		return *files->module ? files->module : NULL;
	if (!*files->drivers || snprintf(path, PATH_MAX, "%s/%s.ko",
					 files->drivers, name) >= PATH_MAX)
		return NULL;
	return access(path, R_OK) ? NULL : path;
}

/* One without DWARF, or with that of another build, is told by symbol. */
static int add_module_inlines(struct profiler *profiler, const char *file,
			      const char *name,
			      const struct section_address *sections,
			      size_t count, const char *id, struct error *err)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%.4000s/%.80s.ko", profiler->files.debug,
		 name);
	if (!access(path, R_OK) && !build_id_check(path, id, NULL))
		file = path;
	ret = inlines_add_module(profiler->inlines, file, sections, count, err);
	return ret == -ENODATA ? 0 : ret;
}

static int add_module(struct profiler *profiler, const char *name,
		      json_t *addresses, struct error *err)
{
	struct section_address sections[SECTIONS_MAX];
	char path[PATH_MAX];
	const char *file = module_file(profiler, name, path), *section;
	const char *id =
		json_string_value(json_object_get(addresses, BUILD_ID));
	size_t count = 0;
	json_t *address;
	int ret;

	json_object_foreach (addresses, section, address)
		if (json_is_string(address) && count < SECTIONS_MAX &&
		    strcmp(section, BUILD_ID) != 0)
			sections[count++] = (struct section_address){
				.name = section,
				.address = strtoull(json_string_value(address),
						    NULL, 16),
			};
	if (!file)
		return 0;
	ret = build_id_check(file, id, err);
	if (ret || !count)
		return ret;
	ret = symbols_add_module(profiler->symbols, file, name, sections, count,
				 err);
	if (!ret && profiler->inlines)
		ret = add_module_inlines(profiler, file, name, sections, count,
					 id, err);
	/* One that is there already, or has no code of its own. */
	return ret == -EEXIST || ret == -ENODATA ? 0 : ret;
}

int profiler_modules(struct profiler *profiler, const json_t *modules,
		     struct error *err)
{
	const char *name;
	json_t *sections;
	int ret = 0;

	/* The macro drops const; nothing is changed. */
	json_object_foreach ((json_t *)modules, name, sections) {
		ret = add_module(profiler, name, sections, err);
		if (ret)
			break;
	}
	return ret;
}

static const char *module_of(const struct symbol *symbol)
{
	return symbol ? symbol->module : "";
}

static const char *name_of(const struct symbol *symbol)
{
	return symbol ? symbol->name : "";
}

static json_t *amounts_to_json(const struct profiler *profiler,
			       const struct function_row *row)
{
	size_t count = profiler->amount_count;
	json_t *array = json_array();

	while (count && !row->amounts[profiler->amounts[count - 1]])
		count--;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			array,
			json_integer((json_int_t)row
					     ->amounts[profiler->amounts[i]]));
	return array;
}

static void add_row(const struct profiler *profiler, json_t *functions,
		    const struct function_row *row)
{
	const char *module = module_of(row->symbol);
	json_t *of_module = json_object_get(functions, module);
	char name[1100]; /* a symbol of the kernel's has up to 511 bytes */

	if (!of_module) {
		of_module = json_object();
		json_object_set_new(functions, module, of_module);
	}
	snprintf(name, sizeof(name), "%s%s%s", row->inlined ? row->inlined : "",
		 row->inlined ? PROFILE_INLINED_IN : "", name_of(row->symbol));
	json_object_set_new(of_module, name, amounts_to_json(profiler, row));
	/* A symbol all of whose code was inlined still makes its calls. */
	if (row->inlined && !json_object_get(of_module, name_of(row->symbol)))
		json_object_set_new(of_module, name_of(row->symbol),
				    json_array());
}

/* NULL where there are none. */
static int calls_to_json(struct profiler *profiler,
			 const struct profile_match *match, json_t **calls)
{
	struct call_row *rows;
	size_t count;
	int ret;

	*calls = NULL;
	if (!match->call_count)
		return 0;
	ret = functions_calls(match, &profiler->log, profiler->symbols,
			      profiler->decoder, &rows, &count);
	if (ret)
		return ret;
	*calls = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			*calls,
			json_pack("[s, s, s, s, I, I]", module_of(rows[i].from),
				  rows[i].interrupt ? PROFILE_INTERRUPT :
						      name_of(rows[i].from),
				  module_of(rows[i].to), name_of(rows[i].to),
				  (json_int_t)rows[i].calls,
				  (json_int_t)rows[i].inclusive));
	free(rows);
	return 0;
}

static int take_apart(struct profiler *profiler,
		      const struct profile_match *match, json_t **profile)
{
	const struct profile_metric *metric = &match->metric;
	struct function_row *rows;
	json_t *functions, *calls;
	size_t count;
	int ret = functions_of(match, &profiler->log, profiler->symbols,
			       profiler->inlines, profiler->decoder, &rows,
			       &count);

	if (ret)
		return ret;
	functions = json_object();
	for (size_t i = 0; i < count; i++)
		add_row(profiler, functions, &rows[i]);
	free(rows);
	ret = calls_to_json(profiler, match, &calls);
	if (ret) {
		json_decref(functions);
		return ret;
	}
	*profile = json_pack("{s:I, s:I, s:I, s:o, s:o*}", "ticks",
			     (json_int_t)metric->ticks, "harness",
			     (json_int_t)metric->harness, "units",
			     (json_int_t)metric->units, "functions", functions,
			     "calls", calls);
	return *profile ? 0 : -ENOMEM;
}

static int add_metric(struct profiler *profiler, uint64_t number,
		      const char *name, json_t *profile)
{
	struct profile_match match;
	json_t *metric = NULL;
	int ret = profile_match(&profiler->log, number, &match);

	if (ret > 0)
		ret = take_apart(profiler, &match, &metric);
	if (metric)
		json_object_set_new(profile, name, metric);
	profile_match_free(&match);
	return ret;
}

int profiler_cell(struct profiler *profiler, uint64_t cell,
		  const char *const *names, json_t **profile, struct error *err)
{
	json_t *made;
	int ret;

	*profile = NULL;
	do
		ret = profile_log_next(&profiler->log, err);
	while (ret > 0 && profiler->log.cell != cell);
	if (!ret)
		ret = error_set(err, -ENOSPC,
				"the plugin has written no more: is the disk "
				"of the cache full?");
	if (ret < 0)
		return ret;
	made = json_object();
	ret = made ? 0 : -ENOMEM;
	for (size_t i = 0; i < PROFILE_METRICS_MAX && !ret; i++)
		if (names[i])
			ret = add_metric(profiler, i, names[i], made);
	if (!ret && json_object_size(made))
		*profile = json_incref(made);
	json_decref(made);
	return ret ? error_set(err, ret, "profile: out of memory") : 0;
}

json_t *profiler_kinds(const char *arch, unsigned int parts)
{
	unsigned int amounts[AMOUNTS];
	size_t count = amounts_of(arch, parts, amounts);
	json_t *kinds = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(kinds,
				      json_string(amount_name(amounts[i])));
	return kinds;
}
