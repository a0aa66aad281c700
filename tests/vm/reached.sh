# SPDX-License-Identifier: GPL-2.0-or-later
# Which functions of the kernel's files that mmgauge is about does the suite try
# reach? Only with MMGAUGE_LINUX: QEMU logs each block of these functions when it
# translates it, that is before it is executed for the first time. REACHED_BY names
# other suites or cases.
. "$MMGAUGE_SOURCE/tests/lib.sh"
. "$MMGAUGE_SOURCE/tests/linux_tree.sh"

on="--clock instructions --on vm:git:HEAD --repo $MMGAUGE_LINUX"
"$MMGAUGE" run null.loop $on -o "$scratch/first" || exit 2
commit=$(git -C "$MMGAUGE_LINUX" rev-parse --short=12 HEAD)
nm "${XDG_CACHE_HOME:-$HOME/.cache}/mmgauge/kernels/git/$commit"-*/vmlinux >"$scratch/symbols"
cat >"$scratch/ranges.py" <<'END'
import bisect, re, sys
tree, symbols, log = sys.argv[1:4]
files = ("mm/gup.c", "mm/hmm.c", "mm/mmu_notifier.c", "mm/rmap.c",
         "kernel/sched/membarrier.c")
table = sorted((int(a, 16), t, n) for a, t, n in
               (line.split()[:3] for line in open(symbols)
                if len(line.split()) == 3))
starts = sorted({a for a, _, _ in table})
found = []
for name in files:
    text = re.sub(r"/\*.*?\*/", "", open(f"{tree}/{name}").read(), flags=re.S)
    defined = set(re.findall(r"^[a-zA-Z_][\w \t*]*?[\s*](\w+)\s*\([^;{]*?\)\s*\{",
                             text, flags=re.M | re.S))
    defined |= {"__x64_sys_" + n for n in
                re.findall(r"^SYSCALL_DEFINE\d\((\w+)", text, flags=re.M)}
    for start, kind, symbol in table:
        if kind in "tT" and re.sub(r"\.(isra|constprop|part)\.\d+$", "", symbol) in defined:
            end = starts[bisect.bisect(starts, start)] - 1
            found.append((name, symbol, start, end))
if log == "-":
    print(",".join(f"0x{start:x}..0x{end:x}" for _, _, start, end in found))
    sys.exit()
seen = {int(m, 16) for m in re.findall(r"^(0x[0-9a-f]{16}):", open(log).read(), flags=re.M)}
for name, symbol, start, end in found:
    print(name, symbol, "reached" if any(start <= a <= end for a in seen) else "not")
END
ranges=$(/usr/bin/python3 "$scratch/ranges.py" "$MMGAUGE_LINUX" "$scratch/symbols" -) || exit 2
mkdir "$scratch/bin"
cat >"$scratch/bin/qemu-system-x86_64" <<END
#!/bin/sh
case "\$*" in *-icount*) set -- "\$@" -d in_asm -D $scratch/log -dfilter $ranges ;; esac
exec $(command -v qemu-system-x86_64) "\$@"
END
chmod +x "$scratch/bin/qemu-system-x86_64"
PATH=$scratch/bin:$PATH "$MMGAUGE" run ${REACHED_BY:-try} $on -o "$scratch/out" || fail "no run"
/usr/bin/python3 "$scratch/ranges.py" "$MMGAUGE_LINUX" "$scratch/symbols" "$scratch/log"
finish
