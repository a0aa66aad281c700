// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KVM or not? That /dev/kvm opens proves little: QEMU may abort on an MSR the
 * host does not have, or a guest may hang, when the host is itself a guest. So
 * a trial boot decides.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "results/base/process.h"
#include "vm.h"

/* Well above what a boot takes on a host with a load of 30. */
#define TRIAL_SECONDS 60.0

/* What an answer holds for: this boot of the host and this QEMU. */
struct key {
	char text[256];
};

static void read_key(struct key *key, const char *qemu)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	char boot[64] = "unknown";

	if (file) {
		if (fscanf(file, "%63s", boot) != 1)
			strcpy(boot, "unknown");
		fclose(file);
	}
	snprintf(key->text, sizeof(key->text), "%s %s", boot, qemu);
}

/* The cached answer: a line with the key, a line with the reason. */
static bool recall(const char *path, const struct key *key, char *reason,
		   size_t size)
{
	FILE *file = fopen(path, "re");
	char line[512];
	bool found = false;

	if (!file)
		return false;
	if (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strcmp(line, key->text) &&
			fgets(line, sizeof(line), file);
	}
	fclose(file);
	if (found)
		snprintf(reason, size, "%.*s", (int)strcspn(line, "\n"), line);
	return found;
}

/* Best effort: without it the next run tries again. */
static void remember(const char *path, const struct key *key,
		     const char *reason)
{
	struct scratch scratch;
	char draft[PATH_MAX];
	FILE *file;

	if (scratch_open(&scratch, NULL))
		return;
	join_path(draft, "%s/accelerator", scratch.path);
	file = fopen(draft, "we");
	if (file) {
		fprintf(file, "%s\n%s\n", key->text, reason);
		if (!fclose(file))
			cache_publish(draft, path, NULL);
	}
	scratch_close(&scratch);
}

static void last_line(const struct vm *vm, char *line, size_t size)
{
	char tail[512], *start;
	size_t length;

	vm_console_tail(vm, tail, sizeof(tail));
	length = strlen(tail);
	while (length && tail[length - 1] == '\n')
		tail[--length] = '\0';
	start = strrchr(tail, '\n');
	/* Where QEMU's source ends is nothing to anybody who measures. */
	if (strstr(start ? start : tail, "ssertion"))
		snprintf(line, size,
			 "QEMU cannot use it: it lacks what QEMU takes for "
			 "granted, as where KVM itself runs in a guest");
	else
		snprintf(line, size, "%.*s", (int)size - 1,
			 start ? start + 1 : tail);
}

/* @reason becomes "" if the guest came up. */
static void trial_boot(const struct vm_kernel *kernel, const char *agent,
		       char *reason, size_t size)
{
	const struct vm_options options = {
		.kernel = kernel,
		.agent = agent,
		.plan = "[]",
		.accelerator = ACCELERATOR_KVM,
		.cpus = 1,
		.memory_mib = 512,
	};
	enum frame_type type;
	json_t *payload = NULL;
	struct error err;
	struct vm *vm;
	char line[200];

	if (vm_start(&options, &vm, &err)) {
		snprintf(reason, size, "trial boot under KVM: %s", err.text);
		return;
	}
	switch (vm_wait(vm, TRIAL_SECONDS, &type, &payload)) {
	case VM_FRAME:
		*reason = '\0';
		break;
	case VM_TIMEOUT:
		snprintf(reason, size,
			 "trial boot under KVM: not up within %.0f s",
			 TRIAL_SECONDS);
		break;
	case VM_CRASHED:
	case VM_EXITED:
		last_line(vm, line, sizeof(line));
		snprintf(reason, size, "trial boot under KVM failed: %s", line);
		break;
	}
	json_decref(payload);
	vm_stop(vm);
}

static bool may_open(char *reason, size_t size)
{
	if (!access("/dev/kvm", R_OK | W_OK))
		return true;
	snprintf(reason, size, "/dev/kvm: %s%s", strerror(errno),
		 errno == EACCES ? ": add yourself to the group kvm" : "");
	return false;
}

enum accelerator vm_accelerator(const struct vm_kernel *kernel,
				const char *agent, char *reason, size_t size)
{
	char path[PATH_MAX], qemu[64];
	struct error err;
	struct key key;
	int lock;

	if (kernel->arch != arch_native()) {
		snprintf(reason, size, "KVM: runs guests of %s only",
			 arch_native()->name);
		return ACCELERATOR_TCG;
	}
	if (!may_open(reason, size))
		return ACCELERATOR_TCG;
	if (vm_qemu_version(kernel->arch->qemu, kernel->arch, qemu,
			    sizeof(qemu), &err) ||
	    cache_path(path, &err, "accelerator")) {
		snprintf(reason, size, "%s", err.text);
		return ACCELERATOR_TCG;
	}
	read_key(&key, qemu);
	lock = cache_lock("accelerator", &err);
	if (!recall(path, &key, reason, size)) {
		trial_boot(kernel, agent, reason, size);
		if (!process_interrupted) /* which cut the trial short */
			remember(path, &key, reason);
	}
	if (lock >= 0)
		close(lock);
	return *reason ? ACCELERATOR_TCG : ACCELERATOR_KVM;
}
