// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of runs that are in the store: packed, removed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "packed.h"
#include "result_file.h"
#include "store.h"

int store_path_of(const struct store_run *run, char path[PATH_MAX],
		  struct error *err)
{
	char folder[PATH_MAX];
	int ret = store_runs(folder, err);

	if (ret)
		return ret;
	if (snprintf(path, PATH_MAX, "%s/%s%s", folder, run->id, run->ending) >=
	    PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "%.200s: path too long",
				 folder);
	return 0;
}

int store_remove(const struct store_run *run, struct error *err)
{
	char path[PATH_MAX];
	int ret = store_path_of(run, path, err);

	if (ret)
		return ret;
	if (unlink(path))
		return error_set(err, -errno,
				 "%s: cannot remove: %s: remove it as its "
				 "owner",
				 path, strerror(errno));
	file_sync_folder(path);
	return 0;
}

/* All bytes as they are, keys that nobody knows here included. */
static int write_packed(const char *draft, const char *text, size_t length,
			const struct timespec changed)
{
	const struct timespec times[] = { changed, changed };
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	FILE *stream = fd < 0 ? NULL : packed_stream(fd);
	int ret = 0;

	errno = stream ? 0 : errno;
	if (!stream || fwrite(text, 1, length, stream) != length)
		ret = errno ? -errno : -EIO;
	if (stream && fclose(stream) && !ret)
		ret = errno ? -errno : -EIO;
	/* Runs of one second are ordered by the times of their files. */
	if (!ret && (futimens(fd, times) || fsync(fd)))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret;
}

int store_pack(const struct store_run *run, struct error *err)
{
	char path[PATH_MAX], packed[PATH_MAX + 8], draft[PATH_MAX + 16];
	size_t length;
	char *text;
	int ret = store_path_of(run, path, err);

	if (ret || packed_name(path))
		return ret;
	ret = file_read(path, &text, &length, err);
	if (ret)
		return ret;
	snprintf(packed, sizeof(packed), "%s.gz", path);
	snprintf(draft, sizeof(draft), "%s.tmp", packed);
	ret = write_packed(draft, text, length, run->changed);
	free(text);
	if (!ret && rename(draft, packed))
		ret = -errno;
	if (ret) {
		unlink(draft);
		return error_set(err, ret,
				 "%s: cannot write: %s: free some space, the "
				 "run is as it was",
				 packed, strerror(-ret));
	}
	file_sync_folder(packed);
	if (!unlink(path))
		return 0;
	/* Or the run would be there twice. */
	ret = -errno;
	unlink(packed);
	return error_set(err, ret,
			 "%s: cannot remove: %s: pack it as its owner", path,
			 strerror(-ret));
}
