#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults that are injected one after another into whole commands.

    faults.py [-c COMMAND,...] [-k KIND] [-s SECONDS] [--seed N] [--at N] [-v]

Each command of commands.py runs once in peace, and then again and again: with
its first, second, ... allocation failing, write, open, ..., or killed there,
until it came through without being disturbed. Each time it must

    - end in time, by itself: with the exit code of peace, having done and told
      the same; or with exit code 2 and one line that says why
    - leave each file as it was, or as it is in peace, and no other
    - come through when it is run again, and then to what there is in peace.

With -s it takes some of all faults by chance (--seed repeats which), for so
many seconds. Allocations fail by memory.so (FAULT_SO), where each stack of
callers allocates first and second; system calls by strace. MMGAUGE is the
program; under a sanitizer what that finds is a fault as well.
"""
import argparse
import fnmatch
import gzip
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import commands

SECONDS = 60
# Calls; what becomes of them; whether it stays so.
CALLS = {
    "write": ("write,pwrite64,writev,ftruncate,fallocate", "error=ENOSPC", False),
    "fsync": ("fsync,fdatasync,syncfs", "error=EIO", False),
    "rename": ("rename,renameat,renameat2,link", "error=EACCES", False),
    "open": ("open,openat", "error=EMFILE", False),
    "files": ("open,openat,pipe2,dup,socket", "error=EMFILE", True),
    "fork": ("clone,clone3,vfork", "error=EAGAIN", False),
    "make": ("mkdir,pipe2,dup,flock,symlink", "error=ENOSPC", False),
    "remove": ("unlink,unlinkat,rmdir", "error=EACCES", False),
    "read": ("read,pread64", "error=EIO", False),
    "execve": ("execve", "error=ENOMEM", False),
    "kill": ("write,pwrite64,fsync,rename,unlink,unlinkat,mkdir,flock,clone,link",
             "signal=KILL", False),
}
KINDS = ["memory", "starved", *CALLS, "full"]
PAGE = 4096
REASONS = "No space left|No locks|Resource temporarily|Input/output error|Too many open files|Cannot allocate memory|out of memory"
SANITIZED = re.compile(r"Sanitizer|runtime error:")
# Nothing is lost by what a program without memory does not free on its way out.
OPTIONS = {"ASAN_OPTIONS": "verify_asan_link_order=0:exitcode=99:allocator_may_return_null=1:detect_leaks=0",
           "UBSAN_OPTIONS": "halt_on_error=1:exitcode=99"}


class Outcome:
    def __init__(self, code, out, err, injected):
        self.code, self.out, self.err, self.injected = code, out, err, injected


def tree(folder):
    """What is in a folder: the bytes of each file, unpacked."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink() or not path.is_file():
            found[name] = str(path.readlink()) if path.is_symlink() else None
            continue
        data = path.read_bytes()
        if name.endswith(".gz"):
            try:
                data = gzip.decompress(data)
            except (OSError, EOFError):
                data = b"damaged: " + data
        found[name] = data
    # Nobody's truth: the index of the store is made again, locks are empty.
    return {name: data for name, data in found.items()
            if ".index.sqlite" not in name and not name.startswith(("tree/.git/", "cache/mmgauge/locks"))
            and name not in ("cache", "cache/mmgauge", "cache/mmgauge/tmp", "data", "data/mmgauge",
                             "data/mmgauge/runs", "data/mmgauge/baselines")}


