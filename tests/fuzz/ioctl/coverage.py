# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the module tells KCOV of itself, and which of these places were come by."""
import re
import subprocess

POINT = "__sanitizer_cov_trace_pc"


def places(module):
    """Offsets in .text behind each call, as KCOV has them."""
    output = subprocess.run(["readelf", "-rW", module], check=True, text=True,
                            capture_output=True).stdout
    found, inside = set(), False
    for row in output.splitlines():
        if row.startswith("Relocation section"):
            inside = "'.rela.text'" in row
        elif inside and POINT in row:
            found.add(int(row.split()[0], 16) + 4)
    return found


def functions(module):
    """(begin, end, name) of each function in .text."""
    output = subprocess.run(["readelf", "-sW", module], check=True, text=True,
                            capture_output=True).stdout
    sections = subprocess.run(["readelf", "-SW", module], check=True, text=True,
                              capture_output=True).stdout
    text = re.search(r"\[\s*(\d+)\] \.text\s", sections)[1]
    found = []
    for row in output.splitlines():
        words = row.split()
        if len(words) > 7 and words[3] == "FUNC" and words[6] == text:
            begin, size = int(words[1], 16), int(words[2], 0)
            found.append((begin, begin + size, words[7]))
    return sorted(found)


def told(module, points):
    """(covered, all, functions never entered)."""
    every = places(module)
    covered = every & points
    never = [name for begin, end, name in functions(module)
             if any(begin < point <= end for point in every) and
             not any(begin < point <= end for point in covered)]
    return len(covered), len(every), never
