# SPDX-License-Identifier: GPL-2.0-or-later
# A run that is killed keeps its trials and goes on where it was.
. "$MMGAUGE_SOURCE/tests/lib.sh"

out=$scratch/out
for signal in TERM KILL; do
	rm -rf "$out"
	"$MMGAUGE" run null.loop -p iterations=1000,1001,1002,1003,1004,1005 \
		--precision 0% --max-time 150ms --boots 4 --seed 3 \
		-o "$out" >"$scratch/stdout" 2>"$scratch/stderr" &
	pid=$!
	# Killed as soon as something is kept: of 24 trials, how many have
	# passed by some moment depends on the machine.
	for _ in $(seq 600); do
		grep -qs '"reply"' "$out"/*.journal && break
		sleep 0.05
	done
	kill -$signal $pid
	status=0
	wait $pid || status=$?
	[ "$status" -ne 0 ] || fail "SIG$signal: it went on to the end"
	[ -z "$(ls "$out"/*.json 2>/dev/null)" ] || fail "a half-written result"
	journal=$(ls "$out"/*.journal) || fail "no journal after SIG$signal"
	# What was measured before a reboot is another boot's.
	sed 's/"boot_id": *"[^"]*"/"boot_id":"another"/' "$journal" >"$scratch/rebooted.json.journal"
	expect 2 'rebooted since this run began' run --resume "$scratch/rebooted.json"
	before=$(grep -c '"reply"' "$journal")
	[ "$before" -ge 1 ] || fail "nothing was kept"
	expect 0 '\.json$' run --resume "${journal%.journal}"
	file=$(cat "$scratch/stdout")
	/usr/bin/python3 - "$file" <<'EOF' || fail "the resumed run is not whole"
import json, sys
r = json.load(open(sys.argv[1]))
assert len(r["cells"]) == 6
for c in r["cells"]:
    assert c["status"] == "ok"
    assert [t["trial"] for t in c["trials"]] == list(range(4))
EOF
	[ ! -e "$journal" ] || fail "the journal stayed"
done
expect_error 'journal' run --resume "$scratch/none.json"
# What else is asked for would be ignored.
for more in --profile '--boots 4' --dry-run null.loop; do
	expect_error 'as the run began' run --resume "$scratch/none.json" $more
done
finish
