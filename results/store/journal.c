// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "result_file.h"
#include "store.h"

struct journal {
	char *name;
	int fd;
	off_t end; /* behind the last complete line */
};

static char *journal_name(const char *path)
{
	static const char ending[] = ".journal";
	size_t length = strlen(path);
	size_t size = length + sizeof(ending);
	char *name;

	if (length >= strlen(ending) &&
	    !strcmp(path + length - strlen(ending), ending))
		return strdup(path);
	name = malloc(size);
	if (name)
		snprintf(name, size, "%s%s", path, ending);
	return name;
}

/*
 * Call @line for every complete line and leave in *end the offset behind the
 * last of them. The last line counts as torn when it has no newline and also
 * when it is no JSON: after a power failure a file system may show the length
 * of a write without its content.
 */
static int for_each_line(const char *name, const char *text, size_t length,
			 int (*line)(const json_t *document, void *data),
			 void *data, size_t *end, struct error *err)
{
	unsigned int number = 0;

	*end = 0;
	while (*end < length) {
		const char *start = text + *end;
		const char *newline = memchr(start, '\n', length - *end);
		json_error_t why;
		json_t *document;
		size_t size;
		int ret;

		if (!newline)
			return 0;
		number++;
		size = (size_t)(newline - start);
		errno = 0;
		document =
			json_loadb(start, size, JSON_REJECT_DUPLICATES, &why);
		/* Not a torn line, which is cut off. */
		if (!document && errno == ENOMEM)
			return error_set(err, -ENOMEM, "%s: out of memory",
					 name);
		if (!document && newline + 1 == text + length)
			return 0;
		if (!document)
			return error_set(
				err, -EINVAL,
				"%s:%u:%d: %s: the journal is damaged: "
				"start the run afresh",
				name, number, why.column, why.text);
		ret = line ? line(document, data) : 0;
		json_decref(document);
		if (ret)
			return ret;
		*end += size + 1;
	}
	return 0;
}

static int lock(const struct journal *journal, struct error *err)
{
	if (!flock(journal->fd, LOCK_EX | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		return error_set(err, -EBUSY,
				 "%s: another run writes to it: wait for it, "
				 "or choose another output",
				 journal->name);
	return error_set(err, -errno, "%s: cannot lock: %s", journal->name,
			 strerror(errno));
}

static int cut_torn_line(struct journal *journal, struct error *err)
{
	size_t length, end;
	char *text;
	int ret;

	ret = file_read(journal->name, &text, &length, err);
	if (ret)
		return ret;
	ret = for_each_line(journal->name, text, length, NULL, NULL, &end, err);
	free(text);
	if (ret)
		return ret;
	journal->end = (off_t)end;
	if (end < length && ftruncate(journal->fd, journal->end))
		return error_set(err, -errno,
				 "%s: cannot cut the torn line: %s",
				 journal->name, strerror(errno));
	return 0;
}

int journal_open(const char *path, struct journal **journal, struct error *err)
{
	struct journal *made;
	int ret;

	*journal = NULL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	made->fd = -1;
	made->name = journal_name(path);
	if (!made->name) {
		ret = error_set(err, -ENOMEM, "%s: out of memory", path);
		goto close_journal;
	}
	made->fd =
		open(made->name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (made->fd < 0) {
		ret = error_set(err, -errno,
				"%s: cannot open: %s: choose another place",
				made->name, strerror(errno));
		goto close_journal;
	}
	ret = lock(made, err);
	if (!ret)
		ret = cut_torn_line(made, err);
	if (ret)
		goto close_journal;
	file_sync_folder(made->name);
	*journal = made;
	return 0;

close_journal:
	journal_close(made);
	return ret;
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		text += written;
		length -= (size_t)written;
	}
	return fdatasync(fd) ? -errno : 0;
}

int journal_append(struct journal *journal, const json_t *document,
		   struct error *err)
{
	char *text = json_dumps(document, JSON_COMPACT);
	size_t length;
	int ret;

	if (!text)
		return error_set(err, -ENOMEM, "%s: out of memory",
				 journal->name);
	length = strlen(text);
	text[length] = '\n';
	ret = write_all(journal->fd, text, length + 1);
	free(text);
	if (!ret) {
		journal->end += (off_t)length + 1;
		return 0;
	}
	/* Or else the next line would be glued to the half of this one. */
	if (ftruncate(journal->fd, journal->end))
		return error_set(err, ret,
				 "%s: cannot write: %s, and cannot "
				 "cut the torn line: %s",
				 journal->name, strerror(-ret),
				 strerror(errno));
	return error_set(err, ret,
			 "%s: cannot write: %s: make room and go on with "
			 "`mmgauge run --resume`",
			 journal->name, strerror(-ret));
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal->name);
	free(journal);
}

int journal_replay(const char *path,
		   int (*line)(const json_t *document, void *data), void *data,
		   struct error *err)
{
	char *name = journal_name(path);
	size_t length, end;
	char *text;
	int ret;

	if (!name)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	ret = file_read(name, &text, &length, err);
	if (ret == -ENOENT)
		error_set(
			err, ret,
			"%s: no such file, and so no interrupted run to go on "
			"with: measure afresh without --resume",
			name);
	if (!ret)
		ret = for_each_line(name, text, length, line, data, &end, err);
	else
		text = NULL;
	free(text);
	free(name);
	return ret;
}

int journal_remove(const char *path, struct error *err)
{
	char *name = journal_name(path);
	int ret = 0;

	if (!name)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	if (unlink(name) && errno != ENOENT)
		ret = error_set(err, -errno, "%s: cannot remove: %s", name,
				strerror(errno));
	free(name);
	return ret;
}
