"""A lead looks a month over on the console, brings it in, teaches the program a code, and reads the rows again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from app import console
from tests.builders import LEAD, PASSPHRASE, REGISTER, SCHOOL, WORKER, extract, opened, pupil, resident

DONE, UNSOUND, WRONG_USE, REFUSED = 0, 1, 2, 3
CHILDREN = (("1", "青葉 花", "アオバ ハナ", "2016-05-01"), ("2", "川辺 陸", "カワベ リク", "2015-07-02"))


class Console:
    """Calls in this process: exit code, the JSON lines printed, what was told."""

    def __init__(self, office: Path, secret: Path, out: pytest.CaptureFixture[str]) -> None:
        self._office, self._secret, self._out = office, secret, out
        self.told = ""

    def __call__(self, command: str, *more: object, who: str = LEAD) -> tuple[int, list[Any]]:
        self._out.readouterr()
        signed = [str(self._office), "--as", who, "--passphrase-file", str(self._secret)]
        code = console.run([command, *signed, *map(str, more)])
        said = self._out.readouterr()
        self.told = said.err
        return code, [json.loads(line) for line in said.out.splitlines()]


@pytest.fixture
def run(fresh_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> Console:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return Console(fresh_folder, secret, capfd)


def _month(place: Path, sexes: tuple[str, str]) -> Path:
    place.mkdir(exist_ok=True)
    extract(place / "juki.csv", REGISTER, [resident("1" + n, name, kana, day) for n, name, kana, day in CHILDREN])
    rows = [pupil("2" + n, name, kana, day) for n, name, kana, day in CHILDREN]
    at = SCHOOL.index("性別")
    extract(place / "gakurei.csv", SCHOOL, [[*row[:at], sex, *row[at + 1 :]] for row, sex in zip(rows, sexes)])  # noqa: B905
    for name in ("Thumbs.db", ".~lock.juki.csv#", "~$gakurei.xlsx"):
        (place / name).write_text("x", encoding="utf-8")
    return place


def test_a_month_is_looked_over_brought_in_and_read_again(run: Console, fresh_folder: Path, tmp_path: Path) -> None:
    place = _month(tmp_path / "in", ("3", "3"))
    code, files = run("preview", "--as-of", "2026-10-31", place)
    assert (code, "隠しファイルなど3件" in run.told) == (DONE, True), run.told
    assert [(one["file"], one["outcome"], one["accepted"]) for one in files] == [
        ("gakurei.csv", "ready", 2), ("juki.csv", "ready", 2),
    ]  # fmt: skip
    sex = next(one for one in files[0]["columns"] if one["name"] == "性別")
    assert (sex["unknown_codes"], sex["warned"], sex["filled"]) == (1, 2, 2)
    assert not any(name in json.dumps(files, ensure_ascii=False) for child in CHILDREN for name in child[1:3])
    with opened(fresh_folder) as office:
        assert office.reader().execute("SELECT count(*) FROM batch").fetchone() == (0,)

    report = tmp_path / "r.json"
    assert run("import", "--as-of", "2026-10-31", "--report", report, place)[0] == DONE
    left = json.loads(report.read_text("utf-8"))["passed_over"]
    assert sorted(left) == [".~lock.juki.csv#", "Thumbs.db", "~$gakurei.xlsx"]
    assert [one["outcome"] for one in run("preview", place)[1]] == ["unchanged", "unchanged"]
    extract(tmp_path / "juki.csv", REGISTER, [resident("11", "青葉 花", "アオバ ハナ", "2016-05-01", address="桜3-3")])
    _, [one] = run("preview", "--as-of", "2026-11-30", tmp_path / "juki.csv")
    assert (one["new"], one["changed"], one["gone"], one["before"]["rows"]) == (0, 1, 1, 2)

    assert run("reread")[0] == WRONG_USE
    rules = tmp_path / "rules.json"
    rules.write_text('{"base": "school_register", "codes": {"性別": {"F": ["3"], "M": ["3"]}}}', "utf-8")
    assert run("profile", "--extract", "school_register", "--check", rules)[0] == WRONG_USE
    rules.write_text('{"base": "school_register", "codes": {"性別": {"F": ["3"]}}}', "utf-8")
    assert run("profile", "--extract", "school_register", "--check", rules)[0] == DONE
    assert run("profile", "--history") == (DONE, [])
    assert run("profile", "--extract", "school_register", "--say", rules, who=WORKER)[0] == REFUSED
    code, [line] = run("profile", "--extract", "school_register", "--say", rules)
    assert (code, line["waits"], line["said"]["codes"]) == (DONE, True, {"性別": {"F": ["3"]}})
    assert run("preview", place, who=WORKER)[0] == REFUSED
    _, [foreseen] = run("reread", "--preview")
    code, [done] = run("reread")
    assert (code, done, done["rows"]) == (DONE, foreseen, 2)
    with opened(fresh_folder) as office:
        sexes = "SELECT DISTINCT sex FROM view.record WHERE extract = 'school_register'"
        assert office.reader().execute(sexes).fetchall() == [("F",)]
    assert [one["after"] for one in run("profile", "--history")[1]] == [line["said"]]
    _, [line] = run("profile", "--extract", "school_register", "--as-shipped")
    assert (line["said"], line["waits"]) == ({}, True)


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"base": "x"}', b"{}", b'{"base": 1}'])
def test_rules_that_cannot_be_meant(run: Console, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rules.json"
    path.write_bytes(content)
    assert run("profile", "--extract", "school_register", "--say", path)[0] == WRONG_USE
    assert run("profile", "--say", path)[0] == WRONG_USE
    assert run("profile", "--extract", "nothing")[0] == WRONG_USE
    assert run("profile", "--extract", "school_register", "--say", tmp_path)[0] == WRONG_USE
    assert run("profile", "--history") == (DONE, [])


@pytest.mark.parametrize("name", ["rejected.csv", "rejected.xlsx"])
def test_rejected_rows_go_out_are_corrected_and_come_in_without_ending_anybody(
    run: Console, fresh_folder: Path, tmp_path: Path, name: str
) -> None:
    rows = [pupil(f"0{n}", f"森 {n}", "モリ", f"2016-13-0{n}" if n < 3 else "2016-05-01") for n in range(1, 9)]
    assert run("import", "--as-of", "2026-09-30", extract(tmp_path / "gakurei.csv", SCHOOL, rows))[0] == UNSOUND
    _code, (line,) = run("batches")
    out = tmp_path / name
    code, _ = run("export", f"rejected:{line['batch']}", "--purpose", "直すため", "--out", out)
    assert code == DONE, run.told
    assert run("export", "rejected:x", "--purpose", "直すため", "--out", tmp_path / "no.csv")[0] == WRONG_USE
    assert run("export", "rejected:99", "--purpose", "直すため", "--out", tmp_path / "no.csv")[0] == WRONG_USE
    frame = pd.read_csv(out) if name.endswith(".csv") else pd.read_excel(out, engine="calamine")
    frame["生年月日"] = pd.to_datetime(["2016-03-01", "2016-03-02"])
    back = tmp_path / "back.csv"
    frame.to_csv(back, index=False, encoding="cp932")  # as a spreadsheet does: no zeros, its own encoding
    report = tmp_path / "report.json"
    code, _ = run("import", "--as-of", "2026-11-24", "--report", report, back)
    (said,) = json.loads(report.read_text("utf-8"))["files"]
    assert (code, said["accepted"], said["as_of"]) == (DONE, 2, "2026-09-30"), run.told
    with opened(fresh_folder) as office:
        found = office.reader().execute("SELECT local_id, present FROM view.record ORDER BY local_id").fetchall()
    assert found == [(f"0{n}", 1) for n in range(1, 9)]
    assert [one["rows"] for one in run("batches")[1]] == [2, 8], "the history tells both"
