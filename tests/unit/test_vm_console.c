// SPDX-License-Identifier: GPL-2.0-or-later
/* What is told of a crash, as kernels of each architecture write it. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runners/vm/vm_console.h"

static void assert_told(const char *text, const char *told)
{
	struct vm_console console;
	char line[256];
	int fd = memfd_create("console", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	vm_console_crash_line(fd, line, sizeof(line));
	assert_string_equal(line, told);
	lseek(fd, 0, SEEK_SET);
	vm_console_open(&console, fd);
	vm_console_look(&console);
	assert_int_equal(console.crashed, *told != '\0');
	close(fd);
}

static void test_x86(void **state)
{
	(void)state;
	assert_told("[ 1.1] all is well\r\n", "");
	assert_told(
		"[ 1.1] BUG: kernel NULL pointer dereference, address: 08\r\n"
		"[ 1.1] Oops: 0000 [#1] SMP\r\n"
		"[ 1.1] RIP: 0010:mmg_fault+0x12/0x80 [mmgauge]\r\n"
		"[ 1.1] RIP: 0033:0x7f00\r\n",
		"BUG: kernel NULL pointer dereference, address: 08: "
		"RIP: 0010:mmg_fault+0x12/0x80 [mmgauge]");
}

static void test_arm64(void **state)
{
	(void)state;
	assert_told(
		"[ 1.1] Unable to handle kernel NULL pointer dereference at "
		"virtual address 08\r\n[ 1.1] Mem abort info:\r\n"
		"[ 1.1] Internal error: Oops: 0000000096000005 [#1] SMP\r\n"
		"[ 1.1] pc : mmg_fault+0x12/0x80 [mmgauge]\r\n"
		"[ 1.1] lr : mmg_ioctl+0x8/0x10 [mmgauge]\r\n",
		"Unable to handle kernel NULL pointer dereference at virtual "
		"address 08: pc : mmg_fault+0x12/0x80 [mmgauge]");
}

static void test_riscv64(void **state)
{
	(void)state;
	assert_told("[ 1.1] Unable to handle kernel paging request at 08\r\n"
		    "[ 1.1] Oops [#1]\r\n"
		    "[ 1.1] epc : mmg_fault+0x12/0x80 [mmgauge]\r\n"
		    "[ 1.1]  ra : mmg_ioctl+0x8/0x10 [mmgauge]\r\n",
		    "Unable to handle kernel paging request at 08: "
		    "epc : mmg_fault+0x12/0x80 [mmgauge]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86),
		cmocka_unit_test(test_arm64),
		cmocka_unit_test(test_riscv64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
