# SPDX-License-Identifier: GPL-2.0-or-later
# What was installed finds its parts, wherever the prefix was moved to.
. "$MMGAUGE_SOURCE/tests/lib.sh"

command -v cmake >/dev/null || exit 77
cmake --install "$(dirname "$MMGAUGE")" --prefix "$scratch/made" >"$scratch/log" 2>&1 ||
	fail "cmake --install: $(tail -3 "$scratch/log")"
mv "$scratch/made" "$scratch/moved"
for file in share/man/man1/mmgauge.1 share/bash-completion/completions/mmgauge \
	share/zsh/site-functions/_mmgauge share/fish/vendor_completions.d/mmgauge.fish \
	share/mmgauge/schema/mmgauge-result-1.schema.json share/mmgauge/configs/suite.schema.json \
	share/mmgauge/configs/ci/lava.yaml share/doc/mmgauge/method.md \
	share/mmgauge/kmod/Kbuild share/mmgauge/kmod/mmgauge_uapi.h \
	share/mmgauge/configs/kernels/lean.config; do
	[ -s "$scratch/moved/$file" ] || fail "not installed: $file"
done
[ -z "$(find "$scratch/moved" -name CMakeLists.txt -o -name .clang-format)" ] ||
	fail "installed what nobody needs"
# A case of others finds bench.h, and that what it includes.
echo '#include "bench.h"' >"$scratch/case.c"
flags=$(PKG_CONFIG_PATH=$scratch/moved/share/pkgconfig pkg-config --cflags mmgauge) &&
	gcc -fsyntax-only $flags "$scratch/case.c" || fail "no bench.h by pkg-config: $flags"
unset MMGAUGE_AGENT
MMGAUGE=$scratch/moved/bin/mmgauge

# The suite, the agent and the templates are its own: a broken one is noticed.
expect 0 'null.loop' run quick --dry-run
expect 0 '\.json$' run null.loop --boots 1 --max-time 100ms -o "$scratch/a.json"
if command -v gnuplot >/dev/null; then
	expect 0 'index.html' report "$scratch/a.json" -o "$scratch/page"
	grep -q "^$scratch" "$scratch/stdout" || fail "a report elsewhere"
fi
echo '{' >"$scratch/moved/share/mmgauge/configs/suites/quick.json"
expect_error "$scratch/moved/.*quick.json:" run quick --dry-run
printf '#!/bin/sh\nexit 3\n' >"$scratch/moved/libexec/mmgauge/mmgauge-agent"
expect 2 . run null.loop --boots 1 -o "$scratch/b.json"
rm "$scratch/moved/share/mmgauge/plots/report.css"
expect_error 'no such plot template' report "$scratch/a.json" -o "$scratch/new"
finish
