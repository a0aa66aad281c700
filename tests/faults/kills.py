#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole commands that are killed at random moments, and then carried on.

    kills.py [-n KILLS] [--seed N] [-c COMMAND] [-v]

KILL, TERM, INT, HUP and QUIT in turns, at any moment of the time that the
command took in peace. Then nothing that it started may live on, and it is
resumed or asked for again, until it ends as it did in peace: the same exit code,
the same results (on the exact clock the same samples), and nothing else in any
folder: no scratch, no journal, no half of a file. Guests want a kernel in the
cache: $XDG_CACHE_HOME's are linked into a cache of our own.
"""
import argparse
import fnmatch
import glob
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import commands

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]
PATIENCE = 600  # seconds for a command; a machine may be busy
GONE = 30       # for what it started to end
KERNEL = "6.12.117+deb12-amd64"
CACHED = ["apt", "qemu", "kernels/deb", "modules"]
CELLS = "null.loop null.ioctl"


class Job:
    """Arguments, what carries it on, how much of it is always the same."""

    def __init__(self, name, arguments, resume=None, exact=False, guest=False, weight=1):
        self.name, self.arguments, self.resume = name, arguments.split(), resume
        self.exact, self.guest, self.weight = exact, guest, weight


JOBS = [
    Job("run-host", "run null.loop -p iterations=1000,2000 --boots 2 --max-time 60ms --seed 3 -o out",
        "run --resume", weight=4),
    Job("run-guest", f"run {CELLS} --on vm:deb:KERNEL --boots 2 --max-time 20ms --seed 3 -o out",
        "run --resume", exact=True, guest=True, weight=1),
    Job("until", f"run --until-verdict vm:deb:KERNEL --on vm:deb:KERNEL {CELLS} --max-time 60s"
        " --seed 3 -o out", exact=True, guest=True),
    Job("sweep", f"sweep {CELLS} --on vm:deb:KERNEL -o swept", exact=True, guest=True),
    Job("bisect", "bisect --repo tree --good HEAD~2 --case null.loop", weight=3),
    Job("try", "try --repo tree null.loop", weight=3),
    Job("baseline", "baseline save new r00003", exact=True, weight=4),
    Job("site", "site --from in -o site", exact=True, weight=4),
]
MARK = "MMGAUGE_KILLS"


def alive(mark):
    """Processes that have the mark of one of ours, or of what it started."""
    found = []
    for path in glob.glob("/proc/[0-9]*/environ"):
        pid = int(path.split("/")[2])
        try:
            with open(path, "rb") as file:
                if f"{MARK}={mark}".encode() in file.read() and pid != os.getpid():
                    found.append((pid, pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
                                  .replace(b"\0", b" ").decode(errors="replace")[:90]))
        except OSError:
            pass
    return found


def samples(folder):
    """Of each result: cells, and the samples of each trial."""
    found = {}
    for path in sorted([*folder.glob("out/*.json"), *folder.glob("swept/*.json")]):
        document = json.loads(path.read_text())
        if not str(document.get("schema", "")).startswith("mmgauge-result/"):
            continue
        name = document["subject"]["release"] + str(len(found))
        found[name] = [(cell["case"], cell["axes"], cell["status"], [
            (trial["boot"], trial["trial"], {metric: value["samples"]
                                             for metric, value in trial["metrics"].items()})
            for trial in cell["trials"]]) for cell in document["cells"]]
    return found


def shape(found):
    return {name: [(*cell[:3], [trial[:2] for trial in cell[3]]) for cell in cells]
            for name, cells in found.items()}


class Attempt:
    def __init__(self, campaign, job):
        self.campaign, self.job = campaign, job
        self.place = campaign.place / job.name
        self.folder, self.tmp = self.place / "at", self.place / "tmp"
        self.mark = f"{os.getpid()}-{job.name}"

    def reset(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.campaign.template, self.folder, symlinks=True)
        self.tmp.mkdir()

    def start(self, arguments):
        environment = {**commands.environment(self.folder), "TMPDIR": str(self.tmp), MARK: self.mark,
                       "XDG_CACHE_HOME": str(self.campaign.cache)}
        words = [word.replace("KERNEL", KERNEL) for word in arguments]
        with open(self.place / "out", "wb") as out, open(self.place / "err", "wb") as err:
            return subprocess.Popen([self.campaign.mmgauge, *words], cwd=self.folder, env=environment,
                                    stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    def finish(self):
        """It goes on from what is there: its exit code."""
        arguments = self.job.arguments
        journals = sorted(self.folder.glob("out/*.journal"))
        if self.job.resume and journals and journals[0].stat().st_size:
            arguments = [*self.job.resume.split(), str(journals[0]).removesuffix(".journal")]
        code = self.start(arguments).wait(timeout=PATIENCE)
        if code == 2 and arguments != self.job.arguments and "journal" in self.error():
            # Nothing is in it yet: that is said, and it begins anew.
            journals[0].unlink()
            code = self.start(self.job.arguments).wait(timeout=PATIENCE)
        return code

    def error(self):
        return (self.place / "err").read_text(errors="replace").replace(str(self.folder), ".")

    def left(self):
        """Files of no command that has ended, wherever they may be."""
        found = [str(path) for path in self.tmp.iterdir()]
        # The journals of --until-verdict are for `run --resume`, if anybody wants.
        patterns = ["*.tmp", "*.new"] + ["*.journal"] * (self.job.name != "until")
        found += [str(path) for pattern in patterns
                  for path in self.folder.rglob(pattern) if "kept/" not in str(path)]
        found += glob.glob(f"{self.campaign.cache}/mmgauge/tmp/*")
        return found

    def peace(self):
        self.reset()
        begun = time.monotonic()
        code = self.start(self.job.arguments).wait(timeout=PATIENCE)
        if code not in (0, 1) and self.job.name not in ("bisect", "try"):
            sys.exit(f"{self.job.name}: exit code {code} in peace: {self.error()}")
        self.code, self.last = code, self.error().splitlines()[-1:]
        self.samples = samples(self.folder)
        self.files = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                      if self.job.exact and "out/" not in str(path)}
        self.seconds = time.monotonic() - begun

    def kill(self, number, after):
        """What is wrong, a line each."""
        self.reset()
        child = self.start(self.job.arguments)
        time.sleep(after)
        child.send_signal(number)
        code = child.wait(timeout=GONE)
        end = time.monotonic() + GONE
        while alive(self.mark) and time.monotonic() < end:
            time.sleep(0.05)
        yield from (f"lives on: {pid} {line}" for pid, line in alive(self.mark))
        if number == signal.SIGKILL and code != -9 and code != self.code:
            yield f"exit code {code}, killed"
        self.cut = code != self.code
        if self.cut:
            code = self.finish()
        if code != self.code:
            yield f"exit code {code}, not {self.code}: {self.error()[-400:]}"
        found = samples(self.folder)
        if (found if self.job.exact else shape(found)) != \
                (self.samples if self.job.exact else shape(self.samples)):
            yield f"other results: {str(found)[:500]}, not {str(self.samples)[:500]}"
        files = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                 if "out/" not in str(path)}
        if self.files and files != self.files:
            yield f"other files: {sorted(files ^ self.files)[:5]}"
        yield from (f"left behind: {path}" for path in self.left())


class Campaign:
    def __init__(self, place):
        self.place, self.mmgauge = place, os.path.abspath(os.environ["MMGAUGE"])
        self.template, self.cache = place / "template", place / "cache"
        commands.make(self.template, self.mmgauge)
        self.cache.mkdir()
        self.guests = self.link_cache()

    def link_cache(self):
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        source = pathlib.Path(home) / "mmgauge"
        if not (source / "kernels/deb" / KERNEL).is_dir():
            return False
        for part in CACHED:
            if (source / part).is_dir():
                (self.cache / "mmgauge" / part).parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-a", source / part, self.cache / "mmgauge" / part], check=True)
        return True

    def run(self, jobs, kills, seed, verbose):
        chance, wrong, cut = random.Random(seed), 0, 0
        attempts = []
        for job in jobs:
            if job.guest and not self.guests:
                print(f"{job.name}: no {KERNEL} in the cache: `mmgauge kernel fetch 6.12`")
                continue
            attempt = Attempt(self, job)
            attempt.peace() # caches are filled
            attempt.peace()
            attempts += [attempt] * job.weight
        for number in range(kills):
            attempt = attempts[number % len(attempts)]
            after, sign = chance.random() * attempt.seconds, SIGNALS[number % len(SIGNALS)]
            problems = list(attempt.kill(sign, after))
            cut += attempt.cut
            wrong += bool(problems)
            if problems or verbose:
                print(f"{number} {attempt.job.name} SIG{signal.Signals(sign).name[3:]} "
                      f"after {after:.2f} of {attempt.seconds:.2f} s", flush=True)
            for problem in problems:
                print(f"  {problem}", flush=True)
        print(f"{kills} kills of seed {seed}, {cut} of them before the end: {wrong} wrong")
        return 1 if wrong or not kills else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-c", default="*")
    parser.add_argument("-v", action="store_true")
    arguments = parser.parse_args()
    # The same file system as the cache, for the links.
    with tempfile.TemporaryDirectory(prefix="mmgauge-kills-") as place:
        jobs = [job for job in JOBS if fnmatch.fnmatch(job.name, arguments.c)]
        return Campaign(pathlib.Path(place)).run(jobs, arguments.n, arguments.seed, arguments.v)


if __name__ == "__main__":
    sys.exit(main())
