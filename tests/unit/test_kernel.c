// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels of the distribution and of the user, with apt made up. */
#define _GNU_SOURCE
#include <elf.h>

#include "kernel_fixture.h"
#include "runners/vm/image.h"

static void test_fetch_and_fix(void **state)
{
	static const char root[] = "cache/mmgauge/kernels/deb/" RELEASE;
	struct vm_kernel kernel;
	char link[PATH_MAX] = "";

	(void)state;
	make_package("all.deb");
	/* Newer than 6.1.0-9; -11 has no headers, -12 is of another kind. */
	assert_int_equal(
		kernel_fetch("vm:deb:6.1", NULL, &kernel, NULL, NULL, &err), 0);
	assert_string_equal(kernel.release, RELEASE);
	assert_string_equal(kernel.package, "6.1.38-1");
	assert_string_equal(kernel.compiler, "gcc-12 (Debian) 12.2");
	assert_string_equal(kernel.elf, ""); /* "a kernel" is no bzImage */
	assert_int_equal(strlen(kernel.config_sha256), 64);
	assert_non_null(strstr(read_file("asked"),
			       " linux-image-" RELEASE " linux-headers-" RELEASE
			       " linux-headers-6.1.0-10-common "
			       "linux-kbuild-6.1\n"));

	assert_int_equal(chdir(in_scratch(root)), 0);
	assert_int_equal(access("boot/vmlinuz", R_OK), 0);
	assert_int_equal(access("build/vmlinux", F_OK), -1);
	assert_int_equal(access("build/include/config/X", F_OK), -1);
	assert_int_equal(access("build/include/config/auto.conf", R_OK), 0);
	assert_int_equal(access("build/scripts/mod/modpost", R_OK), 0);
	assert_int_equal(access("common/arch/x86/Makefile", R_OK), 0);
	assert_int_equal(access("common/arch/mips", F_OK), -1);
	assert_int_equal(access("drivers/crc16.ko", R_OK), 0);
	assert_int_equal(access("drivers/crc16x.ko", F_OK), -1);
	assert_int_equal(access("drivers/ext4.ko.xz", F_OK), -1);
	assert_int_equal(access("passwd", F_OK), -1);
	assert_true(readlink("common/a.h", link, sizeof(link)) == 3);
	assert_int_equal(chdir("/"), 0);
	snprintf(link, sizeof(link), "%s/drivers/ext4.ko", root);
	assert_string_equal(read_file(link), "a driver");
	snprintf(link, sizeof(link), "%s/build/Makefile", root);
	assert_string_equal(read_file(link),
			    "# of Debian\n"
			    "include $(dir $(lastword $(MAKEFILE_LIST)))"
			    "../common/Makefile\n");
	assert_int_equal(rmdir(in_scratch("cache/mmgauge/tmp")), 0);
}

static void test_cached_kernel_needs_no_apt(void **state)
{
	struct vm_kernel kernel;
	struct kernel_entry *entries;
	size_t count;

	(void)state;
	make_package("all.deb");
	assert_int_equal(
		kernel_fetch("vm:deb:6.1", NULL, &kernel, NULL, NULL, &err), 0);
	unlink(in_scratch("bin/apt-get"));
	assert_int_equal(kernel_fetch("vm:deb:" RELEASE, NULL, &kernel, NULL,
				      NULL, &err),
			 0);
	assert_int_equal(
		kernel_fetch("vm:deb:6.1", NULL, &kernel, NULL, NULL, &err), 0);
	assert_string_equal(kernel.release, RELEASE);
	assert_string_equal(kernel.spec, "vm:deb:6.1");
	assert_int_equal(
		kernel_fetch("vm:deb:6.12", NULL, &kernel, NULL, NULL, &err),
		-ENOPKG);
	assert_error("Debian", "vm:file:BZIMAGE:KDIR", NULL);

	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = false },
			    &entries, &count, &err),
		0);
	assert_int_equal(count, 1);
	assert_true(entries[0].cached);
	assert_true(entries[0].bytes > 0);
	free(entries);
	assert_int_equal(kernel_remove(RELEASE, &err), 0);
	assert_false(exists("cache/mmgauge/kernels/deb/" RELEASE));
	assert_int_equal(kernel_remove(RELEASE, &err), -ENOENT);
	assert_int_equal(kernel_remove("../../locks", &err), -ENOENT);
	assert_error("not in the cache", "kernel list", NULL);
	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = false },
			    &entries, &count, &err),
		-ENOPKG);
}

