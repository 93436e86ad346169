"""Measuring: what each stage costs, against a floor taken in the same run on the same files.

Machines differ and are noisy: the ratios are the figures, not the seconds. Every stage runs in a
process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import sqlite3
import statistics as figures
import tempfile
import time as clocks
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Message
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.services.desk.demonstrating import write_demo_extracts
from app.services.imports import importing
from app.services.measuring import arrivals, security
from app.services.measuring import links as measuring_links
from app.services.measuring.months import write_next_month
from app.services.offices import opening

PERSON, PASSPHRASE = "bench", "bench passphrase"
DECISIONS = 100


@dataclass(frozen=True)
class Figure:
    """One measured stage. ``floor`` names what it is compared with; peak in MiB."""

    stage: str
    seconds: float
    peak: int
    floor: str = ""
    floor_seconds: float = 0.0

    @property
    def ratio(self) -> float | None:
        """How many times its floor it took; None where there is none."""
        return self.seconds / self.floor_seconds if self.floor_seconds else None


@dataclass(frozen=True)
class BenchReport:
    """All figures of one run."""

    children: int
    rows: int
    figures: tuple[Figure, ...] = field(default_factory=tuple)
    of: str = "rows"

    def table(self) -> str:
        """The figures as a plain table."""
        lines = [f"{self.children} children, {self.rows} {self.of}"]
        lines.append(f"{'stage':<22}{'seconds':>10}{'MiB':>8}{'ratio':>8}  floor")
        for one in self.figures:
            ratio = f"{one.ratio:8.2f}" if one.ratio is not None else " " * 8
            floor = f"{one.floor} ({one.floor_seconds:.2f} s)" if one.floor else ""
            lines.append(f"{one.stage:<22}{one.seconds:>10.3f}{one.peak:>8}{ratio}  {floor}")
        return "\n".join(lines)

    def plain(self) -> dict[str, object]:
        """The same as plain values."""
        return {
            "children": self.children,
            self.of: self.rows,
            "figures": [{**asdict(one), "ratio": one.ratio} for one in self.figures],
        }

    def json(self) -> str:
        """The same for machines."""
        return all_json([self])


def all_json(reports: Sequence[BenchReport]) -> str:
    """One report as an object, several as a list."""
    plain = [report.plain() for report in reports]
    return json.dumps(plain[0] if len(plain) == 1 else plain, indent=1)


def measure(children: int, seed: int, now: datetime, progress: Callable[[Message], None]) -> BenchReport:
    """Make a city, bring it in, look and decide; each against its floor."""
    with tempfile.TemporaryDirectory(prefix="kizuki-bench-") as place:
        root = Path(place)
        extracts, office = root / "extracts", root / "office"
        progress(Message("bench.making", {"children": children}))
        write_demo_extracts(extracts, children, seed, now.date())
        opening.create_office(office, name=PERSON, person=PERSON, passphrase=PASSPHRASE, recovery_file=None, now=now)
        progress(Message("bench.floors"))
        floors = {
            "csv": alone(_read_csv, extracts),
            "pandas": alone(_read_pandas, extracts),
            "sqlite": alone(_store_plain, extracts, root / "plain.db"),
        }
        progress(Message("bench.importing"))
        brought = alone(_import, office, extracts, now)
        who = (PERSON, PASSPHRASE)
        splink = alone(measuring_links.splink_alone, office, *who, now)
        links = alone(measuring_links.links_alone, office, *who, now)
        training = alone(measuring_links.training_alone, office, *who, now)
        progress(Message("bench.desk"))
        desk = alone(_desk, office, now)
        guarded = alone(security.measured, office, *who, now)
        progress(Message("bench.month"))
        month = alone(measuring_links.month_with_changes, office, extracts, *who, now)
        write_next_month(extracts, root / "next")
        later = alone(_import, office, root / "next", now + timedelta(days=31))
        write_next_month(root / "next", root / "third")
        still = alone(arrivals.stillest, office, *who, root / "third", now + timedelta(days=62))
        progress(Message("bench.arriving"))
        arrived = _arrivals(root, extracts, floors, now)
    found = (
        *_figures(floors, brought, splink, desk),
        *_link_figures(splink, links, training, month),
        *_security_figures(guarded),
        Figure("month, 2 % changed", later.seconds, later.peak, "the first import", brought.seconds),
        Figure("stall, importing", still.value["importing"], still.peak, "with nothing to do", still.value["quiet"]),
        *arrived,
    )
    return BenchReport(children, floors["csv"].value, found)


@dataclass(frozen=True)
class Run:
    """What a stage's process came back with."""

    seconds: float
    peak: int
    value: Any


