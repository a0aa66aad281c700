# SPDX-License-Identifier: GPL-2.0-or-later
# Answers that are wrong, and fast: a module that stands for a kernel which finds
# or pins other pages, says that what is not writable is, keeps references, or
# counts no pins. Each makes cells invalid, of every case that mirrors or pins.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cp -r "$MMGAUGE_SOURCE/kmod" "$scratch/kmod"
export MMGAUGE_KMOD="$scratch/kmod"
# Modules of such sources are nobody else's.
cache=${XDG_CACHE_HOME:-$HOME/.cache}
mkdir -p "$scratch/cache/mmgauge"
for part in kernels git; do
	[ ! -e "$cache/mmgauge/$part" ] || ln -s "$cache/mmgauge/$part" "$scratch/cache/mmgauge"
done
export XDG_CACHE_HOME="$scratch/cache"

# The pfn of the next page, for the first of a walk; or a write bit, for the first
# that only looks, and only while it is verified.
sed -i 's/^\(\t*\)ret = hmm_range_fault(&walk->range);/&\n\1if (!ret \&\& walk->req->mode != MMG_FAULT_SNAPSHOT)\n\1\twalk->range.hmm_pfns[0]++;\n\1else if (!ret \&\& (walk->req->flags \& MMG_FAULT_VERIFY))\n\1\twalk->range.hmm_pfns[0] |= HMM_PFN_WRITE;/' \
	"$scratch/kmod/fault.c"
# A reference that is kept whenever more than one page is given back, of a pin;
# and pages that are handed out in another order, of a reference or in a memfd.
sed -i 's/^\t\tunpin_user_pages(pages, count);/\t{\n\t\tget_page(pages[count \/ 2]);\n&\n\t}/
	s/^\t\tret = mmg_pin_all(file, req, &count);/&\n\t\tif (req->flags \& MMG_PIN_GET)\n\t\t\tswap(pins->pages[0], pins->pages[1]);/' \
	"$scratch/kmod/pin.c"
sed -i 's/^\t\tret = mmg_memfd_pin(req, memfd, folios, &count);/&\n\t\tswap(folios[0], folios[1]);/' \
	"$scratch/kmod/pin_memfd.c"
# Held, says it, and holds nothing.
sed -i 's/^\tfor (i = 0; i < req->iterations && !ret; i++) {/\tif (req->flags \& MMG_PIN_HOLD)\n\t\treturn 0;\n&/' \
	"$scratch/kmod/pin.c"
for file in fault pin pin_memfd; do
	cmp -s "$MMGAUGE_SOURCE/kmod/$file.c" "$scratch/kmod/$file.c" &&
		fail "nothing is planted in $file.c"
done

cat >"$scratch/suite.json" <<'END'
{ "schema": "mmgauge-suite/1", "name": "verify", "summary": "what mirrors and pins",
  "cells": [
    { "case": "null.ioctl" },
    { "case": "fault.hmm", "axes": { "memory": ["4k", "thp"] } },
    { "case": "fault.hmm", "axes": { "memory": "readonly", "mode": "snapshot" } },
    { "case": "pin.fast", "axes": { "memory": ["4k", "thp"], "batch": 512 } },
    { "case": "pin.calls", "axes": { "kind": ["pin", "get"], "range": 512 } },
    { "case": "pin.memfd", "axes": { "batch": 512 } },
    { "case": "pin.fork_held", "axes": { "held": ["get", "pin"] } },
    { "case": "pin.unshare", "axes": { "kind": ["pin", "get"], "batch": 512 } },
    { "case": "pin.migrate", "axes": { "term": "long" } },
    { "case": "writeback.mkclean", "axes": { "mappers": 1, "held": ["get", "pin"] } }
  ] }
END
"$MMGAUGE" run "$scratch/suite.json" --on vm:deb:6.1 --on vm:deb:6.12 --seed 1 \
	--max-time 20ms -o "$scratch/out" >"$scratch/stdout" 2>"$scratch/stderr"
/usr/bin/python3 - $(cat "$scratch/stdout") <<'END' || fail "$(cat "$scratch/stderr")"
import json, sys
kept, order = "references and", "pages that were pinned are not"
wanted = {
    ("null.ioctl", ""): "counts 0: nobody",
    ("fault.hmm", "write"): "1 of 512 pfns are of other pages",
    ("fault.hmm", "snapshot"): "1 of 1 pfns are said to be writable and are not",
    ("pin.fast", "pin"): kept,
    ("pin.calls", "pin"): kept,
    ("pin.calls", "get"): order,
    ("pin.memfd", ""): order,
    ("pin.fork_held", "pin"): "faults after a fork of pages",
    ("pin.fork_held", "get"): "nothing was pinned",
    ("pin.unshare", "pin"): kept,
    ("pin.unshare", "get"): order,
    ("pin.migrate", ""): kept,
    ("writeback.mkclean", "pin"): kept,
    ("writeback.mkclean", "get"): order,
}
assert len(sys.argv) == 3, sys.argv
for name in sys.argv[1:]:
    result = json.load(open(name))
    told = set()
    for cell in result["cells"]:
        axes, case = cell["axes"], cell["case"]
        key = case, axes.get("kind") or axes.get("held") or axes.get("mode") or ""
        told.add(key)
        if case == "pin.memfd" and result["subject"]["release"].startswith("6.1."):
            assert cell["status"] == "skipped", cell
            continue
        assert cell["status"] == "invalid", cell
        assert wanted[key] in cell["reason"], (wanted[key], cell)
    assert told == set(wanted), told ^ set(wanted)
END
finish
