// SPDX-License-Identifier: GPL-2.0-or-later
/* Result files: read whole, written streaming, and never left half. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/input.h"
#include "results/base/text.h"
#include "results/base/result.h"
#include "results/base/profile_pack.h"
#include "packed.h"
#include "result_file.h"

int file_read(const char *path, char **text, size_t *length, struct error *err)
{
	int fd = input_open(path);
	int ret;

	*text = NULL;
	*length = 0;
	if (fd < 0)
		return error_set(err, fd, "%s: %s: name a file you may read",
				 path, input_reason(-fd));
	ret = packed_read(fd, text, length);
	if (!ret)
		return 0;
	free(*text);
	*text = NULL;
	if (ret == -EBADMSG)
		return error_set(err, ret,
				 "%s: damaged, as packed by gzip: take another "
				 "copy, or measure again with `mmgauge run`",
				 path);
	return error_set(err, ret, "%s: cannot read: %s", path, strerror(-ret));
}

size_t result_stem(const char *name)
{
	size_t length = strlen(name) - (packed_name(name) ? 3 : 0);

	return length > 5 && !strncmp(name + length - 5, ".json", 5) ?
		       length - 5 :
		       0;
}

int result_load(const char *path, struct result *result, struct error *err)
{
	json_t *document;
	json_error_t why;
	size_t length;
	char *text;
	int ret;

	memset(result, 0, sizeof(*result));
	ret = file_read(path, &text, &length, err);
	if (ret)
		return ret;
	errno = 0;
	document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
	if (!document)
		ret = input_refused(path, &why,
				    "mend the file, or measure again with "
				    "`mmgauge run`",
				    err);
	free(text);
	if (!document)
		return ret;
	ret = result_from_json(document, result, path, err);
	json_decref(document);
	return ret;
}

/*
 * One line for each block, cell and trial: baselines live in git, where a
 * sample a line would be as unreadable as everything on one.
 */
static int write_value(FILE *file, const char *before, json_t *value,
		       size_t flags, const char *after)
{
	int ret = -ENOMEM;

	if (!value)
		return -ENOMEM;
	fputs(before, file);
	if (!json_dumpf(value, file, flags))
		ret = 0;
	fputs(after, file);
	json_decref(value);
	return ret;
}

static json_t *packed_trial(const struct trial *trial,
			    struct profile_lists *lists)
{
	json_t *object = trial_to_json(trial);

	if (object && profile_pack(object, lists)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static int write_cell(FILE *file, const struct cell *cell,
		      struct profile_lists *lists)
{
	int ret;

	/* Embedded: without its braces, so that the trials can follow. */
	ret = write_value(file, "{", cell_head_to_json(cell), JSON_EMBED,
			  ", \"trials\": [");
	for (size_t i = 0; i < cell->trial_count && !ret; i++)
		ret = write_value(file, i ? ",\n" : "\n",
				  packed_trial(&cell->trials[i], lists), 0, "");
	fputs(cell->trial_count ? "\n]}" : "]}", file);
	return ret;
}

static json_t *block(json_t *object)
{
	return object ? json_incref(object) : json_object();
}

static int write_result(FILE *file, const struct result *result)
{
	struct profile_lists lists = { 0 };
	int ret;

	fputs("{\n\"schema\": \"" RESULT_SCHEMA "\",\n", file);
	ret = write_value(file, "\"run\": ", block(result->run), 0, ",\n");
	if (!ret)
		ret = write_value(file, "\"subject\": ", block(result->subject),
				  0, ",\n");
	if (!ret)
		ret = write_value(file, "\"machine\": ", block(result->machine),
				  0, ",\n");
	if (!ret)
		ret = write_value(file, "\"clock\": ", block(result->clock), 0,
				  ",\n\"cells\": [");
	for (size_t i = 0; i < result->cell_count && !ret; i++) {
		fputs(i ? ",\n" : "\n", file);
		ret = write_cell(file, &result->cells[i], &lists);
	}
	fputs(result->cell_count ? "\n]" : "]", file);
	if (!ret && lists.work.items)
		ret = write_value(file, ",\n\"profiles\": ",
				  profile_lists_json(&lists), JSON_COMPACT, "");
	profile_lists_free(&lists);
	fputs("\n}\n", file);
	/* A full disk shows here, and then explains a failed dump as well. */
	if (fflush(file) || ferror(file))
		return errno ? -errno : -EIO;
	return ret;
}

/* What ends in .gz is packed. @fd stays open. */
static FILE *stream_of(int fd, const char *name)
{
	int copy;

	if (packed_name(name))
		return packed_stream(fd);
	copy = dup(fd);
	return copy < 0 ? NULL : fdopen(copy, "w");
}

static int write_and_close(int fd, const char *name,
			   const struct result *result, bool sync)
{
	FILE *file = stream_of(fd, name);
	int ret = file ? 0 : -errno;

	errno = 0;
	if (file)
		ret = write_result(file, result);
	if (!ret && text_lost())
		ret = -ENOMEM;
	/* The last of it is packed, and may find the disk full, here. */
	if (file && fclose(file) && !ret)
		ret = errno ? -errno : -EIO;
	if (!ret && sync && fsync(fd))
		ret = -errno;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

/* A device or pipe has no name to swap: write to it as it is. */
static bool is_special(const char *path)
{
	struct stat status;

	return !stat(path, &status) && !S_ISREG(status.st_mode) &&
	       !S_ISDIR(status.st_mode);
}

static int write_special(const char *path, const struct result *result)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : write_and_close(fd, path, result, false);
}

/* A name is only sure to stay once the folder that holds it is on disk. */
void file_sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd;

	if (!copy)
		return;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* Not mkstemp(): the file is to have the mode the umask asks for. */
static int make_temporary(const char *path, char **name)
{
	size_t size = strlen(path) + sizeof(".01234567.tmp");
	unsigned int salt;
	int fd;

	*name = malloc(size);
	if (!*name)
		return -ENOMEM;
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return -errno;
	snprintf(*name, size, "%s.%08x.tmp", path, salt);
	fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return fd < 0 ? -errno : fd;
}

static int replace(const char *path, const struct result *result)
{
	char *name;
	int fd, ret;

	fd = make_temporary(path, &name);
	if (fd < 0) {
		ret = fd;
		goto free_name;
	}
	ret = write_and_close(fd, path, result, true);
	if (!ret && rename(name, path))
		ret = -errno;
	if (ret)
		unlink(name);
	else
		file_sync_folder(path);
free_name:
	free(name);
	return ret;
}

int result_save(const char *path, const struct result *result,
		struct error *err)
{
	char *real;
	int ret;

	/* Half of it, who knows which, would pass for the whole for ever. */
	if (text_lost())
		return error_set(err, -ENOMEM,
				 "%s: not written: out of memory: raise "
				 "`ulimit -v`",
				 path);
	if (is_special(path)) {
		ret = write_special(path, result);
	} else {
		/* Through a symbolic link: replace its target, not the link. */
		real = realpath(path, NULL);
		ret = replace(real ? real : path, result);
		free(real);
	}
	if (!ret)
		return 0;
	return error_set(err, ret, "%s: cannot write: %s", path,
			 strerror(-ret));
}
