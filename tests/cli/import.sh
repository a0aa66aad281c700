# SPDX-License-Identifier: GPL-2.0-or-later
# What others measured becomes runs; what is exported comes back as it was.
. "$MMGAUGE_SOURCE/tests/lib.sh"
export MMGAUGE_STORE="$scratch/store"

"$MMGAUGE" run null.loop membarrier.query -p iterations=1000,2000 --boots 2 \
	--max-time 20ms -o "$scratch/a.json" >/dev/null 2>"$scratch/stderr" ||
	fail "run: $(cat "$scratch/stderr")"
# Some times that nanoseconds do not hold to the last bit; and the same run as one
# of the exact clock, with a metric of which more is better.
/usr/bin/python3 - "$scratch" <<'PY'
import json, random, sys
run = json.load(open(sys.argv[1] + "/a.json"))
chance = random.Random(1)
run["cells"][0]["trials"][0]["metrics"]["odd"] = {
    "unit": "s/page", "better": "lower", "samples": [chance.random() / 1e6 for _ in range(200)]}
json.dump(run, open(sys.argv[1] + "/a.json", "w"))
run["clock"]["kind"] = "instructions"
run["run"]["id"] = "20260102T030405Z-6.1-exact-beef"
for cell in run["cells"]:
    for trial in cell["trials"]:
        for metric in trial["metrics"].values():
            metric["unit"] = metric["unit"].replace("s", "instruction", 1)
        trial["metrics"]["speed"] = {"unit": "byte/s", "better": "higher", "samples": [1e9 / 3, 2e9 / 7]}
json.dump(run, open(sys.argv[1] + "/b.json", "w"))
PY

for run in a b; do
	for format in csv benchfmt gbench; do
		"$MMGAUGE" export "$scratch/$run.json" --format $format >"$scratch/$run.$format"
		expect 0 'cells, [0-9]* samples' import "$scratch/$run.$format" -o "$scratch/$run-$format.json.gz"
		"$MMGAUGE" export "$scratch/$run-$format.json.gz" --format $format >"$scratch/again"
		cmp "$scratch/$run.$format" "$scratch/again" || fail "$run: $format does not come back"
	done
	# Only a table says nothing of the run itself.
	for format in benchfmt gbench; do
		zcat "$scratch/$run-$format.json.gz" >"$scratch/back.json"
		/usr/bin/python3 - "$scratch/$run.json" "$scratch/back.json" <<'PY' || fail "$run: $format: another run"
import json, sys
a, b = (json.load(open(path)) for path in sys.argv[1:])
for block, keys in (("run", ("id", "started")), ("subject", ("release",)), ("clock", ("kind",)),
                    ("machine", ("fingerprint", "architecture", "accelerator"))):
    assert all(a[block][key] == b[block][key] for key in keys), (a[block], b[block])
where = lambda run: [(c["case"], c["axes"], [(t["boot"], t["trial"]) for t in c["trials"]])
                     for c in run["cells"] if c["trials"]]
assert where(a) == where(b)
PY
	done
	/usr/bin/python3 -m jsonschema -i "$scratch/back.json" \
		"$MMGAUGE_SOURCE/results/schema/mmgauge-result-1.schema.json" || fail "not by the schema"
done
expect 0 'inconclusive' compare "$scratch/a.json" "$scratch/a-benchfmt.json.gz"

# Prometheus' own reader takes OpenMetrics, and finds the levels.
"$MMGAUGE" export "$scratch/b.json" --format openmetrics >"$scratch/b.om"
if /usr/bin/python3 -c 'import prometheus_client' 2>/dev/null; then
	/usr/bin/python3 - "$scratch" <<'PY' || fail "OpenMetrics"
import json, statistics, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
families = {f.name: f for f in parse(open(sys.argv[1] + "/b.om").read())}
assert families["mmgauge_run"].type == "info"
assert families["mmgauge_run"].samples[0].labels["clock"] == "instructions"
operation = families["mmgauge_operation_instructions"]
assert operation.unit == "instructions" and operation.type == "gauge"
assert families["mmgauge_speed_bytes_per_s"].samples[0].labels["better"] == "higher"
run = json.load(open(sys.argv[1] + "/b.json"))
measured = [cell for cell in run["cells"] if cell["trials"]]
assert len(operation.samples) == len(measured)
for sample, cell in zip(operation.samples, measured):
    assert sample.labels["case"] == cell["case"]
    for axis, value in cell["axes"].items():
        assert sample.labels["axis_" + axis] == str(value)
    levels = [statistics.median(t["metrics"]["operation"]["samples"]) for t in cell["trials"]]
    assert min(levels) <= sample.value <= max(levels)
PY
else
	echo "skipped: OpenMetrics by others: no python3-prometheus-client"
fi
tail -n 1 "$scratch/b.om" | grep -qx '# EOF' || fail "no end"

# Files of others: a process each, known units to ours, counters by their names.
for i in 1 2 3 4; do
	cat >"$scratch/new$i.json" <<JSON
{"context": {"date": "2026-03-04T05:06:07+01:00", "host_name": "box", "executable": "./bm", "num_cpus": 8},
"benchmarks": [
{"name": "BM_Copy/64/threads:2", "run_type": "iteration", "iterations": 1000, "real_time": 12.$i, "cpu_time": 11.$i, "time_unit": "us", "bytes_per_second": 5.5e9, "hits": 3},
{"name": "BM_Copy/64/threads:2_mean", "run_type": "aggregate", "real_time": 12, "cpu_time": 11, "time_unit": "us"},
{"name": "BM_Bad", "run_type": "iteration", "error_occurred": true, "error_message": "no such file", "iterations": 0, "real_time": 0, "cpu_time": 0, "time_unit": "us"}
]}
JSON
	sed 's/12\./15./; s/11\./14./' "$scratch/new$i.json" >"$scratch/slow$i.json"
	printf 'goos: linux\ncpu: Some CPU\nBenchmarkEncode/size=64-8  100  12%s ns/op  5%s.5 MB/s 16 B/op 1 allocs/op\nPASS\n' \
		$i $i >"$scratch/go$i.txt"
