"""Workbooks (.xlsx): the rows of a sheet as text, read by a process of their own.

What is inside a workbook is only ever unpacked there (``workbook_reader``), under limits of memory and
time; here arrive rows of text, or one clear reason why not. That process is given a path, no key.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

from app.domain.message import Refused
from app.storage.files.delimited import Row
from app.storage.files.workbook_reader import receive, send

ZIP_MARK = b"PK"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What old .xls files begin with, and workbooks that are locked with a password."""

SECONDS = 15.0
"""How long one answer may take: a million cells are read in a few seconds."""

_ROOT = Path(__file__).resolve().parents[3]
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH", "LANG", "_MEIPASS2")
READER = "--read-workbook"


class Workbook:
    """An opened workbook; ``close`` it. Refused where it is none, is locked, or would cost too much."""

    def __init__(self, path: Path, *, unpacked: int, columns: int, cell: int, seconds: float = SECONDS) -> None:
        self._name, self._unpacked, self._cell, self._seconds = path.name, unpacked, cell, seconds
        self._process = _started()
        self._late = False
        try:
            asked = {
                "what": "open",
                "path": str(path.absolute()),
                "unpacked": unpacked,
                "columns": columns,
                "cell": cell,
            }
            self.sheets = int(self._ask(asked)["sheets"])
        except BaseException:
            self.close()
            raise

    def height(self, sheet: int) -> int:
        """The number of the last row of a sheet."""
        return int(self._ask({"what": "sheet", "at": sheet})["height"])

    def rows(self, sheet: int) -> Iterator[Row]:
        """The rows of a sheet under its own row numbers, empty ones left out. One sheet at a time."""
        self._ask({"what": "sheet", "at": sheet})
        while some := self._ask({"what": "rows"})["rows"]:
            for number, cells in some:
                damage = "row.cell_too_long" if max(map(len, cells)) > self._cell else ""
                yield Row(int(number), tuple(map(str, cells)), damage)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        answer = self._answer(question)
        if answer is None:
            key = "file.workbook_too_slow" if self._late else "file.workbook_too_large"
            raise Refused(key, file=self._name, limit=self._unpacked >> 20)
        if "refused" in answer:
            key, values = answer["refused"]
            raise Refused(str(key), **values)
        if "failed" in answer:
            late = answer["failed"] == "MemoryError"
            key = "file.workbook_too_large" if late else "file.damaged_workbook"
            raise Refused(key, file=self._name, limit=self._unpacked >> 20)
        return answer

    def _answer(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """The answer; None where the process has ended, or was ended because it took too long."""
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            return None
        watch = Timer(self._seconds, self._end)
        watch.daemon = True
        watch.start()
        try:
            send(asked, question)  # type: ignore[arg-type]
            return receive(answers)  # type: ignore[arg-type]
        except (OSError, ValueError):
            return None
        finally:
            watch.cancel()

    def _end(self) -> None:
        self._late = True
        self._process.kill()


def _started() -> subprocess.Popen[bytes]:
    """The reader's process, with nothing of ours but the way to its own modules."""
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, READER] if frozen else [sys.executable, "-m", "app.storage.files.workbook_reader"]
    given = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if not frozen:
        given["PYTHONPATH"] = str(_ROOT)
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=given,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
