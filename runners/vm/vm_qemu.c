// SPDX-License-Identifier: GPL-2.0-or-later
/* A guest's QEMU: what it is started with, and that it is started again. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cache.h"
#include "initramfs.h"
#include "kmod/mmgauge_uapi.h"
#include "plan_file.h"
#include "results/base/process.h"
#include "turns.h"
#include "vm_qemu.h"

/* QEMU drops what a guest writes beyond it: a loop must not fill a disk. */
#define FILE_LIMIT (1ull << 30)

/* Seconds until QEMU's monitor answers. */
#define QMP_LIMIT 60.0

/* Create a file in the scratch folder for QEMU to write and us to read. */
int vm_open_file(const struct vm *vm, const char *name, int flags)
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
	int fd = vm_open_file(vm, name, O_WRONLY), ret = 0;

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
		.plan = options->plan_bytes ? NULL : options->plan,
		.settings = options->settings,
		.frames = options->kernel->arch->frames,
	};
	char path[PATH_MAX], drivers[PATH_MAX];

	if (!join_path(drivers, "%s/../drivers", options->kernel->build))
		contents.drivers = drivers;
	vm->frames_fd = vm_open_file(vm, QEMU_FRAMES, O_RDONLY);
	vm_console_open(&vm->console, vm_open_file(vm, QEMU_CONSOLE, O_RDONLY));
	vm->log_fd = vm_open_file(vm, QEMU_LOG, O_RDWR | O_APPEND);
	if (vm->frames_fd < 0 || vm->console.fd < 0 || vm->log_fd < 0)
		return cache_write_error(err, -errno, vm->scratch.path);
	join_path(path, "%s/" QEMU_INITRAMFS, vm->scratch.path);
	return initramfs_write(path, &contents, err);
}

/* The plan as a device's memory, where this QEMU has what that takes. */
static int prepare_plan(struct vm *vm, struct error *err)
{
	struct vm_options *options = &vm->options;
	const char *program = options->emulator ? options->emulator->program :
						  options->kernel->arch->qemu;
	int ret;

	if (options->accelerator != ACCELERATOR_ICOUNT ||
	    !(qemu_has(program) & QEMU_HAS_PLAN))
		return 0;
	vm->plan_fd = vm_open_file(vm, QEMU_PLAN, O_RDWR);
	ret = vm->plan_fd < 0 ? vm->plan_fd :
				plan_file_write(vm->plan_fd, options->plan,
						turns_ns(options));
	if (ret)
		return cache_write_error(err, ret, vm->scratch.path);
	options->plan_bytes = plan_file_bytes(options->plan);
	return 0;
}

static int run_qemu(struct vm *vm, const struct qemu_command *command,
		    struct error *err)
{
	const struct arch *arch = vm->options.kernel->arch;
	const struct process_spec spec = {
		.argv = command->argv,
		.folder = vm->scratch.path,
		.output = vm->log_fd,
		.errors = vm->log_fd,
		.file_limit = FILE_LIMIT,
		.kept = vm->qmp.theirs > 0 ? vm->qmp.theirs : 0,
	};
	pid_t pid = process_start(&spec);

	if (pid == -ENOENT)
		return qemu_missing(arch, err);
	if (pid < 0)
		return qemu_cannot_start(arch, pid, err);
	vm->pid = pid;
	vm->handle = syscall(SYS_pidfd_open, pid, 0);
	if (vm->handle < 0)
		return error_set(err, -errno,
				 "pidfd_open: %s: Linux 5.3 or newer is needed",
				 strerror(errno));
	return 0;
}

void vm_end_qemu(struct vm *vm)
{
	if (vm->pid > 0)
		process_kill(vm->pid);
	if (vm->handle >= 0)
		close(vm->handle);
	qmp_close(&vm->qmp);
	vm->pid = 0;
	vm->handle = -1;
}

int vm_go_on(struct vm *vm, struct error *err)
{
	bool restored = vm->snapshot.memory == QEMU_MEMORY_RESTORED;
	int ret = 0;

	if (turns_needed(&vm->options))
		ret = turns_renew(&vm->options, &vm->qmp, !restored, err);
	return ret ? ret :
		     qmp_call(&vm->qmp, "cont", NULL, -1, QMP_LIMIT, NULL, err);
}

