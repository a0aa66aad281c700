// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pins that any kernel makes for a system call: no module.
 *
 * io_uring's registered buffers are FOLL_LONGTERM pins for writing (the second
 * user of the kind beside RDMA), process_vm_readv() pins another's pages
 * (pin_user_pages_remote()), vmsplice() takes references by the fast path.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pin_common.h"
#include "verify.h"

#define PIPE_PAGES 256
#define IOVECS 512

struct syscall_state {
	struct memory memory;
	size_t pages;
	struct io_uring ring;
	bool ring_made, registered;
	struct iovec remote[IOVECS];
	char *local;
	size_t bytes; /* copied of each page */
	int pipe[2];
	int null;
};

static bool excludes(const struct bench *bench)
{
	return !memory_fits(bench_option(bench, "memory"),
			    bench_number(bench, "range"));
}

static int setup(struct bench *bench)
{
	struct syscall_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	state->pipe[0] = state->pipe[1] = state->null = -1;
	bench_set_state(bench, state);
	state->pages = bench_number(bench, "range");
	bench_units(bench, state->pages);
	return memory_make(bench, &state->memory, bench_option(bench, "memory"),
			   state->pages * memory_page_size());
}

/* What @again leaves behind is seen where the module is, which no @run needs. */
static int check(struct bench *bench, uint64_t most,
		 int (*again)(struct bench *bench, uint64_t operations))
{
	struct syscall_state *state = bench_state(bench);
	int ret = memory_verify(bench, &state->memory, state->memory.length);
	int device = ret ? ret : bench_device();

	if (device < 0)
		return ret;
	close(device);
	return verify_references(bench, &state->memory, most, again);
}

static void teardown(struct bench *bench)
{
	struct syscall_state *state = bench_state(bench);

	if (state->ring_made)
		io_uring_queue_exit(&state->ring);
	for (int i = 0; i < 2; i++)
		if (state->pipe[i] >= 0)
			close(state->pipe[i]);
	if (state->null >= 0)
		close(state->null);
	free(state->local);
	memory_unmap(&state->memory);
	free(state);
}

/* --- pin.io_uring_register --- */

