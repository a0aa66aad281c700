// SPDX-License-Identifier: GPL-2.0-or-later
/* Packages by the name that the distribution in a folder has for them. */
#include "root_fixture.h"
#include "runners/base/distribution.h"

static void expect(const char *release, const char *packages,
		   const char *wanted)
{
	char command[256];

	if (release)
		put("/etc/os-release", release);
	assert_string_equal(install_command(packages, command, sizeof(command)),
			    wanted);
}

static void test_debian(void **state)
{
	(void)state;
	expect("ID=debian\n", "linux-headers-6.1.0-9-amd64",
	       "sudo apt-get install linux-headers-6.1.0-9-amd64");
	expect("NAME=Ubuntu\nVERSION_ID=\"24.04\"\nID=ubuntu\nID_LIKE=debian\n",
	       "clang-14 lld-14", "sudo apt-get install clang-14 lld-14");
	/* What is like something known, and what nobody knows. */
	expect("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "git",
	       "sudo apt-get install git");
	expect("ID=slackware\n", "git", "sudo apt-get install git");
	expect("", "git", "sudo apt-get install git");
}

static void test_fedora(void **state)
{
	(void)state;
	expect("NAME=\"Fedora Linux\"\nID=fedora\n",
	       "linux-headers-6.9.7-200.fc40.x86_64",
	       "sudo dnf install kernel-devel-6.9.7-200.fc40.x86_64");
	expect(NULL, "build-essential libelf-dev bc",
	       "sudo dnf install gcc make elfutils-libelf-devel bc");
	expect(NULL, "clang-14 lld-14 llvm-14",
	       "sudo dnf install clang lld llvm");
	expect("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
	       "qemu-system-arm", "sudo dnf install qemu-system-aarch64");
}

static void test_arch(void **state)
{
	(void)state;
	expect("ID=arch\n", "linux-headers-6.9.7-arch1-1",
	       "sudo pacman -S linux-headers");
	expect(NULL, "linux-headers-6.6.36-1-lts",
	       "sudo pacman -S linux-lts-headers");
	expect("ID=manjaro\nID_LIKE=arch\n", "build-essential",
	       "sudo pacman -S base-devel");
	/* Letters in another word are no ID. */
	expect("ID=archaic\n", "git", "sudo apt-get install git");
}

static void test_suse(void **state)
{
	(void)state;
	expect("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
	       "linux-headers-6.4.0-150600.21-default",
	       "sudo zypper install kernel-default-devel");
	expect("ID=\"sles\"\nID_LIKE=\"suse\"\n", "qemu-system-x86",
	       "sudo zypper install qemu-x86");
}

/* More than there is room for ends, and nothing behind it is touched. */
static void test_room(void **state)
{
	char command[24];

	(void)state;
	put("/etc/os-release", "ID=fedora\n");
	install_command("build-essential flex bison", command, 20);
	assert_string_equal(command, "sudo dnf install gc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debian), cmocka_unit_test(test_fedora),
		cmocka_unit_test(test_arch),   cmocka_unit_test(test_suse),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, root_begin, root_end);
}