/* Agree with QEMU on what becomes of the guest. */
static int begin_snapshot(struct vm *vm, struct error *err)
{
	int ret = qmp_call(&vm->qmp, "qmp_capabilities", NULL, -1, QMP_LIMIT,
			   NULL, err);

	if (ret || vm->snapshot.memory != QEMU_MEMORY_RESTORED)
		return ret;
	ret = snapshot_load(&vm->snapshot, &vm->qmp, err);
	return ret ? ret : vm_go_on(vm, err);
}

/* Start it as vm->snapshot has it. */
static int start_qemu(struct vm *vm, struct qemu_command *command,
		      struct error *err)
{
	enum qemu_memory memory = vm->snapshot.memory;
	bool stops = vm->plan_fd >= 0 && (memory == QEMU_MEMORY_SAVED ||
					  turns_needed(&vm->options));
	bool talks = stops || memory != QEMU_MEMORY_OWN;
	int ret = 0;

	vm->stops = stops && memory != QEMU_MEMORY_RESTORED;
	if (vm->plan_fd >= 0)
		ret = plan_file_stop(vm->plan_fd, vm->stops,
				     memory == QEMU_MEMORY_RESTORED);
	if (!ret && talks)
		ret = qmp_open(&vm->qmp, err);
	if (ret)
		return ret;
	vm->booted |= memory != QEMU_MEMORY_RESTORED;
	qemu_command_add_memory(command, &vm->options, memory, vm->qmp.theirs);
	ret = run_qemu(vm, command, err);
	if (!ret && talks)
		ret = begin_snapshot(vm, err);
	return ret;
}

static int make_command(struct vm *vm, struct qemu_command *command,
			struct error *err)
{
	int ret = qemu_command(command, &vm->options, vm->scratch.path);

	if (ret)
		return error_set(err, ret,
				 "%s: path too long: move it to a shorter one",
				 vm->options.kernel->image);
	memcpy(vm->kernel_file, command->image, sizeof(vm->kernel_file));
	return 0;
}

/* Once more within this boot, as another kind of it, or as a plain one. */
int vm_start_again(struct vm *vm, enum qemu_memory memory)
{
	struct qemu_command command;
	struct error err;
	int ret;

	vm_end_qemu(vm);
	lseek(vm->frames_fd, 0, SEEK_SET);
	lseek(vm->console.fd, 0, SEEK_SET);
	vm_console_open(&vm->console, vm->console.fd);
	if (vm->snapshot.memory == QEMU_MEMORY_RESTORED)
		snapshot_drop(&vm->snapshot);
	vm->snapshot.memory = memory;
	ret = make_command(vm, &command, &err);
	if (!ret)
		ret = start_qemu(vm, &command, &err);
	if (ret && memory != QEMU_MEMORY_OWN && !process_interrupted)
		return vm_start_again(vm, QEMU_MEMORY_OWN);
	return ret;
}

static int start_first(struct vm *vm, struct error *err)
{
	struct qemu_command command;
	int ret = make_command(vm, &command, err);

	if (ret)
		return ret;
	if (vm->options.plan_bytes && !vm->options.boots)
		snapshot_find(&vm->snapshot, &command, &vm->options,
			      vm->scratch.path);
	ret = start_qemu(vm, &command, err);
	if (ret && vm->snapshot.memory != QEMU_MEMORY_OWN &&
	    !process_interrupted)
		ret = vm_start_again(vm, QEMU_MEMORY_OWN);
	return ret;
}

int vm_start_qemu(struct vm *vm, struct error *err)
{
	const struct vm_options *options = &vm->options;
	int ret = prepare_plan(vm, err);

	if (!ret)
		ret = prepare_files(vm, options, err);
	if (!ret && options->profiles)
		ret = make_file(vm, QEMU_PROFILE, 0, err);
	if (!ret && options->counts_cpus)
		ret = make_file(vm, QEMU_CPUS, MMG_CPUS_BYTES, err);
	if (!ret)
		ret = start_first(vm, err);
	vm->options.plan = vm->options.settings = NULL;
	return ret;
}
