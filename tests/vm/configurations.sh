# SPDX-License-Identifier: GPL-2.0-or-later
# One kernel under several configurations: what each was said to cost by hand, in
# instructions, and one that this kernel does not have.
. "$MMGAUGE_SOURCE/tests/lib.sh"

expect 0 'json$' run null.ioctl invalidate.madvise_dontneed -p subscription=none -p count=0 \
	-p range=512 -p memory=4k --on vm:deb:6.12 --config default --config pti \
	--config init_on_alloc=off --config la57,nodes=1 --seed 1 --precision 2% --max-time 25ms \
	-o "$scratch/out"
set -- "$scratch"/out/*amd64-????.json "$scratch"/out/*amd64+*.json
[ $# -eq 4 ] || fail "not four results: $*"
for result; do
	sh "$MMGAUGE_SOURCE/tests/validate.sh" "$result" || fail "schema"
done
/usr/bin/python3 - "$@" <<'END' || fail "see above"
import json, statistics, sys
cost = {}
for name in sys.argv[1:]:
    r = json.load(open(name))
    c = r["run"].get("configuration", {"name": "default"})["name"]
    for cell in r["cells"]:
        assert cell["status"] == "ok", (name, cell["reason"])
        cost[c, cell["case"]] = statistics.median(cell["trials"][0]["metrics"]["operation"]["samples"])
    fingerprint = r["machine"]["fingerprint"]
    assert cost.setdefault("fingerprint", fingerprint) == fingerprint, name
    assert c.startswith("la57") == ("la57" in r["machine"]["cpu_flags"].split()), name
    assert r["machine"]["nodes"] == (1 if "nodes" in c else 2), name
# Measured by hand before there were configurations: 8 to 10 a call, and 10,300 of
# 512 pages given back.
def more(configuration, case):
    return cost[configuration, case] - cost["default", case]
assert 8 <= more("pti", "null.ioctl") <= 12, cost
assert more("pti", "invalidate.madvise_dontneed") < 50, cost
assert -11000 < more("init_on_alloc=off", "invalidate.madvise_dontneed") < -10000, cost
assert abs(more("init_on_alloc=off", "null.ioctl")) < 1, cost
END
base=$1
shift
expect 0 ' +0\.78 %' compare --by configuration "$base" "$@"
expect 0 'configuration: default -> pti' compare "$base" "$scratch"/out/*+pti-*.json
expect 2 'preempt=lazy: this kernel did not take it' run null.ioctl --on vm:deb:6.12 \
	--config preempt=lazy -o "$scratch/lazy.json"

# What has no key of its own, and how long turns are.
expect 0 'json$' run null.ioctl membarrier.sync_core -p siblings=1 --on vm:deb:6.12 --seed 1 \
	--config 'append=nosmt,memory=1024,cpus=2,quantum=40,sysctl=vm.swappiness=7+kernel.panic=5' \
	--max-time 25ms -o "$scratch/free.json"
/usr/bin/python3 - "$scratch/free.json" <<'END' || fail "see above"
import json, sys
r = json.load(open(sys.argv[1]))
assert [c["status"] for c in r["cells"]] == ["ok"] * len(r["cells"]), r["cells"]
assert "nosmt" in r["subject"]["command_line"].split(), r["subject"]
assert r["machine"]["guest_memory_mib"] == 1024 + 256, r["machine"]
assert "turns of 40 us" in r["machine"]["turns"], r["machine"]
END
expect 2 'sysctl=vm.no_such=1: this kernel did not take it' run null.ioctl --on vm:deb:6.12 \
	--config sysctl=vm.no_such=1 -o "$scratch/none.json"
expect_error 'on the wall clock CPUs take no turns' run null.ioctl --on vm:deb:6.12 \
	--clock wall --config quantum=40 -o "$scratch/none.json"
# Each in a sweep: what a kernel does not take takes no other with it.
release=$(/usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["subject"]["release"])' "$base")
expect 0 '^null.ioctl ' sweep null.ioctl --on "vm:deb:$release" --config default --config pti \
	--config preempt=lazy -o "$scratch/swept"
grep -q 'preempt=lazy.*this kernel did not take it' "$scratch/stderr" "$scratch/stdout" ||
	fail "not said: $(cat "$scratch/stderr")"
[ "$(ls "$scratch"/swept/*.json | grep -vc sweep.json)" -eq 2 ] || fail "not two: $(ls "$scratch/swept")"
expect_error "did you mean 'pti'" run null.ioctl --on vm:deb:6.12 --config ptti
expect_error 'the host is as it is' run null.ioctl --on host --config pti
finish
