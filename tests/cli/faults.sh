# SPDX-License-Identifier: GPL-2.0-or-later
# Faults in the middle of whole commands: some of each kind, or all of them with
# MMGAUGE_LONG, which is what `tests/faults/faults.py` does by itself.
. "$MMGAUGE_SOURCE/tests/lib.sh"
faults=$MMGAUGE_SOURCE/tests/faults

command -v strace >/dev/null || { echo "no strace: install strace"; exit 77; }
strace -qq -o /dev/null true 2>/dev/null || { echo "no process may be traced here"; exit 77; }
[ -n "${MMGAUGE_LONG:-}" ] && how= || how='-s 12'
/usr/bin/python3 "$faults/faults.py" $how || fail "faults"
finish
