"""A protected family that took another surname: it is shown nowhere, the one before stands in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain import ids
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, reviewing
from app.services.imports import previewing
from app.services.links import pairs
from app.services.offices import verifying
from app.services.papers import exporting, papers
from app.services.protection import protecting, unveiling
from app.storage.keyring import keys
from app.storage.offices import people
from app.storage.offices.office import Office
from tests import builders

NEXT = date(2026, 11, 30)
LATER = builders.NOW + timedelta(days=31)
NEW = ("森田", "モリタ", "もりた")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "office"
    builders.new_office(folder)
    with builders.opened(folder) as opened:
        yield opened


def month(files: Path, family: str, kana: str, protected: str = "") -> Path:
    """A mother and her child, and a family of others; who is protected stands in the mother's row."""
    files.mkdir(exist_ok=True)
    register = [
        builders.resident("1", f"{family} 母", f"{kana} ハハ", "1985-01-01", sex="女", household="H1",
                          relation="世帯主", protected=protected),
        builders.resident("2", f"{family} 一", f"{kana} ハジメ", "2016-05-01", household="H1"),
        builders.resident("3", "森 葵", "モリ アオイ", "2016-06-01", household="H3", address="桜2-2-2"),
    ]  # fmt: skip
    pupils = [
        builders.pupil("P1", f"{family} 一", f"{kana} ハジメ", "2016-05-01"),
        builders.pupil("P3", "森 葵", "モリ アオイ", "2016-06-01", address="桜2-2-2"),
    ]
    register[1][8] = pupils[0][8] = f"{family} 母"
    builders.extract(files / "register.csv", builders.REGISTER, register)
    builders.extract(files / "school.csv", builders.SCHOOL, pupils)
    return files


def two_months(office: Office, files: Path, protected: str = "有") -> int:
    """The child, after a month in which the family has another surname."""
    builders.bring_in(office, month(files / "a", "青木", "アオキ"))
    builders.bring_in(office, month(files / "b", "森田", "モリタ", protected), as_of=NEXT)
    return builders.person_of(office, "school_register", "P1")


def derived(office: Office) -> str:
    """Every readable text of the derived view, the index of the search among it."""
    db = office.reader()
    tables = db.execute("SELECT name FROM view.sqlite_master WHERE type = 'table'").fetchall()
    said = [repr(row) for (table,) in tables for row in db.execute(f"SELECT * FROM view.{table}").fetchall()]
    return "\n".join(said)


def answers(office: Office, child: int) -> str:
    """What the answers, papers and files say of everybody."""
    query = CaseloadQuery(view="all")
    listed = caseload.listing(office, query, NEXT)
    said: list[object] = [caseload.rows(office, list(listed.ids), NEXT), pairs.find_records(office, "青木")]
    said += [reviewing.child_file(office, child, LATER), exporting.child_document(office, ids.code(child), LATER)]
    said += [papers.child_paper(office, child, form, LATER, purpose="会議") for form in papers.CHILD_FORMS]
    for batch, line in office.reader().execute("SELECT batch_id, line FROM batch_row").fetchall():
        said.append(reviewing.raw_row(office, batch, line))
    if office.member.may("export"):
        said += [exporting.text_of(office, what, LATER) for what in ("links", "caseload", "reviews", "rejections")]
    return json.dumps(repr(said), ensure_ascii=False)


def found(office: Office, text: str) -> list[int]:
    return list(caseload.listing(office, CaseloadQuery(view="all", text=text), NEXT).ids)


def leaks(text: str) -> list[str]:
    return [one for one in NEW if one in text]


def test_a_surname_that_came_with_the_protection_is_shown_nowhere(office: Office, tmp_path: Path) -> None:
    child = two_months(office, tmp_path)

    assert leaks(derived(office)) == []
    assert leaks(answers(office, child)) == []
    assert reviewing.child_file(office, child, LATER).name == "青木 一"
    assert reviewing.child_file(office, child, LATER).former_name
    assert found(office, "青木") == [child]
    assert found(office, "森田") == [] == found(office, "もりた")
    assert verifying.verify(office, rebuild=True) == []


