// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "results/base/array.h"
#include "results/format.h"
#include "output.h"

static int cannot_write(const char *path, int ret, struct error *err)
{
	const char *remedy = ret == -ENOSPC || ret == -EDQUOT || ret == -EIO ?
				     "make room or choose another place" :
				     "choose another place with -o";

	return error_set(err, ret, "%s: cannot write: %s: %s", path,
			 strerror(-ret), remedy);
}

static int add_file(struct output *output, const char *path)
{
	struct output_file *files =
		array_grow(output->files, output->count, sizeof(*files));
	struct output_file file;
	unsigned int salt;

	if (!files)
		return -ENOMEM;
	output->files = files;
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return -errno;
	/* Through a symbolic link: replace its target, not the link. */
	file.path = realpath(path, NULL);
	if (!file.path)
		file.path = strdup(path);
	file.temporary = format_string("%s.%08x.tmp", file.path, salt);
	if (!file.path || !file.temporary) {
		free(file.path);
		free(file.temporary);
		return -ENOMEM;
	}
	files[output->count++] = file;
	return 0;
}

FILE *output_begin(struct output *output, const char *path, struct error *err)
{
	FILE *stream;
	int ret = add_file(output, path);

	if (ret) {
		error_set(err, ret, "%s", strerror(-ret));
		return NULL;
	}
	/* Exclusive; and with the mode the umask asks for. */
	stream = fopen(output->files[output->count - 1].temporary, "wxe");
	if (!stream)
		cannot_write(path, -errno, err);
	return stream;
}

int output_end(struct output *output, FILE *stream, int ret, struct error *err)
{
	const char *path = output->files[output->count - 1].path;

	errno = 0;
	if (!ret && (fflush(stream) || ferror(stream) || fsync(fileno(stream))))
		ret = errno ? -errno : -EIO;
	if (fclose(stream) && !ret)
		ret = -errno;
	return ret ? cannot_write(path, ret, err) : 0;
}

int output_commit(struct output *output, struct error *err)
{
	for (size_t i = 0; i < output->count; i++) {
		struct output_file *file = &output->files[i];

		if (rename(file->temporary, file->path))
			return cannot_write(file->path, -errno, err);
		free(file->temporary);
		file->temporary = NULL;
	}
	return 0;
}

void output_free(struct output *output)
{
	for (size_t i = 0; i < output->count; i++) {
		struct output_file *file = &output->files[i];

		if (file->temporary)
			unlink(file->temporary);
		free(file->temporary);
		free(file->path);
	}
	free(output->files);
	memset(output, 0, sizeof(*output));
}
