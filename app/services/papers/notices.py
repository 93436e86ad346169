"""The papers of a notice: the intake form (受付票), the urgency sheet; and the block that says who a child is."""

from __future__ import annotations

from app.domain.intake import QUESTIONS, TO_BE_SEEN, Pointer, points_to
from app.domain.message import Message
from app.services.answers.child import ChildFile
from app.services.casework.intake import NoticeLine
from app.services.papers.paper import Blanks, Block, Cell, Fields, Grid, Hidden, Prose, Several, Term, Value


def who(file: ChildFile, whole: bool = True) -> Fields:
    guarded: Value = Hidden.PROTECTED if file.protected else None
    birth = Several((file.birth, Message("age.years", {"age": file.age}))) if file.birth else None
    pairs: list[tuple[str, Cell]] = [
        ("paper.name", Cell(file.name)),
        ("paper.kana", Cell(file.kana or None)),
        ("paper.birth", Cell(birth)),
        ("paper.sex", Cell(Term("imports.sex", file.sex) if file.sex else None)),
        ("paper.grade", Cell(Term("grade", file.grade) if file.grade else None)),
        ("paper.facility", Cell(guarded or file.facility or None)),
        ("paper.address", Cell(guarded or file.address or None)),
        ("paper.phone", Cell(guarded or file.phone or None)),
    ]
    if file.former_name:
        pairs.insert(1, ("paper.surname", Cell(Message("paper.former_name"))))
    if whole:
        pairs += [
            ("paper.assignee", Cell(file.assignee or Message("paper.nobody"))),
            ("paper.protection", Cell(Message("paper.protected" if file.protected else "paper.not_protected"))),
            ("paper.seen", Cell(file.last_seen or Message("paper.never_seen"))),
            ("paper.next", Cell(file.next_day or Message("paper.no_next"))),
        ]
    return Fields("paper.who", tuple(pairs), frozenset({"paper.address"}))


def _intake_form(file: ChildFile, told: NoticeLine | None) -> list[Block]:
    """受付票: the newest notice as it was taken down."""
    if told is None:
        return [Prose("", Message("paper.no_notice"))]
    form = told.form
    due = told.received + TO_BE_SEEN
    pairs = (
        ("intake.received", Cell(told.received)),
        ("paper.author", Cell(told.author)),
        ("intake.channel", Cell(Term("contact", form.channel))),
        ("intake.route", Cell(Term("value", form.route))),
        ("intake.caller", Cell(form.caller or None)),
        ("intake.relation", Cell(form.relation or None)),
        ("intake.reach", Cell(form.reach or None)),
        ("intake.when", Cell(form.when or None)),
        ("intake.type", Cell(Term("value", form.type))),
        ("intake.abuse", Cell(Term("value", form.abuse) if form.abuse else None)),
        ("intake.where_now", Cell(Hidden.PROTECTED if file.protected else form.where_now or None)),
        ("paper.first_seen", Cell(told.seen or Message("paper.not_seen_yet", {"due": due}))),
    )
    texts = (("intake.told", form.seen), ("intake.injuries", form.injuries), ("intake.siblings", form.siblings))
    prose = [Prose(title, text or None) for title, text in (*texts, ("intake.words", form.words))]
    return [who(file), Fields("paper.notice", pairs), *prose]


def _urgency_sheet(_file: ChildFile, told: NoticeLine | None) -> list[Block]:
    """緊急度アセスメントシート: the questions in order, the answers, what each points to."""
    answers = told.form.urgency if told is not None else {}
    rows = []
    for number, question in enumerate(QUESTIONS, start=1):
        answer = answers.get(question.key, "")
        pointer = points_to(question, answer)
        words: Value = "" if pointer is Pointer.NOTHING else Message(f"urgency.to.{pointer}")
        said: Value = Message(f"urgency.answer.{answer}") if answer else ""
        rows.append((Cell(number), Cell(Message(f"urgency.{question.key}")), Cell(said), Cell(words)))
    columns = (("paper.no", 2), ("paper.question", 18), ("paper.answer", 4), ("paper.points_to", 16))
    first: tuple[Block, ...] = (Fields("", (("intake.received", Cell(told.received)),)),) if told is not None else ()
    never = Prose("", Message("urgency.never_decides"))
    return [*first, never, Grid("", columns, tuple(rows)), Blanks("paper.judged", 3), Blanks("paper.judged_by", 1)]


NOTICE_FORMS = {"intake": _intake_form, "urgency": _urgency_sheet}
