"""What a screen reader hears, asked over AT-SPI as one would: from outside, by a process that knows nothing of Qt.

A display of its own (Xvfb), a session bus and an accessibility bus of its own; the window runs in another process.
The client is systemd's ``busctl``: every question is a call on the bus. It goes through every control and asks for
its role and name, reads the caseload line by line, presses the button that opens a child, and walks the timeline
from the first fact to the last; what it hears is compared with what the services say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.services.answers import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, opened
from tests.torture.place import Place
from ui import app as ui_app
from ui import words
from ui.timeline import wording
from ui.timeline.rows import lanes_of
from ui.window import Window

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
TOOLS = ("Xvfb", "dbus-daemon", "busctl")
_ACCESSIBLE, _TABLE, _ACTION = (f"org.a11y.atspi.{one}" for one in ("Accessible", "Table", "Action"))
_ROOT = "/org/a11y/atspi/accessible/root"
_PATIENCE = 90.0
_SHOWING = 25
"""The bit of a state that says so (AtspiStateType)."""
_READY = "ready"
_LINES = 12
"""Lines of the caseload that are read out."""
_PRESSED = frozenset(
    {"push button", "button", "toggle button", "check box", "radio button", "combo box", "text", "entry", "table",
     "list", "page tab", "spin button", "slider", "link", "menu item", "password text", "tree", "tree table"}
)  # fmt: skip
"""Roles of what somebody acts on: none of them may be without a name."""
_WHOLE = frozenset({"table", "list", "tree", "tree table", "combo box", "spin button", "spin box"})
"""Roles whose parts are their own business."""


def heard(place: Place, _times: int) -> list[str]:
    """The window read by a client over the accessibility bus; what could not be heard, or was heard wrongly."""
    missing = [one for one in TOOLS if shutil.which(one) is None] + ([] if LAUNCHER.exists() else [str(LAUNCHER)])
    if missing:
        return [f"nothing was proved: {', '.join(missing)} not here (at-spi2-core, dbus-daemon, systemd, xvfb)"]
    folder = place.office(place.filled())
    with opened(folder) as office:
        expected = _expected(office)
    with ExitStack() as stack:
        bus = _bus_with_window(stack, folder)
        return _hear(place, bus, expected)


@dataclass(frozen=True)
class _Expected:
    """Names of the first children of the list, and what the first one's timeline says from first to last."""

    children: tuple[str, ...]
    facts: tuple[str, ...]


def _expected(office: Office) -> _Expected:
    words.speak("ja")
    ids = caseload.listing(office, CaseloadQuery(), AS_OF).ids[:_LINES]
    rows = caseload.rows(office, ids, AS_OF)
    lanes = lanes_of(reviewing.child_file(office, ids[0], NOW))
    return _Expected(tuple(row.name for row in rows), tuple(wording.full(lanes.item(place)) for place in lanes.walk))


# ---------------------------------------------------------------------------- the buses and the window


