"""Drafts stay with the child they are about: joined with another and parted again; a notice being taken down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.intake import Form, NewChild
from app.services.casework import drafting, intake
from app.services.links import linking, pairs
from app.storage.offices.office import Office
from tests.builders import NOW, REGISTER, bring_in, extract, new_office, opened, person_of, resident

LATER = NOW + timedelta(minutes=3)
SEEN = "夜に何度も泣き声がする。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Moved away and back: two entries of the register that may be one boy."""
    new_office(tmp_path / "office")
    residents = [
        resident("501", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵"),
        resident("902", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵", household="H501"),
    ]
    with opened(tmp_path / "office") as it:
        bring_in(it, extract(tmp_path / "r.csv", REGISTER, residents))
        yield it


def test_what_was_written_about_either_is_there_when_two_are_one(office: Office) -> None:
    one, other = person_of(office, "resident_register", "501"), person_of(office, "resident_register", "902")
    assert one != other
    drafting.keep(office, one, "decision", {"reason": "先に書いた。", "ref": "r1", "seq": 1}, NOW)
    drafting.keep(office, other, "decision", {"reason": "あとに書いた。", "ref": "r2", "seq": 2}, LATER)
    drafting.keep(office, other, "contact", {"words": "電話した。", "ref": "c1"}, NOW)
    (line,) = pairs.queue(office)
    ruling = linking.rule(office, line.a, line.b, True, "同じ児童", LATER).value
    joined = person_of(office, "resident_register", "501")
    drafts = drafting.drafts_of(office, joined)
    assert drafts["contact"].content["words"] == "電話した。"
    assert drafts["decision"].content == {"reason": "あとに書いた。\n先に書いた。", "ref": "r2", "seq": 2}
    assert {(draft.person_id, draft.form) for draft in drafting.waiting(office)} == {
        (joined, "decision"),
        (joined, "contact"),
    }
    linking.withdraw_ruling(office, ruling, "", LATER)
    assert drafting.drafts_of(office, one)["decision"].content["reason"] == "先に書いた。"
    assert drafting.drafts_of(office, other)["decision"].content["reason"] == "あとに書いた。"


def test_thrown_away_is_thrown_away_of_both(office: Office) -> None:
    for number in ("501", "902"):
        drafting.keep(office, person_of(office, "resident_register", number), "plan", {"needs": number}, NOW)
    (line,) = pairs.queue(office)
    linking.rule(office, line.a, line.b, True, "同じ児童", LATER)
    joined = person_of(office, "resident_register", "501")
    drafting.drop(office, joined, "plan")
    assert drafting.drafts_of(office, joined) == {}
    assert drafting.waiting(office) == ()


def test_a_notice_in_hand_is_kept_until_it_is_recorded(office: Office) -> None:
    assert drafting.notice_in_hand(office) is None
    drafting.keep(office, drafting.NOBODY, "intake", {"form": {"seen": SEEN}}, NOW)
    found = drafting.notice_in_hand(office)
    assert found is not None
    assert found.content["form"]["seen"] == SEEN
    intake.receive(
        office,
        Form(channel="phone", route="近隣", type="虐待", abuse="", seen=SEEN),
        NOW,
        LATER,
        child=NewChild(name="野口 春"),
    )
    assert drafting.notice_in_hand(office) is None, "recorded just before a crash"
    drafting.drop(office, drafting.NOBODY, "intake")
    assert drafting.waiting(office) == ()
