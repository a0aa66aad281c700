# SPDX-License-Identifier: GPL-2.0-or-later
# Colours are for terminals that have them, by terminfo, and users who want them.
. "$MMGAUGE_SOURCE/tests/lib.sh"

/usr/bin/python3 - "$MMGAUGE" "$MMGAUGE_SOURCE/tests/data/valid/instructions.json" "$scratch" <<'PY' || fail "colours"
import json, os, pty, sys
mmgauge, base, scratch = sys.argv[1:]
run = json.load(open(base))
for cell in run["cells"]:
    for trial in cell["trials"]:
        for metric in trial["metrics"].values():
            metric["samples"] = [2 * sample for sample in metric["samples"]]
new = scratch + "/new.json"
json.dump(run, open(new, "w"))

def on_terminal(**more):
    """What compare writes to a terminal with these in its environment."""
    said = []
    pid, master = pty.fork()
    if not pid:
        environment = {k: v for k, v in os.environ.items() if k not in ("TERM", "NO_COLOR")}
        os.execve(mmgauge, [mmgauge, "compare", base, new], environment | more)
    while True:
        try:
            got = os.read(master, 65536)
        except OSError:
            break
        if not got:
            break
        said.append(got)
    os.waitpid(pid, 0)
    said = b"".join(said)
    assert b"regression" in said, said
    return b"\33[31m" in said, b"\33" in said

assert on_terminal(TERM="xterm-256color") == (True, True)
assert on_terminal(TERM="linux", NO_COLOR="") == (True, True)
assert on_terminal(TERM="xterm-256color", NO_COLOR="1") == (False, False)
assert on_terminal(TERM="dumb") == (False, False)
assert on_terminal(TERM="vt100") == (False, False), "it has none, by terminfo"
assert on_terminal(TERM="of-nobody") == (False, False)
assert on_terminal() == (False, False)
PY
expect 1 regression compare "$MMGAUGE_SOURCE/tests/data/valid/instructions.json" "$scratch/new.json"
grep -q "$(printf '\033')" "$scratch/stdout" && fail "colours in a file"
finish