def alone(work: Callable[..., Any], *arguments: object) -> Run:
    """Run one stage in a process of its own: its peak of memory is its own."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(send, work, arguments))
    process.start()
    send.close()
    try:
        run: Run = receive.recv()
    finally:
        process.join()
    return run


def _run(send: Any, work: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    begun = clocks.perf_counter()
    value = work(*arguments)
    send.send(Run(clocks.perf_counter() - begun, _peak(), value))


def _peak() -> int:
    """Peak resident memory of this process in MiB; 0 where the system does not tell.

    Linux's getrusage also counts what the parent had before the new program was loaded.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    words = status.read_text(encoding="ascii").split()
    return int(words[words.index("VmHWM:") + 1]) // 1024


def _figures(floors: dict[str, Run], brought: Run, splink: Run, desk: Run) -> list[Figure]:
    stages: dict[str, float] = brought.value
    read_and_stored = floors["pandas"].seconds + floors["sqlite"].seconds
    found = [
        Figure("read by csv module", floors["csv"].seconds, floors["csv"].peak),
        Figure("read by pandas", floors["pandas"].seconds, floors["pandas"].peak),
        Figure("stored unkeyed", floors["sqlite"].seconds, floors["sqlite"].peak),
        Figure("import: read, store", stages["read"], brought.peak, "pandas + unkeyed SQLite", read_and_stored),
        Figure("import: links", stages["links"], brought.peak, "Splink's own predict", splink.value["elapsed"]),
    ]
    rest = ("records", "facts", "priority", "publish")
    found += [Figure(f"import: {name}", stages[name], brought.peak) for name in rest]
    found.append(Figure("import, whole", brought.seconds, brought.peak))
    found += [Figure(name, seconds, desk.peak) for name, seconds in desk.value.items()]
    return found


def _arrivals(root: Path, extracts: Path, floors: dict[str, Run], now: datetime) -> list[Figure]:
    """Reading, checking and storing alone: all files, and as many rows in one file; each in a process of its own."""
    one = root / "one"
    one.mkdir()
    arrivals.write_one_file(one / "shukketsu.csv", floors["csv"].value, now.date())
    figures = []
    for name, files in (("all files", extracts), ("one file", one)):
        pandas, stored = alone(_read_pandas, files), alone(_store_plain, files, root / f"{name}.db")
        folder = root / f"office for {name}"
        opening.create_office(folder, name=PERSON, person=PERSON, passphrase=PASSPHRASE, recovery_file=None, now=now)
        run = alone(arrivals.read_and_stored, folder, PERSON, PASSPHRASE, files, now)
        floor = pandas.seconds + stored.seconds
        figures.append(Figure(f"{name}: stored", run.value["seconds"], run.peak, "pandas + unkeyed SQLite", floor))
    return figures


def _security_figures(guarded: Run) -> list[Figure]:
    """Unlocking (0.8 to 1.5 s are wanted of a PC); the journal against its signatures alone; the line in the log."""
    said: dict[str, float] = guarded.value
    entries = f"{int(said['entries'])} entries walked"
    return [
        Figure("unlock", said["unlock"], guarded.peak),
        Figure(entries, said["walked"], guarded.peak, "their signatures alone", said["signatures"]),
        Figure("child opened", said["child opened"], guarded.peak, "its line in the log", said["line in the log"]),
    ]


def _link_figures(splink: Run, links: Run, training: Run, month: Run) -> list[Figure]:
    """The matching by itself and learning, in seconds of the processor; a month in which 2,000 records changed."""
    floor = ("Splink's own predict, CPU", splink.value["seconds"])
    learnt = [Figure("train, CPU", training.value["seconds"], training.peak, *floor)] if training.value else []
    return [
        Figure("Splink alone, CPU", floor[1], splink.peak),
        Figure("match in memory, CPU", links.value["seconds"], links.peak, *floor),
        *learnt,
        Figure("2000 changed: links", month.value["links"], month.peak),
        Figure("2000 changed, whole", month.seconds, month.peak),
    ]


