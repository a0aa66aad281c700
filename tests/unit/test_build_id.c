// SPDX-License-Identifier: GPL-2.0-or-later
/* What the guest says of its code, held against the files on the host. */
#include "profile_fixture.h"

#include "runners/profile/build_id.h"
#include "runners/trial/modules.h"

#define ID "0123456789abcdef0123456789abcdef01234567"
#define OTHER "feedfeedfeedfeedfeedfeedfeedfeedfeedfeed"

/* A guest's /proc and /sys, whose kernel and module are programs of ours. */
static void make_guest(void)
{
	run("echo 'int main(void) { return 0; }' >a.c\n"
	    "gcc -Wl,--build-id=0x" ID " a.c -o vmlinux\n"
	    "gcc -Wl,--build-id=0x" OTHER " a.c -o other\n"
	    "gcc -Wl,--build-id=none a.c -o none\n"
	    "echo 'no ELF file' >image\n"
	    "mkdir -p proc sys/kernel sys/module/brd/sections "
	    "sys/module/brd/notes sys/module/loop/sections\n"
	    "echo brd >proc/modules\n"
	    "echo 0xffffffffc0001000 >sys/module/brd/sections/.text\n"
	    "echo 0xffffffffc0002000 >sys/module/loop/sections/.text\n"
	    /* The kernel's come behind others, one of them with that type. */
	    "printf '\\4\\0\\0\\0\\2\\0\\0\\0\\3\\0\\0\\0Xen\\0ab\\0\\0' "
	    ">sys/kernel/notes\n"
	    "objcopy -O binary -j .note.gnu.build-id vmlinux id\n"
	    "cat id >>sys/kernel/notes\n"
	    "objcopy -O binary -j .note.gnu.build-id other "
	    "sys/module/brd/notes/.note.gnu.build-id\n");
}

static const char *id_of(const json_t *modules, const char *module)
{
	const json_t *of_module = json_object_get(modules, module);

	return json_string_value(
		json_object_get(of_module, ".note.gnu.build-id"));
}

static void test_a_file_fits_or_not(void **state)
{
	json_t *modules;
	const char *running;

	(void)state;
	make_guest();
	assert_int_equal(setenv("MMGAUGE_ROOT", scratch, 1), 0);
	modules = modules_news();
	assert_non_null(modules);
	running = id_of(modules, "vmlinux");
	assert_string_equal(running, ID);
	assert_string_equal(id_of(modules, "brd"), OTHER);
	assert_null(id_of(modules, "loop"));
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(modules, "loop"), ".text")),
			    "ffffffffc0002000");
	assert_int_equal(build_id_check(in_scratch("vmlinux"), running, &err),
			 0);
	assert_int_equal(build_id_check(in_scratch("other"), running, &err),
			 -ESTALE);
	assert_line("build id feedfeedfeed, not 0123456789ab): ");
	/* One side says nothing. */
	assert_int_equal(build_id_check(in_scratch("none"), running, &err), 0);
	assert_int_equal(build_id_check(in_scratch("image"), running, &err), 0);
	assert_int_equal(build_id_check(in_scratch("vmlinux"), NULL, &err), 0);
	/* A module's, and the kernel's only once. */
	json_decref(modules);
	run("echo loop >>proc/modules");
	modules = modules_news();
	assert_null(json_object_get(modules, "vmlinux"));
	assert_string_equal(id_of(modules, "brd"), OTHER);
	json_decref(modules);
	unsetenv("MMGAUGE_ROOT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_fits_or_not),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
