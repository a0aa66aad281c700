// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"
#include "plan_file.h"
#include "results/base/process.h"
#include "vm_qemu.h"

/* How often the files QEMU writes are looked at. The guest never waits. */
#define POLL_MS 20

static double now(void)
{
	return (double)clock_nanoseconds(CLOCK_MONOTONIC) * 1e-9;
}

int vm_start(const struct vm_options *options, struct vm **result,
	     struct error *err)
{
	struct vm *vm = calloc(1, sizeof(*vm));
	int ret;

	if (!vm)
		return error_set(err, -ENOMEM, "vm: out of memory");
	vm->handle = vm->frames_fd = vm->console.fd = vm->log_fd = -1;
	vm->plan_fd = vm->qmp.ours = vm->qmp.theirs = -1;
	vm->options = *options;
	kernel_used(options->kernel);
	ret = scratch_open(&vm->scratch, err);
	if (!ret)
		ret = vm_start_qemu(vm, err);
	if (ret) {
		vm_stop(vm);
		return ret;
	}
	*result = vm;
	return 0;
}

/* Whether there was something. */
static bool read_frames(struct vm *vm)
{
	char bytes[65536];
	ssize_t got;

	/* One buffer a look: the frames in it are consumed before the next. */
	got = read(vm->frames_fd, bytes, sizeof(bytes));
	if (got > 0 && frame_feed(&vm->frames, bytes, got))
		frame_buffer_free(&vm->frames); /* out of memory: as damage */
	return got > 0;
}

/* Has QEMU ended? Looks for at most @milliseconds. */
static bool has_ended(const struct vm *vm, int milliseconds)
{
	struct pollfd handle = { .fd = vm->handle, .events = POLLIN };

	return !vm->pid || poll(&handle, 1, milliseconds) > 0;
}

/*
 * A guest that has stopped, to be saved or to go on with new turns, or one that
 * dies before its plan.
 */
static void follow_snapshot(struct vm *vm, bool ended)
{
	struct error err;

	if (vm->heard || vm->console.crashed)
		return;
	if (ended && vm->snapshot.memory != QEMU_MEMORY_OWN) {
		vm_start_again(vm, QEMU_MEMORY_OWN);
		return;
	}
	if (!vm->stops || !qmp_has_stopped(&vm->qmp) ||
	    !plan_file_stops(vm->plan_fd))
		return;
	vm->stops = false;
	if (vm->snapshot.memory == QEMU_MEMORY_OWN) {
		if (vm_go_on(vm, &err))
			vm_end_qemu(vm);
		return;
	}
	if (!snapshot_save(&vm->snapshot, &vm->qmp, vm->scratch.path, &err))
		vm_start_again(vm, QEMU_MEMORY_RESTORED);
	else if (!process_interrupted)
		vm_start_again(vm, QEMU_MEMORY_OWN);
}

static bool take_frame(struct vm *vm, enum frame_type *type, json_t **payload)
{
	bool got = frame_next(&vm->frames, type, payload) > 0;

	vm->heard |= got;
	return got;
}

enum vm_event vm_wait(struct vm *vm, double seconds, enum frame_type *type,
		      json_t **payload)
{
	double deadline = now() + seconds;

	for (;;) {
		/* Before the look, so that nothing written last is missed. */
		bool ended = has_ended(vm, 0), more;

		if (take_frame(vm, type, payload))
			return VM_FRAME;
		more = read_frames(vm);
		if (more && take_frame(vm, type, payload))
			return VM_FRAME;
		more |= vm_console_look(&vm->console);
		if (!more)
			follow_snapshot(vm, ended);
		if (ended && !more && has_ended(vm, 0))
			return vm->console.crashed ? VM_CRASHED : VM_EXITED;
		if (vm_console_is_told(&vm->console))
			return VM_CRASHED;
		/* Also where there is more: there may always be. */
		if (process_interrupted || now() >= deadline)
			return VM_TIMEOUT;
		if (!more)
			has_ended(vm, POLL_MS);
	}
}

void vm_profile(const struct vm *vm, char path[PATH_MAX])
{
	join_path(path, "%s/" QEMU_PROFILE, vm->scratch.path);
}

bool vm_is_restored(const struct vm *vm)
{
	return !vm->booted;
}

const char *vm_kernel_file(const struct vm *vm)
{
	return vm->kernel_file;
}

bool vm_is_stopped(const struct vm *vm)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, (id_t)vm->pid, &info,
		       WSTOPPED | WNOHANG | WNOWAIT) &&
	       info.si_pid == vm->pid;
}

static void read_tail(const struct vm *vm, const char *name, char *text,
		      size_t size)
{
	int fd = vm_open_file(vm, name, O_RDONLY); /* its own position */

	vm_console_read_tail(fd, text, size);
	if (fd >= 0)
		close(fd);
}

void vm_console_tail(const struct vm *vm, char *text, size_t size)
{
	read_tail(vm, QEMU_CONSOLE, text, size);
	if (!*text)
		read_tail(vm, QEMU_LOG, text, size);
}

void vm_crash_line(const struct vm *vm, char *line, size_t size)
{
	int fd = vm_open_file(vm, QEMU_CONSOLE, O_RDONLY);

	vm_console_crash_line(fd, line, size);
	if (fd >= 0)
		close(fd);
}

void vm_stop(struct vm *vm)
{
	if (!vm)
		return;
	vm_end_qemu(vm);
	/* From which nothing came: the next boot is one. */
	if (vm->snapshot.memory == QEMU_MEMORY_RESTORED && !vm->heard &&
	    !process_interrupted)
		snapshot_drop(&vm->snapshot);
	if (vm->plan_fd >= 0)
		close(vm->plan_fd);
	if (vm->frames_fd >= 0)
		close(vm->frames_fd);
	if (vm->console.fd >= 0)
		close(vm->console.fd);
	if (vm->log_fd >= 0)
		close(vm->log_fd);
	frame_buffer_free(&vm->frames);
	scratch_close(&vm->scratch);
	free(vm);
}
