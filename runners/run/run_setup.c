// SPDX-License-Identifier: GPL-2.0-or-later
/* From what was typed to targets, labels and counters. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runners/base/profile_parts.h"
#include "runners/trial/counters.h"
#include "guest_profile.h"
#include "run_setup.h"
#include "several.h"
#include "target_kind.h"

#define EXACT_BOOTS 1

char *run_own_command_line(void)
{
	FILE *file = fopen("/proc/self/cmdline", "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length = -1;

	if (file) {
		length = getdelim(&text, &size, EOF, file);
		fclose(file);
	}
	for (ssize_t i = 0; i + 1 < length; i++)
		if (!text[i])
			text[i] = ' ';
	return length > 0 ? text : strdup("mmgauge run");
}

int run_parse_labels(const struct text_list *list, json_t **labels,
		     struct error *err)
{
	*labels = json_object();
	for (size_t i = 0; i < list->count; i++) {
		const char *equals = strchr(list->items[i], '=');
		char key[64];

		if (!equals || equals == list->items[i] ||
		    equals - list->items[i] >= (long)sizeof(key))
			return error_set(err, -EINVAL,
					 "--label: '%s' is not K=V: give one, "
					 "like --label branch=mm-next",
					 list->items[i]);
		memcpy(key, list->items[i], (size_t)(equals - list->items[i]));
		key[equals - list->items[i]] = '\0';
		if (json_object_set_new(*labels, key, json_string(equals + 1)))
			return error_set(err, -EINVAL,
					 "--label: '%s' is not UTF-8: give "
					 "another",
					 list->items[i]);
	}
	return 0;
}

/* Of other machines their agent looks at @list. */
static int check_counters(const struct run *run, const char *list,
			  struct error *err)
{
	bool elsewhere = true;
	struct counters *set;
	int ret;

	for (size_t i = 0; i < run->target_count; i++)
		elsewhere &= target_kind_of(run->targets[i].spec)->elsewhere;
	if (elsewhere)
		return 0;
	ret = counters_open(&set, *list ? list : NULL, err);
	if (!ret)
		counters_close(set);
	return ret;
}

int run_parse_counters(struct run *run, const char *list, struct error *err)
{
	int ret;

	if (!list)
		return 0;
	if (!strcmp(list, "usual"))
		list = "";
	ret = check_counters(run, list, err);
	if (ret)
		return ret;
	run->counters = strdup(list);
	return run->counters ? 0 :
			       error_set(err, -ENOMEM, "run: out of memory");
}

int run_check_targets(struct run *run, const char *clock, bool *exact,
		      struct error *err)
{
	bool elsewhere = false;

	*exact = true;
	for (size_t i = 0; i < run->target_count; i++) {
		int ret = target_choose(&run->targets[i], clock, err);

		if (ret)
			return ret;
		*exact &= run->targets[i].instructions;
		elsewhere |= run->targets[i].kind->elsewhere;
	}
	if (run->tune && !elsewhere)
		return error_set(err, -EINVAL,
				 "--tune: is for other machines: take --on "
				 "ssh:HOST, or run `mmgauge tune --apply`");
	if (run->profile && !*exact)
		return error_set(err, -EINVAL,
				 "--profile: only the exact clock sees every "
				 "instruction: take --on vm:deb:VERSION "
				 "--clock instructions");
	if (run->verify && !*exact)
		return error_set(err, -EINVAL,
				 "--verify-determinism: the wall clock never "
				 "says the same twice: take --on "
				 "vm:deb:VERSION --clock instructions");
	return 0;
}

int run_prepare_targets(struct run *run, const char *clock, unsigned int boots,
			struct error *err)
{
	bool exact;
	int ret = run_check_targets(run, clock, &exact, err);