static void test_list_of_offers(void **state)
{
	struct kernel_entry *entries;
	size_t count;

	(void)state;
	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = false },
			    &entries, &count, &err),
		0);
	assert_int_equal(count, 5);
	assert_string_equal(entries[0].release, "6.1.0-9-amd64");
	assert_string_equal(entries[1].release, RELEASE);
	assert_string_equal(entries[2].release, "6.1.0-12-rt-amd64");
	assert_string_equal(entries[2].flavour, "rt");
	assert_string_equal(entries[3].release, "6.12.9+deb12-amd64");
	assert_string_equal(entries[4].release, "6.12.100+deb12-amd64");
	assert_false(entries[4].cached);
	free(entries);

	make_file("search", 0644, "");
	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = false },
			    &entries, &count, &err),
		-ENODATA);
	assert_error("sudo apt-get update", NULL);
	make_file("bin/dpkg", 0755, "#!/bin/sh\necho riscv64\n");
	assert_int_equal(
		kernel_list(&(struct kernel_query){ .available = false },
			    &entries, &count, &err),
		-ENOTSUP);
	assert_error("no guests of riscv64", "--on host", NULL);
}

/* Nothing but locks and logs is left of a fetch that failed. */
static void assert_fetch_fails(const char *spec, int status)
{
	struct vm_kernel kernel;

	err.text[0] = '\0';
	assert_int_equal(kernel_fetch(spec, NULL, &kernel, NULL, NULL, &err),
			 status);
	assert_false(exists("cache/mmgauge/kernels/deb/" RELEASE));
	rmdir(in_scratch("cache/mmgauge/tmp"));
	assert_false(exists("cache/mmgauge/tmp"));
}

static void test_fetch_fails(void **state)
{
	(void)state;
	make_package("all.deb");
	make_file("fail", 0644,
		  "W: sandbox\nE: Failed to fetch http://x/linux-image.deb  "
		  "Could not resolve 'x'\nE: Unable to fetch some archives\n");
	assert_fetch_fails("vm:deb:6.1", -ENETUNREACH);
	assert_error("apt-get download", "Could not resolve 'x'",
		     "check the network", NULL);
	make_file("fail", 0644, "E: Failed to fetch http://x 404 Not Found\n");
	assert_fetch_fails("vm:deb:6.1", -ENETUNREACH);
	assert_error("404", "sudo apt-get update", NULL);
	unlink(in_scratch("fail"));

	make_file("all.deb", 0644, "torn");
	assert_fetch_fails("vm:deb:6.1", -ENOENT);
	assert_error("all.deb: not a Debian package", "again", NULL);
	make_package("all.deb");
	assert_int_equal(truncate(in_scratch("all.deb"), 900), 0);
	assert_fetch_fails("vm:deb:6.1", -EIO);
	assert_error("all.deb", "fetch it again", NULL);
	make_file("show", 0644, "");
	assert_fetch_fails("vm:deb:6.1", -ENOENT);
	assert_error("linux-image-" RELEASE, "sudo apt-get update", NULL);
}

#define ROOT "cache/mmgauge/kernels/deb/" RELEASE "/debug"

