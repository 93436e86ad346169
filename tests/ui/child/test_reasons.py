"""What stands in place of reasons where there are none: nothing found is another thing than nothing looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.services.answers.child import ChildFile
from tests.ui.sample_child import sample_child
from ui.child.reasons import ReasonsPanel
from ui.widgets.text import Label
from ui.words import _

pytestmark = pytest.mark.usefixtures("typeface", "japanese")


def said(qtbot: QtBot, file: ChildFile) -> str:
    panel = ReasonsPanel()
    qtbot.addWidget(panel)
    panel.put(file, file.as_of)
    return "\n".join(one.text() for one in panel.findChildren(Label))


def test_nothing_found_is_said_as_that(qtbot: QtBot) -> None:
    words = said(qtbot, replace(sample_child(), reasons=()))
    assert _("reasons.none.title") in words
    assert _("reasons.no_age.title") not in words


def test_a_child_of_unknown_age_was_not_looked_at(qtbot: QtBot) -> None:
    words = said(qtbot, replace(sample_child(), reasons=(), age=None, birth=None))
    assert _("reasons.no_age.title") in words
    assert _("reasons.none.title") not in words