def _bus_with_window(stack: ExitStack, folder: Path) -> _Bus:
    display, end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(end), "-screen", "0", "1600x1000x24"], pass_fds=(end,), stderr=subprocess.DEVNULL
    )
    stack.callback(_stop, server)
    os.close(end)
    with os.fdopen(display, encoding="ascii") as told:
        number = told.readline().strip()
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--print-address=1", "--nofork", "--nopidfile"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    stack.callback(_stop, daemon)
    assert daemon.stdout is not None
    session = daemon.stdout.readline().strip()
    surroundings = {
        **os.environ, "DISPLAY": f":{number}", "DBUS_SESSION_BUS_ADDRESS": session, "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "XDG_RUNTIME_DIR": str(folder.parent),
    }  # fmt: skip
    launcher = subprocess.Popen(
        [str(LAUNCHER), "--launch-immediately"], env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    stack.callback(_stop, launcher)
    address = _until(lambda: _address(session))
    window = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.accessible", str(folder)],
        env=surroundings, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    stack.callback(_stop, window)
    assert window.stdout is not None
    if window.stdout.readline().strip() != _READY:
        raise RuntimeError("the window did not come")
    return _Bus(address)


def _stop(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def _address(session: str) -> str:
    found = _ask(session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
    return str(found[0]) if found else ""


def _ask(address: str, service: str, path: str, interface: str, method: str, *arguments: str) -> list[object]:
    """A call on a bus; nothing where it is refused."""
    command = ["busctl", f"--address={address}", "--json=short", "call", service, path, interface, method, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        return []
    return list(json.loads(done.stdout)["data"]) if done.stdout.strip() else []


def _until(found: object, patience: float = _PATIENCE) -> str:
    end = time.monotonic() + patience
    assert callable(found)
    while not (answer := found()):
        if time.monotonic() > end:
            raise TimeoutError("nobody answers on the accessibility bus")
        time.sleep(0.2)
    return str(answer)


# ---------------------------------------------------------------------------- the client


@dataclass(frozen=True)
class _Thing:
    """Something that can be heard."""

    service: str
    path: str


class _Bus:
    """The accessibility bus as a client sees it."""

    def __init__(self, address: str) -> None:
        self._address = address

    def _call(self, thing: _Thing, interface: str, method: str, *arguments: str) -> list[object]:
        return _ask(self._address, thing.service, thing.path, interface, method, *arguments)

    def applications(self) -> list[_Thing]:
        return self.children(_Thing("org.a11y.atspi.Registry", _ROOT))

    def children(self, thing: _Thing) -> list[_Thing]:
        found = self._call(thing, _ACCESSIBLE, "GetChildren")
        return [_Thing(str(one[0]), str(one[1])) for one in (found[0] if found else [])]  # type: ignore[attr-defined]

    def role(self, thing: _Thing) -> str:
        return str((self._call(thing, _ACCESSIBLE, "GetRoleName") or [""])[0])

    def name(self, thing: _Thing) -> str:
        command = [
            "busctl", f"--address={self._address}", "--json=short", "get-property", thing.service, thing.path,
            _ACCESSIBLE, "Name",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        return str(json.loads(done.stdout)["data"]) if not done.returncode and done.stdout.strip() else ""

    def everything(self, thing: _Thing, within: str = "") -> Iterator[tuple[_Thing, str, str]]:
        """What shows below a thing, with its role and what it stands within; not what a whole is made of."""
        role = self.role(thing)
        yield thing, role, within
        if role not in _WHOLE:
            about = self.name(thing) or role
            for child in self.children(thing):
                if self.shows(child):
                    yield from self.everything(child, f"{within} > {about}"[-160:])

    def shows(self, thing: _Thing) -> bool:
        """Whether it is on the screen: pages behind the one in front are not."""
        found: Any = self._call(thing, _ACCESSIBLE, "GetState")
        return bool(found and found[0][0] >> _SHOWING & 1)

    def cell(self, table: _Thing, row: int, column: int) -> str:
        found = self._call(table, _TABLE, "GetAccessibleAt", "ii", str(row), str(column))
        if not found:
            return ""
        where: Any = found[0]
        return self.name(_Thing(str(where[0]), str(where[1])))

    def press(self, button: _Thing) -> bool:
        return bool((self._call(button, _ACTION, "DoAction", "i", "0") or [False])[0])


def _hear(place: Place, bus: _Bus, expected: _Expected) -> list[str]:
    found: list[str] = []
    _until(bus.applications)
    kizuki = bus.applications()[0]
    things = list(bus.everything(kizuki))
    acted = [(thing, role, bus.name(thing), within) for thing, role, within in things if role in _PRESSED]
    found += _nameless(bus, things)
    place.say(f"accessible: {len(things)} things in the window, {len(acted)} to act on")
    tables = [thing for thing, role, name, _within in acted if role == "table" and name]
    wanted = range(len(expected.children))
    lines = [[bus.cell(tables[0], row, column) for column in range(4)] for row in wanted] if tables else []
    for name, line in zip(expected.children, lines, strict=False):
        if not any(name in cell for cell in line):
            found.append(f"the caseload does not say {name}: {line}")
    if len(lines) < len(expected.children):
        found.append("the caseload is no table to a reader")
    place.say(f"accessible: {len(lines)} lines of the caseload read")
    openers = [thing for thing, _role, name, _within in acted if name == words._("panel.open")]
    if not any(bus.press(opener) for opener in openers):
        return [*found, f"nothing to press that opens a child ({len(openers)} tried)"]
    return found + _hear_timeline(place, bus, kizuki, expected)


def _nameless(bus: _Bus, things: list[tuple[_Thing, str, str]]) -> list[str]:
    acted = [(thing, role, within) for thing, role, within in things if role in _PRESSED]
    return [f"a {role} without a name in {within}" for thing, role, within in acted if not bus.name(thing).strip()]


def _hear_timeline(place: Place, bus: _Bus, kizuki: _Thing, expected: _Expected) -> list[str]:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        things = list(bus.everything(kizuki))
        lists = [thing for thing, role, _within in things if role == "list"]
        named = [thing for thing in lists if expected.children[0] in bus.name(thing)]
        if named:
            break
        time.sleep(0.5)
    else:
        return ["no timeline of the child that was opened"]
    found = _nameless(bus, things)
    said = [bus.name(item) for item in bus.children(named[0])]
    place.say(f"accessible: {len(said)} facts of the timeline read")
    if len(said) != len(expected.facts):
        return [*found, f"the timeline says {len(said)} facts of {len(expected.facts)}"]
    return found + [
        f"fact {at} is said as {heard_as!r}, not {fact!r}"
        for at, (heard_as, fact) in enumerate(zip(said, expected.facts, strict=True), 1)
        if fact not in heard_as
    ]


# ---------------------------------------------------------------------------- the window's process


def _window(folder: Path) -> int:
    application = ui_app.application()
    ui_app.speak(application, "ja")
    office = opened(folder)
    desk = lambda it: replace(ui_app.desk_of(it, lambda: AS_OF), now=lambda: NOW)  # noqa: E731
    window = Window(ui_app.opening, desk, ui_app.make_pages)
    window.resize(1440, 900)
    window.show()
    window.open_office(office)
    assert window.workplace is not None
    ui_app.settle(application, window.workplace)
    sys.stdout.write(_READY + "\n")
    sys.stdout.flush()
    return application.exec()


if __name__ == "__main__":
    sys.exit(_window(Path(sys.argv[1])))