/* Of the kernel's very version; what is wrong with it is all that is lost. */
static void test_debug(void **state)
{
	const struct kbuild_options debug = { .debug_info = true };
	struct vm_kernel kernel;

	(void)state;
	make_package("all.deb");
	assert_int_equal(
		kernel_fetch("vm:deb:6.1", NULL, &kernel, NULL, NULL, &err), 0);
	assert_string_equal(kernel.debug, "");
	make_file("show", 0644,
		  "Package: linux-image-" RELEASE "-dbg\nVersion: 6.1.38-1\n"
		  "Size: 1000\n");
	make_file("fail", 0644, "E: Failed to fetch http://x 404 Not Found\n");
	assert_int_equal(
		kernel_fetch("vm:deb:6.1", &debug, &kernel, NULL, NULL, &err),
		0);
	assert_string_equal(kernel.release, RELEASE);
	assert_string_equal(kernel.debug, "");
	assert_non_null(strstr(kernel.no_debug, "404 Not Found"));
	unlink(in_scratch("fail"));

	/* The package has none of it. */
	assert_int_equal(kernel_fetch("vm:deb:" RELEASE, &debug, &kernel, NULL,
				      NULL, &err),
			 0);
	assert_non_null(strstr(kernel.no_debug, "has no vmlinux"));
	assert_false(exists(ROOT));

	make_deb("all.deb", pack_debug);
	for (int twice = 0; twice < 2; twice++) {
		assert_int_equal(kernel_fetch("vm:deb:" RELEASE, &debug,
					      &kernel, NULL, NULL, &err),
				 0);
		assert_string_equal(kernel.release, RELEASE);
		assert_string_equal(kernel.no_debug, "");
		assert_string_equal(kernel.debug, in_scratch(ROOT));
		unlink(in_scratch("bin/apt-get"));
	}
	assert_non_null(
		strstr(read_file("asked"), " linux-image-" RELEASE "-dbg\n"));
	assert_string_equal(read_file(ROOT "/vmlinux"), "DWARF");
	assert_string_equal(read_file(ROOT "/ext4.ko"), "ext4's");
	assert_false(exists(ROOT "/xfs.ko"));
	/* What is booted is not touched. */
	assert_true(exists("cache/mmgauge/kernels/deb/" RELEASE "/boot"));
	rmdir(in_scratch("cache/mmgauge/tmp"));
	assert_false(exists("cache/mmgauge/tmp"));
}

static void test_debug_of_another_version(void **state)
{
	const struct kbuild_options debug = { .debug_info = true };
	struct vm_kernel kernel;

	(void)state;
	make_package("all.deb");
	assert_int_equal(
		kernel_fetch("vm:deb:6.1", NULL, &kernel, NULL, NULL, &err), 0);
	make_file("show", 0644,
		  "Package: linux-image-" RELEASE "-dbg\nVersion: 6.1.38-2\n"
		  "Size: 1000\n");
	assert_int_equal(kernel_fetch("vm:deb:" RELEASE, &debug, &kernel, NULL,
				      NULL, &err),
			 0);
	assert_non_null(strstr(kernel.no_debug, "6.1.38-2"));
	assert_non_null(strstr(kernel.no_debug, "6.1.38-1"));
	make_file("show", 0644, "");
	assert_int_equal(kernel_fetch("vm:deb:" RELEASE, &debug, &kernel, NULL,
				      NULL, &err),
			 0);
	assert_non_null(strstr(kernel.no_debug, "apt does not know"));
}

static void test_bad_specs(void **state)
{
	char spec[PATH_MAX];

	(void)state;
	assert_fetch_fails("vm:deb:6.3", -ENOENT);
	assert_error("vm:deb:6.3", "nearest are " RELEASE " and 6.12.9+",
		     "kernel list", NULL);
	assert_fetch_fails("vm:deb:7.0", -ENOENT);
	assert_error("nearest is 6.12.100+deb12-amd64", NULL);
	/* A series ends where the number does. */
	assert_fetch_fails("vm:deb:6.1.0-1", -ENOENT);
	assert_fetch_fails("vm:deb:", -EINVAL);
	assert_error("not a version", "vm:deb:6.1", NULL);
	assert_fetch_fails("vm:deb:../etc", -EINVAL);
	assert_fetch_fails("vm:deb:bookworm", -EINVAL);
	assert_fetch_fails("host", -EINVAL);
	assert_error("host: not a kernel", "vm:file:BZIMAGE:KDIR", NULL);
	assert_fetch_fails("vm:file:/boot/vmlinuz", -EINVAL);
	assert_error("two paths are needed", NULL);
	assert_fetch_fails("vm:file:/none/such:/tmp", -ENOENT);
	assert_error("/none/such", "bzImage", NULL);

	make_file("image", 0644, "a kernel");
	snprintf(spec, sizeof(spec), "vm:file:%s:%s", in_scratch("image"),
		 in_scratch("bin"));
	assert_fetch_fails(spec, -ENOENT);
	assert_error("not a built kernel tree", "make", NULL);
	make_file("bin/include/config/kernel.release", 0644, "6.1.2\n");
	assert_fetch_fails(spec, -ENOEXEC);
	assert_error("not a bzImage", NULL);
}

