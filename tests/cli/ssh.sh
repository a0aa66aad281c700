# SPDX-License-Identifier: GPL-2.0-or-later
# Another machine over ssh: a server of our own on the loopback, whose ports are
# machines: one as this is, one whose disk is full, one of another kind, one that
# can be tuned.
. "$MMGAUGE_SOURCE/tests/lib.sh"

sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || {
	echo "no sshd here: install openssh-server"
	exit 77
}
[ "$(id -u)" -eq 0 ] || {
	echo "sshd wants root"
	exit 77
}
lab=$scratch/lab
mkdir -p "$lab/there" "$lab/small" "$lab/home" "$lab/programs" /run/sshd
for key in host user other; do
	ssh-keygen -q -t ed25519 -N '' -f "$lab/$key" || fail "ssh-keygen"
done
# A machine whose disk is full, where it can be had.
mount -t tmpfs -o size=1m none "$lab/small" 2>/dev/null && full=1 || full=

# The folder of a machine that can be tuned.
put() {
	mkdir -p "$(dirname "$lab/root$2")"
	printf '%s' "$1" >"$lab/root$2"
}
put 1 /proc/sys/kernel/nmi_watchdog
put 1 /sys/kernel/mm/ksm/run
put one-boot /proc/sys/kernel/random/boot_id
cp -r "$lab/root" "$lab/before"

# Programs of a machine of another kind.
printf '#!/bin/sh\ncase "$1" in -r) echo 6.1.0;; *) echo Linux riscv64;; esac\n' \
	>"$lab/programs/uname"
chmod +x "$lab/programs/uname"

ports=$(python3 -c '
import socket
s = [socket.socket() for _ in range(5)]
for one in s: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in s))')
set -- $ports
plain=$1 small=$2 foreign=$3 tuned=$4 dead=$5
cat >"$lab/sshd_config" <<EOF
ListenAddress 127.0.0.1:$plain
ListenAddress 127.0.0.1:$small
ListenAddress 127.0.0.1:$foreign
ListenAddress 127.0.0.1:$tuned
HostKey $lab/host
AuthorizedKeysFile $lab/user.pub
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PidFile $lab/pid
Match LocalPort $small
	SetEnv TMPDIR=$lab/small HOME=$lab/home
Match LocalPort $foreign
	SetEnv PATH=$lab/programs:/usr/bin:/bin HOME=$lab/home
Match LocalPort $tuned
	SetEnv TMPDIR=$lab/there HOME=$lab/home MMGAUGE_ROOT=$lab/root
Match all
	SetEnv TMPDIR=$lab/there HOME=$lab/home
EOF
for port in $plain $small $foreign $tuned; do
	echo "[127.0.0.1]:$port $(cat "$lab/host.pub")"
done >"$lab/known"
cat >"$lab/config" <<EOF
Host *
	IdentityFile $lab/user
	IdentitiesOnly yes
	UserKnownHostsFile $lab/known
	StrictHostKeyChecking yes
EOF
# How ssh is told of a file of settings that is not the user's.
client() {
	printf '#!/bin/sh\nexec ssh -F %s "$@"\n' "$1" >"$lab/ssh"
	chmod +x "$lab/ssh"
}
client "$lab/config"
export MMGAUGE_SSH="$lab/ssh"

start() {
	"$sshd" -f "$lab/sshd_config" -E "$lab/log" || fail "sshd: $(cat "$lab/log")"
	for _ in $(seq 100); do
		[ -s "$lab/pid" ] && return
		sleep 0.05
	done
	fail "sshd does not start: $(cat "$lab/log")"
}
# What the server started for its connections ends.
cut() {
	kill $(pgrep -P "$(cat "$lab/pid")")
}
stop() {
	[ ! -s "$lab/pid" ] || kill "$(cat "$lab/pid")"
	[ -z "$full" ] || umount "$lab/small"
}
trap 'stop; rm -rf "$scratch"' EXIT
start

# Here and there nothing is left, a little later where nobody waits for it.
nothing_left() {
	for _ in $(seq 100); do
		[ -z "$(ls -A "$lab/there" "$lab/home" | grep -v ':$')" ] && return
		sleep 0.1
	done
	fail "$1: left there: $(ls -A "$lab/there" "$lab/home")"
}
sockets=$(ls -d /tmp/mmgauge-ssh.* 2>/dev/null | wc -l)

