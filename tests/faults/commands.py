# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole commands that faults.py disturbs, and the folder each begins in.

A row: a name, the arguments, and
    varies    what it prints and writes is another every time
    again     what is run afterwards instead of the same again
    may       exit codes that it may have in peace, besides 0
    less      kinds of faults with which it tells less, and says of what
"""
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
QUICK = ["--boots", "2", "--max-time", "5ms", "--precision", "50%"]


class Command:
    def __init__(self, name, arguments, varies=False, again=None, may=(), less=()):
        self.name, self.arguments, self.varies = name, arguments.split(), varies
        self.again = again.split() if again else self.arguments
        self.codes, self.less = {0, *may}, less


COMMANDS = [
    Command("list", "list", varies=True),
    Command("show", "show in/00010.json", less=["read"]),
    Command("compare", "compare in/00001.json in/00010.json", may=[1]),
    Command("compare-json", "compare in/00001.json in/00010.json --json", may=[1]),
    Command("compare-mail", "compare in/00001.json in/00010.json --format mail", may=[1]),
    Command("compare-base", "compare @kept r00009", may=[1]),
    Command("why", "why in/00001.json in/00010.json", may=[1]),
    Command("export", "export in/00001.json --format csv"),
    Command("export-bench", "export in/00001.json --format benchfmt"),
    Command("export-ktap", "export in/00001.json --format ktap"),
    Command("export-folded", "export in/00001.json --format folded pin.fast -p batch=1"),
    Command("import", "import table.csv --time 2026-02-01T00:00:00Z -o imported.json"),
    Command("import-gz", "import bench.json --time 2026-02-01T00:00:00Z -o imported.json.gz"),
    Command("import-store", "import table.csv --time 2026-02-01T00:00:00Z", varies=True, again="runs"),
    Command("runs", "runs"),
    Command("runs-json", "runs --json"),
    Command("runs-rm", "runs rm --keep 1", again="runs"),
    Command("runs-pack", "runs pack"),
    Command("baseline-save", "baseline save new r00003"),
    Command("baseline-again", "baseline save kept r00003"),
    Command("baseline-list", "baseline list"),
    Command("baseline-show", "baseline show kept"),
    Command("baseline-rm", "baseline rm kept", again="baseline list"),
    Command("history", "history --from in --acknowledge 6.1.0-45-amd64", may=[1]),
    Command("history-online", "history --from in --online", again="history --from in", may=[1]),
    Command("history-csv", "history --csv table.csv", may=[1]),
    Command("report", "report in/00001.json in/00010.json -o page.html"),
    Command("plot", "plot in/00001.json in/00010.json -o picture.svg"),
    Command("site", "site --from in -o site"),
    Command("run", "run null.loop -o out.json " + " ".join(QUICK), varies=True),
    Command("run-store", "run null.loop " + " ".join(QUICK), varies=True, again="runs"),
    Command("resume", "run --resume kept/out.json", varies=True),
    Command("run-ssh", "run null.loop --on ssh:there -o out.json " + " ".join(QUICK), varies=True),
    Command("sweep", "sweep null.loop --repo tree --range HEAD~2..HEAD -o swept", varies=True, may=[2]),
    Command("bisect", "bisect --repo tree --good HEAD~2 --case null.loop", varies=True, may=[2]),
    Command("try", "try --repo tree null.loop", varies=True, may=[2]),
    Command("build", "kernel build vm:git:tree:HEAD", varies=True, may=[2]),
    Command("kernel-list", "kernel list"),
    Command("cache", "cache"),
    Command("cache-trim", "cache trim --most 1K", varies=True, again="cache"),
    Command("tune", "tune --apply", varies=True, again="tune --restore"),
    Command("doctor", "doctor", varies=True, may=[1]),
    Command("help", "help terms"),
    Command("man", "help --man"),
]

ENVIRONMENT = {"XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "MMGAUGE_SSH": "ssh",
               "MMGAUGE_ROOT": "root", "GIT_CONFIG_GLOBAL": "gitconfig"}
TABLE = "commit,name,value,unit\n" + "".join(f"c1,a.b,{1 + i % 3 + (i > 20)},ns\n"
                                              for i in range(40))
BENCH = {"context": {"date": "2026-02-01T00:00:00+00:00", "host_name": "h", "num_cpus": 1,
                     "mhz_per_cpu": 1, "cpu_scaling_enabled": False},
         "benchmarks": [{"name": "BM_a/8", "run_type": "iteration", "iterations": 10 + i,
                         "repetition_index": i, "real_time": 5.5 + i, "cpu_time": 5 + i,
                         "time_unit": "ns"} for i in range(3)]}
SETTINGS = {"proc/sys/kernel/nmi_watchdog": "1", "sys/kernel/mm/ksm/run": "1",
            "proc/sys/kernel/random/boot_id": "one-boot"}
# The other machine is this one; the first of its processes waits at the socket.
SSH = """#!/bin/sh
if [ "$1" = -MNT ]; then
	trap 'rm -f "$socket"; exit' TERM
	socket=$3
	: >"$socket"
	while :; do sleep 0.1; done
