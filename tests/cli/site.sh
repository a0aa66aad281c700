# SPDX-License-Identifier: GPL-2.0-or-later
# A site: what is in it, what a second one writes, and what it leaves alone.
. "$MMGAUGE_SOURCE/tests/lib.sh"

command -v gnuplot >/dev/null || { echo "no gnuplot: install gnuplot-nox"; exit 77; }
runs=$MMGAUGE_SOURCE/tests/browser/runs.py
/usr/bin/python3 "$runs" sweep "$scratch/sweep"
site=$scratch/site

# Pages by stable names, nothing from elsewhere, every link leads somewhere.
expect 0 "^$site/index.html\$" site --from "$scratch/sweep" -o "$site"
grep -q '16 pages written, 0 as they were' "$scratch/stderr" || fail "$(cat "$scratch/stderr")"
for page in series/pin.fast+batch-1+unpin series/fault.hmm+mode-write+batch-16+operation \
	run/6.1.0-45-amd64; do
	[ -f "$site/$page.html" ] || fail "no $page: $(ls "$site"/*)"
done
/usr/bin/python3 - "$site" <<'END' || fail "the pages are not what they should be"
import pathlib, re, sys
from html.parser import HTMLParser
class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.path, self.scripts, self.text = path, 0, ""
        self.feed(path.read_text())
    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        assert tag not in ("link", "img", "iframe", "object", "embed"), (self.path, tag)
        assert not any(name.startswith("on") for name in a), a
        assert "src" not in a, a
        self.scripts += tag == "script"
        to = a.get("href")
        if to and not to.startswith("#"):
            assert "//" not in to and (self.path.parent / to).is_file(), (self.path, to)
        if tag == "th":
            assert a.get("scope"), a
    def handle_data(self, data):
        self.text += data
pages = [Page(path) for path in pathlib.Path(sys.argv[1]).rglob("*.html")]
assert len(pages) == 16 and all(page.scripts == 1 for page in pages)
text = {str(page.path.relative_to(sys.argv[1])): page.text for page in pages}
assert "2 of 4 series changed over 11 runs in order of release, threshold 1 %" in text["index.html"]
assert "behaves differently since 6.1.0-50-amd64" in re.sub(r"\s+", " ", text["index.html"])
unpin = text["series/pin.fast+batch-1+unpin.html"]
assert "500.0 → 600.0" in unpin and "+20.0 %" in unpin and "exact" in unpin, unpin
assert "gup_put_folio +100.00" in unpin, unpin
assert "not both were measured with --profile" not in unpin
assert "callbacks 1 -> 2" in text["run/6.1.0-50-amd64.html"]
END

# Nothing is written twice; one run more changes what it is in, and one that is
# gone takes its page with it.
ls -l --time-style=full-iso "$site"/*/* >"$scratch/before"
expect 0 '0 pages written, 16 as they were, 0 removed' site --from "$scratch/sweep" -o "$site"
ls -l --time-style=full-iso "$site"/*/* | cmp - "$scratch/before" || fail "written again"
sed 's/6.1.0-50/6.1.0-51/; s/r00010/r00011/; s/"samples": \[200[^]]*]/"samples": []/' \
	"$scratch/sweep/00010.json" >"$scratch/sweep/00011.json"
expect 0 '5 pages written, 12 as they were, 0 removed' site --from "$scratch/sweep" -o "$site"
rm "$scratch/sweep/00011.json"
expect 0 '4 pages written, 12 as they were, 1 removed' site --from "$scratch/sweep" -o "$site"
[ ! -e "$site/run/6.1.0-51-amd64.html" ] || fail "a page of a run that is gone"

# What is acknowledged is marked.
expect 0 'acknowledged' history --from "$scratch/sweep" --ack 6.1.0-45-amd64 --ack 6.1.0-50-amd64
expect 0 index.html site --from "$scratch/sweep" -o "$site"
grep -q 'class="known">acknowledged' "$site/series/pin.fast+batch-1+unpin.html" ||
	fail "not marked"

