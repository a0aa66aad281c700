# SPDX-License-Identifier: GPL-2.0-or-later
# Samples for other programs: all of them, to the last bit, and read by theirs.
. "$MMGAUGE_SOURCE/tests/lib.sh"

for run in a b; do
	"$MMGAUGE" run null.loop membarrier.query -p iterations=1000,2000 --boots 2 \
		--max-time 20ms -o "$scratch/$run.json" >/dev/null 2>"$scratch/stderr" ||
		fail "run: $(cat "$scratch/stderr")"
	for format in csv benchfmt gbench; do
		"$MMGAUGE" export "$scratch/$run.json" --format $format >"$scratch/$run.$format" ||
			fail "export --format $format"
	done
done
/usr/bin/python3 - "$scratch/a" <<'PY' || fail "what is exported is not what was measured"
import csv, json, re, sys
run = json.load(open(sys.argv[1] + ".json"))
samples = []
for cell in run["cells"]:
    label = cell["case"] + "[" + ",".join(f"{k}={v}" for k, v in cell["axes"].items()) + "]"
    label = label.replace("[]", "")
    for trial in cell["trials"]:
        for name, metric in trial["metrics"].items():
            samples += [(label, name, metric["unit"], trial["batch"], value)
                        for value in metric["samples"]]
assert len(samples) > 40
rows = list(csv.DictReader(open(sys.argv[1] + ".csv", newline="")))
assert [(r["cell"], r["metric"], r["unit"], int(r["batch"]), float(r["value"]))
        for r in rows] == samples
assert len({(r["boot"], r["trial"]) for r in rows}) == 2 and {r["better"] for r in rows} == {"lower"}

# golang.org/design/14313-benchmark-format: name, iterations, value and unit.
lines = open(sys.argv[1] + ".benchfmt").read().splitlines()
figures = [line.split(" ") for line in lines if line.startswith("Benchmark")]
# What no reader knows is behind #: keys that differ would keep runs apart.
heads = [line for line in lines if not line.startswith(("Benchmark", "# "))]
assert all(re.fullmatch(r"(goos|goarch|cpu): .*|Unit \S+ better=lower", line) for line in heads), heads
assert len([line for line in lines if line.startswith("Unit ")]) == len({f[3] for f in figures})
assert all(len(f) == 4 and re.match(r"Benchmark[^a-z]\S*$", f[0]) for f in figures)
assert [(int(f[1]), float(f[2])) for f in figures] == [s[3:] for s in samples]
assert figures[0][3] == samples[0][1] + "-" + ("sec/op" if samples[0][2] == "s" else samples[0][2])

google = json.load(open(sys.argv[1] + ".gbench"))["benchmarks"]
assert [g["name"] for g in google] == [f"{s[0]} {s[1]}" for s in samples]
for g, s in zip(google, samples):
    assert g["label"] == s[2] and abs(g["real_time"] - s[4] * 1e9) <= 1e-12 * g["real_time"]
PY

# The tools that they are for, where Debian has them.
if [ -e /usr/share/benchmark/compare.py ] && /usr/bin/python3 -c 'import scipy' 2>/dev/null; then
	/usr/bin/python3 /usr/share/benchmark/compare.py --no-color benchmarks \
		"$scratch/a.gbench" "$scratch/b.gbench" >"$scratch/stdout" 2>&1 || fail "compare.py: $(cat "$scratch/stdout")"
	grep -q '^null.loop\[iterations=1000\] operation_pvalue' "$scratch/stdout" ||
		fail "compare.py: $(cat "$scratch/stdout")"
fi

# A cell of them; what there is none of is said.
expect 0 'iterations=2000' export "$scratch/a.json" 'null.*' -p iterations=2000 --format csv
grep -q 'iterations=1000\|membarrier' "$scratch/stdout" && fail "more than asked for"
expect_error 'no such cell' export "$scratch/a.json" 'pin.*' --format csv
expect_error 'of one cell: usage: mmgauge export RUN CASE' export "$scratch/a.json"
expect_error 'has no profile' export "$scratch/a.json" null.loop
finish
