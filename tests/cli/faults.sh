# SPDX-License-Identifier: GPL-2.0-or-later
# Faults in the middle of whole commands: some of each kind, or all of them with
# MMGAUGE_LONG, which is what `tests/faults/faults.py` does by itself.
. "$MMGAUGE_SOURCE/tests/lib.sh"
faults=$MMGAUGE_SOURCE/tests/faults

command -v strace >/dev/null || { echo "no strace: install strace"; exit 77; }
strace -qq -o /dev/null true 2>/dev/null || { echo "no process may be traced here"; exit 77; }
# Those that were walked from their first fault to their last.
walked='compare,compare-json,compare-mail,compare-base,baseline-*,runs*'
[ -n "${MMGAUGE_LONG:-}" ] && how= || how="-s 12 -c $walked"
set -f # the patterns are not for the shell
/usr/bin/python3 "$faults/faults.py" $how || fail "faults"
finish
