// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_ack.h"

static bool is_known(const struct history_ack *ack, const char *subject)
{
	for (size_t i = 0; i < ack->subjects.count; i++)
		if (!strcmp(ack->subjects.items[i], subject))
			return true;
	return false;
}

static int read_file(struct history_ack *ack, FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) > 0) {
		char *subject = strndup(line, strcspn(line, "\n"));

		ret = subject ? text_list_append(&ack->subjects, subject) :
				-ENOMEM;
		if (ret)
			free(subject);
		ack->owned += !ret;
	}
	free(line);
	return ret;
}

static int write_new(struct history_ack *ack, const char *path,
		     const struct text_list *added, struct error *err)
{
	FILE *file = NULL;
	int ret = 0;

	for (size_t i = 0; i < added->count && !ret; i++) {
		if (is_known(ack, added->items[i]))
			continue;
		if (!file)
			file = fopen(path, "ae");
		if (!file || fprintf(file, "%s\n", added->items[i]) < 0)
			ret = -errno;
		else
			ret = text_list_append(&ack->subjects, added->items[i]);
	}
	if (file && fclose(file) && !ret)
		ret = -errno;
	return ret ? error_set(err, ret,
			       "--ack: %s: %s: make it possible to write there",
			       path, strerror(-ret)) :
		     0;
}

int history_ack_load(struct history_ack *ack, const char *path,
		     const struct text_list *added, struct error *err)
{
	FILE *file = fopen(path, "re");
	int ret = 0;

	*ack = (struct history_ack){ 0 };
	if (file) {
		ret = read_file(ack, file);
		fclose(file);
	}
	if (ret)
		return error_set(err, ret, "history: out of memory");
	return write_new(ack, path, added, err);
}

void history_ack_free(struct history_ack *ack)
{
	for (size_t i = 0; i < ack->owned; i++)
		free((char *)ack->subjects.items[i]);
	text_list_free(&ack->subjects);
}
