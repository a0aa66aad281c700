# SPDX-License-Identifier: GPL-2.0-or-later
# The store: what it has, packed and plain, and what becomes of what is old.
. "$MMGAUGE_SOURCE/tests/lib.sh"
store=$XDG_DATA_HOME/mmgauge/runs

expect 0 '^0 runs' runs
for label in one two three; do
	"$MMGAUGE" run null.loop membarrier.query --boots 1 --max-time 20ms \
		--label "branch=$label" >"$scratch/path" 2>"$scratch/stderr" ||
		fail "run: $(cat "$scratch/stderr")"
done
newest=$(basename "$(cat "$scratch/path")" .json)

# The newest first; when and which kernel are in the name.
expect 0 '^3 runs' runs
sed -n 2p "$scratch/stdout" | grep -q "^$newest *wall *2/2 .* K branch=three$" ||
	fail "runs: $(cat "$scratch/stdout")"
head -4 "$scratch/stdout" | awk 'length > 80 { exit 1 }' || fail "runs: wider than 80"
expect 0 '"branch": "three"' runs --json
/usr/bin/python3 -c 'import json, sys
runs = json.load(open(sys.argv[1]))["runs"]
assert [r["labels"]["branch"] for r in runs] == ["three", "two", "one"]
assert all(r["cells"] == 2 and r["clock"] == "wall" and r["bytes"] > 0 for r in runs)' \
	"$scratch/stdout" || fail "runs --json"

# Packed: the same bytes, order and name, and whatever reads runs reads it.
cp "$store/$newest.json" "$scratch/plain"
expect 0 "^$newest$" runs pack latest
[ ! -e "$store/$newest.json" ] && gzip -dc "$store/$newest.json.gz" | cmp -s - "$scratch/plain" ||
	fail "packed: $(ls "$store")"
expect 0 "^$newest .*three" runs
expect 0 inconclusive compare latest "$scratch/plain"
expect 0 inconclusive compare "$newest" latest~1
"$MMGAUGE" run null.loop --boots 1 --max-time 20ms -o "$scratch/x.json.gz" >/dev/null 2>&1
gzip -t "$scratch/x.json.gz" || fail "run -o x.json.gz is no gzip"
expect 0 inconclusive compare "$scratch/x.json.gz" "$scratch/x.json.gz"
size=$(wc -c <"$scratch/plain")
[ $(($(wc -c <"$store/$newest.json.gz") * 2)) -lt "$size" ] || fail "not packed by much"

# A packed file that is cut off, or swells.
head -c 200 "$scratch/x.json.gz" >"$scratch/cut.json.gz"
expect_error 'cut.json.gz: damaged, as packed by gzip: take another' compare "$scratch/cut.json.gz" latest

# A name of nobody's is left alone, and said.
echo '{"schema": "other"}' >"$store/20260101T000000Z-x-0000.json"
expect 0 'x-0000 *no result: left alone' runs
# What somebody put there is not the latest run, whatever its name.
echo '{"schema": "other"}' >"$store/zoo.json"
mkdir "$store/20991231T000000Z-y-0000.json"
expect 0 "$newest" show latest
rm -r "$store/zoo.json" "$store/20991231T000000Z-y-0000.json"
rm "$store/20260101T000000Z-x-0000.json"

# What goes is named first; by number, and by age.
expect_error 'name runs, or give --keep' runs rm
expect_error "did you mean pack" runs pakc
expect_error 'not a run of the store' runs rm "$scratch/x.json.gz"
expect 0 . runs rm --keep 2 --dry-run
[ "$(wc -l <"$scratch/stdout")" -eq 1 ] && [ "$(ls "$store"/*.json* | wc -l)" -eq 3 ] ||
	fail "a dry run: $(ls "$store")"
expect 0 . runs rm --keep 2
[ "$(ls "$store"/*.json* | wc -l)" -eq 2 ] && [ -e "$store/$newest.json.gz" ] ||
	fail "rm --keep 2: $(ls "$store")"
"$MMGAUGE" runs rm --older-than 30d >"$scratch/stdout" || fail "rm --older-than"
[ ! -s "$scratch/stdout" ] || fail "removed what is young"
touch -d '40 days ago' "$store/$newest.json.gz"
expect 0 "^$newest$" runs rm --older-than 30d
expect 0 '^1 run,' runs
expect 0 '^20' runs pack
expect 0 . runs rm latest
expect 0 '^0 runs' runs

# A pipe that nobody writes to is said, not waited for; one that a shell makes works.
mkfifo "$scratch/fifo.json"
expect_error 'fifo.json: a pipe that nobody writes to: name a file' compare "$scratch/fifo.json" "$scratch/plain"
expect_error 'fifo.json: a pipe that nobody writes to' run "$scratch/fifo.json"
expect_error 'fifo.json: a pipe that nobody writes to' history --csv "$scratch/fifo.json"
(exec 3<"$scratch/plain" && "$MMGAUGE" compare /dev/fd/3 "$scratch/plain") >"$scratch/stdout" 2>&1 ||
	fail "/dev/fd/3: $(cat "$scratch/stdout")"
cat "$scratch/plain" >"$scratch/fifo.json" &
expect 0 inconclusive compare "$scratch/fifo.json" "$scratch/plain"
finish
