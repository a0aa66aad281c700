// SPDX-License-Identifier: GPL-2.0-or-later
/* What surrounds the numbers: whether they may be compared, what differs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "compare_parts.h"
#include "format.h"

static const struct {
	const char *path;
	const char *name;
} context_rows[] = {
	{ "subject/release", "kernel release" },
	{ "subject/commit", "kernel commit" },
	{ "subject/config_sha256", "kernel config" },
	{ "subject/command_line", "kernel command line" },
	{ "subject/compiler", "kernel compiler" },
	{ "subject/module_version", "module" },
	{ "machine/cpu_model", "CPU" },
	{ "machine/microcode", "microcode" },
	{ "machine/cpus", "CPUs" },
	{ "machine/smt", "SMT" },
	{ "machine/governor", "governor" },
	{ "machine/turbo", "turbo" },
	{ "machine/clocksource", "clocksource" },
	{ "machine/hypervisor", "hypervisor" },
	{ "machine/mitigations", "mitigation" },
	{ "machine/thp", "THP" },
	{ "run/tool_version", "mmgauge" },
	{ "run/build_type", "mmgauge build type" },
};

static const char *text_or(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text ? text : "unknown";
}

static bool differs(const struct compare_report *report, const char *path)
{
	return strcmp(text_or(report->base, path), text_or(report->new, path));
}

static bool emulated_time(const struct result *result)
{
	return !strcmp(text_or(result, "clock/kind"), "wall") &&
	       !strcmp(text_or(result, "machine/accelerator"), "tcg");
}

/* The first reason not to compare, NULL for none; *failed: out of memory. */
static char *find_refusal(const struct compare_report *report, bool *failed)
{
	static const struct {
		const char *path, *name;
	} same[] = {
		{ "clock/kind", "clocks" },
		{ "machine/accelerator", "accelerators" },
		{ "machine/fingerprint", "machines" },
	};
	char *why = NULL;

	*failed = false;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		if (!differs(report, same[i].path))
			continue;
		why = format_string("the %s differ (%s, %s)", same[i].name,
				    text_or(report->base, same[i].path),
				    text_or(report->new, same[i].path));
		*failed = !why;
		return why;
	}
	if (!emulated_time(report->base) && !emulated_time(report->new))
		return NULL;
	why = format_string("wall-clock time under software emulation (tcg) "
			    "shows that things work, not what they cost");
	*failed = !why;
	return why;
}

/* Takes @line. */
static int add_line(struct compare_report *report, char *line)
{
	char **lines;

	if (!line)
		return -ENOMEM;
	lines = array_grow(report->differences, report->difference_count,
			   sizeof(*lines));
	if (!lines) {
		free(line);
		return -ENOMEM;
	}
	report->differences = lines;
	lines[report->difference_count++] = line;
	return 0;
}

/* Strings without their quotes; a new string either way. */
static char *value_text(const json_t *value)
{
	if (!value || json_is_null(value))
		return strdup("unknown");
	if (json_is_string(value))
		return strdup(json_string_value(value));
	return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

static int add_values(struct compare_report *report, const char *name,
		      const char *key, const json_t *base, const json_t *new)
{
	char *before, *after;
	int ret;

	before = value_text(base);
	after = value_text(new);
	if (!before || !after)
		ret = -ENOMEM;
	else if (!strcmp(before, after))
		ret = 0;
	else
		ret = add_line(report,
			       format_string("%s%s%s: %s -> %s", name,
					     key ? " " : "", key ? key : "",
					     before, after));
	free(before);
	free(after);
	return ret;
}

/* An object (mitigations, thp) is compared key by key. */
static int add_objects(struct compare_report *report, const char *name,
		       json_t *base, json_t *new)
{
	const char *key;
	json_t *value;
	int ret;

	json_object_foreach (base, key, value) {
		ret = add_values(report, name, key, value,
				 json_object_get(new, key));
		if (ret)
			return ret;
	}
	json_object_foreach (new, key, value) {
		if (json_object_get(base, key))
			continue;
		ret = add_values(report, name, key, NULL, value);
		if (ret)
			return ret;
	}
	return 0;
}

static int add_differences(struct compare_report *report)
{
	size_t count = sizeof(context_rows) / sizeof(*context_rows);
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		const char *path = context_rows[i].path;
		const json_t *base = result_value(report->base, path);
		const json_t *new = result_value(report->new, path);

		if (!base && !new)
			continue;
		if (json_is_object(base) && json_is_object(new))
			ret = add_objects(report, context_rows[i].name,
					  (json_t *)base, (json_t *)new);
		else
			ret = add_values(report, context_rows[i].name, NULL,
					 base, new);
	}
	return ret;
}

int compare_surroundings(struct compare_report *report)
{
	bool failed;
	char *why = find_refusal(report, &failed);

	if (failed)
		return -ENOMEM;
	if (why && report->options.force) {
		if (add_line(report, why))
			return -ENOMEM;
	} else {
		report->refusal = why;
	}
	return add_differences(report);
}