/* A bzImage as far as its header tells, of release 6.1.2. */
static void make_image_of(const char *name, const char *release)
{
	char bytes[1024] = { 0 };
	FILE *file;

	make_file(name, 0644, "");
	file = fopen(in_scratch(name), "w");
	memcpy(bytes + 0x202, "HdrS", 4);
	bytes[0x20f] = 1; /* the version is at 0x100 + 512 */
	snprintf(bytes + 0x300, 64, "%s (me@here) #1", release);
	fwrite(bytes, 1, sizeof(bytes), file);
	fclose(file);
}

static void make_image(const char *name)
{
	make_image_of(name, "6.1.2");
}

static void test_kernel_of_the_user(void **state)
{
	struct vm_kernel kernel;
	char spec[PATH_MAX];

	(void)state;
	make_image("image");
	make_file("tree/.config", 0644, "CONFIG_MMU=y\n");
	make_file("tree/include/config/kernel.release", 0644, "6.1.2\n");
	snprintf(spec, 256, "vm:file:%s:%s", in_scratch("image"),
		 in_scratch("tree"));
	assert_int_equal(kernel_fetch(spec, NULL, &kernel, NULL, NULL, &err),
			 0);
	assert_string_equal(kernel.release, "6.1.2");
	assert_string_equal(kernel.build, in_scratch("tree"));
	make_file("tree/include/config/kernel.release", 0644, "6.1.3\n");
	assert_fetch_fails(spec, -EINVAL);
	assert_error("is 6.1.2", "of 6.1.3", "build both again", NULL);
	/* Debian's headers: the file without the flavour is not the release. */
	make_file("tree/include/generated/utsrelease.h", 0644,
		  "#define UTS_RELEASE \"6.1.2\"\n");
	assert_int_equal(kernel_fetch(spec, NULL, &kernel, NULL, NULL, &err),
			 0);
	assert_string_equal(kernel.release, "6.1.2");
}

/* vmlinux: an ELF file with the note by which QEMU enters it, or another. */
static void make_vmlinux(const char *name, unsigned int note)
{
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr segment;
		Elf64_Nhdr note;
		char rest[512];
	} elf = {
		.header = { .e_ident = ELFMAG,
			    .e_phoff = offsetof(typeof(elf), segment),
			    .e_phnum = 1 },
		.segment = { .p_type = PT_NOTE,
			     .p_offset = offsetof(typeof(elf), note),
			     .p_filesz = sizeof(elf.note) + 8 },
		.note = { .n_namesz = 4, .n_descsz = 4, .n_type = note },
		.rest = "Xen\0\0\0\0\1Linux version %s Linux version 6.1.2 (me@here) #1",
	};
	FILE *file = fopen(in_scratch(name), "w");

	elf.header.e_ident[EI_CLASS] = ELFCLASS64;
	fwrite(&elf, 1, sizeof(elf), file);
	fclose(file);
}

static void test_elf_kernel(void **state)
{
	struct vm_kernel kernel;
	char spec[PATH_MAX];

	(void)state;
	make_file("tree/include/config/kernel.release", 0644, "6.1.2\n");
	snprintf(spec, 256, "vm:file:%s:%s", in_scratch("vmlinux"),
		 in_scratch("tree"));
	make_vmlinux("vmlinux", 18);
	assert_int_equal(kernel_fetch(spec, NULL, &kernel, NULL, NULL, &err),
			 0);
	assert_string_equal(kernel.image, in_scratch("vmlinux"));
	make_vmlinux("vmlinux", 17);
	assert_fetch_fails(spec, -ENOEXEC);
	assert_error("nor an ELF kernel with a PVH entry", NULL);
}

