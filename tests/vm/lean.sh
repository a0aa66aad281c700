# SPDX-License-Identifier: GPL-2.0-or-later
# The lean kernel measures what it was made for: nothing is skipped for want of
# something in its configuration. A kernel is built: only with MMGAUGE_LINUX.
. "$MMGAUGE_SOURCE/tests/lib.sh"
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

for suite in quick try writeback pin invalidation; do
	expect 0 '\.json$' run $suite --on vm:git:HEAD --repo "$MMGAUGE_LINUX" --seed 1 \
		--max-time 10ms --latency 0 -o "$scratch/$suite.json"
done
# Its modules lie elsewhere than a distribution's, and are taken apart as well.
expect 0 '\.json$' run pin.fast -p batch=512 -p memory=4k -p kind=pin -p access=write \
	--on vm:git:HEAD --repo "$MMGAUGE_LINUX" --seed 1 --profile=calls -o "$scratch/profile"
expect 0 'pin_user_pages_fast;gup_fast_fallback' export "$scratch"/profile/*.json pin.fast -p term=short \
	-p release=plain -p fault=allowed --metric pin --format folded
config=$(grep -l "^# Linux/x86" $(ls -t "${XDG_CACHE_HOME:-$HOME/.cache}"/mmgauge/kernels/git/*/build/.config) | head -1)
/usr/bin/python3 - "$MMGAUGE_SOURCE/configs/kernels" "$config" "$scratch"/*.json <<'END' ||
import json, re, sys
folder, config, *results = sys.argv[1:]
config = set(open(config).read().split("\n"))
fragments = "".join(open("%s/%s.config" % (folder, name)).read() for name in ("lean", "lean-x86"))
wrong = [line for line in fragments.split("\n")
         if line.startswith("CONFIG_") and line not in config]
# By the exact clock, which has one CPU, by the kernel's age, and what a kernel
# with everything in it skips as well.
expected = re.compile("--clock wall|^one CPU: |CPUs beside the trial's own|"
                      "/dev/kvm: |: gone in |: needs Linux |since 6\\.5|"
                      "io_uring registers no pages of a file|"
                      "huge pages of 1024 MiB")
measured = 0
for name in results:
    for cell in json.load(open(name))["cells"]:
        label = "%s %s" % (cell["case"], cell["axes"])
        if cell["status"] == "ok":
            measured += "file" in cell["axes"].values() or "writeback." in label
        elif cell["status"] != "skipped" or not expected.search(cell["reason"]):
            wrong.append("%s: %s: %s" % (label, cell["status"], cell["reason"]))
if not measured:
    wrong.append("no cell with a file was measured")
if wrong:
    sys.exit("\n".join(wrong))
END
	fail "see above"
finish
