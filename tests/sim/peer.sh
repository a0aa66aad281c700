# SPDX-License-Identifier: GPL-2.0-or-later
# peer.sh BENCH: the benchmark times Otava where that is installed; here is a
# program of that name whose Python prints what it was given.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/python" <<'END'
#!/bin/sh
grep -q 'from otava.analysis import compute_change_points' "$1" || exit 1
echo "peer of $(wc -l <"$2") points"
END
printf '#!%s\n' "$scratch/python" >"$scratch/otava"
chmod +x "$scratch/python" "$scratch/otava"
PATH="$scratch:$PATH" "$1" 1000 >"$scratch/out"
grep -q '^peer of 1000 points$' "$scratch/out" || {
	cat "$scratch/out"
	exit 1
}
grep -q '^history     1000 points, normal .* us/point' "$scratch/out"
grep -q '^compare     2000 cells, 10 boots of 30 samples: ' "$scratch/out"

# One that fails, or that is not Otava's, is told and is no failure.
printf '#!/bin/false\n' >"$scratch/otava"
PATH="$scratch:$PATH" "$1" 1000 | grep -q 'not as expected'