# As the host by itself, with the same fingerprint.
expect 0 '\.json$' run null.loop --on "ssh:root@127.0.0.1:$plain" --on host \
	--boots 2 --max-time 50ms --counters page-faults:u -o "$scratch/out"
sh "$MMGAUGE_SOURCE/tests/validate.sh" $(cat "$scratch/stdout") || fail "schema"
/usr/bin/python3 - $(cat "$scratch/stdout") <<'EOF' || fail "not what the host says"
import json, sys
there, here = (json.load(open(path)) for path in sys.argv[1:3])
assert there["subject"]["target"].startswith("ssh:root@127.0.0.1:")
for key in ("fingerprint", "boot_id", "cpu_model", "tuned"):
    assert there["machine"][key] == here["machine"][key], key
assert there["subject"]["version"] == here["subject"]["version"]
assert len(there["cells"][0]["trials"]) == 2
assert "page-faults:u" in there["cells"][0]["trials"][0]["counters"]
EOF
nothing_left "a run"
expect 2 "no event 'bogus" run null.loop --on "ssh:root@127.0.0.1:$plain" \
	--counters bogus -o "$scratch/out"
# The module is not there: why, of each cell that wants it.
if [ ! -e /proc/modules ]; then
	expect 77 'skipped: ssh:root@127.0.0.1:[0-9]*: the kernel there takes no modules' \
		run null.ioctl --on "ssh:root@127.0.0.1:$plain" -o "$scratch/out"
fi
expect 0 'good\|note\|bad' doctor --quick --on "ssh:root@127.0.0.1:$plain"
expect 0 '"verdict"' doctor --quick --json --on "ssh:root@127.0.0.1:$tuned"
/usr/bin/python3 - "$scratch/stdout" <<'EOF' || fail "not the machine there"
import json, sys
lines = {line["name"]: line for line in json.load(open(sys.argv[1]))["lines"]}
assert lines["KSM"]["value"] == "1" and lines["KSM"]["judgement"] == "bad"
EOF
nothing_left "the doctor"

# What is no machine, or none for us: a line each.
expect_error "no target 'ssh:x:70000'" run null.loop --on ssh:x:70000
expect_error "no machine 'vm:deb:6.1'" doctor --on vm:deb:6.1
expect_error "ssh:127.0.0.1:$dead: .*Connection refused: see that sshd runs" \
	run null.loop --on "ssh:127.0.0.1:$dead" -o "$scratch/none"
expect_error 'ssh:nowhere.invalid: .*: check its name' doctor --on ssh:nowhere.invalid
expect_error 'riscv64, and the agent here is for' \
	run null.loop --on "ssh:127.0.0.1:$foreign" -o "$scratch/none"
expect_error 'is for other machines' run null.loop --tune -o "$scratch/none"
expect_error 'counts no instructions' run null.loop --on ssh:x --clock instructions
sed "s|$lab/user|$lab/other|" "$lab/config" >"$lab/wrong"
client "$lab/wrong"
expect_error 'Permission denied (publickey).: give ssh a key' \
	run null.loop --on "ssh:root@127.0.0.1:$plain" -o "$scratch/none"
sed "s|$lab/known|$lab/nobody|" "$lab/config" >"$lab/wrong"
client "$lab/wrong"
expect_error 'Host key verification failed' doctor --on "ssh:root@127.0.0.1:$plain"
client "$lab/config"
MMGAUGE_SSH=$lab/none expect_error 'none: No such file or directory: install' \
	doctor --on ssh:x
if [ -n "$full" ]; then
	expect 2 "^mmgauge: .*No space left on device: make room there" \
		run null.loop --on "ssh:127.0.0.1:$small" -o "$scratch/full"
	[ -z "$(ls -A "$lab/small")" ] || fail "left on a full disk"
fi

