"""Nothing that the office's lists, files or searches give says where a protected child is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.services.deriving import rebuilding
from app.services.offices import verifying
from app.services.protection import bewaring, protecting, unveiling
from app.storage.keyring import keys
from app.storage.offices import people
from app.storage.offices.office import Office
from tests import builders

ADDRESS, PHONE, SCHOOL = "みらい市青葉一丁目2番3号", "0000-11-0001", "秘密ヶ丘小学校"
LATER = builders.NOW + timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "office"
    builders.new_office(folder)
    with builders.opened(folder) as opened:
        yield opened


def family(files: Path, *, protected: str = "有", name: str = "a") -> None:
    """A mother who is protected, her child who is not said to be, and a family of others."""
    files.mkdir(exist_ok=True)
    builders.extract(
        files / f"register-{name}.csv",
        builders.REGISTER,
        [
            builders.resident("1", "青木 母", "アオキ ハハ", "1985-01-01", sex="女", household="H1", relation="世帯主",
                              protected=protected),
            builders.resident("2", "青木 一", "アオキ ハジメ", "2016-05-01", household="H1"),
            builders.resident("3", "森 葵", "モリ アオイ", "2016-06-01", household="H3", address="桜2-2-2"),
        ],
    )  # fmt: skip
    builders.extract(
        files / f"school-{name}.csv",
        builders.SCHOOL,
        [
            builders.pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01", address=ADDRESS, school=SCHOOL),
            builders.pupil("P3", "森 葵", "モリ アオイ", "2016-06-01", address="桜2-2-2", school="森の小学校"),
        ],
    )


def everything(office: Office) -> str:
    """Every readable text of the derived view."""
    db = office.reader()
    tables = db.execute(
        "SELECT name FROM view.sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
    ).fetchall()
    return "\n".join(repr(row) for (table,) in tables for row in db.execute(f"SELECT * FROM view.{table}").fetchall())


def test_the_view_holds_no_copy_of_where_a_protected_household_is(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files")
    builders.bring_in(office, tmp_path / "files")
    said = everything(office)
    assert SCHOOL not in said
    assert ADDRESS not in said
    assert PHONE in said
    assert "森の小学校" in said
    assert "桜2-2-2" in said
    child = builders.person_of(office, "resident_register", "2")
    assert office.reader().execute("SELECT protected FROM view.person WHERE person_id = ?", (child,)).fetchone()[0]
    assert rebuilding.differences(office) == []


def test_a_later_row_that_is_silent_unmasks_nobody(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files")
    builders.bring_in(office, tmp_path / "files")
    family(tmp_path / "more", protected="無", name="b")
    builders.bring_in(office, tmp_path / "more", as_of=builders.AS_OF + timedelta(days=30))
    said = everything(office)
    assert SCHOOL not in said
    assert ADDRESS not in said
    assert rebuilding.differences(office) == []


def test_protecting_by_hand_takes_one_and_lifting_takes_two(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files", protected="")
    builders.bring_in(office, tmp_path / "files")
    people.add(office, "佐藤 次郎", ["lead"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    child = builders.person_of(office, "resident_register", "2")
    assert SCHOOL in everything(office)
    folder = office.folder
    office.close()
    with builders.opened(folder, builders.WORKER) as worker:
        protecting.protect(worker, child, "本人から連絡があった", LATER)
        assert SCHOOL not in everything(worker)
        assert ADDRESS not in everything(worker)
        assert rebuilding.differences(worker) == []
        seen = [one.ref for one in protecting.standing(worker, child).sources]
        with pytest.raises(Refused, match="not_allowed"):
            protecting.ask_lifting(worker, child, "終わった", seen, LATER)
    with builders.opened(folder) as lead:
        with pytest.raises(WrongUse, match="changed_since"):
            protecting.ask_lifting(lead, child, "終わった", seen[:-1], LATER)
        request = protecting.ask_lifting(lead, child, "終わった", seen, LATER).value
        with pytest.raises(Refused, match="second_person"):
            protecting.lift(lead, child, request, LATER)
        assert SCHOOL not in everything(lead)
    with builders.opened(folder, "佐藤 次郎") as second:
        protecting.lift(second, child, request, LATER)
        assert SCHOOL in everything(second)
        assert ADDRESS in everything(second)
        assert rebuilding.differences(second) == []
        assert not protecting.standing(second, child).sources
    with builders.opened(folder, builders.WORKER) as worker:
        protecting.protect(worker, child, "やはり伏せる", LATER)
        assert SCHOOL not in everything(worker)


def test_a_lifted_row_counts_again_when_the_source_says_it_anew(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files")
    builders.bring_in(office, tmp_path / "files")
    people.add(office, "佐藤 次郎", ["lead"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    child = builders.person_of(office, "resident_register", "2")
    sources = protecting.standing(office, child).sources
    assert [(one.extract, one.name) for one in sources] == [("resident_register", "青木 母")]
    request = protecting.ask_lifting(office, child, "期間が終わった", [one.ref for one in sources], LATER).value
    folder = office.folder
    office.close()
    with builders.opened(folder, "佐藤 次郎") as second:
        protecting.lift(second, child, request, LATER)
        assert SCHOOL in everything(second)
        family(tmp_path / "more", protected="支援措置あり", name="b")
        family(tmp_path / "more", protected="1", name="b")
        builders.bring_in(second, tmp_path / "more", as_of=builders.AS_OF + timedelta(days=30))
        assert SCHOOL not in everything(second)
        assert rebuilding.differences(second) == []


def test_a_lead_opens_for_a_time_and_a_worker_asks(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files")
    builders.bring_in(office, tmp_path / "files")
    child = builders.person_of(office, "resident_register", "2")
    with pytest.raises(Refused, match="not_open"):
        unveiling.whereabouts(office, child, LATER)
    unveiling.open_for_me(office, child, "whereabouts", "訪問の準備", LATER)
    assert {(one.address, one.facility) for one in unveiling.whereabouts(office, child, LATER)} == {
        (ADDRESS, ""), (ADDRESS, SCHOOL),
    }  # fmt: skip
    with pytest.raises(Refused, match="not_open"):
        unveiling.whereabouts(office, child, LATER + timedelta(minutes=30))
    folder = office.folder
    office.close()
    with builders.opened(folder, builders.WORKER) as worker:
        with pytest.raises(Refused, match="not_open"):
            unveiling.whereabouts(worker, child, LATER)
        with pytest.raises(Refused, match="not_allowed"):
            unveiling.open_for_me(worker, child, "whereabouts", "訪問の準備", LATER)
        request = unveiling.ask(worker, child, "家庭訪問", LATER).value
        with pytest.raises(Refused, match="not_allowed"):
            unveiling.grant(worker, request, LATER)
    with builders.opened(folder) as lead:
        assert [one.request for one in unveiling.waiting(lead)] == [request]
        unveiling.grant(lead, request, LATER)
        with pytest.raises(WrongUse, match="no_wish"):
            unveiling.refuse(lead, request, "もう済んだ", LATER)
    with builders.opened(folder, builders.WORKER) as worker:
        stands = unveiling.standing(worker, child, LATER)
        assert stands.opening is not None
        assert not stands.may_open
        assert unveiling.whereabouts(worker, child, LATER)
        unveiling.close(worker, child, stands.opening.entry, LATER)
        with pytest.raises(Refused, match="not_open"):
            unveiling.whereabouts(worker, child, LATER)


def kept(office: Office) -> bytes:
    return b"\n".join(row[0] for row in office.reader().execute("SELECT cells FROM row ORDER BY place").fetchall())


def test_rows_as_received_are_sealed_for_who_is_no_lead(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files")
    builders.bring_in(office, tmp_path / "files")
    assert SCHOOL.encode() not in kept(office)
    assert ADDRESS.encode() not in kept(office)
    assert "森の小学校".encode() in kept(office)
    assert verifying.verify(office, rebuild=True) == []
    child = builders.person_of(office, "resident_register", "2")
    folder = office.folder
    office.close()
    with builders.opened(folder, builders.WORKER) as worker:
        assert verifying.verify(worker, rebuild=True) == []
        assert [(one.key, one.values) for one in verifying.unchecked(worker)] == [
            ("verify.rows_unchecked", {"rows": 3})
        ]
        with pytest.raises(Refused):
            unveiling.whereabouts(worker, child, LATER)
    with builders.opened(folder) as lead:
        family(tmp_path / "more", name="b")  # the same rows again: they stay as they are kept
        builders.bring_in(lead, tmp_path / "more", as_of=builders.AS_OF + timedelta(days=30))
        assert SCHOOL.encode() not in kept(lead)
        assert verifying.verify(lead, rebuild=True) == []


def test_a_changed_bit_in_a_sealed_row_is_found(office: Office, tmp_path: Path) -> None:
    family(tmp_path / "files")
    builders.bring_in(office, tmp_path / "files")
    row, cells = office.reader().execute("SELECT row_id, cells FROM row WHERE substr(cells, 1, 1) = x'01'").fetchone()
    with office.tending() as connection:
        connection.execute("UPDATE row SET cells = ? WHERE row_id = ?", (cells[:-1] + bytes([cells[-1] ^ 1]), row))
    assert [one.key for one in verifying.verify(office, rebuild=False)] == ["verify.row_altered"]


def test_before_a_contact_it_is_said_who_left_the_household(office: Office, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    mother = {"sex": "女", "household": "H1", "relation": "妻"}
    father = {"household": "H1", "relation": "世帯主"}
    builders.extract(files / "a.csv", builders.REGISTER, [
        builders.resident("1", "青木 母", "アオキ ハハ", "1985-01-01", **mother),
        builders.resident("2", "青木 一", "アオキ ハジメ", "2016-05-01", household="H1", guardian="青木 父"),
        builders.resident("9", "青木 父", "アオキ チチ", "1983-01-01", **father),
    ])  # fmt: skip
    builders.bring_in(office, files)
    child = builders.person_of(office, "resident_register", "2")
    assert bewaring.outsiders(office, child, "2026-10-31") == ()
    later = tmp_path / "later"
    later.mkdir()
    builders.extract(later / "b.csv", builders.REGISTER, [
        builders.resident("1", "青木 母", "アオキ ハハ", "1985-01-01", protected="有", sex="女", household="H7",
                          relation="世帯主", address="桜2-2-2"),
        builders.resident("2", "青木 一", "アオキ ハジメ", "2016-05-01", protected="有", household="H7",
                          address="桜2-2-2"),
        builders.resident("9", "青木 父", "アオキ チチ", "1983-01-01", **father),
    ])  # fmt: skip
    builders.bring_in(office, later, as_of=builders.AS_OF + timedelta(days=30))
    said = bewaring.outsiders(office, child, "2026-11-30")
    assert [(one.name, one.why) for one in said] == [("青木 父", "lived_with")]
    assert "桜2-2-2" not in everything(office)
