"""The program as a process that stands at once: imported beforehand, forked for each call, killed like any other.

What is proved of a process begins with its first own step; the seconds in which Python reads modules prove nothing
and were most of the time. Run as a program (`python -m tests.torture.program`) this is what forks. What Argon2id made
of a passphrase of the proofs is remembered as well: the same salt, cost and passphrase give the same key.
"""

from __future__ import annotations

import array
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO
from unittest import mock

import splink  # noqa: F401 - what an import of extracts loads late

from app import console
from app.storage.keyring import keys

ROOT = Path(__file__).parents[2]
_MOST = 1 << 20
_LENGTH = 8

Known = dict[str, str]
_stretch = keys.stretch
_known: Known = {}


def _remembered(passphrase: str, salt: bytes, cost: keys.Kdf) -> bytes:
    name = json.dumps([passphrase, salt.hex(), asdict(cost)])
    if name not in _known:
        _known[name] = _stretch(passphrase, salt, cost).hex()
    return bytes.fromhex(_known[name])


@contextmanager
def derivation_remembered() -> Iterator[None]:
    """Meanwhile each passphrase is stretched once; the processes that are started know what is known here."""
    with mock.patch.object(keys, "stretch", _remembered):
        yield


@dataclass
class Running:
    """A forked call; speaks like ``subprocess.Popen`` as far as the proofs need it."""

    pid: int
    stdout: IO[bytes]
    stderr: IO[bytes]
    _by: Forker
    returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self.returncode = self._by.ask({"ended": self.pid})
        return self.returncode

    def kill(self) -> None:
        """SIGKILL."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """The exit code, once it has one."""
        while (code := self.poll()) is None:
            time.sleep(0.002)
        return code

    def communicate(self, patience: float) -> tuple[bytes, bytes]:
        """All it says, to its end; killed when that takes more than ``patience`` seconds."""
        alarm = threading.Timer(patience, self.kill)
        errors: list[bytes] = []
        other = threading.Thread(target=lambda: errors.append(self.stderr.read()))
        alarm.start()
        other.start()
        out = self.stdout.read()
        other.join()
        self.wait()
        alarm.cancel()
        self.stdout.close()
        self.stderr.close()
        return out, errors[0]


@dataclass
class Forker:
    """``environment`` and ``folder`` are those of every call. Begins with the first call, ends with ``close``."""

    environment: dict[str, str]
    folder: Path
    _line: socket.socket | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, *arguments: str, module: str = "") -> Running:
        """The console with these arguments, or a module of the proofs as ``python -m module`` would run it."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        pid = self.ask({"arguments": arguments, "module": module, "known": _known}, out_end, err_end)
        os.close(out_end)
        os.close(err_end)
        assert pid is not None
        return Running(pid, os.fdopen(out, "rb"), os.fdopen(err, "rb"), self)

    def ask(self, said: object, *descriptors: int) -> int | None:
        """One question, one answer."""
        line = self._line or self._begin()
        text = json.dumps(said).encode()
        given = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        line.sendmsg([len(text).to_bytes(_LENGTH, "big")], given)
        line.sendall(text)
        answer = json.loads(line.recv(_MOST))
        assert answer is None or isinstance(answer, int)
        return answer

    def _begin(self) -> socket.socket:
        self._line, other = socket.socketpair()
        command = [sys.executable, "-m", "tests.torture.program", str(other.fileno())]
        surroundings = {**self.environment, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, pass_fds=[other.fileno()], env=surroundings, cwd=self.folder)
        other.close()
        return self._line

    def close(self) -> None:
        """No more calls."""
        if self._line is not None and self._process is not None:
            self._line.close()
            self._process.wait()
            self._line = None


# ---------------------------------------------------------------------------- the process that forks


def _serve(line: socket.socket) -> None:
    while True:
        length, descriptors, _flags, _from = socket.recv_fds(line, _LENGTH, 2)
        if not length:
            return
        wanted, text = int.from_bytes(length, "big"), b""
        while len(text) < wanted:
            text += line.recv(wanted - len(text))
        said = json.loads(text)
        answer = _ended(said["ended"]) if "ended" in said else _forked(line, said, descriptors)
        line.sendall(json.dumps(answer).encode())


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _forked(line: socket.socket, said: dict[str, object], descriptors: list[int]) -> int:
    pid = os.fork()
    if pid:
        for one in descriptors:
            os.close(one)
        return pid
    line.close()
    for one, wanted in zip(descriptors, (1, 2), strict=True):
        os.dup2(one, wanted)
        os.close(one)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - to the end of the process
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os._exit(_called(said))


def _called(said: dict[str, object]) -> int:
    """As an interpreter of its own would end: a traceback for what nobody caught, everything flushed."""
    _known.update(said["known"])  # type: ignore[call-overload]
    arguments = [str(one) for one in said["arguments"]]  # type: ignore[attr-defined]
    code = 1
    try:
        if said["module"]:
            sys.argv = [str(said["module"]), *arguments]
            runpy.run_module(str(said["module"]), run_name="__main__")
            code = 0
        else:
            code = console.run(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the last frame of a process
        sys.excepthook(*sys.exc_info())
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # of forking: the libraries' threads are asleep
    with mock.patch.object(keys, "stretch", _remembered):
        _serve(socket.socket(fileno=int(sys.argv[1])))
