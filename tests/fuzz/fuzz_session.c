// SPDX-License-Identifier: GPL-2.0-or-later
/* What another machine says where our agent should be. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runners/ssh/session.h"
#include "fuzz.h"

#define ANSWERS 64 /* more than any input has */

static int file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("said", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		exit(2);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ssh ssh = { .spec = "ssh:there" };
	struct ssh_session session = {
		.ssh = &ssh,
		.to = open("/dev/null", O_WRONLY | O_CLOEXEC),
		.from = file_of(data, size),
		.messages = file_of(data, size),
		.said = 1e18,
	};
	json_t *reply;
	struct error err;
	int ret = 0;

	for (int i = 0; i < ANSWERS && !ret; i++) {
		ret = ssh_session_ask(&session, json_pack("{s:s}", "do", "end"),
				      1, &reply, &err);
		if (!ret)
			ssh_session_check(&session, reply, &err);
		else if (strpbrk(err.text, "\n\033"))
			abort();
	}
	frame_buffer_free(&session.frames);
	close(session.to);
	close(session.from);
	close(session.messages);
	return 0;
}