# started NAME ARGUMENT...: in the background, once a trial is kept.
started() {
	name=$1
	shift
	"$MMGAUGE" run null.loop -p iterations=1000,1001,1002,1003 --precision 0% \
		--max-time 150ms --boots 2 --seed 3 --on "ssh:root@127.0.0.1:$plain" "$@" \
		-o "$scratch/$name" >"$scratch/$name.out" 2>"$scratch/$name.err" &
	pid=$!
	for _ in $(seq 600); do
		grep -qs '"reply"' "$scratch/$name"/*.journal && return
		sleep 0.05
	done
	fail "$name: nothing was kept: $(cat "$scratch/$name.err")"
}
whole() {
	/usr/bin/python3 - "$1" <<'EOF' || fail "$2: not whole"
import json, sys
cells = json.load(open(sys.argv[1]))["cells"]
assert len(cells) == 4
for cell in cells:
    assert cell["status"] == "ok"
    assert [trial["trial"] for trial in cell["trials"]] == [0, 1]
EOF
}

# The connection is cut in the middle: it is made anew.
started cut
cut
wait "$pid" || fail "cut: $(cat "$scratch/cut.err")"
grep -q 'the connection was lost: once more' "$scratch/cut.err" ||
	fail "cut: not told: $(cat "$scratch/cut.err")"
whole "$(cat "$scratch/cut.out")" cut
nothing_left cut

# It is gone for good: what there is is kept, and gone on with.
started gone
connections=$(pgrep -P "$(cat "$lab/pid")")
kill "$(cat "$lab/pid")" $connections
rm -f "$lab/pid"
for _ in $(seq 200); do
	grep -q 'Connection refused.*once more' "$scratch/gone.err" && break
	sleep 0.05
done
kill "$pid"
status=0
wait "$pid" || status=$?
[ "$status" -eq 2 ] || fail "gone: exit code $status"
grep -q 'interrupted: all finished trials are kept' "$scratch/gone.err" ||
	fail "gone: $(cat "$scratch/gone.err")"
nothing_left gone
start
journal=$(ls "$scratch"/gone/*.journal)
expect 0 '\.json$' run --resume "${journal%.journal}"
whole "$(cat "$scratch/stdout")" gone

# Killed where it runs: the agent there ends by itself.
started killed
kill -9 "$pid"
wait "$pid" 2>/dev/null
nothing_left killed

# One waits for the other, here an agent that is told nothing.
mkfifo "$scratch/nothing"
mkdir "$scratch/other"
"$MMGAUGE_AGENT" serve "$scratch/other" <"$scratch/nothing" >/dev/null &
exec 3>"$scratch/nothing"
"$MMGAUGE" run null.loop --boots 1 --max-time 50ms \
	--on "ssh:root@127.0.0.1:$plain" -o "$scratch/second" \
	>"$scratch/second.out" 2>"$scratch/second.err" &
pid=$!
for _ in $(seq 200); do
	grep -q 'another run is at work there: waiting' "$scratch/second.err" && break
	sleep 0.05
done
[ ! -s "$scratch/second.out" ] || fail "it did not wait"
exec 3>&-
wait "$pid" || fail "second: $(cat "$scratch/second.err")"
grep -q 'another run is at work there' "$scratch/second.err" || fail "it did not say that it waits"
[ ! -e "$scratch/other" ] || fail "an agent left its folder"
nothing_left "two at once"

# Tuned while it is measured, and as before afterwards, also when cut.
same() {
	for _ in $(seq 100); do
		diff -r "$lab/before" "$lab/root" >"$scratch/diff" && return
		sleep 0.1
	done
	fail "$1: not as it was: $(head -3 "$scratch/diff")"
}
expect 0 'tuned$' run null.loop --tune --boots 1 --max-time 50ms \
	--on "ssh:127.0.0.1:$tuned" -o "$scratch/tuned"
/usr/bin/python3 -c '
import json, sys
machine = json.load(open(sys.argv[1]))["machine"]
assert machine["tuned"] is True' "$(cat "$scratch/stdout")" || fail "tuned: not told"
same tuned
nothing_left tuned
started tuned-cut --tune --on "ssh:127.0.0.1:$tuned"
kill -9 "$pid"
wait "$pid" 2>/dev/null
same "tuned and killed"
nothing_left "tuned and killed"

# The last one's folder here is removed by the next that comes a minute later.
find /tmp -maxdepth 1 -name 'mmgauge-ssh.*' -exec touch -d '2 minutes ago' {} + 2>/dev/null
expect 0 verdict doctor --quick --json --on "ssh:127.0.0.1:$plain"
left=$(ls -d /tmp/mmgauge-ssh.* 2>/dev/null | wc -l)
[ "$left" -le "$sockets" ] || fail "left here: $(ls -d /tmp/mmgauge-ssh.*)"
finish
