"""Pairs found on another machine: matched from files, taken in, grouped by the rules of this office."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.message import Message, Refused
from app.linkage import matching
from app.linkage.link_lines import HEADER
from app.linkage.model import shipped_model
from app.services.deriving import rebuilding
from app.services.imports import previewing
from app.services.links import linking
from app.services.links.matching_files import match_files
from app.services.papers import exporting
from app.services.wording import say
from app.storage.offices.verify import verify
from tests.builders import (
    AS_OF,
    NOW,
    REGISTER,
    SCHOOL,
    bring_in,
    extract,
    groups,
    new_office,
    opened,
    person_of,
    pupil,
    resident,
)  # fmt: skip

FULL = "given=same_both family=same_both birth=same sex=same address=same phone=same"
TOGETHER = {frozenset((("resident_register", "1"), ("school_register", "S1"))),
            frozenset((("resident_register", "2"), ("school_register", "S2")))}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twins, in the register and at school."""
    first, second = ("高橋　陽斗", "タカハシ　ハルト", "2016-09-28"), ("高橋　陽希", "タカハシ　ハルキ", "2016-09-28")
    rows = [resident("1", *first, household="H1"), resident("2", *second, household="H1")]
    pupils = [pupil("S1", *first), pupil("S2", *second)]
    place = tmp_path_factory.mktemp("files")
    return [extract(place / "juki.csv", REGISTER, rows), extract(place / "gakureibo.csv", SCHOOL, pupils)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, files: list[Path]) -> Path:
    """An office that found nothing by itself."""
    folder = tmp_path_factory.mktemp("made") / "office"
    new_office(folder)
    with pytest.MonkeyPatch.context() as patched, opened(folder) as office:
        score = matching.score
        patched.setattr(matching, "score", lambda *arguments: score(*arguments).iloc[:0])
        bring_in(office, *files)
        assert len(groups(office)) == 4
    return folder


@pytest.fixture
def unlinked(made: Path, tmp_path: Path) -> Path:
    """The office of ``made``, for one test."""
    return Path(shutil.copytree(made, tmp_path / "office"))


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory, files: list[Path]) -> Path:
    """What ``match`` finds in the same files."""
    path = tmp_path_factory.mktemp("links") / "links.csv"
    match_files(files, path, "duckdb", AS_OF)
    return path


@pytest.fixture
def links(matched: Path, tmp_path: Path) -> Path:
    """The links file of ``matched``, for one test."""
    return Path(shutil.copy(matched, tmp_path / "links.csv"))


def test_links_of_another_machine_join_the_same_people(unlinked: Path, links: Path) -> None:
    with opened(unlinked) as office:
        report = bring_in(office, links)
        assert [one.outcome for one in report.files] == ["imported"]
        assert groups(office) == TOGETHER
        assert verify(office) == []
        assert rebuilding.differences(office) == []
        said = [json.loads(row[0]) for row in office.reader().execute(
            "SELECT payload FROM entry WHERE kind = 'links.made' ORDER BY seq")]  # fmt: skip
        assert said[-1]["model"] == shipped_model().id
        assert said[-1]["origin"]["file"] == "links.csv"
        assert [one.outcome for one in bring_in(office, links).files] == ["unchanged"]


def test_extracts_and_links_may_come_in_one_call(tmp_path: Path, files: list[Path], links: Path) -> None:
    new_office(tmp_path / "other")
    with opened(tmp_path / "other") as office:
        outcomes = {one.file: one.outcome for one in bring_in(office, links, *files).files}
        assert outcomes == {"juki.csv": "imported", "gakureibo.csv": "imported", "links.csv": "unchanged"}
        assert groups(office) == TOGETHER


def test_a_later_month_finds_the_links_in_their_place(unlinked: Path, links: Path, tmp_path: Path) -> None:
    with opened(unlinked) as office:
        bring_in(office, links)
        newcomer = [pupil("S3", "佐藤　結衣", "サトウ　ユイ", "2018-04-02")]
        bring_in(office, extract(tmp_path / "new.csv", SCHOOL, newcomer), as_of=AS_OF.replace(day=1))
        assert groups(office) >= TOGETHER


def test_a_ruling_stands_above_any_links_file(unlinked: Path, links: Path) -> None:
    with opened(unlinked) as office:
        ends = office.reader().execute(
            "SELECT record_id FROM view.record WHERE local_id IN ('1', 'S1') ORDER BY record_id"
        )
        a, b = (row[0] for row in ends.fetchall())
        linking.rule(office, a, b, False, "面談で確認", NOW)
        bring_in(office, links)
        assert person_of(office, "resident_register", "1") != person_of(office, "school_register", "S1")
        assert person_of(office, "resident_register", "2") == person_of(office, "school_register", "S2")


def test_a_links_file_that_claims_too_much_joins_no_two_register_entries(
    unlinked: Path, line: Callable[..., list[str]], tmp_path: Path
) -> None:
    claim = line("resident_register", "1", "resident_register", "2", FULL)
    with opened(unlinked) as office:
        bring_in(office, extract(tmp_path / "claim.csv", HEADER, [claim]))
        assert len(groups(office)) == 4
        asked = exporting._reviews(office)
        assert "resident_register,1," in asked
        assert "resident_register,2," in asked