# Somebody's folder, and a name that would be a link to a script.
mkdir "$scratch/home"
echo mine >"$scratch/home/index.html"
expect_error 'home: holds something else than a site: choose a new folder' \
	site --from "$scratch/sweep" -o "$scratch/home"
[ "$(cat "$scratch/home/index.html")" = mine ] && [ "$(ls -A "$scratch/home")" = index.html ] ||
	fail "changed: $(ls -A "$scratch/home")"
expect_error "no https:// address with {commit}" site --from "$scratch/sweep" -o "$site" \
	--commit-url 'javascript:{commit}'
expect_error 'give -o DIR' site --from "$scratch/sweep"
expect_error '00003.json: holds something else' site --from "$scratch/sweep" -o "$scratch/sweep/00003.json"

# An index of other files, or none at all, is made anew and said; so are pages.
echo rubbish >"$scratch/sweep/.index.sqlite"
expect 0 'the index was damaged.*made anew' site --from "$scratch/sweep" -o "$site"
grep -q '0 pages written' "$scratch/stderr" || fail "another site: $(cat "$scratch/stderr")"
echo '[1]' >"$scratch/sweep/foreign.json"
expect 0 '1 file is no result: left out' site --from "$scratch/sweep" -o "$site"

# Strangers' names are text, and no paths.
/usr/bin/python3 - "$scratch/sweep" "$scratch/hostile" <<'END'
import json, os, sys
os.mkdir(sys.argv[2])
for i in range(2):
    run = json.load(open(f"{sys.argv[1]}/{i:05}.json"))
    run["subject"] = {"release": f"../../<script>alert({i})</script>", "commit": "javascript:alert(1)",
                      "title": "<img src=x onerror=alert(1)>"}
    run["cells"][0]["case"] = "../../../<b>&\"'"
    json.dump(run, open(f"{sys.argv[2]}/{i}.json", "w"))
END
expect 0 index.html site --from "$scratch/hostile" -o "$scratch/hostile-site" \
	--order time --commit-url 'https://example.org/{commit}'
[ "$(find "$scratch" -name '*script*' -path '*hostile*' | grep -vc '/run/')" -eq 0 ] ||
	fail "escaped: $(find "$scratch" -name '*script*')"
! grep -rq -e '<script>alert' -e '<img' -e '"javascript:' "$scratch/hostile-site" ||
	fail "a stranger's text is not text"
# A series that says what another of its cell does has no row in the overview.
mkdir "$scratch/bytes"
/usr/bin/python3 - "$scratch/sweep" "$scratch/bytes" <<'END'
import glob, json, os, sys
for path in glob.glob(sys.argv[1] + "/0*.json"):
    run = json.load(open(path))
    for cell in run["cells"]:
        for trial in cell["trials"]:
            metrics = trial["metrics"]
            if cell["case"] == "null.loop":
                samples = metrics["operation"]["samples"]
                per = lambda other: {"unit": "instruction/byte", "better": "lower",
                                     "samples": [s / 4096 + other for s in samples]}
                metrics["byte"] = per(0)
                metrics["other"] = per(run["run"]["id"] == "r00003")
    json.dump(run, open(os.path.join(sys.argv[2], os.path.basename(path)), "w"))
END
expect 0 index.html site --from "$scratch/bytes" -o "$scratch/bytesite"
[ -e "$scratch/bytesite/series/null.loop+iterations-1000+byte.html" ] || fail "no page of bytes"
grep -o '<tr data-name="[^"]*"' "$scratch/bytesite/index.html" >"$scratch/rows"
[ "$(wc -l <"$scratch/rows")" -eq 5 ] && grep -q ' operation"' "$scratch/rows" &&
	grep -q ' other"' "$scratch/rows" && ! grep -q ' byte"' "$scratch/rows" ||
	fail "rows: $(cat "$scratch/rows")"
grep -q '1 that say the same per byte' "$scratch/bytesite/index.html" || fail "not said"
finish
