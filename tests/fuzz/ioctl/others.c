// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cover.h"
#include "random.h"
#include "subject.h"

#define DEVICE "/dev/" MMG_DEVICE
#define PARTNER_FILES 16
/* Its record of what it covered, behind those of the threads. */
#define PARTNER_THREAD PROGRAM_THREADS

/* A message and a file, in the buffers that sendmsg() and recvmsg() want. */
struct parcel {
	uint64_t seed;
	struct iovec bytes;
	struct msghdr message;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
};

static void parcel_make(struct parcel *parcel)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel->bytes = (struct iovec){ &parcel->seed, sizeof(parcel->seed) };
	parcel->message = (struct msghdr){
		.msg_iov = &parcel->bytes,
		.msg_iovlen = 1,
		.msg_control = &parcel->control,
		.msg_controllen = sizeof(parcel->control),
	};
}

void partner_send(const struct subject *subject, int file, uint64_t seed)
{
	struct parcel parcel;

	if (file < 0 || subject->partner < 0)
		return;
	parcel_make(&parcel);
	parcel.seed = seed;
	parcel.control.header = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof(int)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	};
	memcpy(CMSG_DATA(&parcel.control.header), &file, sizeof(file));
	sendmsg(subject->partner, &parcel.message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The file that came with the next message; -1 where the sender is gone. */
static int receive(int from, uint64_t *seed)
{
	struct cmsghdr *header;
	struct parcel parcel;
	int fd = -1;

	parcel_make(&parcel);
	if (recvmsg(from, &parcel.message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	*seed = parcel.seed;
	header = CMSG_FIRSTHDR(&parcel.message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/*
 * Uses what it is sent, keeps some of it, and what it keeps outlives the
 * subject for a moment: files whose mm is gone.
 */
static void partner_main(const struct targets *targets, int from)
{
	int files[PARTNER_FILES], fd;
	unsigned int count = 0;
	uint64_t seed = 0;

	cover_start(PARTNER_THREAD);
	while ((fd = receive(from, &seed)) >= 0) {
		calls_some(targets, fd, seed, seed % 4);
		if (seed % 3 && count < PARTNER_FILES)
			files[count++] = fd;
		else
			close(fd);
		cover_collect(PARTNER_THREAD);
	}
	usleep(seed % 3000);
	while (count) {
		count--;
		calls_some(targets, files[count], seed + count, 3);
		close(files[count]);
		cover_collect(PARTNER_THREAD);
	}
	_exit(0);
}

int partner_start(const struct subject *subject)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -1;
	pid = fork();
	if (!pid) {
		close(ends[0]);
		partner_main(&subject->targets, ends[1]);
	}
	close(ends[1]);
	if (pid >= 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

/* A file of the child's own, whose mm then becomes another by exec. */
static void execute(const struct subject *subject, uint64_t seed)
{
	char name[] = "after", *argv[] = { name, NULL, NULL, NULL };
	char text[2][24];
	int fd = open(DEVICE, O_RDWR);

	calls_some(&subject->targets, fd, seed, 3);
	snprintf(text[0], sizeof(text[0]), "%llu", (unsigned long long)seed);
	snprintf(text[1], sizeof(text[1]), "%d", fd);
	argv[1] = text[0];
	argv[2] = text[1];
	execv("/init", argv);
}

/* Half are left to themselves, to end when they like, or when all are killed. */
void others_fork(const struct subject *subject, uint64_t seed, bool executes)
{
	struct random random = { seed };
	pid_t pid = fork();
	int fd;

	if (pid > 0 && random_one_in(&random, 2))
		waitpid(pid, NULL, 0);
	if (pid)
		return;
	random_next(&random);
	calls_some(&subject->targets,
		   subject->files[random_below(&random, PROGRAM_FILES)], seed,
		   random_below(&random, 3));
	if (executes)
		execute(subject, seed);
	fd = open(DEVICE, O_RDWR);
	calls_some(&subject->targets, fd, random_next(&random), 4);
	_exit(arena_is_kept() ? SUBJECT_FINE : SUBJECT_LOST);
}

int others_after(char **argv)
{
	const struct targets nowhere = { .arena = ARENA,
					 .arena_bytes = ZONES * ZONE_BYTES,
					 .memfd = -1 };

	calls_some(&nowhere, atoi(argv[2]), strtoull(argv[1], NULL, 10), 4);
	return 0;
}