@pytest.fixture
def line() -> Callable[..., list[str]]:
    """A line whose weight is what its evidence weighs."""
    model = shipped_model()

    def made(*names: str, **changes: str) -> list[str]:
        *cited, evidence = names
        import math

        weight = math.log2(model.prior / (1 - model.prior)) + sum(
            model.push(*item.split("=")) for item in evidence.split()
        )
        said = dict(zip(HEADER, [*cited, f"{weight:.6f}", evidence, model.id], strict=True)) | changes
        return list(said.values())

    return made


PAIR = ("resident_register", "1", "school_register", "S1")
UNSOUND: list[tuple[tuple[str, ...], dict[str, str], str]] = [
    ((*PAIR, FULL), {"model": "0123456789abcdef"}, "links_line.model"),
    ((*PAIR, FULL), {"weight": "99.000000"}, "links_line.weight"),
    ((*PAIR, FULL), {"weight": "nan"}, "links_line.number"),
    ((*PAIR, FULL), {"evidence": "given=whatever"}, "links_line.evidence"),
    ((*PAIR, FULL), {"evidence": "shoes=same"}, "links_line.evidence"),
    ((*PAIR, FULL), {"local_id_b": "S9"}, "links_line.unknown_record"),
    ((*PAIR, FULL), {"extract_a": "../../etc"}, "links_line.unknown_record"),
    ((*PAIR[:2], *PAIR[:2], FULL), {}, "links_line.same_record"),
    ((*PAIR, "given=differs birth=differs"), {}, "links_line.too_weak"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "changes", "reason"), UNSOUND)
def test_one_unsound_line_refuses_the_file_and_says_which(
    names: tuple[str, ...], changes: dict[str, str], reason: str,
    unlinked: Path, line: Callable[..., list[str]], tmp_path: Path,
) -> None:  # fmt: skip
    sound = line("resident_register", "2", "school_register", "S2", FULL)
    broken = extract(tmp_path / "broken.csv", HEADER, [sound, line(*names, **changes)])
    with opened(unlinked) as office:
        report = bring_in(office, broken)
        assert [one.outcome for one in report.files] == ["refused"]
        assert report.files[0].refusal is not None
        assert reason in _keys(report.files[0].refusal)
        if reason != "links_line.too_weak":
            assert "line 3" in say(report.files[0].refusal, "en")
        assert len(groups(office)) == 4
        assert report.has_rejections


@pytest.mark.parametrize("rest", [b"\xff\xfe\x00\n", b'"a,b\n', b"x" * 9000 + b"\n", b"\n", b"a,b\n"])
def test_bytes_that_are_no_lines_are_named(rest: bytes, unlinked: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(",".join(HEADER).encode() + b"\n" + rest)
    with opened(unlinked) as office:
        report = bring_in(office, broken)
        assert [one.outcome for one in report.files] == ["refused"]
        assert "line 2" in say(report.files[0].refusal or Message(""), "en")


def test_matching_refuses_what_it_cannot_do(tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = extract(
        tmp_path / "nobody.csv", ["学籍番号", "年度", "月", "授業日数", "病欠"], [["S1", "2026", "4", "20", "0"]]
    )
    with pytest.raises(Refused) as refused:
        match_files([nobody], tmp_path / "out.csv", "duckdb", AS_OF)
    assert refused.value.message.key == "match.nobody"
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "pyspark" else find(name, *more)
    )
    with pytest.raises(Refused) as refused:
        match_files(files, tmp_path / "out.csv", "spark", AS_OF)
    assert refused.value.message.key == "match.no_pyspark"
    assert not (tmp_path / "out.csv").exists()


def test_a_links_file_holds_no_live_formula(tmp_path: Path) -> None:
    person = ("高橋　陽斗", "タカハシ　ハルト", "2016-09-28")
    register = extract(tmp_path / "juki.csv", REGISTER, [resident("1", *person)])
    school = extract(tmp_path / "gakureibo.csv", SCHOOL, [pupil("=1+1", *person)])
    match_files([register, school], tmp_path / "links.csv", "duckdb", AS_OF)
    with (tmp_path / "links.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as office:
        outcomes = [one.outcome for one in bring_in(office, register, school, tmp_path / "links.csv").files]
    assert "refused" not in outcomes


def _keys(message: Message) -> set[str]:
    inner: list[Any] = [one for one in message.values.values() if isinstance(one, Message)]
    return {message.key}.union(*(_keys(one) for one in inner))


def test_a_links_file_is_looked_over_for_what_it_is(unlinked: Path, links: Path) -> None:
    with opened(unlinked) as office:
        seen = previewing.look(office, links, NOW, lambda _rows: None)
        assert (seen.kind, seen.refusal, seen.known) == ("links", None, False)
        assert seen.rows == seen.accepted > 0
        assert seen.difference is not None
        assert seen.difference.new == seen.rows
        bring_in(office, links)
        again = previewing.look(office, links, NOW, lambda _rows: None)
        assert again.known, "all of its pairs are weighed here already"
        links.write_text(links.read_text("utf-8").replace("resident_register,1,", "resident_register,9,"), "utf-8")
        unsound = previewing.look(office, links, NOW, lambda _rows: None)
        assert unsound.refusal is not None
        assert unsound.refusal.key == "links_file.unsound"
