"""What is not shown of a child because it is protected: the strip below the header, and how it is opened.

Opening takes a reason and lasts for a time that runs down in sight; then the values go from the screen by
themselves. Who says that the child is protected, and how that ends, stands in ``protection``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.whereabouts import OPENING
from app.services.answers.child import ChildFile
from app.services.answers.outcomes import Outcome
from app.services.protection.unveiling import Opening, Place, Standing, Wish
from ui.desk import Desk
from ui.page import Done
from ui.runner import Runner
from ui.theme import theme
from ui.timeline.wording import extract_word
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.choosing import close_form
from ui.widgets.ground import Ground, draw_box
from ui.widgets.states import ErrorPanel
from ui.widgets.text import ElidedLabel, Label, tip
from ui.words import _, day_short

TICK = 1000


class Withheld(QWidget):
    """The dashed box that says that something is not shown, and why."""

    def __init__(self) -> None:
        super().__init__()
        self._words = _("hidden.box")
        self.setAccessibleName(self._words)
        metrics = theme.metrics(SECOND)
        self.setFixedSize(metrics.horizontalAdvance(self._words) + 38, 24)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()).adjusted(0, 1, -1, -1), None, "line2", 3, dashed=True)
        painter.drawPixmap(8, 5, theme.pixmap("eye-off-outline", "text2", 14, self.devicePixelRatioF()))
        painter.setFont(theme.font(SECOND))
        painter.setPen(theme.color("text2"))
        painter.drawText(QRectF(28, 0, self.width() - 30, self.height()), Qt.AlignmentFlag.AlignVCenter, self._words)


class Hidden(Ground):
    """The strip: what is withheld, what is open and for how long, who asks. ``done`` after each commit."""

    done = Signal(object)
    shields = Signal()
    """Somebody wants to see who says that the child is protected."""

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__("surface", "b", "line2")
        self._desk, self._runner, self._over = desk, runner, over
        self._person = 0
        self._may_open, self._minutes = False, 0
        self._opening: Opening | None = None
        self._wish: Wish | None = None
        self.box = Withheld()
        self.words = ElidedLabel(px=SECOND)
        self.places = Label(px=SECOND, wrap=True)
        self.places.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.places.hide()
        self.left = Label(role="caution", px=SECOND, bold=True)
        self.open_button = Button(_("hidden.open"), icon="eye-outline", height=26)
        self.close_button = Button(_("hidden.close"), icon="eye-off-outline", height=26)
        self.grant_button = Button(_("hidden.grant"), kind="primary", height=26)
        self.refuse_button = Button(_("hidden.refuse"), height=26)
        self.who_button = Button(_("hidden.who"), icon="shield-account-outline", height=26)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK)
        self._clock.timeout.connect(self._tick)
        self._build()
        self.hide()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 12, 6)
        row.setSpacing(8)
        for part, stretch in ((self.box, 0), (self.words, 1), (self.places, 1), (self.left, 0)):
            row.addWidget(part, stretch)
        for button, call in (
            (self.grant_button, self._grant),
            (self.refuse_button, self._ask_refusal),
            (self.open_button, self._ask_reason),
            (self.close_button, self._close),
            (self.who_button, self.shields.emit),
        ):
            button.clicked.connect(call)
            row.addWidget(button)

    # ------------------------------------------------------------ what stands

    def put(self, file: ChildFile) -> None:
        """Ask how it stands with this child; until then nothing of the one before is seen."""
        if file.person_id != self._person:
            self._forget()
        self._person = file.person_id
        self.setVisible(file.protected)
        if file.protected and self._desk.unveiling is not None:
            self._ask_standing(file.person_id)
        else:
            self._forget()

    def _ask_standing(self, person: int) -> None:
        desk = self._desk
        ask = desk.unveiling.standing
        self._runner.ask(ask, desk.office, person, desk.now(), then=self._stands, topic="child.hidden")

    def _stands(self, standing: Standing) -> None:
        if standing.person != self._person:
            return
        self._opening = standing.opening
        self._wish = standing.wishes[0] if standing.wishes else None
        for button in (self.grant_button, self.refuse_button):
            button.setVisible(self._wish is not None)
        self.close_button.setVisible(self._opening is not None)
        waits = standing.wish is not None and standing.wish.state == "waiting" and not standing.may_open
        self.open_button.setVisible(self._opening is None and not waits)
        self.open_button.set_words(_("hidden.open") if standing.may_open else _("hidden.ask"))
        self._may_open, self._minutes = standing.may_open, standing.minutes
        self.box.setVisible(self._opening is None)
        if self._opening is None:
            self._clock.stop()
            self.left.setText("")
            self._say(self._without(standing))
        else:
            self._read()

    def _without(self, standing: Standing) -> str:
        if self._wish is not None:
            return _("hidden.wish", author=self._wish.author, reason=self._wish.reason)
        mine = standing.wish
        if mine is None or standing.may_open or mine.state == "granted":
            return _("hidden.what")
        day = day_short(mine.recorded.astimezone().date(), self._desk.today())
        return _(f"hidden.mine.{mine.state}", day=day, words=mine.words)

    def _say(self, text: str) -> None:
        self.places.setText("")
        self.places.hide()
        self.words.show()
        self.words.setText(text)
        tip(self.words, text)

    def _read(self) -> None:
        desk = self._desk
        self._runner.ask(
            desk.unveiling.whereabouts,
            desk.office,
            self._person,
            desk.now(),
            then=partial(self._show, self._person),
            failed=self._shut,
            topic="child.whereabouts",
        )

    def _show(self, person: int, places: Sequence[Place]) -> None:
        if person != self._person or self._opening is None:
            return
        self.words.hide()
        self.places.setText("\n".join(map(_place, places)) or _("hidden.nothing"))
        self.places.show()
        self._tick()
        self._clock.start()

    def _tick(self) -> None:
        if self._opening is None:
            return
        seconds = int((self._opening.until - self._desk.now()).total_seconds())
        if seconds <= 0:
            self._shut()
            return
        self.left.setText(_("hidden.left", minutes=seconds // 60, seconds=f"{seconds % 60:02d}"))

    def _shut(self, _trouble: Trouble | None = None) -> None:
        """The time is over: the values go, and how it stands is asked again."""
        person = self._person
        self._forget()
        self._person = person
        self._ask_standing(person)

    def _forget(self) -> None:
        self._clock.stop()
        self._opening = self._wish = None
        self._person = 0
        self._say("")
        self.left.setText("")
        self.box.show()
        for button in (self.open_button, self.close_button, self.grant_button, self.refuse_button):
            button.hide()

    # ------------------------------------------------------------ acts

    def _ask_reason(self) -> None:
        key = "open" if self._may_open else "ask"
        dialog = ReasonDialog(f"hidden.{key}", self._over, minutes=self._minutes)
        dialog.confirmed.connect(partial(self._open, dialog, self._person))
        dialog.open()

    def _open(self, dialog: ReasonDialog, person: int, reason: str) -> None:
        desk = self._desk
        if self._may_open:
            act = partial(desk.unveiling.open_for_me, desk.office, person, OPENING, reason, desk.now())
        else:
            act = partial(desk.unveiling.ask, desk.office, person, reason, desk.now())
        self._do(act, dialog)

    def _close(self) -> None:
        if self._opening is not None:
            desk = self._desk
            self._do(partial(desk.unveiling.close, desk.office, self._person, self._opening.entry, desk.now()))

    def _grant(self) -> None:
        if self._wish is not None:
            self._do(partial(self._desk.unveiling.grant, self._desk.office, self._wish.request, self._desk.now()))

    def _ask_refusal(self) -> None:
        if self._wish is not None:
            dialog = ReasonDialog("hidden.refuse", self._over)
            dialog.confirmed.connect(partial(self._refuse, dialog, self._wish.request))
            dialog.open()

    def _refuse(self, dialog: ReasonDialog, request: str, reason: str) -> None:
        desk = self._desk
        self._do(partial(desk.unveiling.refuse, desk.office, request, reason, desk.now()), dialog)

    def _do(self, act: Callable[[], Outcome[Any]], dialog: ReasonDialog | None = None) -> None:
        def then(outcome: Outcome[Any]) -> None:
            if dialog is not None:
                close_form(dialog)
            self.done.emit(Done(outcome.changes))

        self._runner.do(act, then=then, failed=dialog.failed if dialog is not None else None)


def _place(place: Place) -> str:
    """One source's words in one line."""
    parts = [place.name, place.postal, place.address, place.phone, place.facility, place.school_class]
    return _("hidden.place", extract=extract_word(place.extract), words="　".join(filter(None, parts)))


