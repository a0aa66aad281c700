# SPDX-License-Identifier: GPL-2.0-or-later
# What the module must not do to the kernel it runs in, on both kernels.
. "$MMGAUGE_SOURCE/tests/lib.sh"
export MMGAUGE="$MMGAUGE_BROKEN" MMGAUGE_AGENT="$MMGAUGE_BROKEN_AGENT"

expect 0 '\.json$' run test.mkclean --seed 1 --max-time 10ms \
	--on vm:deb:6.1 --on vm:deb:6.12 -o "$scratch/out"
/usr/bin/python3 - $(cat "$scratch/stdout") <<'EOT' || fail "harm: $(cat "$scratch/stderr")"
import json, sys
assert len(sys.argv) == 3, sys.argv
for name in sys.argv[1:]:
    r = json.load(open(name))
    release = r["subject"]["release"]
    for c in r["cells"]:
        assert c["status"] == "ok", (release, c["case"], c["axes"], c["reason"])
    by = {c["axes"]["clean"]: c for c in r["cells"] if c["case"] == "test.mkclean"}
    # Every page, in each of the four processes that wrote to it.
    assert by["mkclean"]["trials"][0]["facts"]["cleaned"] == 4 * 64, by
    assert by["none"]["trials"][0]["facts"].get("cleaned", 0) == 0, by
EOT
finish
