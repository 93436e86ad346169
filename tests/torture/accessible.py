"""What a screen reader hears, asked over AT-SPI as one would: from outside, by a process that knows nothing of Qt.

A display of its own (Xvfb), a session bus and an accessibility bus of its own; the window runs in another process.
The client is systemd's ``busctl``: every question is a call on the bus. It goes through every control and asks for
its role and name, reads the caseload line by line, presses every item of the rail and listens to the page that comes,
its tabs and its first line, opens the dialogs that a day needs and closes them again, presses the button that opens a
child, and walks the timeline from the first fact to the last; what it hears is compared with what the services say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.services.answers.caseload import CaseloadQuery
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
_CHECKED = 4
"""That of what stays down and is."""
_READY = "ready"
_PAGES = (
    "followups", "outreach", "links", "imports", "sources", "team", "criteria", "evaluation", "activity", "settings",
    "caseload",
)  # fmt: skip
"""In the order in which they are called up; the list of children last."""
_PAUSE = 1.0
_BUTTONS = frozenset({"push button", "button", "toggle button", "check box", "radio button", "page tab"})
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
        return str(self._property(thing, _ACCESSIBLE, "Name") or "")

    def rows(self, table: _Thing) -> int:
        return int(str(self._property(table, _TABLE, "NRows") or 0))

    def _property(self, thing: _Thing, interface: str, name: str) -> object:
        command = [
            "busctl", f"--address={self._address}", "--json=short", "get-property", thing.service, thing.path,
            interface, name,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        found: object = json.loads(done.stdout)["data"] if not done.returncode and done.stdout.strip() else None
        return found

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

    def is_on(self, thing: _Thing) -> bool:
        found: Any = self._call(thing, _ACCESSIBLE, "GetState")
        return bool(found and found[0][0] >> _CHECKED & 1)

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
    found += _hear_pages(place, bus, kizuki)
    found += _hear_dialog(place, bus, kizuki, "undo.list.button", "keys.close")
    found += _hear_dialog(place, bus, kizuki, "status.keys", "keys.close")
    if _pressed(bus, kizuki, words._("panel.open")) is None:
        return [*found, "nothing to press that opens a child"]
    return found + _hear_timeline(place, bus, kizuki, expected)


def _pressed(bus: _Bus, kizuki: _Thing, said: str) -> _Thing | None:
    """What shows under this name, pressed; a count may follow the name."""
    for thing, role, _within in bus.everything(kizuki):
        name = bus.name(thing) if role in _BUTTONS else ""
        if (name == said or name.startswith(f"{said} ")) and bus.press(thing):
            return thing
    return None


def _hear_pages(place: Place, bus: _Bus, kizuki: _Thing) -> list[str]:
    """Every page of the rail brought to the front by its item; each of its tabs, too."""
    found: list[str] = []
    heard = tabs = 0
    for key in _PAGES:
        title = words._(f"page.{key}")
        if _pressed(bus, kizuki, title) is None:
            found.append(f"nothing to press that brings {title}")
            continue
        things = _come(bus, kizuki, title)
        if not things:
            found.append(f"{title} was pressed and did not come")
            continue
        heard += len(things)
        found += [f"{title}: {one}" for one in _nameless(bus, things) + _silent(bus, things)]
        if key != "caseload":
            for tab in [
                thing for thing, role, within in things if role in _BUTTONS and within.endswith(words._("tabs.name"))
            ]:
                tabs += 1
                found += _hear_tab(bus, kizuki, title, tab)
    place.say(f"accessible: {len(_PAGES)} pages and {tabs} tabs, {heard} things heard on them")
    return found


def _hear_tab(bus: _Bus, kizuki: _Thing, title: str, tab: _Thing) -> list[str]:
    """A tab is lit after it was pressed, and what it brings says its names."""
    said = f"{title}, {bus.name(tab)}"
    if not bus.is_on(tab) and not bus.press(tab):
        return [f"{said}: the tab cannot be pressed"]
    time.sleep(_PAUSE)
    if not bus.is_on(tab):
        return [f"{said}: the tab was pressed and is not in front"]
    things = list(bus.everything(kizuki))
    return [f"{said}: {one}" for one in _nameless(bus, things) + _silent(bus, things)]


def _hear_dialog(place: Place, bus: _Bus, kizuki: _Thing, opener: str, close: str) -> list[str]:
    """A dialog that a button opens: what it is made of says its names, and it goes when it is told to."""
    before = len(bus.children(kizuki))
    if _pressed(bus, kizuki, words._(opener)) is None:
        return [f"nothing to press that says {words._(opener)}"]
    if not _within(lambda: len(bus.children(kizuki)) > before):
        return [f"{words._(opener)} was pressed and no dialog came"]
    dialog = bus.children(kizuki)[-1]
    things = list(bus.everything(dialog))
    found = [f"{words._(opener)}: {one}" for one in _nameless(bus, things)]
    if not bus.name(dialog).strip():
        found.append(f"{words._(opener)}: the dialog has no name")
    place.say(f"accessible: {len(things)} things in the dialog {bus.name(dialog)}")
    if _pressed(bus, dialog, words._(close)) is None or not _within(lambda: len(bus.children(kizuki)) == before):
        found.append(f"{words._(opener)}: the dialog cannot be closed")
    return found


def _within(true: Callable[[], bool], patience: float = 20.0) -> bool:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True


def _come(bus: _Bus, kizuki: _Thing, title: str) -> list[tuple[_Thing, str, str]]:
    """What shows once the page of this title is in front; nothing where it does not come."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        time.sleep(_PAUSE)
        things = list(bus.everything(kizuki))
        if any(role == "label" and bus.name(thing) == title for thing, role, _within in things):
            return things
    return []


def _silent(bus: _Bus, things: Iterable[tuple[_Thing, str, str]]) -> list[str]:
    """Tables with a first line in which no cell says anything."""
    return [
        f"the first line of {bus.name(table)} says nothing"
        for table, role, _within in things
        if role == "table" and bus.rows(table) and not any(bus.cell(table, 0, column) for column in range(5))
    ]


def _nameless(bus: _Bus, things: Iterable[tuple[_Thing, str, str]]) -> list[str]:
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
    found = _nameless(bus, things) + _hear_dialog(place, bus, kizuki, "print.button", "print.cancel")
    found += _hear_child(place, bus, kizuki)
    said = [bus.name(item) for item in bus.children(named[0])]
    place.say(f"accessible: {len(said)} facts of the timeline read")
    if len(said) != len(expected.facts):
        return [*found, f"the timeline says {len(said)} facts of {len(expected.facts)}"]
    return found + [
        f"fact {at} is said as {heard_as!r}, not {fact!r}"
        for at, (heard_as, fact) in enumerate(zip(said, expected.facts, strict=True), 1)
        if fact not in heard_as
    ]


def _hear_child(place: Place, bus: _Bus, kizuki: _Thing) -> list[str]:
    """The first fact chosen and opened to its row as received; a contact begun and left."""
    if _pressed(bus, kizuki, words._("selected.next")) is None:
        return ["nothing to press that chooses a fact"]
    found = _hear_dialog(place, bus, kizuki, "selected.open", "raw.close")
    if _pressed(bus, kizuki, words._("child.contact")) is None:
        return [*found, "nothing to press that begins a contact"]
    time.sleep(_PAUSE)
    things = list(bus.everything(kizuki))
    place.say(f"accessible: {len(things)} things on the child's page while a contact is written")
    return found + _nameless(bus, things)


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
