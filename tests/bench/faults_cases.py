"""The faults: what each begins with, what is done, what the doctor must say, and the one command that follows."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from faults_process import ROOT
from faults_warehouse import ALL, AS_USER, DAYS, Scratch

from warehouse.landing import landing_files
from warehouse.store import landing_folder

Fault = Callable[[Scratch, Path, random.Random], bool]
"""Brings it about; whether it happened before the command was over."""
Command = Callable[[Scratch, Path], None]

_FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
_HEADER, _BLOCK = 3 * 4096, 262144  # of a DuckDB file


def _mend(scratch: Scratch, db: Path) -> None:
    scratch.run(db, "mend", "--at", DAYS[2])


def _nothing(scratch: Scratch, db: Path) -> None:
    return


@dataclass(frozen=True)
class Case:
    """A fault."""

    name: str
    begin: str
    fault: Fault
    names: str = ""
    """What the doctor must say, where it happened."""
    command: Command = _mend
    says: str = "`rolescope mend`"
    stays: str = ""
    """What the doctor may still say afterwards."""
    as_user: bool = False
    """Whether the doctor is asked without the rights of root."""
    needs: tuple[str, ...] = ()
    in_a_row: int = 1
    """How often it is done, on what the time before left, until the doctor is asked."""

    def lacks(self) -> str:
        """What it needs and is not there."""
        there = {"root": os.geteuid() == 0, "faketime": _FAKETIME.exists()}
        return ", ".join(need for need in self.needs if not there[need])


def _killed(*arguments: str, seconds: str = "", publishing: bool = False) -> Fault:
    def fault(scratch: Scratch, db: Path, chance: random.Random) -> bool:
        process = scratch.start(db, *arguments)
        known = scratch.seconds[seconds or arguments[0]]
        if publishing:
            building = db.parent / "snapshots" / "w-building.duckdb"
            while process.poll() is None and not building.exists():
                time.sleep(0.01)
            time.sleep(chance.uniform(0, scratch.seconds["publish"]))
        else:
            time.sleep(chance.uniform(0, 0.7 * known))  # what was killed once has less to do
        return process.kill()

    return fault


def _publish_only(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    """Kill a load that has nothing to load but views to make anew: it only builds and publishes."""
    with _writable(db) as con:
        con.execute("drop view if exists salary_by_role")
    if "publish" not in scratch.seconds:
        start = time.monotonic()
        other = scratch.folder / "timed"
        shutil.copytree(db.parent, other, symlinks=True)
        scratch.run(other / "w.duckdb", "load", "--at", DAYS[2])
        shutil.rmtree(other)
        scratch.seconds["publish"] = max(0.5, time.monotonic() - start - 1.0)  # without the start of Python
    return _killed("load", "--at", DAYS[2], publishing=True)(scratch, db, chance)


def _killed_mending(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    if db.exists():  # else the time before came so far as to begin anew
        _spoil("job_posting_text")(scratch, db, chance)
    return _killed("mend", "--at", DAYS[2], seconds="label")(scratch, db, chance)


def _killed_backup(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    """Back up, go on, kill the next backup; then lose the warehouse, and have it back from what is there."""
    to = db.parent.with_name(f"{db.parent.name}-backup")
    if scratch.run(db, "backup", "--to", str(to)).returncode:
        raise SystemExit("no backup")
    scratch.run(db, "crawl", *ALL, "--sample", "--at", DAYS[2])
    process = scratch.start(db, "backup", "--to", str(to))
    time.sleep(chance.uniform(0, 2))
    happened = process.kill()
    shutil.rmtree(db.parent)
    db.parent.mkdir()
    return happened


def _killed_restore(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    to = db.parent.with_name(f"{db.parent.name}-backup")
    scratch.run(db, "backup", "--to", str(to))
    shutil.rmtree(db.parent)
    db.parent.mkdir()
    process = scratch.start(db, "restore", str(to))
    time.sleep(chance.uniform(0.3, 2))
    return process.kill()


def _restore(scratch: Scratch, db: Path) -> None:
    to = db.parent.with_name(f"{db.parent.name}-backup")
    if not db.exists():
        done = scratch.run(db, "restore", str(to))
        if done.returncode:
            print(done.said, file=sys.stderr)
    shutil.rmtree(to)


def _restore_and_mend(scratch: Scratch, db: Path) -> None:
    _restore(scratch, db)
    _mend(scratch, db)


def _overwrite(path: Path, at: int, n: int, chance: random.Random) -> None:
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(chance.randbytes(n))
    path.chmod(0o444)


def _writable(db: Path) -> duckdb.DuckDBPyConnection:
    db.resolve().chmod(0o644)
    return duckdb.connect(str(db.resolve()))


def _corrupt(where: Callable[[int, random.Random], tuple[int, int]]) -> Fault:
    def fault(_: Scratch, db: Path, chance: random.Random) -> bool:
        _overwrite(db.resolve(), *where(db.resolve().stat().st_size, chance), chance)
        return True

    return fault


def _spoil(table: str) -> Fault:
    """Overwrite a few bytes where rows of a table are."""

    def fault(_: Scratch, db: Path, chance: random.Random) -> bool:
        with duckdb.connect(str(db.resolve()), read_only=True) as con:
            found = con.execute(
                f"select distinct block_id from pragma_storage_info('{table}') where block_id > 0 order by 1"
            ).fetchall()
        _overwrite(db.resolve(), _HEADER + chance.choice(found)[0] * _BLOCK + 64, 8, chance)
        return True

    return fault


def _corrupt_all(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    for path in (db.parent / "snapshots").iterdir():
        _overwrite(path, _HEADER + 64, 64, chance)
    return True


def _truncate(left: Callable[[int], int]) -> Fault:
    def fault(_: Scratch, db: Path, chance: random.Random) -> bool:
        db.resolve().chmod(0o644)
        os.truncate(db.resolve(), left(db.resolve().stat().st_size))
        db.resolve().chmod(0o444)
        return True

    return fault


def _landing(change: Callable[[Path, random.Random], object]) -> Fault:
    """Back up, then damage the newest landing file."""

    def fault(scratch: Scratch, db: Path, chance: random.Random) -> bool:
        scratch.run(db, "backup", "--to", str(db.parent / "backup"))
        change(landing_files(landing_folder(db))[-1], chance)
        return True

    return fault


def _cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(1, path.stat().st_size))


def _scribble(path: Path, chance: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\0" * 300)


def _load_backup(scratch: Scratch, db: Path) -> None:
    scratch.run(db, "load", str(db.parent / "backup" / "landing"), "--at", DAYS[2])


def _away_and_load(scratch: Scratch, db: Path) -> None:
    """As the doctor says it."""
    broken = landing_files(landing_folder(db))[-1]
    broken.rename(broken.with_name(f"{broken.name}.broken"))
    _load_backup(scratch, db)
    scratch.run(db, "label", "--at", DAYS[2])


def _full_disk(*arguments: str) -> Fault:
    """A small file system of its own, on which a command finds no room."""

    def fault(scratch: Scratch, db: Path, chance: random.Random) -> bool:
        used = sum(-(-path.lstat().st_size // 4096) * 4096 + 4096 for path in db.parent.rglob("*"))
        aside = db.parent.with_name(f"{db.parent.name}-aside")
        db.parent.rename(aside)
        db.parent.mkdir()
        size = used + chance.choice([100_000, 400_000, 1_000_000, 3_000_000, 6_000_000])
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", db.parent], check=True)
        shutil.copytree(aside, db.parent, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(aside)
        done = scratch.run(db, *arguments)
        return done.returncode == 1

    return fault


def _mount(path: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", path], check=True)


def _room_and_mend(scratch: Scratch, db: Path) -> None:
    _mount(db.parent, "size=1g")
    _mend(scratch, db)


def _forbid(what: Callable[[Path], Path], mode: int) -> Fault:
    """Take permissions away, and crawl without the rights of root, which must end with a line."""

    def fault(scratch: Scratch, db: Path, chance: random.Random) -> bool:
        what(db).chmod(mode)
        command = [sys.executable, "-m", "rolescope", "crawl", *ALL, "--sample", "--at", DAYS[2], "--db", str(db)]
        env = {**os.environ, "TMPDIR": str(scratch.tmp)}
        done = subprocess.run([*AS_USER, *command], cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise SystemExit(f"{what(db)} with {mode:o}: {done.stderr}")
        return done.returncode == 1

    return fault


def _allow(what: Callable[[Path], Path], mode: int) -> Command:
    def command(scratch: Scratch, db: Path) -> None:
        what(db).chmod(mode)
        _mend(scratch, db)

    return command


def _read_only(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    _full_disk("check")(scratch, db, chance)
    _mount(db.parent, "ro")
    done = scratch.run(db, "crawl", *ALL, "--sample", "--at", DAYS[2])
    if done.returncode != 1:
        raise SystemExit(f"read-only: {done.said}")
    return True


def _writable_and_mend(scratch: Scratch, db: Path) -> None:
    _mount(db.parent, "rw,size=1g")
    _mend(scratch, db)


def _at_another_time(*steps: tuple[str, str]) -> Fault:
    """Crawls under a clock that is wrong, one after the other: (by how much, options)."""

    def fault(scratch: Scratch, db: Path, chance: random.Random) -> bool:
        for offset, option in steps:
            env = (
                {"LD_PRELOAD": str(_FAKETIME), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
                if offset
                else {}
            )
            done = scratch.run(db, "crawl", *ALL, "--sample", *option.split(), env=env)
            if done.returncode:
                raise SystemExit(f"{offset} {option}: {done.said}")
        return True

    return fault


def _steps_back_meanwhile(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    """A clock that is set back by three days while a crawl goes on."""
    clock = db.parent.with_name("clock")
    clock.write_text("+0d")
    env = {
        "LD_PRELOAD": str(_FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    process = scratch.start(db, "crawl", *ALL, "--sample", env=env)
    folder = landing_folder(db)
    n_before = len(landing_files(folder))
    while process.poll() is None and len(landing_files(folder)) == n_before:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.5))
    clock.write_text("-3d")
    process.wait()
    clock.unlink()
    if process.returncode:
        raise SystemExit(f"set back meanwhile: {process.said}")
    return True


_HANGING: dict[Path, Callable[[], object]] = {}


def _hang(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    """A label that is stopped while it holds the lock."""
    process = scratch.start(db, "label", "--workers", "1", "--at", DAYS[2])
    holder = db.with_name(".w.duckdb.writer")
    while process.poll() is None and not holder.exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGSTOP)
    _HANGING[db] = process.kill
    return holder.exists()


def _kill_and_mend(scratch: Scratch, db: Path) -> None:
    _HANGING.pop(db)()
    _mend(scratch, db)


def _stale(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    db.with_name(".w.duckdb.lock").touch()
    db.with_name(".w.duckdb.writer").write_text("process 4000001 (rolescope load)")
    return True


def _opened_to_write(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    """Another program holds the published file open to write."""
    code = "import duckdb, sys, time; con = duckdb.connect(sys.argv[1]); print(1, flush=True); time.sleep(600)"
    db.resolve().chmod(0o644)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(db.resolve())],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    _HANGING[db] = process.kill
    return True


def _two(first: tuple[str, ...], second: tuple[str, ...]) -> Fault:
    """Two commands at once, on one warehouse."""

    def fault(scratch: Scratch, db: Path, chance: random.Random) -> bool:
        one = scratch.start(db, *first)
        time.sleep(chance.uniform(0, 0.3))
        other = scratch.start(db, *second)
        for process in (one, other):
            if process.wait() not in (0, 1) or "Traceback" in process.said:
                raise SystemExit(f"{first} beside {second}: {process.said}")
        return True

    return fault


def _dangle(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    db.resolve().unlink()
    return True


def _unlink(scratch: Scratch, db: Path, chance: random.Random) -> bool:
    db.unlink()
    return True


_CRAWL = ("crawl", *ALL, "--sample", "--at", DAYS[1])
KILLS = [
    Case("crawl killed, nothing there yet", "empty", _killed(*_CRAWL), in_a_row=8),
    Case("crawl killed, second day", "first day", _killed(*_CRAWL), in_a_row=8),
    Case("load killed", "waiting", _killed("load", "--at", DAYS[1]), in_a_row=8),
    Case("load --rebuild killed", "waiting", _killed("load", "--rebuild", "--at", DAYS[1], seconds="load"), in_a_row=8),
    Case("label killed", "loaded", _killed("label", "--workers", "1", "--at", DAYS[1]), in_a_row=8),
    Case("label killed, two processes", "loaded", _killed("label", "--workers", "2", "--at", DAYS[1]), in_a_row=8),
    Case("publishing killed", "whole", _publish_only, in_a_row=8),
    Case("mend of a damaged file killed", "waiting", _killed_mending, in_a_row=8),
]
"""SIGKILL to the whole process group at a random moment, eight times in a row."""
_SNAPSHOT = r"is damaged"
_ANYWHERE = [(f"corrupt: block {share:.0%} of the way", share) for share in (0, 0.2, 0.4, 0.6, 0.8)]
CASES = [
    Case("backup killed", "whole", _killed_backup, "there is no warehouse", _restore_and_mend, "`rolescope restore BACKUP`, then `rolescope mend`"),
    Case("restore killed", "whole", _killed_restore, "", _restore, "`rolescope restore BACKUP`"),
    *(Case(f"full disk: {' '.join(a[:2])}", begin, _full_disk(*a), "", _room_and_mend, "room, then `rolescope mend`", needs=("root",))
      for begin, a in (("empty", _CRAWL), ("first day", _CRAWL), ("waiting", ("load",)), ("loaded", ("label", "--workers", "1")), ("whole", ("load", "--rebuild")))),
    Case("permission: folder", "whole", _forbid(lambda db: db.parent, 0o555), "can't be read and written", _allow(lambda db: db.parent, 0o755), "`chmod u+rwx …`, then `rolescope mend`", as_user=True, needs=("root",)),
    Case("permission: no entry", "whole", _forbid(lambda db: db.parent, 0o000), "can't be read", _allow(lambda db: db.parent, 0o755), "`chmod u+rwx …`, then `rolescope mend`", as_user=True, needs=("root",)),
    Case("permission: landing", "whole", _forbid(landing_folder, 0o555), "can't be read and written", _allow(landing_folder, 0o755), "`chmod u+rwx …`, then `rolescope mend`", as_user=True, needs=("root",)),
    Case("permission: snapshots", "whole", _forbid(lambda db: db.parent / "snapshots", 0o555), "can't be read and written", _allow(lambda db: db.parent / "snapshots", 0o755), "`chmod u+rwx …`, then `rolescope mend`", as_user=True, needs=("root",)),
    Case("permission: published file", "whole", _forbid(Path.resolve, 0o000), "can't be read", _allow(Path.resolve, 0o444), "`chmod u+r …`, then `rolescope mend`", as_user=True, needs=("root",)),
    Case("permission: landing file", "waiting", _forbid(lambda db: landing_files(landing_folder(db))[-1], 0o000), "can't be read", _allow(lambda db: landing_files(landing_folder(db))[-1], 0o644), "`chmod u+r …`, then `rolescope mend`", as_user=True, needs=("root",)),
    Case("permission: mounted read-only", "whole", _read_only, "is mounted read-only", _writable_and_mend, "mount it to write", needs=("root",)),
    Case("clock: two days back, then right", "whole", _at_another_time(("-2d", ""), ("", "")), needs=("faketime",)),
    Case("clock: 400 days ahead, then right", "whole", _at_another_time(("+400d", ""), ("", "")), "later than this machine's clock", stays="later than this machine's clock", needs=("faketime",)),
    Case("clock: set back during a crawl", "whole", _steps_back_meanwhile, needs=("faketime",)),
    Case("clock: --at before the last crawl", "whole", _at_another_time(("", "--at 2026-11-17"), ("", f"--at {DAYS[2]}"))),
    Case("clock: --at far ahead, then back", "whole", _at_another_time(("", "--at 2031-01-01"), ("", f"--at {DAYS[2]}")), "later than this machine's clock", stays="later than this machine's clock"),
    *(Case(f"corrupt: rows of {table}", "whole", _spoil(table), _SNAPSHOT) for table in ("job_posting", "job_posting_text", "job_posting_mention", "text_place")),
    Case("corrupt: last page", "whole", _corrupt(lambda size, _: (size - 4096, 4096)), ""),
    Case("corrupt: rows, while a landing file waits", "waiting", _spoil("job_posting"), _SNAPSHOT),
    Case("corrupt: first header", "whole", _corrupt(lambda size, _: (100, 50)), _SNAPSHOT),
    Case("corrupt: second header", "whole", _corrupt(lambda size, _: (4096 + 30, 50)), ""),
    Case("corrupt: third header", "whole", _corrupt(lambda size, _: (8192 + 30, 50)), ""),
    *(Case(name, "whole", _corrupt(lambda size, chance, share=share: (_HEADER + int(share * ((size - _HEADER) // _BLOCK)) * _BLOCK + chance.randrange(100_000), 64)), "")  # type: ignore[misc]
      for name, share in _ANYWHERE),
    Case("corrupt: every snapshot", "whole", _corrupt_all, _SNAPSHOT),
    Case("corrupt: cut by a page", "whole", _truncate(lambda size: size - 4096), _SNAPSHOT),
    Case("corrupt: cut to half", "whole", _truncate(lambda size: size // 2), _SNAPSHOT),
    Case("corrupt: empty", "whole", _truncate(lambda _: 0), _SNAPSHOT),
    Case("corrupt: published file gone", "whole", _dangle, "which is gone"),
    Case("corrupt: link gone", "whole", _unlink, "there is no warehouse"),
    Case("landing: cut, loaded already", "whole", _landing(_cut), "is shorter than what was loaded", _load_backup, "`rolescope load BACKUP/landing`"),
    Case("landing: cut, not loaded yet", "waiting", _landing(_cut), "", lambda scratch, db: (_load_backup(scratch, db), _mend(scratch, db))[0], "`rolescope load BACKUP/landing`, then `mend`"),
    Case("landing: gone", "whole", _landing(lambda path, _: path.unlink()), "loaded once, gone now", _load_backup, "`rolescope load BACKUP/landing`"),
    Case("landing: overwritten", "waiting", _landing(_scribble), "is broken", _away_and_load, "`mv …`, then `rolescope load BACKUP/landing`"),
    Case("lock: a writer hangs", "loaded", _hang, "is being written by", _kill_and_mend, "`kill -9 …`, then `rolescope mend`"),
    Case("lock: of a dead process", "whole", _stale, "that is gone"),
    Case("lock: another program writes", "whole", _opened_to_write, "can be written", _kill_and_mend, "close it, then `rolescope mend`", stays="can be written"),
    Case("two: crawl, crawl", "first day", _two(_CRAWL, _CRAWL)),
    Case("two: crawl, label", "first day", _two(_CRAWL, ("label", "--workers", "1"))),
    Case("two: load, load", "waiting", _two(("load",), ("load",))),
    Case("two: load, load --rebuild", "waiting", _two(("load",), ("load", "--rebuild"))),
    Case("two: label, label", "loaded", _two(("label",), ("label",))),
    Case("two: mend, mend", "waiting", _two(("mend",), ("mend",))),
]  # fmt: skip
