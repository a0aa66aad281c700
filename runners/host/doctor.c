// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "runners/base/sysfile.h"
#include "tune.h"

const char *judgement_name(enum judgement judgement)
{
	static const char *const names[] = {
		[JUDGEMENT_GOOD] = "good",
		[JUDGEMENT_NOTE] = "note",
		[JUDGEMENT_BAD] = "bad",
		[JUDGEMENT_UNKNOWN] = "unknown",
	};

	return names[judgement];
}

struct finding *doctor_add(struct findings *findings, const char *name)
{
	struct finding *list =
		realloc(findings->list, (findings->count + 1) * sizeof(*list));

	if (!list)
		return NULL;
	findings->list = list;
	list[findings->count] = (struct finding){ .name = name };
	return &list[findings->count++];
}

void doctor_free(struct findings *findings)
{
	free(findings->list);
	*findings = (struct findings){ 0 };
}

struct values {
	char text[256]; /* each value once: "performance, powersave" */
	size_t files;
};

static int note_value(const char *path, void *data)
{
	struct values *values = data;
	char *text = sysfile_read(path);

	if (!text)
		return 0;
	sysfile_chosen(text);
	values->files++;
	if (!strstr(values->text, text) &&
	    strlen(values->text) + strlen(text) + 3 < sizeof(values->text)) {
		if (*values->text)
			strcat(values->text, ", ");
		strcat(values->text, text);
	}
	free(text);
	return 0;
}

/* What `mmgauge tune` could set, and how it stands. */
static int judge_setting(struct findings *findings,
			 const struct tune_setting *setting)
{
	struct values values = { "", 0 };
	struct finding *finding;
	struct tune_plan plan;
	int ret;

	sysfile_each(setting->pattern, note_value, &values);
	/* Not every machine has every file: no line is no news. */
	if (!values.files)
		return 0;
	finding = doctor_add(findings, setting->name);
	ret = finding ? tune_plan(setting, &plan) : -ENOMEM;
	if (ret)
		return ret;
	snprintf(finding->value, sizeof(finding->value), "%s", values.text);
	finding->judgement = plan.count ? JUDGEMENT_BAD : JUDGEMENT_GOOD;
	if (plan.count)
		snprintf(finding->advice, sizeof(finding->advice),
			 "%s: mmgauge tune --apply, or %s", setting->why,
			 setting->remedy);
	tune_plan_free(&plan);
	return 0;
}

int doctor_look(struct findings *findings)
{
	int ret = 0;

	for (const struct tune_setting *at = tune_settings; at->name && !ret;
	     at++)
		ret = judge_setting(findings, at);
	for (size_t i = 0; doctor_checks[i] && !ret; i++) {
		struct finding *finding = doctor_add(findings, NULL);

		if (!finding)
			return -ENOMEM;
		doctor_checks[i](finding);
	}
	return ret;
}

enum judgement doctor_verdict(const struct findings *findings)
{
	enum judgement verdict = JUDGEMENT_GOOD;

	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].judgement == JUDGEMENT_BAD)
			verdict = JUDGEMENT_BAD;
	return verdict;
}

json_t *doctor_brief(void)
{
	struct findings findings = { 0 };
	json_t *advice = json_array();
	int ret = doctor_look(&findings);

	for (size_t i = 0; i < findings.count && !ret; i++) {
		const struct finding *finding = &findings.list[i];

		if (finding->judgement == JUDGEMENT_BAD)
			json_array_append_new(
				advice, json_sprintf("%s: %s", finding->name,
						     finding->value));
	}
	doctor_free(&findings);
	if (!ret)
		return json_pack("{s:b, s:o}", "tuned",
				 tune_state() == TUNE_APPLIED, "advice",
				 advice);
	json_decref(advice);
	return NULL;
}
