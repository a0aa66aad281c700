# SPDX-License-Identifier: GPL-2.0-or-later
# A site in a browser: a sweep of eleven kernels, and a store of 2,000 runs, as a
# reader uses them.
. "$MMGAUGE_SOURCE/tests/lib.sh"

command -v gnuplot >/dev/null || { echo "no gnuplot: install gnuplot-nox"; exit 77; }
command -v chromium >/dev/null || { echo "no chromium: install chromium"; exit 77; }
tests=$MMGAUGE_SOURCE/tests/browser
/usr/bin/python3 "$tests/runs.py" sweep "$scratch/sweep"
/usr/bin/python3 "$tests/runs.py" store "$scratch/store" 2000
expect 0 index.html site --from "$scratch/sweep" -o "$scratch/sweep-site"
expect 0 index.html site --from "$scratch/store" -o "$scratch/store-site" \
	--order time --commit-url 'https://example.org/{commit}'
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$tests/site.py" "$scratch/sweep-site" \
	"$scratch/store-site" 2000 || fail "in the browser"
finish