class Bench:
    """A command, its folder before and what it comes to in peace."""

    def __init__(self, command, mmgauge, place, template):
        self.command, self.mmgauge = command, mmgauge
        self.folder, self.template, self.place = place / "at", template, place
        self.mounted = False
        self.mark, self.log, self.list = place / "mark", place / "log", place / "list"
        self.before = tree(template)
        self.reset()
        self.peace = self.run(command.arguments)
        self.after = tree(self.folder)
        self.again = self.run(command.again)
        self.final = tree(self.folder)
        if self.peace.code not in command.codes:
            sys.exit(f"{command.name}: exit code {self.peace.code} in peace: {self.peace.err}")

    def reset(self):
        if self.mounted:
            subprocess.run(["umount", self.folder], check=True)
        self.mounted = False
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder, symlinks=True)

    def run(self, arguments, before=(), **more):
        environment = {**commands.environment(self.folder), **OPTIONS, **more}
        self.mark.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        with subprocess.Popen([*before, self.mmgauge, *arguments], cwd=self.folder, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, start_new_session=True) as child:
            try:
                out, err = child.communicate(timeout=SECONDS)
                code = child.returncode
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, 9)
                out, err = child.communicate()
                code = "none: it hangs"
        where = str(self.folder)
        injected = self.mark.exists() or (self.log.exists() and b"INJECTED" in self.log.read_bytes())
        return Outcome(code, out.decode(errors="replace").replace(where, "."),
                       err.decode(errors="replace").replace(where, "."), injected)

    def run_full(self, pages):
        """On a disk of its own, that has room for so many pages more."""
        needs = sum((path.stat().st_size + PAGE - 1) // PAGE + 1 for path in self.template.rglob("*"))
        self.reset()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={(needs + 64) * PAGE}", "none", self.folder],
                       check=True)
        shutil.copytree(self.template, self.folder, symlinks=True, dirs_exist_ok=True)
        left = os.statvfs(self.folder).f_bavail
        (self.folder / "root/full").write_bytes(b"x" * PAGE * max(left - pages, 1))
        outcome = self.run(self.command.arguments)
        (self.folder / "root/full").unlink()
        outcome.injected = outcome.code != self.peace.code
        self.mounted = True
        return outcome

    def fail(self, kind, number):
        """The command, whose @number-th chance of @kind is taken."""
        if kind == "full":
            return self.run_full(number)
        self.reset()
        if kind in ("memory", "starved"):
            return self.run(self.command.arguments, LD_PRELOAD=os.environ["FAULT_SO"],
                            FAULT_IN="mmgauge", FAULT_AT=str(number), FAULT_DONE=str(self.mark),
                            FAULT_ON="1" if kind == "starved" else "0")
        calls, what, stays = CALLS[kind]
        outcome = self.run(self.command.arguments, before=[
            "strace", "-qq", "-o", str(self.log), "-e", f"trace={calls}", "-e",
            f"inject={calls}:{what}:when={number}{'+' if stays else ''}"])
        outcome.injected |= kind == "kill" and outcome.code == -9
        return outcome

    def numbers(self, kind):
        """At which it may fail; calls before main() are the loader's."""
        if kind == "full":
            return [0, 1, 2, 3, 4, 6, 8, 12, 16, 32] if os.getuid() == 0 else []
        self.reset()
        if kind in ("memory", "starved"):
            self.run(self.command.arguments, LD_PRELOAD=os.environ["FAULT_SO"],
                     FAULT_IN="mmgauge", FAULT_LIST=str(self.list))
            return sorted({int(line) for line in self.list.read_text().split()})
        self.run(self.command.arguments, before=[
            "strace", "-qq", "-o", str(self.log), "-e", f"trace={CALLS[kind][0]},openat"])
        calls = [line for line in self.log.read_text().splitlines() if re.match(r"\w+\(", line)]
        loaded = max((i for i, line in enumerate(calls) if ".so" in line and "O_CLOEXEC" in line), default=0)
        names = set(CALLS[kind][0].split(","))
        counted = [i for i, line in enumerate(calls) if line.split("(")[0] in names]
        # What it says itself may get lost, and then nobody is there to be told.
        return [n + 1 for n, i in enumerate(counted)
                if i > loaded and not re.match(r"write\(2,|read\(0,", calls[i])]

    def judge(self, kind, outcome):
        """What is wrong, a line each."""
        command, left = self.command, tree(self.folder)
        if SANITIZED.search(outcome.err):
            yield "the sanitizer: " + outcome.err[:3000]
        if kind == "kill":
            if outcome.code != -9:
                yield f"exit code {outcome.code}, killed"
        elif outcome.code == self.peace.code and outcome.code != 2:
            yield from self.judge_done(kind, outcome, left)
        elif outcome.code == 77 and "crashed" in outcome.err:
            pass # a trial is what could not run, and the result says why
        elif outcome.code != 2:
            yield f"exit code {outcome.code}: {outcome.err[:500]}"
        else:
            lines = outcome.err.splitlines() or [""]
            if not lines[-1].startswith("mmgauge: ") or \
                    lines[-1] not in self.peace.err and len(self.news(outcome)) > 1:
                yield f"not one line that says why: {outcome.err[:500]}"
        yield from self.judge_left(left, kind)
        if left != self.before or kind == "kill":
            yield from self.judge_again()

    def news(self, outcome):
        """What mmgauge says that it does not in peace."""
        return [line for line in outcome.err.splitlines()
                if line.startswith("mmgauge: ") and line not in self.peace.err]

    def judge_done(self, kind, outcome, left):
        told = re.search(REASONS, outcome.out)
        if self.news(outcome) or told or kind in self.command.less:
            return
        if not self.command.varies and outcome.out != self.peace.out:
            yield f"it says that all is well, and told something else: {outcome.out[:300]}"
        if not self.command.varies and left != self.after:
            yield f"it says that all is well, and did something else: {self.differ(left, self.after)}"

    def judge_left(self, left, kind):
        for name, data in left.items():
            if name in self.before and self.before[name] == data:
                continue
            if kind == "kill" and (name.endswith(".tmp") or ".journal" in name or "/tmp/" in name):
                continue
            if self.command.varies or (name in self.after and data == self.after[name]):
                if not name.endswith(".tmp"):
                    continue
            yield f"left behind: {name}: {(data or b'a folder')[:80]}"
        for name in self.before:
            if name not in left and name in self.after:
                yield f"lost: {name}"

    def judge_again(self):
        again = self.run(self.command.again)
        allowed = {self.again.code, self.peace.code} if self.command.again == self.command.arguments \
            else {self.again.code}
        if SANITIZED.search(again.err) or again.code not in allowed:
            yield f"again: exit code {again.code}: {again.err[:500]}"
        left = tree(self.folder)
        if self.command.again != self.command.arguments:
            return # it was done in part, and is only looked at now
        if not self.command.varies and again.code == self.again.code and again.out != self.again.out:
            yield f"again: it told something else: {again.out[:300]}"
        if self.command.varies:
            yield from (f"again: left behind: {name}" for name in left if name.endswith(".tmp"))
        elif left not in (self.final, self.after):
            yield f"again: {self.differ(left, self.final)}"

    @staticmethod
    def differ(left, right):
        names = [name for name in {**left, **right} if left.get(name, 0) != right.get(name, 0)]
        return ", ".join(f"{name}{' missing' if name not in left else ' more' if name not in right else ''}"
                         for name in sorted(names)[:5])


