// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	if (!ret && !feof(file))
		ret = errno ? -errno : -EIO;
	return ret;
}

/* What a full disk cut off would acknowledge something else. */
static void restore(const char *path, off_t size)
{
	if (size < 0)
		unlink(path);
	else if (truncate(path, size))
		return;
}

static int write_new(struct history_ack *ack, const char *path,
		     const struct text_list *added, struct error *err)
{
	struct stat before = { .st_size = -1 };
	FILE *file = NULL;
	int ret = 0;

	if (stat(path, &before))
		before.st_size = -1;
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
	if (file && ret)
		restore(path, before.st_size);
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
		errno = 0;
		ret = read_file(ack, file);
		fclose(file);
	}
	if (ret)
		return error_set(err, ret, "%s: %s", path, strerror(-ret));
	return write_new(ack, path, added, err);
}

void history_ack_free(struct history_ack *ack)
{
	for (size_t i = 0; i < ack->owned; i++)
		free((char *)ack->subjects.items[i]);
	text_list_free(&ack->subjects);
}
