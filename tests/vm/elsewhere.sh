# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel that boots a few instructions otherwise is the same kernel: of boots
# whose command lines are longer and longer no cell differs by a threshold, with one
# boot a side, whatever place between two ticks and whatever state that leads to.
. "$MMGAUGE_SOURCE/tests/lib.sh"

cat >"$scratch/short-suite.json" <<'EOS'
{ "schema": "mmgauge-suite/1", "name": "short", "precision": "2%", "max_time": "10ms", "latency": 128,
  "cells": [
    { "case": "invalidate.m[u-z]*", "axes": { "subscription": "interval", "count": 1, "range": 512 } },
    { "case": "invalidate.m*", "axes": { "subscription": "mm-wide", "count": 1, "range": 1 } },
    { "case": "invalidate.madvise_dontneed", "axes": { "subscription": ["none", "mm-wide"], "count": [0, 1],
        "range": 512, "memory": ["4k", "thp", "file"] } },
    { "case": "lifetime.release" }, { "case": "invalidate.fork" }, { "case": "pin.fork_held" }
  ] }
EOS
word=
for i in 1 2 3; do
	expect 0 'json$' run "$scratch/short-suite.json" --on vm:deb:6.12 \
		--config "append=mmgauge_test=x$word" --boots 1 --seed 1 -o "$scratch/$i.json"
	word=${word}xxxx
done
for i in 2 3; do
	expect 0 'unchanged' compare "$scratch/1.json" "$scratch/$i.json" --fail-on any
done
finish