/* An Image of arm64: by its header, and a FIFO is not waited for. */
static void test_arm64_image(void **state)
{
	char bytes[1024] = { 0 }, release[64];
	FILE *file;

	(void)state;
	strcpy(bytes + 512, "Linux version %s Linux version 6.1.2 (me) #1");
	for (int header = 0; header < 2; header++) {
		if (header)
			memcpy(bytes + 0x38, "ARM\x64", 4);
		file = fopen(in_scratch("Image"), "w");
		fwrite(bytes, 1, sizeof(bytes), file);
		fclose(file);
		assert_int_equal(image_arm64_release(in_scratch("Image"),
						     release, sizeof(release)),
				 header ? 0 : -ENOEXEC);
	}
	assert_string_equal(release, "6.1.2");
	assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
	assert_int_equal(image_arm64_release(in_scratch("fifo"), release,
					     sizeof(release)),
			 -ENOEXEC);
}

/* Packages unpacked into one folder, as others lay them out. */
static void test_layouts(void **state)
{
	static const struct {
		const char *root, *image, *build;
		const char *flavour;
	} rows[] = {
		{ "fedora", "lib/modules/6.1.2/vmlinuz",
		  "usr/src/kernels/6.1.2", "" },
		{ "ubuntu", "boot/vmlinuz-6.1.2", "usr/src/linux-headers-6.1.2",
		  "" },
		{ "arch", "usr/lib/modules/6.1.2/vmlinuz",
		  "usr/lib/modules/6.1.2/build", "" },
		{ "suse", "usr/lib/modules/6.1.2-default/vmlinuz",
		  "usr/src/linux-6.1.2-obj/x86_64/default", "-default" },
	};
	struct vm_kernel kernel;
	char spec[PATH_MAX], path[512], release[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *root = rows[i].root;

		snprintf(release, sizeof(release), "6.1.2%s", rows[i].flavour);

		snprintf(path, sizeof(path), "%s/%s", root, rows[i].image);
		make_image_of(path, release);
		snprintf(path, sizeof(path),
			 "%s/%s/include/config/kernel.release", root,
			 rows[i].build);
		make_file(path, 0644, release);
		/* Fedora's and SUSE's lead to where it would be installed. */
		snprintf(path, sizeof(path), "%s/lib/modules/%s/build", root,
			 release);
		(void)!symlink("/nothing/there", in_scratch(path));
		snprintf(spec, sizeof(spec), "vm:file:%s/%s:%s/%s", scratch,
			 root, scratch, root);
		assert_int_equal(
			kernel_fetch(spec, NULL, &kernel, NULL, NULL, &err), 0);
		snprintf(path, sizeof(path), "%s/%s", root, rows[i].image);
		assert_string_equal(kernel.image, in_scratch(path));
		snprintf(path, sizeof(path), "%s/%s", root, rows[i].build);
		assert_string_equal(kernel.build, in_scratch(path));
	}
	make_image("ubuntu/boot/vmlinuz-6.1.3");
	snprintf(spec, sizeof(spec), "vm:file:%s/ubuntu:%s/ubuntu", scratch,
		 scratch);
	assert_fetch_fails(spec, -ENOENT);
	assert_error("several kernels", "give the path of the image", NULL);
	snprintf(spec, sizeof(spec), "vm:file:%s/bin:%s/ubuntu", scratch,
		 scratch);
	assert_fetch_fails(spec, -ENOENT);
	assert_error("boot/vmlinuz-RELEASE", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_fetch_and_fix),
		SCRATCH_TEST(test_cached_kernel_needs_no_apt),
		SCRATCH_TEST(test_list_of_offers),
		SCRATCH_TEST(test_fetch_fails),
		SCRATCH_TEST(test_debug),
		SCRATCH_TEST(test_debug_of_another_version),
		SCRATCH_TEST(test_bad_specs),
		SCRATCH_TEST(test_kernel_of_the_user),
		SCRATCH_TEST(test_elf_kernel),
		SCRATCH_TEST(test_arm64_image),
		SCRATCH_TEST(test_layouts),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
