# SPDX-License-Identifier: GPL-2.0-or-later
# --until-verdict on this very kernel: its rounds settle it, of this boot; all else
# is as in a guest.
. "$MMGAUGE_SOURCE/tests/lib.sh"

unset MMGAUGE_STORE
expect 0 'after 5 boots a side: 0 of 1 open' run null.loop --threshold 90% \
	--until-verdict host --boots 12 --seed 1 -o "$scratch/out"
grep -q '^1 unchanged' "$scratch/stdout" ||
	fail "no verdict: $(cat "$scratch/stdout")"
base=$(sed -n 1p "$scratch/stdout") new=$(sed -n 2p "$scratch/stdout")
sh "$MMGAUGE_SOURCE/tests/validate.sh" "$base" "$new" || fail "schema"
[ -z "$(ls "$scratch/out" | grep journal)" ] || fail "a journal stayed"

# In turns, five rounds each, and a note of how often it could have ended:
# 5, 8 and 12, for compare.
/usr/bin/python3 - "$base" "$new" <<'END' || fail "not what was to be measured"
import json, sys
for name in sys.argv[1:]:
    r = json.load(open(name))
    assert r["run"]["until_verdict"]["looks"] == 3, r["run"]
    assert [t["trial"] for t in r["cells"][0]["trials"]] == [0, 1, 2, 3, 4]
END
expect 0 '98.3 % interval over rounds, false discovery rate 5' \
	compare "$base" "$new"
expect 0 '"looks": 3' compare "$base" "$new" --format json

# The base may be a run or a baseline: its cells again, unless others are named.
expect 0 'null.loop' run --until-verdict "$base" --dry-run
[ "$(wc -l <"$scratch/stdout")" -eq 1 ] || fail "more cells than the base has"
expect 0 'null.ioctl' run null.ioctl --until-verdict "$base" --dry-run
"$MMGAUGE" baseline save good "$base" || fail "cannot save"
expect 0 '^null.loop\[iterations=1000\]$' run --until-verdict @good --dry-run

# Ended by a signal, it goes on where it was.
"$MMGAUGE" run null.loop --until-verdict host --boots 5 --seed 1 \
	-o "$scratch/killed" >"$scratch/stdout" 2>"$scratch/stderr" &
pid=$!
until grep -qs '"reply"' "$scratch/killed"/*.journal; do
	kill -0 $pid 2>/dev/null || break
	sleep 0.02
done
kill -TERM $pid 2>/dev/null
wait $pid
journal=$(ls "$scratch/killed"/*.journal 2>/dev/null | head -n 1)
if [ -n "$journal" ]; then
	expect 0 'after 5 boots a side' run --resume "$journal"
	grep -q 'inconclusive\|unchanged\|regression\|improvement' "$scratch/stdout" ||
		fail "resumed: no verdict"
fi
[ "$(ls "$scratch/killed" | grep -c 'json$')" -eq 2 ] || fail "not both results"

# The time is over before the first look: that is the one look then.
expect 0 'after 1 boot a side' run null.loop --until-verdict host \
	--max-time 10ms -o "$scratch/short"

expect_error 'the base against 2 targets: give one --on' run null.loop \
	--until-verdict host --on host --on host
expect_error 'no run' run null.loop --until-verdict nonsense
expect_error 'no target .vm:nonsense' run null.loop --until-verdict vm:nonsense
expect_error 'does not say which kernel to boot again' run null.loop \
	--until-verdict "$MMGAUGE_SOURCE/tests/data/valid/wall.json"
finish
