# SPDX-License-Identifier: GPL-2.0-or-later
# Debian packages: built, lintian's to the letter, and in a clean system of this
# machine's own mirror installed, used on the headers of two kernels, and removed with
# nothing left; and what rpm would install. Minutes, as root: only with MMGAUGE_LONG.
. "$MMGAUGE_SOURCE/tests/lib.sh"
[ -n "${MMGAUGE_LONG:-}" ] || {
	echo "set MMGAUGE_LONG: a build and a clean system take a quarter of an hour"
	exit 77
}
[ "$(id -u)" -eq 0 ] || {
	echo "needs root, for a clean system"
	exit 77
}
for program in dpkg-buildpackage dh_dkms lintian mmdebstrap rpmbuild; do
	command -v $program >/dev/null || {
		echo "needs $program: apt-get install debhelper dh-dkms lintian mmdebstrap rpm"
		exit 77
	}
done

# What rpm would install, as CPack makes it of the build at hand.
build=$(dirname "$MMGAUGE")
(cd "$build" && cpack -G RPM -B "$scratch/rpm" >"$scratch/log" 2>&1) || fail "cpack: $(tail -n 5 "$scratch/log")"
rpm -qlp "$scratch"/rpm/mmgauge-*.rpm >"$scratch/files" 2>"$scratch/stderr" || fail "rpm -qlp: $(cat "$scratch/stderr")"
for file in bin/mmgauge libexec/mmgauge/mmgauge-agent share/man/man1/mmgauge.1 include/mmgauge/bench/bench.h \
	share/pkgconfig/mmgauge.pc share/mmgauge/configs/ci/lava.yaml share/mmgauge/schema/mmgauge-result-1.schema.json; do
	grep -q "^/usr/$file" "$scratch/files" || fail "rpm: no $file"
done
grep -v '^/usr/' "$scratch/files" && fail "rpm: files elsewhere"

"$MMGAUGE_SOURCE/packaging/deb" "$scratch/debs" >"$scratch/log" 2>&1 || {
	tail -n 20 "$scratch/log"
	exit 1
}
lintian --fail-on error,warning,info "$scratch"/debs/*.changes >"$scratch/stdout" 2>&1 ||
	fail "lintian: $(cat "$scratch/stdout")"

. /etc/os-release
root=$scratch/root
sources=$(ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
mmdebstrap --mode=root --variant=apt --skip=cleanup/apt/lists "$VERSION_CODENAME" "$root" "$sources" \
	>"$scratch/log" 2>&1 || {
	echo "no clean system: $(tail -n 1 "$scratch/log")"
	exit 77
}
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || :
cat /etc/hosts >"$root/etc/hosts"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
mkdir "$root/debs"
cp "$scratch"/debs/*.deb "$root/debs"

# clean COMMAND...: there; with a /proc and a /dev, nothing else of this machine. Headers
# of 6.12 bring their kernel, which is never booted.
clean() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive INITRD=No \
		unshare --mount --pid --fork sh -c 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" &&
		exec chroot "$0" "$@"' "$root" "$@"
}
# All that is there, but what apt and dpkg keep of what they do, DKMS's own key,
# and what depmod keeps of a kernel.
listing() {
	clean find / -xdev \( -path /proc -o -path /dev -o -path /tmp -o -path /debs -o -path /var/cache \
		-o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path '/var/lib/dkms/mok.*' \
		-o -path '/usr/lib/modules/*/modules.*' \) -prune -o -print | LC_ALL=C sort
}
# Nothing of it has to outlive a power cut.
apt="apt-get -qq -y -o APT::Sandbox::User=root -o Dpkg::Options::=--force-unsafe-io"
install="$apt install --no-install-recommends"
clean $apt update >"$scratch/log" 2>&1 || fail "update: $(tail -n 3 "$scratch/log")"
# First all that is not ours: what a package depends on, DKMS, and two kernels' headers.
series="$(clean apt-cache search --names-only '^linux-headers-6\.(1|12)\.[0-9].*[0-9]-amd64$' |
	sed -n 's/^linux-headers-\([^ ]*deb12-amd64\|6\.1\.0[^ ]*[0-9]-amd64\) .*/\1/p' | sort -V)"
kernels="$(echo "$series" | grep '^6\.1\.' | tail -n 1) $(echo "$series" | grep '^6\.12\.' | tail -n 1)"
headers=$(for kernel in $kernels; do echo "linux-headers-$kernel"; done)
depends=$(dpkg-deb -f "$scratch"/debs/mmgauge_*.deb Depends)
clean sh -c "$install $(echo $headers) dkms man-db pkg-config gcc libc6-dev && $apt satisfy '$depends'" \
	>"$scratch/log" 2>&1 || fail "dependencies: $(tail -n 5 "$scratch/log")"
listing >"$scratch/before"

clean sh -c "$install /debs/mmgauge_*.deb /debs/mmgauge-dkms_*.deb" >"$scratch/log" 2>&1 ||
	fail "install: $(tail -n 5 "$scratch/log")"
# What DKMS's hook runs as a kernel's headers are installed.
for kernel in $kernels; do
	clean dkms autoinstall --kernelver "$kernel" >"$scratch/log" 2>&1
	clean modinfo -k "$kernel" -F filename mmgauge | grep -q updates/dkms ||
		fail "$kernel: no module: $(cat "$scratch/log")"
done
clean dkms status >"$scratch/status" 2>&1
grep -q '^mmgauge/.*, 6\.1\..*: installed' "$scratch/status" &&
	grep -q '^mmgauge/.*, 6\.12\..*: installed' "$scratch/status" || fail "dkms status: $(cat "$scratch/status")"
cat "$scratch/status"

clean sh -c 'export HOME=/tmp; mmgauge run null.loop -p iterations=1000 --boots 1 --max-time 20ms -o /tmp/a.json &&
	mmgauge export /tmp/a.json --format ktap' >"$scratch/stdout" 2>&1 || fail "run: $(cat "$scratch/stdout")"
grep -q 'ok 1 null.loop' "$scratch/stdout" || fail "run: $(cat "$scratch/stdout")"
clean man -w mmgauge >/dev/null || fail "no man page"
for shell in bash-completion/completions/mmgauge zsh/site-functions/_mmgauge fish/vendor_completions.d/mmgauge.fish; do
	[ -s "$root/usr/share/$shell" ] || fail "no completion $shell"
done
clean sh -c 'echo "#include \"bench.h\"" >/tmp/case.c && cc -fsyntax-only $(pkg-config --cflags mmgauge) /tmp/case.c' ||
	fail "no bench.h"

clean $apt purge mmgauge mmgauge-dkms >"$scratch/log" 2>&1 || fail "purge: $(tail -n 5 "$scratch/log")"
listing >"$scratch/after"
diff "$scratch/before" "$scratch/after" >"$scratch/left" || fail "left behind: $(head -n 40 "$scratch/left")"
finish
