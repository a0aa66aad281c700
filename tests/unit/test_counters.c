// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters: what they count, and what they say when they cannot. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "runners/trial/counters.h"

struct seen {
	const char *wanted;
	bool found;
	double value;
	char reason[256];
};

static int look(void *data, const char *name, double value, const char *reason)
{
	struct seen *seen = data;

	if (strcmp(name, seen->wanted))
		return 0;
	seen->found = true;
	seen->value = value;
	snprintf(seen->reason, sizeof(seen->reason), "%s",
		 reason ? reason : "");
	/* A number or a reason, never both or neither. */
	assert_true(isnan(value) == !!reason);
	return 0;
}

static struct seen seek(const struct counters *set, double operations,
			const char *wanted)
{
	struct seen seen = { .wanted = wanted };

	assert_int_equal(counters_report(set, operations, look, &seen), 0);
	return seen;
}

static void touch_pages(size_t count)
{
	size_t size = count * 4096;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	madvise(memory, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < count; i++)
		((volatile char *)memory)[i * 4096] = 1;
	munmap(memory, size);
}

/* A hundred pages touched by each of ten operations, and nothing between. */
static void counts_page_faults(void **state)
{
	struct counters *set;
	struct error err;
	struct seen seen;

	(void)state;
	assert_int_equal(counters_open(&set, "page-faults:u", &err), 0);
	touch_pages(1);
	for (int i = 0; i < 10; i++) {
		touch_pages(77);
		counters_begin(set);
		touch_pages(100);
		counters_end(set);
		/* One that does not count, as if it had not been. */
		counters_begin(set);
		touch_pages(33);
		counters_end(set);
		counters_drop(set);
	}
	seen = seek(set, 10, "page-faults:u");
	assert_true(seen.found);
	if (isnan(seen.value)) {
		print_message("not here: %s\n", seen.reason);
		assert_true(strlen(seen.reason) > 0);
	} else {
		assert_true(seen.value >= 100 && seen.value < 102);
	}
	/* The kernel's own books say the same, others' faults included. */
	seen = seek(set, 10, "vmstat.pgfault");
	assert_true(seen.found && seen.value >= 100 && seen.value < 1000);
	counters_close(set);
}

static void scales_what_was_multiplexed(void **state)
{
	(void)state;
	assert_true(counters_scale(100, 1000, 1000) == 100);
	assert_true(counters_scale(100, 1000, 250) == 400);
	assert_true(isnan(counters_scale(0, 1000, 0)));
	assert_true(counters_scale(0, 0, 0) == 0);
}

static void refuses_unknown_events(void **state)
{
	struct counters *set;
	struct error err;

	(void)state;
	assert_int_equal(counters_open(&set, "no-such-event", &err), -EINVAL);
	assert_non_null(strstr(err.text, "'no-such-event'"));
	assert_int_equal(counters_open(&set, "cycles,xyzzy:k", &err), -EINVAL);
}

static void says_why_no_tracepoint(void **state)
{
	struct counters *set;
	struct error err;
	struct seen seen;

	(void)state;
	assert_int_equal(counters_open(&set, "tlb:no_such_thing", &err), 0);
	seen = seek(set, 1, "tlb:no_such_thing");
	assert_true(isnan(seen.value));
	assert_non_null(strstr(seen.reason, "trac"));
	counters_close(set);
}

/* Hardware events count, or there is a reason a user can act on. */
static void hardware_counts_or_says_why(void **state)
{
	struct counters *set;
	struct error err;
	struct seen seen;

	(void)state;
	assert_int_equal(counters_open(&set, NULL, &err), 0);
	counters_begin(set);
	touch_pages(100);
	counters_end(set);
	seen = seek(set, 1, "instructions:u");
	assert_true(seen.found);
	if (isnan(seen.value))
		assert_true(strstr(seen.reason, "PMU") ||
			    strstr(seen.reason, "paranoid") ||
			    strstr(seen.reason, "seccomp"));
	else
		assert_true(seen.value > 100);
	counters_close(set);
}

/* --- In children: what they take away cannot be given back --- */

static char root[64]; /* a machine in a folder, of the child */

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