class Campaign:
    def __init__(self, arguments):
        self.arguments, self.tried, self.wrong, self.refused = arguments, {}, 0, {}

    def tell(self, bench, kind, number, outcome):
        problems = list(bench.judge(kind, outcome))
        if self.arguments.v or problems:
            print(f"{bench.command.name} {kind} {number}: exit code {outcome.code}: "
                  f"{outcome.err.strip()[-300:] if self.arguments.v else ''}", flush=True)
        for problem in problems:
            print("  " + problem.replace("\n", "\n  "), flush=True)
        self.wrong += bool(problems)

    def try_one(self, bench, kind, number):
        outcome = bench.fail(kind, number)
        if not outcome.injected:
            return
        self.tried[kind] = self.tried.get(kind, 0) + 1
        if outcome.code == 2:
            self.refused[kind] = self.refused.get(kind, 0) + 1
        self.tell(bench, kind, number, outcome)

    def whole(self, benches):
        for bench in benches:
            for kind in self.arguments.kinds:
                for number in [self.arguments.at] if self.arguments.at else bench().numbers(kind):
                    self.try_one(bench(), kind, number)

    def some(self, benches):
        chance = random.Random(self.arguments.seed)
        end = time.monotonic() + self.arguments.s
        while time.monotonic() < end:
            bench, kind = chance.choice(benches)(), chance.choice(self.arguments.kinds)
            numbers = bench.numbers(kind)
            for number in chance.sample(numbers, min(4, len(numbers))):
                self.try_one(bench, kind, number)

    def finish(self):
        for kind, count in sorted(self.tried.items()):
            print(f"{kind}: {count} faults, {self.refused.get(kind, 0)} times told")
        print(f"{sum(self.tried.values())} faults of seed {self.arguments.seed}, {self.wrong} wrong")
        return 1 if self.wrong or not self.tried else 0


def lazily(command, mmgauge, place, template):
    made = []

    def bench():
        if not made:
            (place / command.name).mkdir()
            made.append(Bench(command, mmgauge, place / command.name, template))
        return made[0]
    return bench


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", default="*")
    parser.add_argument("-k", default="*")
    parser.add_argument("-s", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", type=int)
    parser.add_argument("-v", action="store_true")
    arguments = parser.parse_args()
    arguments.kinds = [kind for kind in KINDS if fnmatch.fnmatch(kind, arguments.k)]
    campaign = Campaign(arguments)
    mmgauge = os.path.abspath(os.environ["MMGAUGE"])
    with tempfile.TemporaryDirectory(prefix="mmgauge-faults-", dir="/dev/shm") as place:
        place = pathlib.Path(place)
        commands.make(place / "template", mmgauge)
        benches = [lazily(command, mmgauge, place, place / "template") for command in commands.COMMANDS
                   if any(fnmatch.fnmatch(command.name, one) for one in arguments.c.split(","))]
        try:
            (campaign.some if arguments.s else campaign.whole)(benches)
        finally:
            subprocess.run(["umount", *place.glob("*/at")], stderr=subprocess.DEVNULL)
        return campaign.finish()


if __name__ == "__main__":
    # What is mounted ends with us, however we end.
    if os.getuid() == 0 and "FAULT_ALONE" not in os.environ:
        os.environ["FAULT_ALONE"] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])
    sys.exit(main())
