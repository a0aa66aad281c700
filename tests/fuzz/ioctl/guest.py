# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest whose init is the fuzzer of this folder: its first file system, its
QEMU, the board that both see, and what its console must not say."""
import ctypes
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time

BOARD_BYTES = 1 << 20
WORDS = 32  # of its head (board.h)
LINE_SEEDS = 12
KINDS, WORKERS, POINTS = 32, 8, 4096

# What a kernel says when something is wrong. Failures that are injected are told
# of by themselves, and an allocation that fails is none.
WRONG = re.compile(
    r"BUG:|WARNING:|KASAN:|KCSAN:|UBSAN:|INFO: (task|rcu)|rcu:.*stall|Oops|"
    r"kernel panic|general protection|soft lockup|hard LOCKUP|refcount_t|"
    r"possible (circular|recursive)|inconsistent lock|suspicious RCU|ODEBUG|"
    r"sleeping function|corruption|unreferenced object|Bad page|Bad rss|"
    r"fuzz: FAULT|invalid opcode|divide error|double fault|stack guard", re.I)
# A race between two places of the kernel's own is not the module's.
RACE = re.compile(r"BUG: KCSAN: .* in (.*)")

COMMAND_LINE = (
    "console=ttyS0 panic=-1 oops=panic panic_on_warn={warn} nokaslr "
    "softlockup_panic=1 watchdog_thresh=60 sysctl.kernel.hung_task_panic=1 "
    "sysctl.kernel.hung_task_timeout_secs=180 sysctl.kernel.panic_on_rcu_stall=1 "
    "rcupdate.rcu_cpu_stall_timeout=200 random.trust_cpu=on "
    "brd.rd_nr=1 brd.rd_size=65536 page_owner=on kmemleak=on tsc=reliable "
    "srcutree.convert_to_big=1 cryptomgr.notests slub_debug=FZPU loglevel=5")
# As runners/vm/arch_x86_64.c has it.
CPU = ("qemu64,smep=on,smap=on,fsgsbase=on,pdpe1gb=on,rdtscp=on,xsave=on,"
       "xsaveopt=on,umip=on,pku=on,popcnt=on,arat=on,rdrand=on,svm=off")


def entry(name, mode, data, inode, device=(0, 0)):
    """One file of a newc archive."""
    fields = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    head += name.encode() + b"\0"
    head += b"\0" * (-len(head) % 4)
    return head + data + b"\0" * (-len(data) % 4)


def initramfs(path, init, modules):
    """@modules: what becomes /NAME.ko."""
    with open(path, "wb") as file:
        for number, name in enumerate(("dev", "proc", "sys", "tmp")):
            file.write(entry(name, 0o40755, b"", number + 1))
        file.write(entry("dev/console", 0o20600, b"", 5, (5, 1)))
        file.write(entry("init", 0o100755, pathlib.Path(init).read_bytes(), 6))
        for number, module in enumerate(modules):
            file.write(entry(pathlib.Path(module).name, 0o100644,
                             pathlib.Path(module).read_bytes(), 7 + number))
        file.write(entry("TRAILER!!!", 0, b"", 0))


class Board:
    """What the guest has written, of board.h."""

    def __init__(self, data):
        head = struct.unpack_from(f"<{WORDS}Q", data)
        (self.magic, self.ioctls, self.programs, self.kills, self.failures,
         self.loads, self.covered, self.corpus, self.text, self.ended) = head[:10]
        at = WORDS * 8
        kinds = struct.unpack_from(f"<{KINDS * 2}Q", data, at)
        self.kinds = list(zip(kinds[::2], kinds[1::2]))
        at += KINDS * 16
        self.running = []
        for _ in range(WORKERS):
            count, *seeds = struct.unpack_from(f"<{LINE_SEEDS + 1}Q", data, at)
            if 0 < count <= LINE_SEEDS:
                self.running.append(".".join(f"{seed:x}" for seed in seeds[:count]))
            at += (LINE_SEEDS + 1) * 8
        points = struct.unpack_from(f"<{POINTS}Q", data, at)
        self.points = {point - self.text for point in points if point}


def die_with_us():
    """Also where we are killed: PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Guest:
    """Runs in a scratch folder of its own, which goes with it."""

    def __init__(self, kernel, modules, init, words, kcsan=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fuzz-"))
        self.board_path = self.folder / "board"
        self.board_path.write_bytes(b"\0" * BOARD_BYTES)
        self.console = self.folder / "console"
        initramfs(self.folder / "initramfs", init, modules)
        append = COMMAND_LINE.format(warn=int(not kcsan)) + "".join(
            f" {name}={value}" for name, value in words.items())
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", CPU,
             "-machine", "pc", "-smp", "2", "-m", "1536M",
             "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
             "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,"
             "resourcecontrol=deny",
             "-chardev", "file,id=console,path=console", "-serial", "chardev:console",
             "-object", f"memory-backend-file,id=board,size={BOARD_BYTES},share=on,"
             "mem-path=board", "-device", "ivshmem-plain,memdev=board,master=on",
             "-kernel", str(kernel), "-initrd", "initramfs", "-append", append],
            cwd=self.folder, preexec_fn=die_with_us, stdin=subprocess.DEVNULL,
            stdout=open(self.folder / "log", "wb"), stderr=subprocess.STDOUT)

    def board(self):
        return Board(self.board_path.read_bytes())

    def text(self):
        return self.console.read_text(errors="replace") if self.console.exists() else ""

    def wrong(self, kcsan=False):
        """The first line of the console that says that something is wrong."""
        _, _, rest = self.text().partition("fuzz: BEGIN")
        for row in rest.splitlines():
            race = RACE.search(row)
            if race and kcsan and "mmg_" not in race[1]:
                continue
            if WRONG.search(row):
                return row
        return None

    def wait(self, seconds, quiet, tell):
        """Why it ended early, or None. @quiet: the longest without a program."""
        begin = last = time.monotonic()
        programs = -1
        while self.process.poll() is None:
            time.sleep(0.5)
            now, board = time.monotonic(), self.board()
            if board.programs + board.loads != programs:
                programs, last = board.programs + board.loads, now
            if now - begin > seconds:
                return f"still running after {seconds:.0f} s"
            if now - last > quiet:
                return f"no program began for {quiet:.0f} s"
            tell(board, now - begin)
        return None

    def close(self, keep=None):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if keep:
            os.makedirs(keep, exist_ok=True)
            for name in ("console", "board", "log"):
                if (self.folder / name).exists():
                    shutil.copy(self.folder / name, keep)
        shutil.rmtree(self.folder, ignore_errors=True)
