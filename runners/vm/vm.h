/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot of one kernel in QEMU, with the agent as init and a plan to run.
 *
 * The guest is an initramfs: the static agent as /init, the module as
 * /mmgauge.ko, the plan as /plan.json. Frames come back over the second serial
 * port, the console over the first into a file. Every boot has a scratch
 * folder of its own, removed by vm_stop().
 */
#ifndef MMGAUGE_VM_H
#define MMGAUGE_VM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "runners/base/frame.h"
#include "emulator.h"
#include "kernel.h"

enum accelerator {
	ACCELERATOR_AUTO, /* KVM if a trial boot comes up, else TCG */
	ACCELERATOR_KVM,
	ACCELERATOR_TCG, /* multi-threaded, functional only */
	ACCELERATOR_ICOUNT, /* TCG, exact instruction clock */
};

const char *accelerator_name(enum accelerator accelerator);

/* How CPUs of the exact clock take turns (qemu.c); how long each is. */
#define VM_TURNS "turns of %u us"
#define VM_QUANTUM_US 20
#define VM_TURNS_PAUSE "turns up to a PAUSE, which spinning threads execute"

struct vm_options {
	const struct vm_kernel *kernel;
	const char *agent; /* path of the static agent */
	const char *plan; /* JSON text */
	const char *settings; /* JSON text for the agent; NULL: none */
	bool boots_image; /* by its own code, not as the unpacked ELF */
	char append[256]; /* behind the kernel's words, " WORD" each */
	const char *cpu_model; /* in place of the architecture's; NULL: that */
	char cpu_features[128]; /* behind those of the CPU, ",NAME=on" each */
	const struct emulator *emulator; /* NULL: what is installed */
	enum accelerator accelerator; /* not AUTO: see vm_accelerator() */
	unsigned int cpus;
	unsigned int quantum_us; /* of their turns; 0: VM_QUANTUM_US */
	unsigned int memory_mib; /* of the NUMA node with the CPUs */
	unsigned int far_memory_mib; /* of a second one without; 0: none */
	const char *plugin; /* NULL: none */
	bool profiles; /* the plugin does (vm_profile()) */
	bool counts_cpus; /* the plugin does: kmod/mmgauge_uapi.h, mmg_cpus */
	/* of the profile, behind its own arguments: ",NAME=VALUE" or "" */
	char plugin_asks[128];
	bool boots; /* from power on, though there be a snapshot */
	bool again; /* it is known that the same guest is wanted again */
	size_t plan_bytes; /* of vm.c: of the device that has the plan, or 0 */
};

struct vm;

/*
 * The accelerator to use for the wall clock: a trial boot of @kernel under KVM
 * with a time limit, remembered in the cache until the next host boot or
 * another QEMU. @reason says why not KVM (at least 256 bytes).
 */
enum accelerator vm_accelerator(const struct vm_kernel *kernel,
				const char *agent, char *reason, size_t size);

/*
 * The version of the QEMU @program, that of @arch, "7.2.22", into @version;
 * -ENOENT with the remedy.
 */
int vm_qemu_version(const char *program, const struct arch *arch, char *version,
		    size_t size, struct error *err);

/*
 * What guests of several CPUs on the exact clock want of QEMU beyond one: to
 * take turns, and to have each counted (qemu.c). -ENOTSUP: it lacks that.
 */
enum vm_wanted { VM_WANTS_TURNS, VM_WANTS_COUNTS };

int vm_qemu_offers(const struct arch *arch, const struct emulator *emulator,
		   enum vm_wanted wanted, struct error *err);

/*
 * Start QEMU. It dies with us (PR_SET_PDEATHSIG), also on SIGKILL. What @options
 * point to stays until vm_stop(), but for the plan and the settings.
 *
 * On the exact clock it is saved as it is about to read its plan, where that is
 * worth it, and others begin from there (snapshot.h).
 */
int vm_start(const struct vm_options *options, struct vm **vm,
	     struct error *err);

enum vm_event {
	VM_FRAME, /* a frame arrived */
	VM_TIMEOUT, /* nothing within the limit, or a signal was caught */
	VM_CRASHED, /* oops, panic or BUG on the console */
	VM_EXITED, /* QEMU ended */
};

/*
 * Wait up to @seconds (of the host) for something to happen. A kernel that
 * oopses is reported VM_CRASHED once QEMU has ended or the console has been
 * quiet for a moment, so that the whole report is in it. A caller whose signal
 * handlers set process_interrupted (process.h) gets VM_TIMEOUT at once.
 */
enum vm_event vm_wait(struct vm *vm, double seconds, enum frame_type *type,
		      json_t **payload);

/*
 * As long as @vm is there: what the plugin writes, and the kernel as QEMU
 * loaded it.
 */
void vm_profile(const struct vm *vm, char path[PATH_MAX]);

/* Whether it began from a snapshot that was there. */
bool vm_is_restored(const struct vm *vm);
const char *vm_kernel_file(const struct vm *vm);

/*
 * Can QEMU load the plugin? 0 or a mask of what it lets it do; or -ENOTSUP with
 * the reason and the remedy. @emulator NULL: what is installed.
 */
enum plugin_can {
	PLUGIN_READS = 1 << 0, /* registers and memory */
	PLUGIN_COUNTS_CPUS = 1 << 1, /* each by itself */
	PLUGIN_PROFILES_CPUS = 1 << 2, /* and what they execute */
};

int vm_plugin_check(const struct arch *arch, const struct emulator *emulator,
		    const char *plugin, struct error *err);

/* Whether somebody stopped QEMU with a signal, and it still is. */
bool vm_is_stopped(const struct vm *vm);

/*
 * The console's last lines (at most @size - 1 bytes), NUL-terminated; when the
 * guest wrote nothing, QEMU's own messages.
 */
void vm_console_tail(const struct vm *vm, char *text, size_t size);

/*
 * What a crashed kernel died of, in one line: "BUG: kernel NULL pointer
 * dereference, address: 0000000000000008: RIP: 0010:mmg_fault+0x12/0x80
 * [mmgauge]". "" when the console does not tell.
 */
void vm_crash_line(const struct vm *vm, char *line, size_t size);

/* Kill and reap QEMU, remove the scratch folder. NULL is fine. */
void vm_stop(struct vm *vm);

#endif
