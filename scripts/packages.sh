# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed and how; sourced by quickstart and check.

PACKAGES_BUILD="gcc gcc-12 make cmake pkg-config libc6-dev linux-libc-dev libjansson-dev
libgsl-dev libarchive-dev zlib1g-dev liburing-dev libpfm4-dev libmd-dev libcsv-dev libelf-dev
libdw-dev libcapstone-dev libsqlite3-dev libncurses-dev e2fsprogs"
# QEMU for guests of this machine's kind; a line for each.
case $(uname -m) in
x86_64) QEMU=qemu-system-x86 ;;
*) QEMU= ;;
esac
PACKAGES_RUN="$QEMU gnuplot-nox kmod xz-utils"
PACKAGES_CHECK="clang libcmocka-dev libasan8 libubsan1 python3 python3-jsonschema
man-db zstd strace valgrind ninja-build chromium libbenchmark-tools python3-prometheus-client
python3-scipy python3-junitparser python3-yaml lava-common"
# A guest of another architecture, and what its agent and module are built by.
[ "$(uname -m)" != x86_64 ] ||
	PACKAGES_CHECK="$PACKAGES_CHECK qemu-system-arm gcc-aarch64-linux-gnu
libc6-dev-arm64-cross"
# Servers that tests start for themselves, as whoever they like. A machine with
# systemd would start its own as well, at once and at every boot: it is asked no
# such thing, and the tests skip unless they are there already.
PACKAGES_SERVERS=openssh-server
[ -d /run/systemd/system ] || PACKAGES_CHECK="$PACKAGES_CHECK $PACKAGES_SERVERS"

# The same elsewhere, by the names there; none of these was tried.
packages_elsewhere() {
	(. "${MMGAUGE_ROOT:-}/etc/os-release") >/dev/null 2>&1 &&
		. "${MMGAUGE_ROOT:-}/etc/os-release"
	case " ${ID:-} ${ID_LIKE:-} " in
	*" fedora "* | *" rhel "* | *" centos "*)
		echo "sudo dnf install gcc make cmake pkgconf-pkg-config glibc-static kernel-headers" \
			"jansson-devel gsl-devel libarchive-devel zlib-devel liburing-devel libpfm-devel" \
			"libmd-devel libcsv-devel elfutils-libelf-devel elfutils-devel capstone-devel" \
			"sqlite-devel ncurses-devel e2fsprogs qemu-system-x86 gnuplot kmod xz"
		;;
	*" arch "* | *" archlinux "*)
		echo "sudo pacman -S base-devel cmake linux-api-headers jansson gsl libarchive zlib" \
			"liburing libpfm libmd libcsv libelf capstone sqlite ncurses e2fsprogs" \
			"qemu-system-x86 gnuplot kmod xz"
		;;
	*" suse "* | *" opensuse"*)
		echo "sudo zypper install gcc make cmake pkg-config glibc-devel-static linux-glibc-devel" \
			"libjansson-devel gsl-devel libarchive-devel zlib-devel liburing-devel libpfm-devel" \
			"libmd-devel libcsv-devel libelf-devel libdw-devel libcapstone-devel" \
			"sqlite3-devel ncurses-devel e2fsprogs qemu-x86 gnuplot kmod xz"
		;;
	*) echo "your package manager for the equivalents of: $*" ;;
	esac
}

# Say what is missing, then install it; nothing is asked twice and nothing that
# is there is touched.
packages_install() {
	command -v apt-get >/dev/null || {
		echo "mmgauge: packages: this is no Debian: run:" \
			"$(packages_elsewhere "$@")" >&2
		exit 2
	}
	missing=
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
			grep -q 'ok installed' || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	sudo=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || {
			echo "mmgauge: packages: not root and no sudo: ask an" \
				"administrator for:$missing" >&2
			exit 2
		}
		sudo=sudo
	fi
	echo "== install with apt-get:$missing"
	$sudo apt-get update -qq || {
		echo "mmgauge: packages: apt-get update failed: check the" \
			"network and /etc/apt/sources.list" >&2
		exit 2
	}
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends $missing >/dev/null || {
		echo "mmgauge: packages: apt-get install failed: see above" >&2
		exit 2
	}
}
