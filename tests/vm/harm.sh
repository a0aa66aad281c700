# SPDX-License-Identifier: GPL-2.0-or-later
# What the module must not do to the kernel it runs in, on both kernels: lose
# data, keep what was killed alive, or make its end dear.
. "$MMGAUGE_SOURCE/tests/lib.sh"
export MMGAUGE="$MMGAUGE_BROKEN" MMGAUGE_AGENT="$MMGAUGE_BROKEN_AGENT"

expect 0 '\.json$' run test.mkclean test.dying test.killed test.contract --seed 1 \
	--max-time 10ms --on vm:deb:6.1 --on vm:deb:6.12 \
	-o "$scratch/out"
/usr/bin/python3 - $(cat "$scratch/stdout") <<'EOT' || fail "harm: $(cat "$scratch/stderr")"
import json, sys
assert len(sys.argv) == 3, sys.argv
for name in sys.argv[1:]:
    r = json.load(open(name))
    facts = {}
    for c in r["cells"]:
        assert c["status"] == "ok", (r["subject"]["release"], c["case"], c["axes"], c["reason"])
        how = c["axes"].get("clean") or c["axes"].get("how") or c["case"]
        facts[how] = c["trials"][0]["facts"]
        print(r["subject"]["release"], how, facts[how])
    # Every page, in each of the four processes that wrote to it.
    assert facts["mkclean"]["cleaned"] == 4 * 64, facts
    assert facts["none"].get("cleaned", 0) == 0, facts
    # The bounds were met: ten callbacks or bonds of 10 ms.
    for how in ("intervals", "mm-wide", "bonds", "huge"):
        assert facts[how]["files"] == 11, (how, facts[how])
EOT
finish