static const struct bench_axis uring_axes[] = {
	PIN_AXIS_RANGE("512"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

static const struct bench_fact facts[] = {
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric uring_metrics[] = {
	{ "register", "one page of a buffer registered", "page", BENCH_TIMED },
	{ 0 },
};

static int uring_setup(struct bench *bench)
{
	int ret = setup(bench);
	struct syscall_state *state = bench_state(bench);

	if (ret)
		return ret;
	ret = io_uring_queue_init(4, &state->ring, 0);
	if (ret)
		return bench_skip(bench,
				  "io_uring: %s: needs CONFIG_IO_URING, "
				  "kernel.io_uring_disabled=0 and no "
				  "seccomp filter on it",
				  strerror(-ret));
	state->ring_made = true;
	return 0;
}

static int uring_run(struct bench *bench, uint64_t operations)
{
	struct syscall_state *state = bench_state(bench);
	struct iovec buffer = { state->memory.start, state->memory.length };
	int ret;

	(void)operations;
	ret = io_uring_register_buffers(&state->ring, &buffer, 1);
	if (ret == -ENOMEM)
		return bench_skip(bench,
				  "io_uring: %zu pages are more than "
				  "may be locked: raise `ulimit -l`",
				  state->pages);
	/* 6.1 looks for itself; later get_user_pages() refuses. */
	if ((ret == -EOPNOTSUPP || ret == -EFAULT) &&
	    state->memory.kind == MEMORY_FILE)
		return bench_skip(bench,
				  "io_uring registers no pages of a file");
	if (ret)
		return bench_fail(bench, "io_uring_register: %s",
				  strerror(-ret));
	state->registered = true;
	return 0;
}

static int uring_finish(struct bench *bench, uint64_t operations)
{
	struct syscall_state *state = bench_state(bench);
	int ret = 0;

	(void)operations;
	if (state->registered)
		ret = io_uring_unregister_buffers(&state->ring);
	state->registered = false;
	return ret;
}

static int uring_again(struct bench *bench, uint64_t operations)
{
	int ret = uring_run(bench, operations);

	return ret ? ret : uring_finish(bench, operations);
}

static int uring_check(struct bench *bench)
{
	return check(bench, 1, uring_again);
}

static const struct bench_case io_uring_register_case = {
	.name = "pin.io_uring_register",
	.pins = true,
	.summary = "io_uring registers a buffer: a long-term pin for writing",
	.axes = uring_axes,
	.metrics = uring_metrics,
	.facts = facts,
	.excludes = excludes,
	/* Giving back sleeps, for requests in flight: in finish(). */
	.limit = bench_limit_one,
	.setup = uring_setup,
	.run = uring_run,
	.finish = uring_finish,
	.check = uring_check,
	.teardown = teardown,
};
BENCH_CASE(io_uring_register_case);

/* --- pin.process_vm_readv --- */

static const struct bench_axis readv_axes[] = {
	{
		.name = "bytes",
		.help = "copied of each page",
		.unit = "byte",
		.min = 1,
		.max = 4096,
		.values = "1",
	},
	PIN_AXIS_RANGE("512"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

static const struct bench_metric readv_metrics[] = {
	{ "operation", "one page pinned, copied from and released", "page",
	  BENCH_TIMED },
	{ 0 },
};

static int readv_setup(struct bench *bench)
{
	int ret = setup(bench);
	struct syscall_state *state = bench_state(bench);

	if (ret)
		return ret;
	state->bytes = bench_number(bench, "bytes");
	state->local = calloc(IOVECS, state->bytes);
	return state->local ? 0 : -ENOMEM;
}

/* A piece a page: pages of one piece would be pinned many at once. */
static ssize_t readv_some(struct syscall_state *state, size_t page,
			  size_t count)
{
	struct iovec local = { state->local, count * state->bytes };

	for (size_t i = 0; i < count; i++)
		state->remote[i] = (struct iovec){
			state->memory.start + (page + i) * memory_page_size(),
			state->bytes,
		};
	return process_vm_readv(getpid(), &local, 1, state->remote, count, 0);
}

static int readv_run(struct bench *bench, uint64_t operations)
{
	struct syscall_state *state = bench_state(bench);

	for (; operations; operations--)
		for (size_t page = 0; page < state->pages;) {
			size_t left = state->pages - page;
			size_t count = left < IOVECS ? left : IOVECS;
			ssize_t got = readv_some(state, page, count);

			if (got != (ssize_t)(count * state->bytes))
				return bench_skip(bench, "process_vm_readv: %s",
						  got < 0 ? strerror(errno) :
							    "short");
			page += count;
		}
	return 0;
}

/* What it copies is what was written there. */
static int readv_check(struct bench *bench)
{
	struct syscall_state *state = bench_state(bench);
	int ret = verify_stamp(bench, &state->memory);
	uint64_t wrong = 0;

	for (size_t page = 0; page < state->pages && !ret; page++) {
		struct iovec remote = {
			state->memory.start + page * memory_page_size(), 8
		};
		uint64_t found = 0;
		struct iovec local = { &found, 8 };

		if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 8)
			ret = bench_fail(bench, "process_vm_readv: %s",
					 strerror(errno));
		wrong += found != VERIFY_STAMP + page * VERIFY_STEP;
	}
	if (!ret)
		ret = verify_pages(bench, wrong, state->pages);
	return ret ? ret : check(bench, VERIFY_REPEATS, readv_run);
}

static const struct bench_case process_vm_readv_case = {
	.name = "pin.process_vm_readv",
	.pins = true,
	.summary = "process_vm_readv() of one's own pages: remote pins",
	.axes = readv_axes,
	.metrics = readv_metrics,
	.facts = facts,
	.excludes = excludes,
	.setup = readv_setup,
	.run = readv_run,
	.check = readv_check,
	.teardown = teardown,
};
BENCH_CASE(process_vm_readv_case);

/* --- pin.vmsplice --- */

static const struct bench_axis vmsplice_axes[] = {
	PIN_AXIS_RANGE("512"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

static const struct bench_metric vmsplice_metrics[] = {
	{ "operation", "one page put into a pipe and dropped", "page",
	  BENCH_TIMED },
	{ 0 },
};

static int vmsplice_setup(struct bench *bench)
{
	int ret = setup(bench);
	struct syscall_state *state = bench_state(bench);

	if (ret)
		return ret;
	state->null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (state->null < 0 || pipe2(state->pipe, O_CLOEXEC))
		return bench_fail(bench, "cannot make a pipe: %s",
				  strerror(errno));
	if (fcntl(state->pipe[1], F_SETPIPE_SZ,
		  (int)(PIPE_PAGES * memory_page_size())) < 0)
		return bench_skip(bench, "a pipe of %d pages: %s", PIPE_PAGES,
				  strerror(errno));
	return 0;
}

/* The other end is /dev/null: nobody copies. */
static ssize_t splice_some(struct syscall_state *state, size_t page,
			   size_t count)
{
	struct iovec piece = {
		state->memory.start + page * memory_page_size(),
		count * memory_page_size(),
	};
	ssize_t got = vmsplice(state->pipe[1], &piece, 1, 0);

	if (got != (ssize_t)piece.iov_len)
		return got < 0 ? got : 0;
	return splice(state->pipe[0], NULL, state->null, NULL, piece.iov_len,
		      0);
}

static int vmsplice_run(struct bench *bench, uint64_t operations)
{
	struct syscall_state *state = bench_state(bench);

	for (; operations; operations--)
		for (size_t page = 0; page < state->pages;) {
			size_t left = state->pages - page;
			size_t count = left < PIPE_PAGES ? left : PIPE_PAGES;
			ssize_t got = splice_some(state, page, count);

			if (got != (ssize_t)(count * memory_page_size()))
				return bench_fail(bench, "vmsplice: %s",
						  got < 0 ? strerror(errno) :
							    "short");
			page += count;
		}
	return 0;
}

/* What comes out of the pipe is what was written there. */
static int vmsplice_check(struct bench *bench)
{
	struct syscall_state *state = bench_state(bench);
	int ret = verify_stamp(bench, &state->memory);
	uint64_t found = 0, wrong = 0;

	for (size_t page = 0; page < state->pages && !ret; page++) {
		struct iovec piece = {
			state->memory.start + page * memory_page_size(), 8
		};

		if (vmsplice(state->pipe[1], &piece, 1, 0) != 8 ||
		    read(state->pipe[0], &found, 8) != 8)
			ret = bench_fail(bench, "vmsplice: %s",
					 strerror(errno));
		wrong += found != VERIFY_STAMP + page * VERIFY_STEP;
	}
	if (!ret)
		ret = verify_pages(bench, wrong, state->pages);
	return ret ? ret : check(bench, VERIFY_REPEATS, vmsplice_run);
}

static const struct bench_case vmsplice_case = {
	.name = "pin.vmsplice",
	.pins = true,
	.summary = "vmsplice() of pages into a pipe: references, by fast path",
	.axes = vmsplice_axes,
	.metrics = vmsplice_metrics,
	.facts = facts,
	.excludes = excludes,
	.setup = vmsplice_setup,
	.run = vmsplice_run,
	.check = vmsplice_check,
	.teardown = teardown,
};
BENCH_CASE(vmsplice_case);