def test_it_is_sealed_in_the_rows_as_received(office: Office, tmp_path: Path) -> None:
    two_months(office, tmp_path)

    kept = [row[0] for row in office.reader().execute("SELECT cells FROM row").fetchall()]
    assert not any("森田".encode() in cells or "モリタ".encode() in cells for cells in kept)
    assert any("青木 一".encode() in cells for cells in kept)  # what it was before stands open


def test_a_worker_derives_the_same_without_the_key(office: Office, tmp_path: Path) -> None:
    child, folder = two_months(office, tmp_path), office.folder
    office.close()

    with builders.opened(folder, builders.WORKER) as worker:
        assert leaks(answers(worker, child)) == []
        assert [one.message.key for one in verifying.verify(worker, rebuild=True)] == []


def test_who_may_see_it_for_a_time_sees_it(office: Office, tmp_path: Path) -> None:
    child, folder = two_months(office, tmp_path), office.folder
    office.close()
    with builders.opened(folder, builders.WORKER) as worker:
        wish = unveiling.ask(worker, child, "家庭訪問のため", LATER).value
    with builders.opened(folder) as lead:
        unveiling.grant(lead, wish, LATER)
    with builders.opened(folder, builders.WORKER) as worker:
        assert {one.name for one in unveiling.whereabouts(worker, child, LATER)} == {"森田 一"}


def test_the_end_of_the_protection_gives_it_back(office: Office, tmp_path: Path) -> None:
    child, folder = two_months(office, tmp_path), office.folder
    people.add(office, "伊藤 係長", ["lead"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    seen = [one.ref for one in protecting.standing(office, child).sources]
    asked = protecting.ask_lifting(office, child, "期間満了", seen, LATER).value
    office.close()
    with builders.opened(folder, "伊藤 係長") as second:
        protecting.lift(second, child, asked, LATER)
        assert reviewing.child_file(second, child, LATER).name == "森田 一"
        assert found(second, "もりた") == [child]
        assert verifying.verify(second, rebuild=True) == []


def test_whoever_is_protected_by_hand_keeps_the_name_of_that_day(office: Office, tmp_path: Path) -> None:
    builders.bring_in(office, month(tmp_path / "a", "青木", "アオキ"))
    child = builders.person_of(office, "school_register", "P1")
    protecting.protect(office, child, "相談の聞き取り", builders.NOW)
    builders.bring_in(office, month(tmp_path / "b", "森田", "モリタ"), as_of=NEXT)

    assert leaks(derived(office)) == []
    assert reviewing.child_file(office, child, LATER).name == "青木 一"
    assert verifying.verify(office, rebuild=True) == []


def test_a_name_known_long_before_is_no_secret(office: Office, tmp_path: Path) -> None:
    child = two_months(office, tmp_path, protected="")
    builders.bring_in(office, month(tmp_path / "b", "森田", "モリタ", "有"), as_of=date(2026, 12, 31))

    file = reviewing.child_file(office, child, LATER)
    assert file.protected
    assert file.name == "森田 一"
    assert not file.former_name


def test_in_the_first_delivery_the_register_s_own_days_tell(office: Office, tmp_path: Path) -> None:
    born, family = "2016-05-01", {"household": "H1"}
    rows = [
        builders.resident("2", "青木 一", "アオキ ハジメ", born, **family, day=born, reason="出生"),
        builders.resident(
            "2", "森田 一", "モリタ ハジメ", born, **family, day="2026-09-01", reason="転居", protected="有"
        ),
    ]
    builders.extract(tmp_path / "register.csv", builders.REGISTER, rows)
    builders.bring_in(office, tmp_path / "register.csv")
    child = builders.person_of(office, "resident_register", "2")

    assert reviewing.child_file(office, child, LATER).name == "青木 一"
    assert leaks(derived(office)) == []


def test_a_file_that_is_looked_over_does_not_say_it(office: Office, tmp_path: Path) -> None:
    builders.bring_in(office, month(tmp_path / "a", "青木", "アオキ", "有"))

    files = month(tmp_path / "b", "森田", "モリタ", "有")
    for path in sorted(files.iterdir()):
        assert leaks(repr(previewing.look(office, path, LATER, lambda _rows: None))) == []