class ReasonDialog(QDialog):
    """Asks why. ``confirmed`` carries the reason; whoever opened it closes it once it is on the disk."""

    confirmed = Signal(str)

    def __init__(self, key: str, parent: QWidget, **values: object) -> None:
        super().__init__(parent)
        self.setWindowTitle(_(f"{key}.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.reason = QPlainTextEdit()
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(72)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(_("hidden.reason"))
        self.trouble = ErrorPanel()
        self.confirm = Button(_(f"{key}.confirm"), kind="primary")
        cancel = Button(_("hidden.cancel"), keys="Esc")
        self.confirm.clicked.connect(self._confirm)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.confirm)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 14, 16, 14)
        self.body.setSpacing(8)
        self.body.addWidget(Label(_(f"{key}.title"), px=TITLE, bold=True))
        self.body.addWidget(Label(_(f"{key}.words", **values), "text2", SECOND, wrap=True))
        self.body.addWidget(Label(_("hidden.reason"), "text2", SECOND))
        self.body.addWidget(self.reason)
        self.body.addWidget(self.trouble)
        self.body.addLayout(foot)
        self.reason.setFocus()

    def _confirm(self) -> None:
        words = self.reason.toPlainText().strip()
        if not words:
            self.trouble.put(_("protection.reason_missing"))
            self.reason.setFocus()
            return
        self.confirm.setEnabled(False)
        self.trouble.hide()
        self.confirmed.emit(words)

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded: say why, keep what was written."""
        self.confirm.setEnabled(True)
        self.trouble.put(trouble)
