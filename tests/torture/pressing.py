"""Pressing everything: each button and menu of a page once, and each dialog that comes, filled in every field.

What a press opens is looked at empty and filled, its tabs are walked through, its main button is pressed; what still
stands then is sent away. Buttons that end the session or the membership of who walks are left alone (``LEFT``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

import ui
from ui import words
from ui.page import Page

LEFT = (
    "settings.passphrase.verb", "settings.factor_on.verb", "settings.factor_off.verb", "settings.leave.verb",
    "settings.renew.verb", "settings.roles.verb", "settings.again.verb",
    "settings.invite.verb",
)  # fmt: skip
"""Keys of the words on buttons that would end this session, or open a form that does."""
DEEP = 3
"""Dialogs over dialogs."""


def dialogs_of_the_window() -> set[str]:
    """The name of every dialog and page that the window's code knows."""
    found: set[str] = set()
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        for one in vars(importlib.import_module(module.name)).values():
            known = isinstance(one, type) and issubclass(one, (QDialog, Page)) and one is not Page
            if known and one.__module__.startswith("ui."):
                found.add(one.__name__)
    return found


class Pressing:
    """``payload`` is what is written into every field, ``files`` what is chosen where files are asked for.

    ``quiet`` waits until nothing is on its way, ``see`` looks at a sight.
    """

    def __init__(
        self, payload: str, files: tuple[Path, ...], out: Path, quiet: Callable[[], None], see: Callable[[str], None]
    ) -> None:
        self.payload, self.files, self._out = payload, files, out
        self._quiet, self._see = quiet, see
        self.met: set[str] = set()
        self._pressed: set[tuple[str, str]] = set()
        self._left = {words._(key) for key in LEFT}

    @property
    def many(self) -> int:
        """So many were pressed."""
        return len(self._pressed)

    def everything(self, page: QWidget, name: str, still: Callable[[], bool]) -> None:
        """Each button below ``page``, as long as ``still`` says that we are where we were."""
        self.met.add(type(page).__name__)
        self.fill(page)
        for button in _buttons(page):
            if not still():
                return
            if isValid(button) and self._new(name, button):
                self.press(button, name)

    def _new(self, name: str, button: QAbstractButton) -> bool:
        says = button.text() or button.accessibleName() or button.toolTip()
        mark = (name.split()[0], f"{type(button).__name__} {says}")
        if mark in self._pressed or says in self._left or not (button.isVisible() and button.isEnabled()):
            return False
        self._pressed.add(mark)
        return True

    def press(self, button: QAbstractButton, name: str) -> None:
        """Press, and see what comes of it to its end."""
        says = button.text() or button.accessibleName()
        button.click()
        self.settle(f"{name} › {says}")

    def settle(self, name: str, depth: int = DEEP) -> None:
        """Menus are gone through, dialogs filled, agreed to, and sent away."""
        self._quiet()
        while isinstance(menu := QApplication.activePopupWidget(), QMenu):
            self._menu(menu, name)
        while depth and (dialog := _dialog()) is not None:
            self._dialog(dialog, name, depth)
        self._quiet()

    def _menu(self, menu: QMenu, name: str) -> None:
        self._see(f"{name} (menu)")
        actions = list(_actions(menu))
        menu.close()
        for action in actions:
            if isValid(action) and action.isEnabled() and ("menu", action.text()) not in self._pressed:
                self._pressed.add(("menu", action.text()))
                action.trigger()
                self.settle(f"{name} › {action.text()}", 2)

    def _dialog(self, dialog: QDialog, name: str, depth: int) -> None:
        self.met.add(type(dialog).__name__)
        if isinstance(dialog, QFileDialog):
            self._choose(dialog)
            return
        if isinstance(dialog, QPrintDialog):
            self._print(dialog)
            return
        self._see(f"{name} [{type(dialog).__name__}]")
        self.fill(dialog)
        self._quiet()
        self._see(f"{name} [{type(dialog).__name__}] filled")
        for button in sorted(_buttons(dialog), key=_agrees):
            if not isValid(dialog) or not dialog.isVisible():
                break
            if isValid(button) and button.isVisible() and button.isEnabled() and button.text() not in self._left:
                button.click()
                self._quiet()
                if _dialog() not in (dialog, None):
                    self.settle(name, depth - 1)
        if isValid(dialog) and dialog.isVisible():
            self._see(f"{name} [{type(dialog).__name__}] after")
            dialog.hide()
            dialog.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._quiet()

    def _print(self, dialog: QPrintDialog) -> None:
        dialog.printer().setOutputFileName(str(self._out / f"{len(self._pressed)}.pdf"))
        dialog.done(int(QDialog.DialogCode.Accepted))
        self._quiet()
        if isValid(dialog):
            dialog.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _choose(self, dialog: QFileDialog) -> None:
        dialog.hide()
        mode = dialog.fileMode()
        if dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave:
            chosen = self._out / f"{len(self._pressed)}-{Path(dialog.selectedFiles()[0]).name}"
            dialog.fileSelected.emit(str(chosen))
        elif mode is QFileDialog.FileMode.Directory:
            for signal, value in ((dialog.fileSelected, str(self._out)), (dialog.filesSelected, [str(self._out)])):
                signal.emit(value)
        else:
            dialog.fileSelected.emit(str(self.files[0]))
            dialog.filesSelected.emit([str(one) for one in self.files])
        dialog.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._quiet()

    def fill(self, whole: QWidget) -> None:
        """The payload in every field below that can be written in, the second line of every choice."""
        for field in whole.findChildren(QLineEdit):
            if field.isVisible() and field.isEnabled() and not field.isReadOnly() and field.validator() is None:
                secret = field.echoMode() is not QLineEdit.EchoMode.Normal
                field.setText("" if secret else self.payload[: field.maxLength()])
        for kind in (QPlainTextEdit, QTextEdit):
            for area in whole.findChildren(kind):
                if area.isVisible() and area.isEnabled() and not area.isReadOnly():
                    area.setPlainText(self.payload)
        for box in whole.findChildren(QComboBox):
            if box.isVisible() and box.isEnabled() and not box.isEditable() and box.count() > 1:
                box.setCurrentIndex(min(1, box.count() - 1))


def _dialog() -> QDialog | None:
    """The dialog in front, if one stands."""
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    modal = QApplication.activeModalWidget()
    if isinstance(modal, QDialog) and modal in shown:
        return modal
    return shown[-1] if shown else None


def _buttons(whole: QWidget) -> list[QAbstractButton]:
    found = whole.findChildren(QAbstractButton)
    return [one for one in found if not isinstance(one, (QCheckBox, QRadioButton))]


def _agrees(button: QAbstractButton) -> int:
    """What agrees is pressed last but one, what sends the dialog away last."""
    kind = getattr(button, "_kind", "")
    keys = getattr(button, "_keys", "")
    return 2 if keys == "Esc" else 1 if kind == "primary" else 0


def _actions(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _actions(below)
        elif not action.isSeparator():
            yield action
