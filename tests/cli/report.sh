# SPDX-License-Identifier: GPL-2.0-or-later
# Pictures and pages of results, and nothing half-written when that fails.
. "$MMGAUGE_SOURCE/tests/lib.sh"

command -v gnuplot >/dev/null || exit 77
for run in a b; do
	expect 0 '\.json$' run null.loop -p iterations=1000,2000,4000 \
		--boots 1 --max-time 200ms -o "$scratch/$run.json"
done
a=$scratch/a.json b=$scratch/b.json
# Whatever the machine was busy with: a loop twice as long takes twice as long, and
# there is a line to be told.
/usr/bin/python3 - "$a" "$b" <<'EOF'
import json, sys
for path in sys.argv[1:]:
    run = json.load(open(path))
    for cell in run["cells"]:
        for trial in cell["trials"]:
            samples = trial["metrics"]["operation"]["samples"]
            for i in range(len(samples)):
                samples[i] = cell["axes"]["iterations"] * (1 + i % 5 * 1e-3) * 1e-9
    json.dump(run, open(path, "w"))
EOF

# A picture in either format, its path on stdout, nothing beside it.
mkdir "$scratch/out"
expect 0 "^$scratch/out/x.svg\$" plot "$a" "$b" -o "$scratch/out/x.svg"
/usr/bin/python3 - "$scratch/out/x.svg" <<'EOF' || fail "not an SVG of both"
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
text = " ".join("".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text"))
assert root.tag.endswith("}svg") and "null.loop" in text and "iterations" in text
EOF
expect 0 "^$scratch/out/x.png\$" plot "$a" -o "$scratch/out/x.png"
[ "$(head -c 4 "$scratch/out/x.png" | tail -c 3)" = PNG ] || fail "not a PNG"
[ "$(ls "$scratch/out" | wc -l)" -eq 2 ] || fail "more than two pictures"

# A page that stands alone, for one run and for two.
for runs in "$a" "$a $b"; do
	rm -rf "$scratch/page"
	expect 0 "^$scratch/page/index.html\$" report $runs -o "$scratch/page"
	page=$scratch/page/index.html
	[ "$(ls "$scratch/page")" = index.html ] || fail "beside the page: $(ls "$scratch/page")"
	/usr/bin/python3 - "$page" <<'EOF' || fail "the page is not what it should be"
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "hr", "source", "col", "wbr", "input"}

class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.captions, self.scopes = [], [], 0, set()
        self.pictures, self.references = 0, set()

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        assert tag not in ("script", "iframe", "object", "embed"), tag
        assert not any(name.startswith("on") for name in a), a
        assert tag not in ("img", "source", "link"), tag
        for name in ("href", "src", "srcset", "xlink:href"):
            assert (a.get(name) or "#").startswith("#"), a
            if name in a:
                self.references.add(a[name][1:])
        self.pictures += tag == "svg"
        if "id" in a:
            self.ids.append(a["id"])
        self.captions += tag == "caption"
        if tag == "th":
            assert a.get("scope") in ("col", "row", "colgroup", "rowgroup"), a
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.getpos())

text = open(sys.argv[1], encoding="utf-8").read()
page = Page()
page.feed(text)
page.close()
assert not page.open, page.open
assert len(page.ids) == len(set(page.ids)), "an id twice"
assert page.pictures and page.references <= set(page.ids)
assert page.captions >= 1 and "null.loop" in text
# Words that do not explain themselves lead to what they mean.
assert "term-each-further" in page.references and "terms" in page.references
assert text.count("<dt id=") > 20 and "how long a driver must stay away." in text
assert "prefers-color-scheme" in text and "@media print" in text
EOF
done

# A name of one's own; on a dark page there is a colour for each of the light.
expect 0 "^$scratch/own.html\$" report "$a" "$b" -o "$scratch/own.html"
cmp "$scratch/own.html" "$scratch/page/index.html" || fail "another page by another name"
templates=$MMGAUGE_SOURCE/plots/templates
colours=$(grep -o '#[0-9a-f]\{6\}' "$templates/style.gp" | tr -d '#')
[ -n "$colours" ] || fail "style.gp has no colours"
for colour in $colours; do
	grep -q -e "--p$colour: #" "$templates/report.css" || fail "no dark colour for $colour"
done

# One line and exit code 2, and nothing is left behind.
expect_error 'x.gif: .*\.svg or.* \.png' plot "$a" -o "$scratch/out/x.gif"
expect_error 'give -o' plot "$a"
expect_error 'give -o' report "$a"
expect_error 'none.json' plot "$scratch/none.json" -o "$scratch/out/y.svg"
echo '{' >"$scratch/bad.json"
expect_error 'bad.json:2:' report "$scratch/bad.json" -o "$scratch/new"
expect_error 'cannot write' plot "$a" -o "$scratch/none/x.svg"
expect_error "$scratch/bad.json" report "$a" -o "$scratch/bad.json"

# What the caller set for gnuplot plays no part.
mkdir "$scratch/home"
echo 'set terminal nosuch' >"$scratch/home/.gnuplot"
cat >"$scratch/settings" <<EOF
#!/bin/sh
HOME=$scratch/home GNUTERM=qt GNUPLOT_DRIVER_DIR=/ LC_ALL=xx_YY exec "$MMGAUGE" "\$@"
EOF
chmod +x "$scratch/settings"
expect 0 plain.svg plot "$a" -o "$scratch/plain.svg"
real=$MMGAUGE
MMGAUGE=$scratch/settings
expect 0 set.svg plot "$a" -o "$scratch/set.svg"
MMGAUGE=$real
cmp "$scratch/plain.svg" "$scratch/set.svg" || fail "settings of gnuplot: another picture"

cat >"$scratch/no-gnuplot" <<EOF
#!/bin/sh
PATH=$scratch exec "$MMGAUGE" "\$@"
EOF
cat >"$scratch/no-room" <<EOF
#!/bin/sh
trap '' XFSZ
ulimit -f 1
exec "$MMGAUGE" "\$@"
EOF
cat >"$scratch/no-templates" <<EOF
#!/bin/sh
MMGAUGE_PLOTS=$scratch exec "$MMGAUGE" "\$@"
EOF
chmod +x "$scratch"/no-*
real=$MMGAUGE
for command in "plot $a -o $scratch/out/y.svg" "report $a -o $scratch/new"; do
	MMGAUGE=$scratch/no-gnuplot
	expect_error 'gnuplot: not found.*gnuplot-nox' $command
	MMGAUGE=$scratch/no-room
	expect_error 'cannot write\|disk full' $command
	MMGAUGE=$scratch/no-templates
	expect_error 'MMGAUGE_PLOTS' $command
	MMGAUGE=$real
done
[ "$(ls "$scratch/out" | wc -l)" -eq 2 ] || fail "left: $(ls "$scratch/out")"
[ -z "$(ls -A "$scratch/new" 2>/dev/null)" ] || fail "left: $(ls -A "$scratch/new")"
finish
