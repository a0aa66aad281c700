# SPDX-License-Identifier: GPL-2.0-or-later
# Answers that are wrong, and fast: a module that stands for a kernel which finds
# other pages, keeps references, or counts no pins. Each makes cells invalid.
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

# The pfn of the next page, for the first of a walk.
sed -i 's/^\(\t*\)ret = hmm_range_fault(&walk->range);/&\n\1if (!ret)\n\1\twalk->range.hmm_pfns[0]++;/' \
	"$scratch/kmod/fault.c"
# A reference that is kept whenever more than one page is given back.
sed -i 's/^\t\tunpin_user_pages(pages, count);/\t{\n\t\tget_page(pages[count \/ 2]);\n&\n\t}/' \
	"$scratch/kmod/pin.c"
# Held, says it, and holds nothing.
sed -i 's/^\tfor (i = 0; i < req->iterations && !ret; i++) {/\tif (req->flags \& MMG_PIN_HOLD)\n\t\treturn 0;\n&/' \
	"$scratch/kmod/pin.c"
for file in fault pin; do
	cmp -s "$MMGAUGE_SOURCE/kmod/$file.c" "$scratch/kmod/$file.c" &&
		fail "nothing is planted in $file.c"
done

"$MMGAUGE" run fault.hmm pin.fast null.ioctl -p memory=4k,thp -p batch=512 \
	-p mode=write --on vm:deb:6.12 --clock instructions --max-time 50ms \
	-o "$scratch/out.json" >"$scratch/stdout" 2>"$scratch/stderr"
/usr/bin/python3 - "$scratch/out.json" <<'END' || fail "$(cat "$scratch/stderr")"
import json, sys
cells = json.load(open(sys.argv[1]))["cells"]
wanted = {"fault.hmm": "1 of 512 pfns are of other pages",
          "pin.fast": "references and", "null.ioctl": "counts 0: nobody"}
for cell in cells:
    assert cell["status"] == "invalid", cell
    assert wanted[cell["case"]] in cell["reason"], cell
assert len(cells) == 5, len(cells)
END
finish
