"""A bad day, many times over: a fault, what the doctor says of it, one command, and whether anything collected is missing.

    python tests/bench/faults.py --kills 200 --seed 7          # kills of every command, dealt out evenly
    python tests/bench/faults.py                               # every other fault
    python tests/bench/faults.py --only corrupt --only lock    # those whose names begin so
    python tests/bench/faults.py --kills 20 --seed 8 --out FILE.json; python tests/bench/faults.py --sum FILE.json …

Every command is the program itself in a process of its own (forked from one that has imported it), on some of the sample boards, in a scratch folder. A fault begins with a
copy of a prepared warehouse. Afterwards: no posting of a landing file is missing in the warehouse ("lost"), no label is missing
("unlabelled"), no file is left that nobody names ("left"), the doctor has no finding but those that the fault itself explains,
and it was not silent while something was missing ("silent"). Exits with 1 where one of these is not 0.
Faults that need root, or libfaketime, are left out without them, which is said.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from faults_cases import CASES, KILLS, Case
from faults_process import import_everything
from faults_warehouse import Scratch, collected, findings, left, missing, unlabelled


@dataclass
class Row:
    """What came of a fault, over all of its times."""

    fault: str
    command: str
    times: int = 0
    happened: int = 0
    """How often it happened before the command was over."""
    said: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    unlabelled: int = 0
    left: int = 0
    silent: int = 0
    after: Counter[str] = field(default_factory=Counter)
    """Findings of the doctor after the command."""
    commands: int = 1
    seconds: float = 0.0
    """Of the commands."""

    @property
    def is_bad(self) -> bool:
        """Whether anything is not as it should be."""
        return bool(self.lost or self.unlabelled or self.left or self.silent or self.after)


def main() -> int:
    """Bring the faults about, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--times", type=int, default=1, help="of each fault that is no kill")
    parser.add_argument("--pause-while", type=Path, help="wait before the next fault for as long as this file is there")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sum", nargs="+", type=Path, default=[])
    args = parser.parse_args()
    if args.sum:
        rows = summed([row for path in args.sum for row in json.loads(path.read_text())])
        return report(rows)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        import_everything()
        scratch = Scratch(Path(folder))
        print(f"seconds of a command that nothing stops: {scratch.seconds}", file=sys.stderr, flush=True)
        for number, case in enumerate(chosen(args.kills, args.times, args.only)):
            while args.pause_while and args.pause_while.exists():
                time.sleep(3)
            if why := case.lacks():
                print(f"left out: {case.name} ({why})", flush=True)
                continue
            db = scratch.begin(case.begin)
            try:
                row = one(case, scratch, db, random.Random(f"{args.seed} {number} {case.name}"))
            except (Exception, SystemExit) as error:  # a command that crashed: said, and the others go on
                row = Row(case.name, case.says, times=1, after=Counter([f"{type(error).__name__}: {error}"[-3000:]]))
            finally:
                scratch.end(db)
            print(
                f"{number + 1:4} {case.name}: {json.dumps(vars(row), ensure_ascii=False)}",
                file=sys.stderr,
                flush=True,
            )
            rows.append(row)
            if args.out:
                args.out.write_text(json.dumps([vars(row) for row in rows]))
    return report(summed([vars(row) for row in rows]))


def chosen(n_kills: int, times: int, only: list[str]) -> list[Case]:
    """The faults to bring about: kills in turn, then each of the others."""
    n_rounds = -(-n_kills // KILLS[0].in_a_row)
    wanted = [case for case in CASES if (not only and not n_kills) or any(case.name.startswith(name) for name in only)]
    return [KILLS[number % len(KILLS)] for number in range(n_rounds)] + [case for case in wanted for _ in range(times)]


def one(case: Case, scratch: Scratch, db: Path, chance: random.Random) -> Row:
    """Bring a fault about, ask the doctor, run the command, and count what is missing."""
    before = collected(db)
    happened = sum(case.fault(scratch, db, chance) for _ in range(case.in_a_row))
    row = Row(case.name, case.says, times=case.in_a_row, happened=happened)
    wanted = before | collected(db)
    said = findings(scratch, db, case.as_user)
    row.said.update(said)
    row.silent = int(not said and bool(missing(scratch, db, wanted) or unlabelled(db)))
    if case.names and happened and not any(re.search(case.names, one) for one in said):
        row.silent = 1
    start = time.monotonic()
    case.command(scratch, db)
    row.seconds = round(time.monotonic() - start, 1)
    row.lost = len(missing(scratch, db, wanted))
    row.unlabelled = unlabelled(db)
    row.left = len(left(scratch, db))
    row.after.update(one for one in findings(scratch, db, False) if not (case.stays and re.search(case.stays, one)))
    return row


def summed(rows: list[dict[str, object]]) -> list[Row]:
    """One row a fault."""
    total: dict[str, Row] = {}
    for found in rows:
        row = Row(**{**found, "said": Counter(found["said"]), "after": Counter(found["after"])})  # type: ignore[arg-type]
        if row.fault not in total:
            total[row.fault] = row
            continue
        so_far = total[row.fault]
        for name in ("times", "happened", "lost", "unlabelled", "left", "silent", "commands", "seconds"):
            setattr(so_far, name, getattr(so_far, name) + getattr(row, name))
        so_far.said += row.said
        so_far.after += row.after
    return list(total.values())


def report(rows: list[Row]) -> int:
    """Print the table; 1 where anything is not as it should be."""
    print("| fault | times | the doctor says | the command | lost | unlabelled | left | silent | seconds a command |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        said = "; ".join(f"{what} ({n})" for what, n in row.said.most_common(4)) or "–"
        times = f"{row.times}" if row.happened == row.times else f"{row.times}, {row.happened} before the end"
        print(
            f"| {row.fault} | {times} | {said} | {row.command} | {row.lost} | {row.unlabelled} | {row.left} | {row.silent}"
            f" | {row.seconds / row.commands:.1f} |"
        )
        for what, n in row.after.items():
            print(f"afterwards, {row.fault}: {what} ({n})")
    bad = [row.fault for row in rows if row.is_bad]
    print(
        f"{sum(row.times for row in rows)} times, {sum(row.happened for row in rows)} before the end: {len(bad)} faults are not healed {bad or ''}"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
