// SPDX-License-Identifier: GPL-2.0-or-later
/* What surrounds the numbers: whether they may be compared, what differs. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "compare_parts.h"
#include "results/format.h"
#include "results/base/text.h"

/* How a difference in a place is told. */
enum kind {
	KIND_VALUE, /* an object key by key */
	KIND_CHOSEN, /* the default where a file says nothing */
	KIND_OPTIONS, /* an object: what is not in it is off */
	KIND_SUM, /* of options, told where they are not known by name */
	KIND_WORDS, /* a set of words, in a string or a list: what came, went */
	KIND_SIZE, /* less than 1 % is the kernel's own share of it */
};

static const struct context_row {
	const char *path;
	const char *name;
	enum kind kind;
	const char *why; /* it matters */
} context_rows[] = {
	{ "run/configuration/name", "configuration", KIND_CHOSEN,
	  "chosen, and part of what is compared" },
	{ "subject/release", "kernel release", KIND_VALUE,
	  "what is compared, if nothing else differs" },
	{ "subject/commit", "kernel commit", KIND_VALUE,
	  "what is compared, if nothing else differs" },
	{ "subject/config", "kernel config", KIND_OPTIONS,
	  "it compiles other code in" },
	{ "subject/config_sha256", "kernel config", KIND_SUM,
	  "other options compile other code in" },
	{ "subject/command_line", "kernel command line", KIND_WORDS,
	  "it sets mitigations, huge pages, ticks" },
	{ "subject/compiler", "kernel compiler", KIND_VALUE,
	  "it makes other code of the same source" },
	{ "subject/kbuild", "kernel built with", KIND_WORDS,
	  "it makes other code of the same source" },
	{ "subject/module_version", "module", KIND_VALUE,
	  "the timed loops are in it" },
	{ "subject/module_compiler", "module's compiler", KIND_VALUE,
	  "the timed loops are built with it" },
	{ "machine/architecture", "architecture", KIND_VALUE,
	  "other instructions, page tables and interrupts" },
	{ "machine/cpu_model", "CPU", KIND_VALUE,
	  "another processor has another speed" },
	{ "machine/cpu_flags", "CPU flags", KIND_WORDS,
	  "the kernel chooses its code by them" },
	{ "machine/cpu_bugs", "CPU bugs", KIND_WORDS,
	  "the kernel works around them" },
	{ "machine/cpu", "CPU", KIND_VALUE,
	  "caches, frequency and idle states make the speed" },
	{ "machine/microcode", "microcode", KIND_VALUE,
	  "it changes what instructions cost, and mitigations" },
	{ "machine/cpus", "CPUs", KIND_VALUE,
	  "flushes and interrupts reach more or fewer of them" },
	{ "machine/smt", "SMT", KIND_VALUE,
	  "the other thread of a core takes part of it" },
	{ "machine/nodes", "nodes", KIND_VALUE, "memory may be far away" },
	{ "machine/memory_bytes", "memory in bytes", KIND_SIZE,
	  "zones and reclaim are of another size" },
	{ "machine/page_size", "page size", KIND_VALUE,
	  "a page is another amount of work" },
	{ "machine/hypervisor", "hypervisor", KIND_VALUE,
	  "interrupts and page tables cost otherwise under it" },
	{ "machine/emulator", "emulator", KIND_VALUE,
	  "it executes the guest's instructions" },
	{ "machine/host_cpu_model", "CPU of the host", KIND_VALUE,
	  "a guest on the wall clock is as fast as its host" },
	{ "machine/governor", "governor", KIND_VALUE,
	  "the frequency follows it" },
	{ "machine/turbo", "turbo", KIND_VALUE,
	  "the frequency follows temperature and neighbours" },
	{ "machine/clocksource", "clocksource", KIND_VALUE,
	  "reading the clock costs otherwise" },
	{ "machine/timer_resolution_ns", "timer resolution in ns", KIND_VALUE,
	  "what is short is rounded to it" },
	{ "machine/tuned", "tuned by mmgauge", KIND_VALUE,
	  "another frequency, and less noise" },
	{ "machine/advice", "what the doctor found bad", KIND_WORDS,
	  "one side has noise that the other has not" },
	{ "machine/mitigations", "mitigation", KIND_VALUE,
	  "part of every system call and switch" },
	{ "machine/thp", "THP", KIND_VALUE,
	  "memory is in huge pages or is not" },
	{ "machine/kernel_parameters", "kernel parameter", KIND_VALUE,
	  "it changes the path of an operation, or what disturbs it" },
	{ "run/tool_version", "mmgauge", KIND_VALUE,
	  "what is measured may have changed" },
	{ "run/caches", "caches of the profile", KIND_VALUE,
	  "misses are of these" },
	{ "run/build_type", "mmgauge build type", KIND_VALUE,
	  "the harness itself is faster or slower" },
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
static char *value_text(const struct context_row *row, const json_t *value)
{
	if (!value || json_is_null(value))
		return strdup(row->kind == KIND_CHOSEN	? "default" :
			      row->kind == KIND_OPTIONS ? "n" :
							  "unknown");
	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (json_is_object(value))
		return format_string("%zu values", json_object_size(value));
	return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

static int add_values(struct compare_report *report,
		      const struct context_row *row, const char *name,
		      const json_t *base, const json_t *new)
{
	char *before, *after;
	int ret;

	before = value_text(row, base);
	after = value_text(row, new);
	if (!before || !after)
		ret = -ENOMEM;
	else if (!strcmp(before, after))
		ret = 0;
	else
		ret = add_line(report, format_string("%s: %s -> %s (%s)", name,
						     before, after, row->why));
	free(before);
	free(after);
	return ret;
}

static int add_value_or_object(struct compare_report *report,
			       const struct context_row *row, const char *name,
			       const json_t *base, const json_t *new);

static int add_member(struct compare_report *report,
		      const struct context_row *row, const char *name,
		      const char *key, const json_t *base, const json_t *new)
{
	char *full = format_string("%s %s", name, key);
	int ret = full ? add_value_or_object(report, row, full, base, new) :
			 -ENOMEM;

	free(full);
	return ret;
}

/* An object (mitigations, thp) is compared key by key. */
static int add_objects(struct compare_report *report,
		       const struct context_row *row, const char *name,
		       json_t *base, json_t *new)
{
	const char *key;
	json_t *value;
	int ret;

	json_object_foreach (base, key, value) {
		ret = add_member(report, row, name, key, value,
				 json_object_get(new, key));
		if (ret)
			return ret;
	}
	json_object_foreach (new, key, value) {
		if (json_object_get(base, key))
			continue;
		ret = add_member(report, row, name, key, NULL, value);
		if (ret)
			return ret;
	}
	return 0;
}

static int add_value_or_object(struct compare_report *report,
			       const struct context_row *row, const char *name,
			       const json_t *base, const json_t *new)
{
	if (json_is_object(base) && json_is_object(new))
		return add_objects(report, row, name, (json_t *)base,
				   (json_t *)new);
	return add_values(report, row, name, base, new);
}

static bool has_word(const json_t *set, const char *word, size_t length)
{
	const char *at = json_string_value(set);
	const json_t *item;
	size_t i;

	json_array_foreach (set, i, item)
		if (json_string_length(item) == length &&
		    !strncmp(json_string_value(item), word, length))
			return true;
	for (; at && *(at += strspn(at, " ")); at += strcspn(at, " "))
		if (strcspn(at, " ") == length && !strncmp(at, word, length))
			return true;
	return false;
}

/* Each word of @set that is not in @other, after @sign. */
static void print_words(FILE *stream, const json_t *set, const json_t *other,
			char sign)
{
	const char *at = json_string_value(set);
	const json_t *item;
	size_t i;

	json_array_foreach (set, i, item)
		if (json_is_string(item) &&
		    !has_word(other, json_string_value(item),
			      json_string_length(item)))
			fprintf(stream, " %c[%s]", sign,
				json_string_value(item));
	for (; at && *(at += strspn(at, " ")); at += strcspn(at, " "))
		if (!has_word(other, at, strcspn(at, " ")))
			fprintf(stream, " %c%.*s", sign, (int)strcspn(at, " "),
				at);
}

static bool is_set(const json_t *value)
{
	return json_is_string(value) || json_is_array(value);
}

/* "CPU flags: -pcid +serialize (why)": what is gone, what is new. */
static int add_words(struct compare_report *report,
		     const struct context_row *row, const json_t *base,
		     const json_t *new)
{
	char *words = NULL;
	size_t size;
	FILE *stream;
	int ret = 0;

	if (!is_set(base) || !is_set(new))
		return !is_set(base) && !is_set(new) ?
			       0 :
			       add_line(report,
					format_string("%s: %s (%s)", row->name,
						      is_set(base) ?
							      "known of the "
							      "base only" :
							      "known of the "
							      "new only",
						      row->why));
	stream = text_begin(&words, &size);
	if (!stream)
		return -ENOMEM;
	print_words(stream, base, new, '-');
	print_words(stream, new, base, '+');
	if (text_finish(stream, &words))
		ret = -ENOMEM;
	else if (*words)
		ret = add_line(report, format_string("%s:%s (%s)", row->name,
						     words, row->why));
	free(words);
	return ret;
}

static bool is_about(const json_t *base, const json_t *new)
{
	double a = json_number_value(base), b = json_number_value(new);

	return json_is_number(base) && json_is_number(new) &&
	       fabs(a - b) < 0.01 * fmax(fabs(a), fabs(b));
}

static bool has_inlined(const struct result *result)
{
	return json_is_true(result_value(result, "run/inlined"));
}

bool compare_by_symbol(const struct compare_report *report)
{
	return result_value(report->base, "run/profile") &&
	       result_value(report->new, "run/profile") &&
	       has_inlined(report->base) != has_inlined(report->new);
}

static int add_by_symbol(struct compare_report *report)
{
	if (!compare_by_symbol(report))
		return 0;
	return add_line(
		report,
		format_string("inlined functions: known of the %s only "
			      "(profiles are compared by symbol)",
			      has_inlined(report->base) ? "base" : "new"));
}

static bool has_options(const struct result *result)
{
	return json_is_object(result_value(result, "subject/config"));
}

/* By name where both sides have names. */
static int add_config(struct compare_report *report,
		      const struct context_row *row, const json_t *base,
		      const json_t *new)
{
	bool named = has_options(report->base) && has_options(report->new);

	if (named == (row->kind == KIND_OPTIONS))
		return add_value_or_object(report, row, row->name, base, new);
	if (!named || !base || !new || json_equal(base, new) ||
	    !json_equal(result_value(report->base, "subject/config"),
			result_value(report->new, "subject/config")))
		return 0;
	return add_line(report, format_string("%s: other options differ, none "
					      "that touches memory (%s)",
					      row->name, row->why));
}

static int add_differences(struct compare_report *report)
{
	size_t count = sizeof(context_rows) / sizeof(*context_rows);
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		const struct context_row *row = &context_rows[i];
		const json_t *base = result_value(report->base, row->path);
		const json_t *new = result_value(report->new, row->path);

		if (row->kind == KIND_WORDS)
			ret = add_words(report, row, base, new);
		else if (row->kind == KIND_OPTIONS || row->kind == KIND_SUM)
			ret = add_config(report, row, base, new);
		else if (row->kind != KIND_SIZE || !is_about(base, new))
			ret = add_value_or_object(report, row, row->name, base,
						  new);
	}
	return ret ? ret : add_by_symbol(report);
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