	for (size_t i = 0; i < run->target_count && !ret; i++) {
		struct target *target = &run->targets[i];

		target->kbuild.debug_info = run->profile & PROFILE_INLINED;
		ret = target_prepare(target, clock, progress_note,
				     &run->progress, err);
		if (!ret)
			ret = several_prepare(run, target, err);
		if (!ret && *target->accelerator_reason) {
			char text[512];

			snprintf(text, sizeof(text), "%s: no KVM: %s",
				 target->name, target->accelerator_reason);
			progress_note(text, &run->progress);
		}
	}
	if (!run->boots)
		run->boots = exact ? EXACT_BOOTS : boots;
	if (!ret && run->profile) {
		guest_profile_check(run);
		guest_profile_inlined(run);
	}
	return ret;
}

/* A name that still means the same for --resume, elsewhere and later. */
static char *lasting_spec(const char *spec, const struct target_choice *choice,
			  struct error *err)
{
	const struct kernel_kind *kind;
	char full[PATH_MAX], chosen[PATH_MAX];
	const char *argument;
	char *copy;

	if (target_check(spec, err))
		return NULL;
	if (choice->arch) {
		if (kernel_spec_arch(spec, arch_of_debian(choice->arch), chosen,
				     sizeof(chosen), err))
			return NULL;
		spec = chosen;
	}
	kind = kernel_kind_of(spec, &argument);
	if (kind && kind->lasting) {
		if (kind->lasting(argument, choice->repo, full, sizeof(full),
				  err))
			return NULL;
		spec = full;
	}
	copy = strdup(spec);
	if (!copy)
		error_set(err, -ENOMEM, "run: out of memory");
	return copy;
}

/* Options are for the targets whose kernels are built here. */
static int choose_kbuild(struct run *run, const struct text_list *list,
			 struct error *err)
{
	struct kbuild_options options = { 0 };
	bool built = false;
	int ret = kbuild_parse(list, &options, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < run->target_count; i++) {
		const struct kernel_kind *kind;
		const char *argument;

		kind = kernel_kind_of(run->targets[i].spec, &argument);
		if (kind && kind->builds) {
			run->targets[i].kbuild = options;
			built = true;
		}
	}
	if (options.count && !built)
		return error_set(err, -EINVAL,
				 "--kbuild: no kernel is built for %s: give "
				 "--on vm:git:REV",
				 run->targets[0].spec);
	return 0;
}

int run_list_targets(struct run *run, const struct target_choice *choice,
		     struct error *err)
{
	const struct text_list *list = choice->targets;
	size_t count = list->count ? list->count : 1;

	run->targets = calloc(count, sizeof(*run->targets));
	if (!run->targets)
		return error_set(err, -ENOMEM, "run: out of memory");
	for (size_t i = 0; i < count; i++) {
		const char *spec =
			list->count ? list->items[i] : target_kinds[0]->prefix;
		char *lasting = lasting_spec(spec, choice, err);

		if (!lasting)
			return -EINVAL;
		run->targets[run->target_count++].spec = lasting;
	}
	return choose_kbuild(run, choice->kbuild, err);
}

/* @run's targets @times over, one behind the other. */
static int repeat_targets(struct run *run, size_t times, struct error *err)
{
	size_t count = run->target_count;
	struct target *targets = calloc(count * times, sizeof(*targets));

	if (!targets)
		return error_set(err, -ENOMEM, "run: out of memory");
	for (size_t i = 0; i < count * times; i++) {
		targets[i] = run->targets[i / times];
		targets[i].spec = strdup(targets[i].spec);
	}
	for (size_t i = 0; i < count; i++)
		free(run->targets[i].spec);
	free(run->targets);
	run->targets = targets;
	run->target_count = count * times;
	for (size_t i = 0; i < run->target_count; i++)
		if (!targets[i].spec)
			return error_set(err, -ENOMEM, "run: out of memory");
	return 0;
}

int run_list_configurations(struct run *run, const struct text_list *list,
			    struct error *err)
{
	int ret = list->count > 1 ? repeat_targets(run, list->count, err) : 0;

	for (size_t i = 0; i < run->target_count && list->count && !ret; i++)
		ret = configuration_parse(list->items[i % list->count],
					  &run->targets[i].configuration, err);
	return ret;
}
