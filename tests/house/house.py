#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The shape of the house: which room may use which, and no circles.

    house.py rooms SOURCE        every include against the table below
    house.py circles BUILD       the objects of each room, by their symbols

A room is a folder. Files of one share headers, which hide who calls whom;
there nm tells.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys

# What each room may include, besides itself; all of it lies below.
ROOMS = {
    "kmod": "",
    "bench": "kmod",
    "results/base": "",
    "results/stats": "results/base",
    "results/store": "results results/base",
    "results": "results/base",
    "results/compare": "results results/base results/stats",
    "results/export": "results results/base",
    "results/matrix": "results results/base",
    "results/history": "results/compare results/store results results/base "
                       "results/stats",
    "plots/figures": "results results/base results/stats results/compare",
    "plots/pictures": "plots/figures results results/base results/stats "
                      "results/compare results/history",
    "plots/report": "plots/pictures plots/figures results results/base "
                    "results/stats results/store results/compare "
                    "results/history",
    "plots/site": "plots/report plots/pictures plots/figures results "
                  "results/base results/store results/compare "
                  "results/history",
    "plots": "plots/report plots/pictures plots/figures results "
             "results/base results/compare",
    "runners/base": "results/base bench",
    "runners/trial": "runners/base results/base bench kmod",
    "runners/host": "runners/trial runners/base results/base",
    "runners/ssh": "runners/host runners/base results/base",
    "runners/vm": "runners/base bench kmod results results/base",
    "runners/profile/plugin": "runners/profile runners/base kmod",
    "runners/profile": "runners/base results/base",
    "runners/run": "runners/host runners/ssh runners/vm runners/profile runners/trial runners/base bench "
                   "results results/base results/stats results/store "
                   "results/compare",
    "runners/many": "runners/run runners/vm runners/base bench results "
                    "results/base results/stats results/store "
                    "results/compare results/history results/matrix",
    "runners/import": "runners/many runners/base results results/base "
                      "results/store results/export",
    "runners/cli": "runners/import runners/many runners/run runners/host runners/ssh runners/vm "
                   "runners/trial runners/base bench plots plots/site results "
                   "results/base results/stats results/store "
                   "results/compare results/export results/history "
                   "results/matrix",
    "runners": "runners/cli runners/host runners/trial runners/base results/base",
}
# Made by CMake, in no room.
GENERATED = {"places.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def find(source, file, name):
    """The file that `#include "name"` in @file means, from the root."""
    for base in (file.parent, source):
        path = (base / name).resolve()
        if path.is_file() and path.is_relative_to(source):
            return path.relative_to(source)
    return None


def check_file(source, path):
    room = str(path.parent.relative_to(source))
    if room not in ROOMS:
        return [f"{room}: no such room in tests/house: give it a row"]
    faults = []
    allowed = set(ROOMS[room].split()) | {room}
    for name in INCLUDE.findall(path.read_text(errors="replace")):
        target = find(source, path, name)
        if name in GENERATED or (target and str(target.parent) in allowed):
            continue
        where = path.relative_to(source)
        faults.append(f"{where}: includes {name}: {room} may not use "
                      f"{target.parent if target else 'what is not there'}")
    return faults


def check_table():
    """The table itself must run one way."""
    graph = {room: set(uses.split()) for room, uses in ROOMS.items()}
    return [f"rooms in a circle: {' '.join(circle)}"
            for circle in circles(graph)]


def rooms(source):
    source = pathlib.Path(source).resolve()
    faults = check_table()
    for top in ("kmod", "bench", "results", "plots", "runners"):
        for path in sorted((source / top).rglob("*.[ch]")):
            faults += check_file(source, path)
    return faults


def circles(graph):
    """Strongly connected components of more than one (Tarjan 1972)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(part) > 1:
                found.append(sorted(part))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def symbols(paths):
    """What each object defines, and what it wants."""
    output = subprocess.run(["nm", "-g", "-A", *paths], check=True, text=True,
                            capture_output=True).stdout
    objects = {path.name: (set(), set()) for path in paths}
    for line in output.splitlines():
        file, entry = line.split(":", 1)
        kind, name = entry.split()[-2:]
        defined, wanted = objects[pathlib.Path(file).name]
        if kind == "U":
            wanted.add(name)
        elif kind in "TDBRVW":
            defined.add(name)
    return objects


def check_objects(folder):
    # Kbuild's own: the module as a whole, and its end.
    paths = [path for path in sorted(folder.glob("*.o"))
             if not path.name.startswith("mmgauge.")]
    objects = symbols(paths)
    home = {name: path for path, (defined, _) in objects.items()
            for name in defined}
    graph, ties = collections.defaultdict(set), {}
    for path, (_, wanted) in objects.items():
        for name in wanted:
            if home.get(name, path) != path:
                graph[path].add(home[name])
                ties[path, home[name]] = name
    return [f"{folder}: {' '.join(circle)}: a circle: " +
            ", ".join(f"{a} wants {name} of {b}"
                      for (a, b), name in sorted(ties.items())
                      if a in circle and b in circle)
            for circle in circles(graph)]


def object_folders(build):
    """
    Those of the rooms; the agent is made of the same sources again. The scratch
    folders of tests that run meanwhile come and go: they are not looked into.
    """
    found = []
    for folder, below, files in os.walk(build):
        below[:] = sorted(name for name in below
                          if name not in ("tests", "agent.dir") and
                          not (name.startswith("mmgauge") and name.endswith(".dir")))
        if any(name.endswith(".o") for name in files):
            found.append(pathlib.Path(folder))
    return found


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "rooms":
        faults = rooms(arguments[1])
    elif len(arguments) == 2 and arguments[0] == "circles":
        folders = object_folders(arguments[1])
        faults = [fault for folder in folders
                  for fault in check_objects(folder)]
        if not folders:
            faults = [f"{arguments[1]}: no objects: build first"]
    else:
        sys.exit(__doc__)
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


main(sys.argv[1:])
