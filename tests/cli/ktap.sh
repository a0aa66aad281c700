# SPDX-License-Identifier: GPL-2.0-or-later
# Outcomes in the kernel's Test Anything Protocol, read by the kernel's own parser
# (MMGAUGE_LINUX), and verdicts in JUnit, read by junitparser.
. "$MMGAUGE_SOURCE/tests/lib.sh"
cd "$scratch"

"$MMGAUGE" run null.loop null.ioctl -p iterations=1000,2000 --boots 1 --max-time 20ms \
	-o measured.json >/dev/null 2>stderr || fail "run: $(cat stderr)"
/usr/bin/python3 - <<'END'
import copy, json
run = json.load(open("measured.json"))
loop = next(c for c in run["cells"] if c["case"] == "null.loop")
run["cells"] = []
def add(case, status, reason=None):
    cell = copy.deepcopy(loop)
    cell.update(case=case, status=status, axes={"n": len(run["cells"])})
    if reason:
        cell["reason"] = reason
    if status in ("skipped", "crashed"):
        cell["trials"] = []
    run["cells"].append(cell)
add("fine", "ok")
add("mixed", "ok")
add("absent", "skipped", "needs the module\nnot ok 9 forged # SKIP it")
add("mixed", "skipped", "no huge pages")
add("mixed", "invalid", "2 callbacks, not 1")
add("mixed", "failed", "mmap: \x1b[31mCannot allocate memory")
add("dead#1", "crashed", "BUG: at mm/gup.c")
json.dump(run, open("made.json", "w"))
run["cells"] = [c for c in run["cells"] if c["status"] == "skipped"]
json.dump(run, open("skipped.json", "w"))
END
for run in measured made skipped; do
	"$MMGAUGE" export $run.json --format ktap >$run.ktap || fail "export --format ktap $run"
done
cat >wanted <<'END'
  not ok 1 dead_1[n=6] # crashed: BUG: at mm/gup.c
  not ok 3 mixed[n=4] # invalid: 2 callbacks, not 1
  not ok 4 mixed[n=5] # failed: mmap: \x1b[31mCannot allocate memory
  ok 1 absent[n=2] # SKIP needs the module\nnot ok 9 forged _ SKIP it
  ok 1 fine[n=0]
  ok 1 mixed[n=1]
  ok 2 mixed[n=3] # SKIP no huge pages
not ok 2 mixed
not ok 4 dead_1
ok 1 fine
ok 3 absent # SKIP every cell
END
grep -w ok made.ktap | sed 's/\\x0a/\\n/' | LC_ALL=C sort >got
diff wanted got || fail "outcomes"
grep -q '^  # .*: [0-9.]* [nu]\{0,1\}s' made.ktap || fail "no figures: $(cat made.ktap)"
expect 0 '^1\.\.1$' export made.json mixed -p n=4 --format ktap
expect_error 'no such cell' export made.json other --format ktap

# As those read it who have the kernel's tree.
if [ -e "${MMGAUGE_LINUX:-/nowhere}/tools/testing/kunit/kunit_parser.py" ]; then
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - "$MMGAUGE_LINUX/tools/testing/kunit" <<'END' || fail "not what kunit_parser.py reads"
import contextlib, inspect, io, sys
sys.path.insert(0, sys.argv[1])
import kunit_parser
def read(name):
    arguments = [open(name)]
    if "printer" in inspect.signature(kunit_parser.parse_run_tests).parameters:
        import kunit_printer
        arguments.append(kunit_printer.Printer(io.StringIO()))
    with contextlib.redirect_stdout(io.StringIO()):
        test = kunit_parser.parse_run_tests(*arguments)
    counts = test.counts
    return test, (counts.passed, counts.failed, counts.crashed, counts.skipped, counts.errors)
test, counts = read("made.ktap")
assert counts == (2, 3, 0, 2, 0), counts
assert [t.name for t in test.subtests] == ["fine", "mixed", "absent", "dead_1"]
assert [t.status.name for t in test.subtests] == ["SUCCESS", "FAILURE", "SKIPPED", "FAILURE"]
assert [len(t.subtests) for t in test.subtests] == [1, 4, 1, 1]
assert "n=4" in test.subtests[1].subtests[2].name
test, counts = read("skipped.ktap")
assert counts == (0, 0, 0, 2, 0), counts
test, counts = read("measured.ktap")
assert counts[1:3] == (0, 0) and counts[4] == 0 and counts[0] >= 2, counts
END
else
	echo "not read by the kernel's parser: set MMGAUGE_LINUX to its tree"
fi

# JUnit fails on what behaves differently as on what costs more.
if /usr/bin/python3 -c 'import junitparser' 2>/dev/null; then
	/usr/bin/python3 - <<'END'
import json
run = json.load(open("measured.json"))
run["cells"] = [c for c in run["cells"] if c["case"] == "null.loop"]
run["clock"]["kind"] = "instructions"
for callbacks, factor, name in (1, 1, "base"), (2, 1, "other"), (1, 2, "slower"):
    for cell in run["cells"]:
        for trial in cell["trials"]:
            trial["facts"], trial["exact"] = {"callbacks": callbacks}, ["callbacks"]
            for metric in trial["metrics"].values():
                metric["samples"] = [100 * factor]
    json.dump(run, open(name + ".json", "w"))
END
	for new in base other slower; do
		"$MMGAUGE" compare base.json $new.json --format junit >$new.xml 2>>stderr || echo $? >$new.code
	done
	[ -e base.code ] && fail "a run against itself: $(cat base.code)"
	/usr/bin/python3 - <<'END' || fail "JUnit"
import junitparser
def outcomes(name):
    suite = junitparser.JUnitXml.fromfile(name + ".xml")
    found = [case.result[0] for case in suite if case.result]
    assert suite.tests == len(list(suite)) and suite.errors == 0
    assert suite.failures == len([f for f in found if isinstance(f, junitparser.Failure)])
    return [f.message for f in found]
assert outcomes("base") == []
assert len(outcomes("other")) == 2 and all(m.startswith("behaves differently: callbacks 1 -> 2")
           for m in outcomes("other")), outcomes("other")
assert len(outcomes("slower")) >= 2 and all(m.startswith("regression") for m in outcomes("slower")), outcomes("slower")
END
else
	echo "JUnit not read by another: install python3-junitparser"
fi
finish
