"""The one place where tokens become Qt: colours, fonts, icons, the palette and the style sheet.

Painters ask ``theme.color(role)`` and ``theme.font(px)``, never a style sheet. The style sheet
dresses only what Qt paints itself (fields, menus, scroll bars). ``theme.changed`` says: paint
again. Words and layout do not live here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

# At the top, not where an icon is first wanted: qtpy keeps the error of a module that the frozen program
# leaves out, the error keeps its frames, and within a paint event those would keep the painter for good.
import qtawesome
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication

from ui.resources import RESOURCES
from ui.sheet import style_sheet
from ui.tokens import BODY, CONTRAST, DARK, FAMILY, LIGHT, Tokens


class Theme(QObject):
    """The theme in force. ``follow`` ties it to the system, ``wear`` sets one by hand."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self._colors: dict[str, QColor] = {}
        self._follows = self._led = False

    def color(self, role: str) -> QColor:
        """The colour of a role of ``Tokens``; do not change the object, it is shared."""
        found = self._colors.get(role)
        if found is None:
            found = self._colors[role] = QColor(getattr(self.tokens, role))
        return found

    def font(self, px: int = BODY, bold: bool = False) -> QFont:
        return _font(px, bold)

    def metrics(self, px: int = BODY, bold: bool = False) -> QFontMetrics:
        return _metrics(px, bold)

    def width(self, text: str, px: int = BODY, bold: bool = False) -> int:
        """How many px a line of text takes, remembered: shaping it anew for each frame costs more than drawing."""
        return _width(text, px, bold)

    def elided(self, text: str, room: int, px: int = BODY, bold: bool = False) -> str:
        """A line of text cut with an ellipsis at ``room`` px, remembered like its width."""
        return _elided(text, room, px, bold)

    def forget_words(self) -> None:
        """Nothing that was written stays in memory: the office is shut."""
        _width.cache_clear()
        _elided.cache_clear()

    def pixmap(self, icon: str, role: str, size: int = 16, dpr: float = 1.0) -> QPixmap:
        """An ``mdi6`` icon (name without the prefix) in the colour of a role, cached."""
        return _icon_pixmap(icon, getattr(self.tokens, role), size, dpr)

    def icon(self, name: str, role: str = "text2") -> QIcon:
        return _icon(name, getattr(self.tokens, role), self.tokens.text3)

    def wear(self, tokens: Tokens) -> None:
        """Put on a theme: palette, style sheet, then everybody paints again."""
        self.tokens = tokens
        self._colors.clear()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette_of(tokens))
            app.setStyleSheet(style_sheet(tokens, _picture("down", tokens), _picture("check", tokens)))
        self.changed.emit()

    @contextmanager
    def on_paper(self) -> Iterator[None]:
        """Paint with the light theme's colours meanwhile, whatever the window wears."""
        worn, self.tokens = self.tokens, LIGHT
        self._colors.clear()
        try:
            yield
        finally:
            self.tokens = worn
            self._colors.clear()

    def stay(self, tokens: Tokens) -> None:
        """Wear this one, whatever the system prefers."""
        self._led = False
        if tokens != self.tokens:
            self.wear(tokens)

    def follow(self) -> None:
        """Wear what the system prefers, now and whenever it changes."""
        self._led = True
        self.wear(_preferred())
        if not self._follows:
            self._follows = True
            self._hints = QGuiApplication.styleHints()
            self._hints.colorSchemeChanged.connect(self._system_changed)
            self._contrast = self._hints.accessibility()
            self._contrast.contrastPreferenceChanged.connect(self._system_changed)

    def _system_changed(self, *_: Any) -> None:
        wanted = _preferred()
        if self._led and wanted != self.tokens:
            self.wear(wanted)


def _preferred() -> Tokens:
    hints = QGuiApplication.styleHints()
    contrast = hints.accessibility()
    if contrast.contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


@lru_cache(maxsize=64)
def _font(px: int, bold: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(px)
    font.setBold(bold)
    # Without hinting the strokes of dense kanji keep their weight at 11 to 14 px.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=64)
def _metrics(px: int, bold: bool) -> QFontMetrics:
    return QFontMetrics(_font(px, bold))


@lru_cache(maxsize=8192)
def _width(text: str, px: int, bold: bool) -> int:
    return _metrics(px, bold).horizontalAdvance(text)


@lru_cache(maxsize=8192)
def _elided(text: str, room: int, px: int, bold: bool) -> str:
    if _width(text, px, bold) <= room:
        return text
    return _metrics(px, bold).elidedText(text, Qt.TextElideMode.ElideRight, room)


@lru_cache(maxsize=512)
def _icon(name: str, color: str, disabled: str) -> QIcon:
    icon: QIcon = qtawesome.icon(f"mdi6.{name}", color=color, color_disabled=disabled)
    return icon


@lru_cache(maxsize=1024)
def _icon_pixmap(name: str, color: str, size: int, dpr: float) -> QPixmap:
    return _icon(name, color, color).pixmap(QSize(size, size), dpr)


def _picture(name: str, tokens: Tokens) -> str:
    return (RESOURCES / "icons" / f"{name}-{tokens.name}.svg").as_posix()


def load_fonts() -> None:
    """Make the program's own typeface known; needs a running QApplication."""
    for weight in ("Regular", "Bold"):
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / f"NotoSansJP-{weight}.ttf"))


def palette_of(tokens: Tokens) -> QPalette:
    """The Qt palette of a theme, for everything that Qt paints itself."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, value in {
        roles.Window: tokens.window,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.alt,
        roles.Button: tokens.surface,
        roles.Text: tokens.text,
        roles.WindowText: tokens.text,
        roles.ButtonText: tokens.text,
        roles.PlaceholderText: tokens.text3,
        roles.Highlight: tokens.sel,
        roles.HighlightedText: tokens.text,
        roles.Link: tokens.accent,
        roles.ToolTipBase: tokens.surface,
        roles.ToolTipText: tokens.text,
        roles.Accent: tokens.accent,
    }.items():
        palette.setColor(role, QColor(value))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.text3))
    return palette


theme = Theme()