static int in_child(int (*body)(void))
{
	int status;
	pid_t pid;

	strcpy(root, "/tmp/mmgauge-counters-XXXXXX");
	assert_non_null(mkdtemp(root));
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int filter(unsigned int answer)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* 0 if every event of @list is null for a reason that names @word. */
static int all_null(const char *list, const char *word)
{
	const char *names[] = { "page-faults", "cycles:k" };
	struct counters *set;
	struct error err;

	if (counters_open(&set, list, &err))
		return 10;
	counters_begin(set);
	touch_pages(10);
	counters_end(set);
	for (size_t i = 0; i < 2; i++) {
		struct seen seen = seek(set, 1, names[i]);

		if (!seen.found || !isnan(seen.value) ||
		    !strstr(seen.reason, word))
			return 20 + (int)i;
	}
	counters_close(set);
	return 0;
}

static int seccomp_permission(void)
{
	return filter(EPERM) ? 1 : all_null("page-faults,cycles:k", "seccomp");
}

static int seccomp_no_such_call(void)
{
	return filter(ENOSYS) ? 1 : all_null("page-faults,cycles:k", "seccomp");
}

static void seccomp_is_told(void **state)
{
	(void)state;
	assert_int_equal(in_child(seccomp_permission), 0);
	assert_int_equal(in_child(seccomp_no_such_call), 0);
}

/* --- A machine in a folder --- */

static void put(const char *folder, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", folder, name);
	for (char *slash = path + strlen(folder) + 1;
	     (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* As if perf_event_paranoid were 4: the same refusal, by another hand. */
static int paranoid(void)
{
	put(root, "/proc/self/status", "Name:\tx\nSeccomp:\t0\n");
	put(root, "/proc/sys/kernel/perf_event_paranoid", "4\n");
	setenv("MMGAUGE_ROOT", root, 1);
	return filter(EACCES) ? 1 :
				all_null("page-faults,cycles:k",
					 "perf_event_paranoid is 4");
}

static int no_pmu(void)
{
	struct counters *set;
	struct error err;

	put(root, "/proc/self/status", "Name:\tx\nSeccomp:\t0\n");
	setenv("MMGAUGE_ROOT", root, 1);
	/* Software events have no PMU to miss: two hardware ones. */
	if (filter(ENOENT))
		return 1;
	if (counters_open(&set, "cycles:k,dTLB-load-misses", &err))
		return 2;
	return !strstr(seek(set, 1, "cycles:k").reason, "no PMU") ||
	       !strstr(seek(set, 1, "dTLB-load-misses").reason, "no PMU");
}

static void refusals_are_told(void **state)
{
	(void)state;
	assert_int_equal(in_child(paranoid), 0);
	assert_int_equal(in_child(no_pmu), 0);
}

static const char before[] =
	"            CPU0       CPU1\n"
	"  8:          3          0   IO-APIC   8-edge      rtc0\n"
	"RES:        100        200   Rescheduling interrupts\n"
	"CAL:         10         20   Function call interrupts\n"
	"TLB:          1          2   TLB shootdowns\n";
static const char after[] =
	"            CPU0       CPU1\n"
	"  8:          3          0   IO-APIC   8-edge      rtc0\n"
	"RES:        100        200   Rescheduling interrupts\n"
	"CAL:         10         60   Function call interrupts\n"
	"TLB:          9         14   TLB shootdowns\n";
static const char arm[] =
	"           CPU0       CPU1\n"
	"IPI0:       100        200       Rescheduling interrupts\n"
	"IPI1:        10         20       Function call interrupts\n";

static int system_counts(void)
{
	struct counters *set;
	struct error err;

	setenv("MMGAUGE_ROOT", root, 1);
	if (counters_open(&set, "page-faults", &err))
		return 2;
	put(root, "/proc/interrupts", before);
	put(root, "/proc/vmstat", "nr_free_pages 7\npgfault 100\npgfree 5\n");
	counters_begin(set);
	put(root, "/proc/interrupts", after);
	put(root, "/proc/vmstat", "nr_free_pages 9\npgfault 140\npgfree 5\n");
	counters_end(set);
	if (seek(set, 4, "interrupts.TLB").value != 5 ||
	    seek(set, 4, "interrupts.CAL").value != 10 ||
	    seek(set, 4, "interrupts.RES").value != 0 ||
	    seek(set, 4, "vmstat.pgfault").value != 10 ||
	    seek(set, 4, "vmstat.pgfree").found ||
	    seek(set, 4, "vmstat.nr_free_pages").found)
		return 3;
	counters_close(set);

	/* No row for TLB on arm64, where the hardware broadcasts it. */
	if (counters_open(&set, "page-faults", &err))
		return 4;
	put(root, "/proc/interrupts", arm);
	counters_begin(set);
	counters_end(set);
	if (seek(set, 1, "interrupts.RES").value != 0 ||
	    !strstr(seek(set, 1, "interrupts.TLB").reason, "no such row"))
		return 5;
	counters_close(set);
	return 0;
}

static void reads_the_systems_books(void **state)
{
	(void)state;
	assert_int_equal(in_child(system_counts), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_page_faults),
		cmocka_unit_test(scales_what_was_multiplexed),
		cmocka_unit_test(refuses_unknown_events),
		cmocka_unit_test(says_why_no_tracepoint),
		cmocka_unit_test(hardware_counts_or_says_why),
		cmocka_unit_test(seccomp_is_told),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(reads_the_systems_books),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
