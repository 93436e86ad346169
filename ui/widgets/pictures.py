"""Photographs and scans on the screen: decoded with limits, from memory only, never through a file.

``image_of`` may run on any thread. What cannot be decoded is said, not shown.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.pictures import PIXELS_LIMIT
from ui.theme import theme
from ui.tokens import SECOND
from ui.widgets.buttons import Button, Pressable
from ui.widgets.ground import draw_box
from ui.widgets.text import Label, tip
from ui.words import _

FORMATS = (b"jpeg", b"png")
LARGEST = QSize(2400, 2400)
THUMB = QSize(72, 54)
_MEGABYTES = 256


def image_of(data: bytes, largest: QSize = LARGEST) -> QImage:
    """The picture within ``largest``, turned as its camera says; a null image for what is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAllocationLimit(_MEGABYTES)
    if bytes(reader.format().data()) not in FORMATS:
        return QImage()
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > PIXELS_LIMIT:
        return QImage()
    if size.width() > largest.width() or size.height() > largest.height():
        reader.setScaledSize(size.scaled(largest, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    reader.setAutoTransform(True)
    return reader.read()


class Thumb(Pressable):
    """A small picture; pressing it asks to see it whole, Delete asks to take it away."""

    removed = Signal()

    def __init__(self, name: str, removable: bool = False) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._removable = removable
        self.setFixedSize(THUMB + QSize(6, 6))
        said = _("picture.says.removable" if removable else "picture.says", name=name)
        self.setAccessibleName(said)
        tip(self, said)

    def put(self, image: QImage) -> None:
        """Show it; a null image shows that it cannot be shown."""
        self._image = image
        self.update()

    def keyPressEvent(self, event: object) -> None:
        if self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):  # type: ignore[attr-defined]
            self.removed.emit()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_box(painter, box, "hover" if self.over else "alt", "line2", 3)
        if self._image is None or self._image.isNull():
            icon = "image-outline" if self._image is None else "image-broken-variant"
            pixmap = theme.pixmap(icon, "text2", 22, self.devicePixelRatioF())
            painter.drawPixmap((self.width() - 22) // 2, (self.height() - 22) // 2, pixmap)
        else:
            size = self._image.size().scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio)
            at = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, *size.toTuple())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(at, self._image)
        self.ring(painter, 3)


class _Sight(QWidget):
    """One picture, as large as there is room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._image = QImage()
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("picture.says", name=name))

    def put(self, image: QImage) -> None:
        self._image = image
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("alt"))
        if self._image.isNull():
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        at = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, *size.toTuple())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(at, self._image)


class PictureDialog(QDialog):
    """A picture whole, inside the program only."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("picture.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(900, parent.window().width() - 60), min(700, parent.window().height() - 60))
        self.sight = _Sight(name)
        self.words = Label(name, "text2", px=SECOND)
        close = Button(_("keys.close"), keys="Esc")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.addWidget(self.sight, 1)
        whole.addLayout(foot)
        close.setFocus()

    def put(self, image: QImage) -> None:
        """Show it, or say that it cannot be shown."""
        self.sight.put(image)
        if image.isNull():
            self.words.setText(_("picture.cannot_show"))
