"""The generated style sheet: one text per theme, for the controls that Qt paints itself.

Own widgets paint from tokens and are not named here. No ``::item`` padding: it would switch off
the native painting of item views. No fonts either: a sheet's font would beat ``setFont``.
"""

from __future__ import annotations

from ui.tokens import RADIUS, SECOND, Tokens

_SHEET = """
QToolTip {{ color: {t.text}; background: {t.surface}; border: 1px solid {t.line2};
    padding: 4px 6px; font-size: {second}px; }}
QLineEdit, QPlainTextEdit, QComboBox, QDateTimeEdit, QSpinBox {{
    color: {t.text}; background: {t.surface}; border: 1px solid {t.line2};
    border-radius: {radius}px; padding: 1px 7px; selection-background-color: {t.accent};
    selection-color: {t.onaccent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateTimeEdit:focus, QSpinBox:focus {{
    border: 2px solid {t.focus}; padding: 0 6px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QDateTimeEdit:disabled {{
    color: {t.text3}; border-color: {t.line}; background: {t.alt}; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus, QComboBox QLineEdit:disabled {{
    border: 0; padding: 0; background: transparent; }}
QComboBox QAbstractItemView {{ color: {t.text}; background: {t.surface};
    border: 1px solid {t.line2}; selection-background-color: {t.sel};
    selection-color: {t.text}; outline: 0; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QComboBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
QDateTimeEdit::drop-down {{ border: 0; width: 22px; }}
QDateTimeEdit::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.line2}; border-radius: 2px;
    background: {t.surface}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: url("{check}"); }}
QCheckBox::indicator:disabled {{ border-color: {t.line}; background: {t.alt}; }}
QCheckBox::indicator:focus {{ width: 12px; height: 12px; border: 2px solid {t.focus}; }}
QCalendarWidget QAbstractItemView {{ color: {t.text}; background: {t.surface};
    selection-background-color: {t.accent}; selection-color: {t.onaccent}; }}
QTableView#plain QHeaderView {{ background: {t.header}; }}
QTableView#plain QHeaderView::section {{ color: {t.text2}; background: {t.header}; border: 0;
    border-bottom: 1px solid {t.line2}; padding: 0 8px; }}
QMenu {{ color: {t.text}; background: {t.surface}; border: 1px solid {t.line2}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 3px; }}
QMenu::item:selected {{ background: {t.sel}; }}
QMenu::item:disabled {{ color: {t.text3}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QScrollBar:vertical {{ background: {t.alt}; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: {t.alt}; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {t.line2}; border: 3px solid {t.alt}; border-radius: 5px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.text2}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: {t.alt}; }}
QSplitter::handle {{ background: {t.line2}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QScrollArea, QAbstractScrollArea {{ border: 0; }}
QPlainTextEdit {{ border: 1px solid {t.line2}; }}
QTableCornerButton::section {{ background: {t.header}; border: 0; }}
"""


def style_sheet(tokens: Tokens, arrow: str = "", check: str = "") -> str:
    """The sheet of a theme. ``arrow`` and ``check`` are pictures, as paths: of a drop-down, of a ticked box."""
    return _SHEET.format(t=tokens, second=SECOND, radius=RADIUS, down=arrow, check=check)
