# SPDX-License-Identifier: GPL-2.0-or-later
"""sim series 0 PART | others.py FOLDER [GLOB]: the same series as others see them.

FOLDER holds Apache Otava's sources (https://github.com/apache/otava); needs
python3-numpy and python3-scipy. Beside what is told here stand Otava as it
comes, Otava with the p at which its false alarms are as many as here on normal
noise of as many points, and the best one-step t of all places, likewise matched.
GLOB chooses rows; they come after those of the noise they are matched by.
"""
import fnmatch
import sys

sys.path.insert(0, sys.argv[1])
import numpy
from otava.analysis import compute_change_points

PS = (0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01)  # Otava's default: .001


def otava(values, p):
    # A list: of an array it takes the whole for each window.
    return [c.index for c in compute_change_points(list(values), max_pvalue=p)[0]]


def best_step(values):
    """The largest |t| of two means, and where; pooled variance, sides of two at least."""
    n = len(values)
    left = numpy.arange(2, n - 1)
    sums, squares = numpy.cumsum(values), numpy.cumsum(values**2)
    a, b = sums[left - 1] / left, (sums[-1] - sums[left - 1]) / (n - left)
    rest = squares[-1] - left * a**2 - (n - left) * b**2
    t = numpy.abs(a - b) / numpy.sqrt(rest / (n - 2) * (1 / left + 1 / (n - left)) + 1e-300)
    at = int(numpy.argmax(t))
    return t[at], int(left[at])


def rows(stream):
    """(name, [(steps, told, values)]): the first row after its series is theirs."""
    series = []
    for line in stream:
        words = line.split()
        if line.startswith("series "):
            told, values = words.index("told"), words.index("values")
            series.append(([int(w) for w in words[2:told]], [int(w) for w in words[told + 1:values]],
                           numpy.array([float(w) for w in words[values + 1:]])))
        elif line.startswith("| ") and series:
            yield line.split("|")[1].strip(), series
            series = []


def hit(steps, told):
    """Where nothing steps, that anything is told; else that one is within two."""
    return any(abs(t - steps[0]) <= 2 for t in told) if steps else bool(told)


def main():
    wanted = sys.argv[2] if len(sys.argv) > 2 else "*"
    matched = {}  # by points: (p, t) of as many false alarms
    print("| 1,000 series | here | Otava | matched | one step, matched |\n|---|--:|--:|--:|--:|")
    for name, series in rows(sys.stdin):
        points, count = len(series[0][2]), len(series)
        if not fnmatch.fnmatch(name, wanted):
            continue
        here = sum(hit(s, t) for s, t, _ in series) / count
        found = {p: sum(hit(s, otava(v, p)) for s, _, v in series) / count
                 for p in PS if p == 0.001 or points not in matched or p == matched[points][0]}
        best = [best_step(v) for _, _, v in series]
        if points not in matched and name.endswith(" normal"):
            # At least one series, or nothing would ever be told.
            limit = max(here, 1 / count)
            matched[points] = (max((p for p in PS if found[p] <= limit), default=PS[0]),
                               sorted(t for t, _ in best)[-1 - int(limit * count)])
        p, t = matched.get(points, (PS[0], float("inf")))
        one = sum(hit(s, [at] if size > t else []) for (s, _, _), (size, at) in zip(series, best)) / count
        print("| %s | %.3f | %.3f | %.3f | %.3f |" % (name, here, found[0.001], found[p], one), flush=True)


main()
