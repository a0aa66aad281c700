# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests that build kernels: $MMGAUGE_LINUX is a git tree of Linux
# 6.12, or "debian": one made of Debian's linux-source package, once, in the
# cache. Without it they are skipped, since a full build takes its time. The
# package's .gitignore leaves everything out, hence add -f.

if [ "${MMGAUGE_LINUX:-}" = debian ]; then
	MMGAUGE_LINUX=${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge-linux-6.12
	[ -d "$MMGAUGE_LINUX/.git" ] || (
		made=$MMGAUGE_LINUX.$$
		trap 'rm -rf "$made"' EXIT
		echo "making $MMGAUGE_LINUX of linux-source-6.12: 150 MB to fetch, 1.7 GB unpacked"
		mkdir -p "$made/tree" && cd "$made" && apt-get download -q linux-source-6.12 &&
			dpkg-deb -x linux-source-6.12_*.deb . &&
			tar -C tree --strip-components=1 -xf usr/src/linux-source-6.12.tar.xz &&
			git -C tree init -q && git -C tree add -Af &&
			git -C tree -c user.name=test -c user.email=test commit -qm 'linux 6.12' &&
			mv tree "$MMGAUGE_LINUX"
	) || exit 2
fi
[ -d "${MMGAUGE_LINUX:-}" ] || {
	echo "set MMGAUGE_LINUX to a git tree of Linux 6.12, or to debian to have one made"
	exit 77
}
export MMGAUGE_LINUX
