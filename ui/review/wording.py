"""What a pair in question says in words: fields, levels of agreement, pushes, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.dates import full_day
from app.services.links.comparing import marks
from app.services.links.link_answers import FieldLine, PairFile, Question, RecordSide, Rewritten, TextMark
from ui.words import _, day_long, era_year, has, language, sector_word, term

STRONG, MIDDLE, LITTLE = 8.0, 3.0, 0.3
"""Bits from which a push is called strong, middling, or anything at all."""
IN_NAME = "kana"
WITHOUT_WORDS = frozenset({"household", "siblings"})
"""Rows that compare more than one cell of a record."""


def extract_word(extract: str) -> str:
    """What an extract is called (学齢簿)."""
    return term("extract", extract)


def field_word(key: str) -> str:
    """What a row is called; a field that has no word yet shows its key."""
    return _(f"links.field.{key}")


def levels_words(levels: Sequence[str]) -> str:
    """What the levels of a row say: 姓は同じ、名の読みが1字違う."""
    return _("list.comma").join(_(f"linkage.{level}") for level in levels)


def sign(line: FieldLine) -> str:
    """= the same, ≈ nearly, ≠ differs, ? cannot be compared."""
    if line.a is None:
        return "?"
    parts = [level.split(".", 1)[1] for level in line.levels]
    if any(part == "differs" for part in parts) or (line.push or 0.0) < -LITTLE:
        return "≠"
    if not parts or all(part == "silent" for part in parts):
        return "?"
    return "=" if all(part in ("same", "same_both", "silent") for part in parts) else "≈"


def strength(line: FieldLine) -> str:
    """How far a row pushes, in words."""
    if line.a is None:
        return ""
    if line.push is None:
        return _("links.strength.in_name") if line.key == IN_NAME else _("links.strength.none")
    size = abs(line.push)
    grade = 3 if size >= STRONG else 2 if size >= MIDDLE else 1 if size >= LITTLE else 0
    if not grade:
        return _("links.strength.0")
    return _(f"links.strength.{'same' if line.push > 0 else 'apart'}.{grade}")


def words_of(line: FieldLine) -> str:
    """What a row's comparison says."""
    if line.a is None:
        return _("linkage.withheld")
    if not line.silent:
        return levels_words(line.levels)
    if not line.a and not line.b:
        return _("linkage.both_silent")
    return _("linkage.cannot") if line.a and line.b else levels_words(line.levels)


def texts(line: FieldLine) -> tuple[str, str]:
    """Both sides as they are shown: days in eras, sexes as words, what is missing said so."""
    return _text(line.key, line.a), _text(line.key, line.b)


def _text(key: str, text: str | None) -> str:
    if text is None:
        return _("protected.withheld")
    if not text:
        return "—" if key in WITHOUT_WORDS else _("links.nothing")
    if key == "birth":
        return birth_words(text)
    return term("links.sex", text) if key == "sex" else text


def text_marks(line: FieldLine) -> tuple[tuple[TextMark, ...], tuple[TextMark, ...]]:
    """The differing stretches in what is shown."""
    if line.key == "birth" and line.a and line.b:
        return marks("birth", birth_words(line.a), birth_words(line.b))
    return line.marks_a, line.marks_b


def birth_words(text: str) -> str:
    """An ISO day, perhaps with an unknown month or day, as people write it."""
    day = full_day(text)
    if day is not None:
        return day_long(day, with_weekday=False)
    year, month, *_rest = [*text.split("-"), "00", "00"]
    if not year.strip("0"):
        return text
    known = date(int(year), int(month) if month != "00" else 12, 1)
    if language() != "ja":
        return f"{month}/{year}" if month != "00" else year
    name, _letter, number = era_year(known)
    words = f"{name}{'元' if number == 1 else number}年"
    return f"{words}{int(month)}月" if month != "00" else words


def side_words(side: RecordSide, letter: str) -> tuple[str, str]:
    """The two lines above a record's column."""
    return (
        _("links.side", letter=letter, extract=extract_word(side.extract)),
        _("links.side.number", sector=sector_word(side.sector), number=side.local_id),
    )


def why_words(file: PairFile, guest: bool = False) -> str:
    """Why a person is asked about this pair, and whom else they resemble. ``guest``: it is not in the queue."""
    parts = [_("links.guest")] if guest else []
    parts += [_(f"review.reason.{file.reason}")] if file.reason else []
    parts += _since_ruling(file)
    for ruling in file.rulings:
        if ruling.stands:
            parts.append(
                _("links.standing", day=ruling.recorded.date(), author=ruling.author, ruling=ruling_word(ruling.same))
            )
            break
    if file.others:
        names = _("list.comma").join(
            _("links.other", name=one.name, birth=birth_words(one.birth)) for one in file.others
        )
        parts.append(_("links.others", names=names))
    else:
        parts.append(_("links.others.none"))
    return "".join(parts) if language() == "ja" else " ".join(parts)


def _since_ruling(file: PairFile) -> list[str]:
    """What changed since the pair was ruled "not the same": the records' own words, else what matching makes of
    them."""
    if file.news:
        return [
            _("links.changed", what=_("list.comma").join(_rewritten(one) for one in file.news)),
        ]
    what = _("list.comma").join(
        _(
            "links.changed.one",
            field=field_word(field),
            before=_(f"linkage.{field}.{before}"),
            now=_(f"linkage.{field}.{now}"),
        )
        for field, before, now in file.changed
    )
    return [_("links.changed", what=what)] if what else []


def _rewritten(one: Rewritten) -> str:
    before, now = (_text(one.key, text) for text in (one.before, one.now))
    return _(
        "links.changed.words",
        extract=extract_word(one.extract),
        field=field_word(one.key),
        before=before,
        now=now,
    )


def asked_words(question: Question) -> str:
    """Whom somebody asked, when, and in which words."""
    said = _("links.asked", whom=question.whom, day=question.recorded.astimezone().date())
    return _("links.asked.words", asked=said, words=question.words) if question.words else said


def ruling_word(same: bool) -> str:
    """「同じ人」 or 「別の人」."""
    return _("links.same") if same else _("links.apart")


def short_reason(reason: str, differs: str) -> str:
    """The third line in the queue: the reason, or what differs most where nothing else stands out."""
    key = f"linkage.{differs}"
    if reason == "uncertain" and differs and has(key):
        field = differs.split(".", 1)[0]
        words = _(key)
        return words if field in ("given", "family") else f"{field_word(field)}：{words}"
    return _(f"review.short.{reason}")