fi
for last; do :; done
exec sh -c "$last"
"""
TREE = "tinyconfig:\n\t@echo 'init/Kconfig:7: syntax error' >&2; false\n"


def put(folder, name, text, mode=0o644):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def environment(folder):
    values = {name: str(folder / value) for name, value in ENVIRONMENT.items()}
    return {**os.environ, **values, "COLUMNS": "80", "HOME": str(folder)}


def make_tree(folder):
    def git(*arguments):
        subprocess.run(["git", "-C", folder / "tree", "-c", "user.name=n",
                        "-c", "user.email=n@example.org", *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**environment(folder), "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
                            "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"})
    put(folder, "tree/Makefile", TREE)
    put(folder, "tree/mm.c", "")
    git("init", "-q", ".")
    git("add", "-A")
    for title in ("one", "two", "three", "four"):
        git("commit", "-q", "--allow-empty", "-m", title)
    put(folder, "tree/mm.c", "int changed;\n")


def make_store(folder):
    subprocess.run([sys.executable, SOURCE / "tests/browser/runs.py", "sweep", folder / "in"],
                   check=True)
    subprocess.run([sys.executable, SOURCE / "tests/browser/runs.py", "store", folder / "plain"],
                   check=True)
    store = folder / "data/mmgauge/runs"
    store.mkdir(parents=True)
    for path in (folder / "plain").iterdir():
        path.rename(store / f"r{path.name}")
    (folder / "plain").rmdir()


def make(folder, mmgauge):
    """The folder that every command begins in."""
    make_store(folder)
    make_tree(folder)
    put(folder, "table.csv", TABLE)
    put(folder, "bench.json", json.dumps(BENCH))
    put(folder, "ssh", SSH, 0o755)
    for name, text in SETTINGS.items():
        put(folder, f"root/{name}", text)
    put(folder, "cache/mmgauge/kernels/none/stamp", "")
    run = [mmgauge, "baseline", "save", "kept", "r00001"]
    subprocess.run(run, check=True, env=environment(folder), cwd=folder,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    keep_journal(folder, mmgauge)


def keep_journal(folder, mmgauge):
    """A run of six trials that was killed after its first trial."""
    (folder / "kept").mkdir()
    run = subprocess.Popen([mmgauge, "run", "null.loop", "-p", "iterations=1000,2000,3000",
                            "--boots", "2", "--max-time", "100ms",
                            "--precision", "0%", "-o", "kept/out.json"],
                           env=environment(folder), cwd=folder, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    journal = folder / "kept/out.json.journal"
    while run.poll() is None:
        if journal.exists() and '"reply"' in journal.read_text(errors="replace"):
            run.kill()
    run.wait()
    assert journal.exists(), "it ended before it was killed"
