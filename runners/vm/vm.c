// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"
#include "cache.h"
#include "initramfs.h"
#include "kmod/mmgauge_uapi.h"
#include "results/base/process.h"
#include "qemu.h"
#include "vm.h"
#include "vm_console.h"

/* How often the files QEMU writes are looked at. The guest never waits. */
#define POLL_MS 20

/* QEMU drops what a guest writes beyond it: a loop must not fill a disk. */
#define FILE_LIMIT (1ull << 30)

struct vm {
	struct scratch scratch;
	char kernel_file[PATH_MAX];
	pid_t pid;
	int handle; /* pidfd */
	int frames_fd, log_fd;
	struct frame_buffer frames;
	struct vm_console console;
};

static double now(void)
{
	return (double)clock_nanoseconds(CLOCK_MONOTONIC) * 1e-9;
}

/* Create a file in the scratch folder for QEMU to write and us to read. */
static int open_file(const struct vm *vm, const char *name, int flags)
{
	char path[PATH_MAX];
	int fd;

	join_path(path, "%s/%s", vm->scratch.path, name);
	fd = open(path, flags | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

/* So that it is there before QEMU and its plugin have begun with it. */
static int make_file(const struct vm *vm, const char *name, off_t size,
		     struct error *err)
{
	int fd = open_file(vm, name, O_WRONLY), ret = 0;

	if (fd < 0)
		return cache_write_error(err, fd, vm->scratch.path);
	if (ftruncate(fd, size))
		ret = cache_write_error(err, -errno, vm->scratch.path);
	close(fd);
	return ret;
}

static int prepare_files(struct vm *vm, const struct vm_options *options,
			 struct error *err)
{
	const char *module = options->kernel->module;
	struct initramfs contents = {
		.agent = options->agent,
		.module = *module ? module : NULL,
		.plan = options->plan,
		.settings = options->settings,
		.frames = options->kernel->arch->frames,
	};
	char path[PATH_MAX], drivers[PATH_MAX];

	if (!join_path(drivers, "%s/../drivers", options->kernel->build))
		contents.drivers = drivers;
	vm->frames_fd = open_file(vm, QEMU_FRAMES, O_RDONLY);
	vm_console_open(&vm->console, open_file(vm, QEMU_CONSOLE, O_RDONLY));
	vm->log_fd = open_file(vm, QEMU_LOG, O_RDWR | O_APPEND);
	if (vm->frames_fd < 0 || vm->console.fd < 0 || vm->log_fd < 0)
		return cache_write_error(err, -errno, vm->scratch.path);
	join_path(path, "%s/" QEMU_INITRAMFS, vm->scratch.path);
	return initramfs_write(path, &contents, err);
}

static int start_qemu(struct vm *vm, const struct vm_options *options,
		      struct error *err)
{
	struct process_spec spec = {
		.folder = vm->scratch.path,
		.output = vm->log_fd,
		.errors = vm->log_fd,
		.file_limit = FILE_LIMIT,
	};
	struct qemu_command command;
	int ret;

	ret = qemu_command(&command, options, vm->scratch.path);
	if (ret)
		return error_set(err, ret,
				 "%s: path too long: move it to a shorter one",
				 options->kernel->image);
	spec.argv = command.argv;
	memcpy(vm->kernel_file, command.image, sizeof(vm->kernel_file));
	vm->pid = process_start(&spec);
	if (vm->pid == -ENOENT)
		return qemu_missing(options->kernel->arch, err);
	if (vm->pid < 0)
		return qemu_cannot_start(options->kernel->arch, vm->pid, err);
	vm->handle = syscall(SYS_pidfd_open, vm->pid, 0);
	if (vm->handle < 0)
		return error_set(err, -errno,
				 "pidfd_open: %s: Linux 5.3 or newer is needed",
				 strerror(errno));
	return 0;
}

int vm_start(const struct vm_options *options, struct vm **result,
	     struct error *err)
{
	struct vm *vm = calloc(1, sizeof(*vm));
	int ret;

	if (!vm)
		return error_set(err, -ENOMEM, "vm: out of memory");
	vm->handle = vm->frames_fd = vm->console.fd = vm->log_fd = -1;
	kernel_used(options->kernel);
	ret = scratch_open(&vm->scratch, err);
	if (!ret)
		ret = prepare_files(vm, options, err);
	if (!ret && options->profiles)
		ret = make_file(vm, QEMU_PROFILE, 0, err);
	if (!ret && options->counts_cpus)
		ret = make_file(vm, QEMU_CPUS, MMG_CPUS_BYTES, err);
	if (!ret)
		ret = start_qemu(vm, options, err);
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

	return poll(&handle, 1, milliseconds) > 0;
}

enum vm_event vm_wait(struct vm *vm, double seconds, enum frame_type *type,
		      json_t **payload)
{
	double deadline = now() + seconds;

	for (;;) {
		/* Before the look, so that nothing written last is missed. */
		bool ended = has_ended(vm, 0), more;

		if (frame_next(&vm->frames, type, payload) > 0)
			return VM_FRAME;
		more = read_frames(vm);
		if (more && frame_next(&vm->frames, type, payload) > 0)
			return VM_FRAME;
		more |= vm_console_look(&vm->console);
		if (ended && !more)
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
	int fd = open_file(vm, name, O_RDONLY); /* its own position */

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
	int fd = open_file(vm, QEMU_CONSOLE, O_RDONLY);

	vm_console_crash_line(fd, line, size);
	if (fd >= 0)
		close(fd);
}

void vm_stop(struct vm *vm)
{
	if (!vm)
		return;
	if (vm->pid > 0)
		process_kill(vm->pid);
	if (vm->handle >= 0)
		close(vm->handle);
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