# ---------------------------------------------------------------- floors


def _read_csv(extracts: Path) -> int:
    """Rows of all text files, decoded and split, nothing more."""
    rows = 0
    for path in _texts(extracts):
        with path.open(encoding=_encoding(path), newline="") as stream:
            rows += sum(1 for _ in csv.reader(stream, delimiter=_delimiter(path)))
    return rows


def _read_pandas(extracts: Path) -> int:
    import pandas

    rows = 0
    for path in sorted(extracts.iterdir()):
        if path.suffix == ".xlsx":
            rows += len(pandas.read_excel(path, header=None, dtype=str, engine="calamine"))
            continue
        frame = pandas.read_csv(
            path, encoding=_encoding(path), sep=_delimiter(path), dtype=str, keep_default_na=False,
            header=None, names=range(40), engine="c",
        )  # fmt: skip
        rows += len(frame)
    return rows


def _store_plain(extracts: Path, target: Path) -> int:
    """The same rows into an unkeyed SQLite file, each once, with its line."""
    db = sqlite3.connect(target)
    db.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, cells TEXT)")
    db.execute("CREATE TABLE batch_row (line INTEGER, id INTEGER)")
    count = 0
    for path in _texts(extracts):
        with path.open(encoding=_encoding(path), newline="") as stream:
            lines = [(count + at, json.dumps(row)) for at, row in enumerate(csv.reader(stream))]
        with db:
            db.executemany("INSERT INTO row VALUES (?, ?)", lines)
            db.executemany("INSERT INTO batch_row VALUES (?, ?)", ((n, n) for n, _ in lines))
        count += len(lines)
    db.close()
    return count


def _texts(extracts: Path) -> list[Path]:
    return [path for path in sorted(extracts.iterdir()) if path.suffix != ".xlsx"]


def _encoding(path: Path) -> str:
    head = path.read_bytes()[:200_000]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp932"):
        try:
            head[: head.rfind(b"\n")].decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp932"


def _delimiter(path: Path) -> str:
    with path.open(encoding=_encoding(path)) as stream:
        return "\t" if "\t" in stream.readline() else ","


# ---------------------------------------------------------------- the work itself


def _import(office: Path, extracts: Path, now: datetime) -> dict[str, float]:
    with opening.open_office(office, PERSON, PASSPHRASE, now) as it:
        return importing.import_extracts(it, [extracts], now=now, alone=True).value.seconds


def _desk(folder: Path, now: datetime) -> dict[str, float]:
    """Unlocking, listing, opening and deciding, as the window asks for them."""
    taken: dict[str, float] = {}
    begun = clocks.perf_counter()
    office = opening.open_office(folder, PERSON, PASSPHRASE, now)
    taken["unlock"] = clocks.perf_counter() - begun
    with office:
        today = now.date()
        _, taken["list: this month"] = _timed(lambda: caseload.listing(office, CaseloadQuery(), today))
        every, taken["list: all"] = _timed(lambda: caseload.listing(office, CaseloadQuery(view="all"), today))
        _, taken["list: 128 lines"] = _timed(lambda: caseload.rows(office, every.ids[:128], today))
        _, taken["list: search"] = _timed(
            lambda: caseload.listing(office, CaseloadQuery(view="all", text="さとう"), today)
        )
        opened = [_timed(partial(reviewing.child_file, office, c, now))[1] for c in every.ids[:50]]
        taken["open a child, p95"] = _p95(opened)
        decision = Decision(DecisionKind.WATCH, "x", today, today + timedelta(days=7), ())
        decide = partial(reviewing.decide, office, decision=decision, now=now, on_screen="")
        decided = [_timed(partial(decide, c))[1] for c in every.ids[:DECISIONS]]
        taken["decide, p95"] = _p95(decided)
    return taken


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = clocks.perf_counter()
    return work(), clocks.perf_counter() - begun


def _p95(values: list[float]) -> float:
    return figures.quantiles(values, n=20)[-1] if len(values) > 1 else sum(values)
