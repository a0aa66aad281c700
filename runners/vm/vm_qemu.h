/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vm.c has of a guest, and the QEMU under it. */
#ifndef MMGAUGE_VM_QEMU_H
#define MMGAUGE_VM_QEMU_H

#include "cache.h"
#include "snapshot.h"
#include "vm_console.h"

struct vm {
	struct scratch scratch;
	struct vm_options options;
	char kernel_file[PATH_MAX];
	pid_t pid; /* 0: there is none */
	int handle; /* pidfd */
	int frames_fd, log_fd, plan_fd;
	bool heard; /* a frame came */
	bool booted;
	bool stops; /* it will, as it is about to read its plan */
	struct snapshot snapshot;
	struct qmp qmp;
	struct frame_buffer frames;
	struct vm_console console;
};

/* Write what QEMU is given, and start it. */
int vm_start_qemu(struct vm *vm, struct error *err);

/*
 * Once more within this boot: loaded from what was saved, or, as a plain boot,
 * QEMU_MEMORY_OWN.
 */
int vm_start_again(struct vm *vm, enum qemu_memory memory);

/* Have the guest go on that stopped, or was loaded. */
int vm_go_on(struct vm *vm, struct error *err);

/* Also of one that did not start. */
void vm_end_qemu(struct vm *vm);

/* A file in the scratch folder for QEMU to write and us to read. */
int vm_open_file(const struct vm *vm, const char *name, int flags);

#endif