done
expect 0 '^20260304T040607Z-fast-....: 2 cells, 12 samples' import "$scratch"/new?.json --release fast
expect 0 'slow-....: 2 cells' import "$scratch"/slow?.json --release slow --time 2026-03-05
expect 0 'BM_Copy/64' show latest
expect 1 '2 regressions' compare latest~1 latest --fail-on regression
grep -q 'BM_Copy/64' "$scratch/stdout" || fail "compare: $(cat "$scratch/stdout")"
expect 0 '0 of 3 series changed over 2 runs' history
expect 0 'BM_Copy/64\[threads=2\]","cpu_time","s",lower,3,0,1000,0,1.14' export latest~1 --format csv
"$MMGAUGE" export latest~1 --format csv | grep -q '"real_time","s",lower,0,0,1000,0,1.2[01][0-9]*e-05' || fail "microseconds"
"$MMGAUGE" export latest~1 --format csv | grep -q 'byte/s",higher,0,0,1000,0,5500000000$' || fail "speed"
expect 0 'report.html' report latest~1 latest -o "$scratch/report.html"
grep -q 'BM_Copy/64' "$scratch/report.html" || fail "report"
if command -v gnuplot >/dev/null; then
	expect 0 '' site -o "$scratch/site"
	grep -q 'BM_Copy' "$scratch/site/index.html" || fail "site"
fi
expect_error 'is there already' import "$scratch"/new?.json --release fast
expect 0 '1 cells, 16 samples' import "$scratch"/go?.txt -o "$scratch/go.json"
"$MMGAUGE" export "$scratch/go.json" --format csv >"$scratch/go.csv"
for line in '"Encode\[size=64,gomaxprocs=8\]","operation","s",lower,1,0,100,0,1.22[0-9e-]*' \
	'"Encode[^"]*","speed","byte/s",higher,0,0,100,0,51500000' \
	'"Encode[^"]*","memory","byte",lower,0,0,100,0,16' \
	'"Encode[^"]*","allocations","alloc",lower,0,0,100,0,1'; do
	grep -qx "$line" "$scratch/go.csv" || fail "no $line in $(cat "$scratch/go.csv")"
done

# A table with times is several runs.
printf 'benchmark,unit,value,time,commit\nx,ms,1.5,2026-01-01,aaa\nx,ms,1.5,2026-01-02,bbb\n' |
	gzip >"$scratch/table.csv.gz"
expect 0 '^20260102T000000Z-table-' import "$scratch/table.csv.gz" -o "$scratch/series"
expect 0 '2 runs' history --from "$scratch/series"
expect_error '2 runs do not fit into one file' import "$scratch/table.csv.gz" -o "$scratch/one.json"

# What cannot be taken is told in a line, and nothing is written.
printf 'BenchmarkX 1 5 furlongs\n' >"$scratch/odd.txt"
expect_error "odd.txt:1: 'furlongs' is no unit that is known: .*--unit furlongs=lower" import "$scratch/odd.txt" -o "$scratch/odd.json"
[ ! -e "$scratch/odd.json" ] || fail "written all the same"
expect 0 '1 samples' import "$scratch/odd.txt" --unit furlongs=higher -o "$scratch/odd.json"
printf 'Unit furlongs better=higher\nBenchmarkX 1 5 furlongs\n' >"$scratch/odd.txt"
expect 0 '1 samples' import "$scratch/odd.txt" -o "$scratch/odd.json"
printf 'cell,unit,value\nx,furlong,5\n' >"$scratch/odd.csv"
expect_error "odd.csv:2: 'furlong' is no unit" import "$scratch/odd.csv"
printf 'cell,unit,better,value\nx,furlong,higher,5\n' >"$scratch/odd.csv"
expect 0 '1 samples' import "$scratch/odd.csv" -o "$scratch/odd.json"
sed 's/"us"/"fortnights"/' "$scratch/new1.json" >"$scratch/odd.gb.json"
expect_error "'fortnights' is no unit" import "$scratch/odd.gb.json"
expect_error 'neither lower nor higher' import "$scratch/odd.csv" --unit furlong=more
expect_error 'no time: write' import "$scratch/odd.csv" --time yesterday
printf 'a,b\n1,2\n' >"$scratch/odd.csv"
expect_error 'does not name cell or metric' import "$scratch/odd.csv"
printf '{"runs": []}' >"$scratch/odd.json"
expect_error 'no context and benchmarks' import "$scratch/odd.json"
printf '{"context": ' >"$scratch/odd.json"
expect_error 'odd.json:1:' import "$scratch/odd.json"
printf 'BenchmarkX 1 \377 ns/op\n' >"$scratch/odd.txt"
expect_error 'odd.txt:1: this is not UTF-8' import "$scratch/odd.txt"
: >"$scratch/empty"
expect_error 'no lines of figures' import "$scratch/empty"
expect_error 'No such file' import "$scratch/nothing"
finish
