// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record.h"
#include "reuse.h"
#include "runners/base/paths.h"
#include "runners/vm/cache_parts.h"

int reuse_check(const struct run *run, struct error *err)
{
	const char *why = run->verify	   ? "--verify-determinism boots" :
			  run->until.looks ? "--until-verdict boots" :
					     NULL;

	for (size_t i = 0; i < run->target_count && !why; i++)
		if (!run->targets[i].instructions)
			why = "time on the wall clock is of one moment";
	return why ? error_set(err, -EINVAL,
			       "--reuse: %s: leave it out, or give "
			       "--clock instructions",
			       why) :
		     0;
}

static int add_file(json_t *key, const char *name, const char *path)
{
	char hash[SHA256_DIGEST_STRING_LENGTH] = "";

	if (*path && !SHA256File(path, hash))
		return -errno;
	return json_object_set_new(key, name, json_string(hash)) ? -ENOMEM : 0;
}

static int add_files(json_t *key, const struct vm_kernel *kernel)
{
	const struct {
		const char *name, *path;
	} files[] = {
		{ "kernel", *kernel->elf ? kernel->elf : kernel->image },
		{ "module", kernel->module },
		{ "agent", kernel_agent(kernel) },
		{ "plugin", paths_plugin() },
		{ "program", "/proc/self/exe" },
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files) && !ret; i++)
		ret = add_file(key, files[i].name, files[i].path);
	return ret;
}

/* Of the run's header all but its names. */
static json_t *key_json(const struct run *run, size_t index)
{
	const struct target *target = &run->targets[index];
	const struct vm_kernel *kernel = &target->kernel;
	const struct several *several = &target->several;
	json_t *key = run_header(run), *own;
	char version[64];
	struct error err;

	own = json_array_get(json_object_get(key, "targets"), index);
	if (json_object_set(key, "target", own)) {
		json_decref(key);
		return NULL;
	}
	json_object_del(key, "targets");
	json_object_del(key, "command_line");
	json_object_del(key, "labels");
	json_object_del(own, "id");
	json_object_del(own, "spec");
	if (vm_qemu_version(kernel->arch->qemu, kernel->arch, version,
			    sizeof(version), &err) ||
	    json_object_set_new(
		    key, "subject",
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:i}",
			      "name", kernel->name, "package", kernel->package,
			      "commit", kernel->commit, "qemu", version,
			      "emulator", several->emulator.version, "several",
			      several->there, "each", several->counts_each,
			      "inlined", target->inlined, "memory",
			      (int)target->memory_mib)) ||
	    add_files(key, kernel)) {
		json_decref(key);
		return NULL;
	}
	return key;
}

/* Where the result of a target lies, or would; false: it cannot be said. */
static bool find_place(const struct run *run, size_t index, char folder[80],
		       char path[PATH_MAX])
{
	char hash[SHA256_DIGEST_STRING_LENGTH], *text;
	json_t *key;

	if (!run->targets[index].instructions || run->verify)
		return false;
	key = key_json(run, index);
	text = json_dumps(key, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(key);
	if (!text)
		return false;
	SHA256Data((const uint8_t *)text, strlen(text), hash);
	free(text);
	snprintf(folder, 80, MEASURED "/%.32s", hash);
	return !cache_path(path, NULL, "%s/" MEASURED_STAMP, folder);
}

static void say(struct run *run, const struct target *target, const char *id)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "%.128s: measured before: %.200s: nothing it depends on has "
		 "changed",
		 target->name, id);
	progress_note(text, &run->progress);
}

/* The result is ours but for what this run is called and asked for. */
static int take(struct run *run, struct target *target, struct result *from)
{
	const char *id = result_text(from, "run/reused");
	struct result *into = &target->result;

	if (!id)
		id = result_text(from, "run/id");
	if (json_object_set_new(into->run, "reused", json_string(id ? id : "")))
		return -ENOMEM;
	say(run, target, id ? id : "");
	json_decref(from->run);
	from->run = into->run;
	into->run = NULL;
	result_free(into);
	*into = *from;
	*from = (struct result){ 0 };
	target->described = true;
	for (size_t i = 0; i < run->plan.count * run->boots; i++)
		target->done[i] = true;
	run->progress.done += run->plan.count * run->boots;
	return 0;
}

int reuse_take(struct run *run, struct error *err)
{
	char folder[80], path[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct result found = { 0 };
		struct error ignored;

		if (!find_place(run, i, folder, path) || !is_readable(path) ||
		    result_load(path, &found, &ignored))
			continue;
		if (take(run, &run->targets[i], &found))
			ret = error_set(err, -ENOMEM, "run: out of memory");
		result_free(&found);
		cache_touch_beside(path, MEASURED_STAMP);
	}
	return ret;
}

/* Next time it may come through. */
static bool is_sound(const struct result *result)
{
	for (size_t i = 0; i < result->cell_count; i++)
		if (result->cells[i].status == CELL_CRASHED)
			return false;
	return true;
}

static void keep(const struct target *target, const char *folder)
{
	char from[PATH_MAX], to[PATH_MAX], file[PATH_MAX];
	struct scratch scratch;
	struct error err;

	if (cache_path(to, NULL, "%s", folder) || scratch_open(&scratch, &err))
		return;
	if (!join_path(from, "%s/measured", scratch.path) &&
	    !join_path(file, "%s/" MEASURED_STAMP, from) &&
	    !mkdir(from, 0777) && !result_save(file, &target->result, &err) &&
	    !cache_publish(from, to, &err))
		cache_grew(MEASURED);
	scratch_close(&scratch);
}

void reuse_keep(const struct run *run)
{
	char folder[80], path[PATH_MAX];

	for (size_t i = 0; i < run->target_count; i++) {
		const struct target *target = &run->targets[i];

		if (is_sound(&target->result) &&
		    find_place(run, i, folder, path) && !is_readable(path))
			keep(target, folder);
	}
}
