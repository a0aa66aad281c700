# SPDX-License-Identifier: GPL-2.0-or-later
# Commands that are killed at random moments and carried on: a few, or with
# MMGAUGE_LONG 200 of them, and guests among them. SEED and KILLS choose.
. "$MMGAUGE_SOURCE/tests/lib.sh"
kills=$MMGAUGE_SOURCE/tests/faults/kills.py

if [ -n "${MMGAUGE_LONG:-}" ]; then
	/usr/bin/python3 "$kills" -n "${KILLS:-200}" --seed "${SEED:-1}" || fail "kills"
else
	/usr/bin/python3 "$kills" -n "${KILLS:-10}" --seed "${SEED:-1}" -c '*e' || fail "kills"
fi
finish
