"""IT staff and attackers hand in what they should not: one sentence in their language, an exit code, nothing changed.

Through the console as it stands, in this process; a traceback would be an exception here.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app import console
from app.storage import folder as places
from tests.builders import LEAD, PASSPHRASE, REGISTER, SCHOOL, WORKER, extract, opened, pupil, resident

ROOT = Path(__file__).parents[2]
DONE, UNSOUND, WRONG_USE, REFUSED = 0, 1, 2, 3
PUPIL = pupil("1001", "小暮 颯太", "コグレ ソウタ", "2016-09-28")
RESIDENT = resident("1", "小暮 颯太", "コグレ ソウタ", "2016-09-28")
NOBODY, TOO_BIG = "0000000000000", "zzzzzzzzzzzzz"


@pytest.fixture(autouse=True)
def in_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "")
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return path


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(secret: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    """Call the console as the lead, or as ``who``: exit code, standard output, standard error."""

    def run(command: str, office: Path, *more: object, who: str = LEAD, key: Path = secret) -> tuple[int, str, str]:
        signed_in = [str(office), "--as", who, "--passphrase-file", str(key)]
        return plain(*command.split(), *signed_in, *map(str, more))

    def plain(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        try:
            code = console.run(arguments)
        except SystemExit as usage:
            code = int(usage.code or 0)
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def _bytes_of(folder: Path) -> dict[str, bytes]:
    """What must not change: all but the lock's note, the count of failures and the access log's database."""
    kept = (folder / "keys.json", *(folder / "segments").iterdir())
    return {path.name: path.read_bytes() for path in kept if path.is_file()}


# ---------------------------------------------------------------- getting in


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", WRONG_USE, "1行目が空です"),
        (b"\r\n", WRONG_USE, "1行目が空です"),
        (PASSPHRASE.encode("utf-16"), WRONG_USE, "読めません"),
        (PASSPHRASE.encode("cp932"), WRONG_USE, "読めません"),
        (PASSPHRASE.encode(), DONE, ""),
        (PASSPHRASE.encode() + b"\r\nsecond line\r\n", DONE, ""),
        (b"\xef\xbb\xbf" + PASSPHRASE.encode() + b"\r\n", DONE, ""),
        ("ちがう合言葉です".encode(), REFUSED, "パスフレーズが違います"),
    ],
)
def test_passphrase_files(
    fresh_folder: Path, call: Call, tmp_path: Path, content: bytes, code: int, words: str
) -> None:
    key = tmp_path / "other"
    key.write_bytes(content)
    got, _, err = call("verify", fresh_folder, key=key)
    assert (got, words in err) == (code, True)
    assert (fresh_folder / "attempts").exists() == (code == REFUSED)  # an empty file is no try


def test_a_passphrase_file_that_is_not_there(fresh_folder: Path, call: Call, tmp_path: Path) -> None:
    assert call("verify", fresh_folder, key=tmp_path / "none")[0] == WRONG_USE
    assert call("verify", fresh_folder, key=tmp_path)[0] == WRONG_USE


def test_wrong_passphrases_wait_longer_and_longer(fresh_folder: Path, call: Call, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("ちがう合言葉です", encoding="utf-8")
    said = [call("verify", fresh_folder, key=wrong)[2] for _ in range(3)]
    assert "1 秒" in said[1]
    assert "2 秒" in said[2]
    assert "3" in call("verify", fresh_folder)[2]  # whoever gets in hears of them


def test_who_is_asked_for(fresh_folder: Path, call: Call) -> None:
    assert call("verify", fresh_folder, who="誰か")[0] == REFUSED
    assert call("verify", fresh_folder, who="")[0] == WRONG_USE
    assert (
        call("person add", fresh_folder, "--name", "新", "--role", "king", "--new-passphrase-file", "x")[0] == WRONG_USE
    )


def test_a_role_that_may_not_is_told_what_it_may_not(
    fresh_folder: Path, call: Call, tmp_path: Path, secret: Path
) -> None:
    file = extract(tmp_path / "s.csv", SCHOOL, [PUPIL])
    code, _, err = call("import", fresh_folder, file, who=WORKER)
    assert (code, "取り込み" in err, "batch" in err) == (REFUSED, True, False)
    code, _, err = call("backup", fresh_folder, "--out", tmp_path / "b", who=WORKER)
    assert (code, "バックアップ" in err) == (REFUSED, True)


# ---------------------------------------------------------------- the folder


def _newer(office: Path) -> None:
    keys = json.loads((office / "keys.json").read_text(encoding="utf-8"))
    text = json.dumps({**keys, "version": 99}, ensure_ascii=False, sort_keys=True, indent=1)
    (office / "keys.json").write_text(text + "\n", encoding="utf-8")


def _cut(name: str, size: int) -> Callable[[Path], None]:
    return lambda office: os.truncate(office / name, size)


def _over(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda office: (office / name).write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda office: (office / "keys.json").unlink(), "事務所ではありません"),
        (_newer, "新しい"),
        (_cut("keys.json", 200), "鍵ファイル"),
        (_over("keys.json", b"[" * 100_000), "鍵ファイル"),
        (_cut("office.db", 0), "データベースが壊れています"),
        (_cut("office.db", 20_000), "データベースが壊れています"),
        (_over("office.db", b"hello" * 4000), "データベースが壊れています"),
        (lambda office: (office / "office.db").unlink(), "データベースがありません"),
    ],
)
def test_a_folder_that_cannot_be_opened(
    fresh_folder: Path, call: Call, harm: Callable[[Path], object], words: str
) -> None:
    harm(fresh_folder)
    before = _bytes_of(fresh_folder)
    code, _, err = call("verify", fresh_folder)
    assert (code, words in err) == (REFUSED, True), err
    assert _bytes_of(fresh_folder) == before


@pytest.mark.parametrize("content", [None, b"", b"x" * 9000])
def test_a_view_that_is_gone_or_garbage_is_worked_out_again_and_said(
    folder: Path, call: Call, content: bytes | None
) -> None:
    for view in folder.glob("view-*.db"):
        view.unlink()
        if content is not None:
            view.write_bytes(content)
    code, out, err = call("verify", folder, "--rebuild")
    assert (code, "作り直しました" in err) == (DONE, True), out + err


@pytest.mark.parametrize(
    "content",
    [
        b'{"failures": 1e400, "last": "2026"}',
        b'{"failures": 9, "last": "2026-10-31T00:00:00"}',
        b"[" * 200_000,
        b"\xff",
    ],
)
def test_a_count_of_failures_that_somebody_wrote(fresh_folder: Path, call: Call, content: bytes) -> None:
    (fresh_folder / "attempts").write_bytes(content)
    assert call("verify", fresh_folder)[0] == DONE


def test_a_network_drive(fresh_folder: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/share {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(places, "_MOUNTS", mounts)
    code, _, err = call("verify", fresh_folder)
    assert (code, str(fresh_folder) in err) == (REFUSED, True)


def test_a_folder_without_writing(fresh_folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(_folder: Path) -> None:
        raise places.refused_by_system(OSError(errno.EROFS, "Read-only file system"))

    monkeypatch.setattr(places, "check_place", read_only)
    code, _, err = call("verify", fresh_folder)
    assert (code, "書き" in err) == (REFUSED, True), err


def test_two_at_once(fresh_folder: Path, call: Call) -> None:
    with opened(fresh_folder, WORKER):
        code, _, err = call("verify", fresh_folder)
    assert (code, WORKER in err) == (REFUSED, True)


# ---------------------------------------------------------------- files to import


def _text(rows: Sequence[Sequence[str]], header: Sequence[str] = SCHOOL) -> str:
    return "".join(",".join(row) + "\n" for row in (header, *rows))


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "x")
        packed.writestr("xl/worksheets/sheet1.xml", bytes(310 << 20))


REFUSED_FILES: dict[str, tuple[bytes | Callable[[Path], None], str]] = {
    "empty": (b"", "空"),
    "random bytes": (bytes(range(256)) * 20, "CSV"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), "CSV"),
    "half characters in the middle": (_text([PUPIL]).replace("小暮", "小\0暮").encode(), "CSV"),
    "locked workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "パスワード"),
    "cut workbook": (b"PK\x03\x04" + bytes(300), "壊れて"),
    "zip bomb": (_bomb, "大き"),
    "unknown header": (b"a,b,c\n1,2,3\n", "学籍番号"),
    "near header": (_text([PUPIL]).replace("学籍番号", "番号").encode(), "学籍番号"),
    "newlines only": (b"\n" * 1000, "見出し"),
    "Individual Numbers": (
        _text([[*RESIDENT, "123456789018"]], [*REGISTER, "個人番号"]).encode(),
        "個人番号",
    ),
}


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_a_file_that_is_refused_leaves_nothing(fresh_folder: Path, call: Call, tmp_path: Path, name: str) -> None:
    content, words = REFUSED_FILES[name]
    path = tmp_path / "file.csv"
    path.write_bytes(content) if isinstance(content, bytes) else content(path)
    code, _, err = call("import", fresh_folder, path)
    assert (code, "file.csv" in err, words in err) == (UNSOUND, True, True), err
    with opened(fresh_folder) as office:
        assert office.reader().execute(
            "SELECT (SELECT count(*) FROM row) + (SELECT count(*) FROM batch)"
        ).fetchone() == (0,)


@pytest.mark.parametrize(
    ("content", "rejected"),
    [
        (_text([PUPIL, ["1002", "あ" * 1_000_000, *PUPIL[2:]], ["1003", *PUPIL[1:]]]).encode(), 1),
        (_text([PUPIL, ["1002", *PUPIL[1:]]]).encode("cp932").replace("1002,小".encode("cp932"), b"1002,\x81,"), 1),
        (_text([PUPIL]).encode() + b'1002,"\xed\xa0\x80,x\n', 1),
        (_text([PUPIL]).encode() + b"1002,\n", 1),
        (_text([PUPIL]).encode("utf-16") + b"\0", 1),
    ],
)
def test_a_broken_row_costs_that_row(
    fresh_folder: Path, call: Call, tmp_path: Path, content: bytes, rejected: int
) -> None:
    path, report = tmp_path / "file.csv", tmp_path / "r.json"
    path.write_bytes(content)
    assert call("import", fresh_folder, "--report", report, path)[0] == UNSOUND
    [said] = json.loads(report.read_text(encoding="utf-8"))["files"]
    assert (said["rejected"], said["accepted"] >= 1) == (rejected, True)


def test_files_that_are_not_there_or_nameless(fresh_folder: Path, call: Call, tmp_path: Path) -> None:
    good = extract(tmp_path / "good.csv", SCHOOL, [PUPIL])
    empty = tmp_path / "nothing"
    empty.mkdir()
    assert call("import", fresh_folder, empty)[0] == WRONG_USE
    code, _, err = call("import", fresh_folder, tmp_path / "none.csv", good)
    assert (code, "none.csv" in err, "good.csv" in err) == (UNSOUND, True, True)
    if sys.platform != "win32":
        odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.csv")
        Path(odd).write_bytes(good.read_bytes())
        code, _, err = call("import", fresh_folder, "--report", tmp_path / "r.json", odd)
        assert (code, "名前" in err) == (UNSOUND, True)


# ---------------------------------------------------------------- out of the office


def test_exports_go_nowhere_that_is_no_new_file(folder: Path, call: Call, tmp_path: Path) -> None:
    before = _bytes_of(folder)
    for out in (tmp_path / "no" / "x", tmp_path, folder / "keys.json", folder / "segments" / "x", Path(os.devnull)):
        assert call("export", folder, "--purpose", "確認", "links", "--out", out)[0] == WRONG_USE, out
        assert call("backup", folder, "--out", out)[0] == WRONG_USE, out
        assert call("import", folder, "--report", out, tmp_path)[0] == WRONG_USE, out
    assert _bytes_of(folder) == before
    assert Path(os.devnull).read_bytes() == b""


@pytest.mark.parametrize("what", ["everything", "child:", "child:abc", f"child:{NOBODY}", f"child:{TOO_BIG}"])
def test_exports_of_nothing(folder: Path, call: Call, tmp_path: Path, what: str) -> None:
    assert call("export", folder, "--purpose", "確認", what, "--out", tmp_path / "x")[0] == WRONG_USE
    assert not (tmp_path / "x").exists()


def test_exports_need_a_purpose_and_a_day_that_can_be(folder: Path, call: Call, tmp_path: Path) -> None:
    assert call("export", folder, "--purpose", " ", "links", "--out", tmp_path / "x")[0] == WRONG_USE
    for day in ("0001-01-01", "9999-12-31", "2026-02-30", "R8.10.31"):
        more = ("--purpose", "確認", "--as-of", day, "caseload", "--out", tmp_path / "x")
        assert call("export", folder, *more)[0] == WRONG_USE


# ---------------------------------------------------------------- decisions and assignments


def test_lines_that_cannot_be_decisions(folder: Path, call: Call, tmp_path: Path) -> None:
    call("export", folder, "--purpose", "確認", "caseload", "--out", tmp_path / "c.csv")
    child = (tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[1]
    good = {"ref": "r", "child": child, "decision": "none", "reason": "理由", "date": "2026-10-31"}
    changes: list[dict[str, object]] = [
        {"ref": None}, {"ref": ""}, {"ref": "a\nstored b c"}, {"ref": ["a"]}, {"ref": float("nan")}, {"ref": "\ud800"},
        {"child": NOBODY}, {"child": TOO_BIG}, {"child": 5}, {"child": None}, {"decision": "maybe"}, {"decision": None},
        {"reason": ""}, {"reason": ["a"]}, {"reason": "あ" * 20_000}, {"reason": "\udc00"}, {"date": "2026-13-01"},
        {"date": "9999-12-31"}, {"date": 20261031}, {"next": "2026-01-01"}, {"decision": "watch"}, {"evidence": "abc"},
        {"evidence": [TOO_BIG]}, {"evidence": {"a": 1}},
    ]  # fmt: skip
    bad = [json.dumps({**good, **change}) for change in changes]
    bad += ["{nope", "[1]", "5", "null", "[" * 100_000, '{"ref":' + "9" * 5000 + "}"]
    file = tmp_path / "d.jsonl"
    file.write_text("\n".join([*bad, json.dumps(good), json.dumps({**good, "reason": "別"})]) + "\n", encoding="utf-8")
    code, out, err = call("decide", folder, "--file", file)
    assert code == UNSOUND
    first, second = out.splitlines()
    assert (first, first.startswith("stored r ")) == (second, True)  # a ref given again changes nothing
    named = [line for line in err.splitlines() if "行" in line]
    assert len(named) == len(bad), err
    assert call("verify", folder)[0] == DONE


def test_files_of_decisions_that_cannot_be_read(folder: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "cp932").write_bytes("理由".encode("cp932"))
    for path in (tmp_path / "none", tmp_path, tmp_path / "cp932"):
        assert call("decide", folder, "--file", path)[0] == WRONG_USE


@pytest.mark.parametrize("child", [NOBODY, TOO_BIG, "xx", ""])
def test_assigning_what_is_not_there(folder: Path, call: Call, child: str) -> None:
    assert call("assign", folder, "--to", WORKER, child)[0] == WRONG_USE
    assert call("assign", folder, "--to", "誰か", child)[0] == WRONG_USE


# ---------------------------------------------------------------- backups


def test_restoring_what_cannot_be(folder: Path, call: Call, tmp_path: Path, secret: Path) -> None:
    backup, target = tmp_path / "b.kizuki", tmp_path / "restored"
    assert call("backup", folder, "--out", backup)[0] == DONE
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    for name, harmed in {"flipped": bytes(content), "cut": bytes(content[:9999]), "garbage": b"x" * 999}.items():
        (tmp_path / name).write_bytes(harmed)
        assert _restore(tmp_path / name, target, secret) == REFUSED
        assert not target.exists()
    wrong = tmp_path / "wrong"
    wrong.write_text("ちがう合言葉です", encoding="utf-8")
    assert _restore(backup, target, wrong) == REFUSED
    assert not target.exists() or not any(target.iterdir())  # so that it can be tried again
    assert _restore(tmp_path / "none", target, secret) == REFUSED
    assert _restore(backup, folder, secret) == WRONG_USE
    assert _restore(backup, target, secret) == DONE


def _restore(backup: Path, target: Path, key: Path) -> int:
    return console.run(["restore", str(backup), str(target), "--as", LEAD, "--passphrase-file", str(key)])


def test_a_recovery_code_that_cannot_be_kept_makes_no_office(tmp_path: Path, secret: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine", encoding="utf-8")
    office = tmp_path / "new"
    for place in (there, tmp_path / "no" / "r", office / "r"):
        made = ["office", "new", str(office), "--name", "市", "--person", LEAD, "--passphrase-file", str(secret)]
        assert console.run([*made, "--recovery-file", str(place)]) in (WRONG_USE, REFUSED)
        assert not office.exists()
    assert there.read_text(encoding="utf-8") == "mine"


# ---------------------------------------------------------------- the world around the process


HEEDING_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
runpy.run_path("main.py", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
def test_ctrl_c_and_a_closed_pipe_end_quietly(fresh_folder: Path, extracts: Path, secret: Path) -> None:
    office = [str(fresh_folder), "--as", LEAD, "--passphrase-file", str(secret)]
    main = [sys.executable, str(ROOT / "main.py")]
    heeding = [sys.executable, "-c", HEEDING_CTRL_C, "import", *office, str(extracts)]
    importing = subprocess.Popen(heeding, stderr=subprocess.PIPE, cwd=ROOT)
    assert importing.stderr is not None
    for line in importing.stderr:
        if b"3/" in line:
            break
    importing.send_signal(signal.SIGINT)
    rest = importing.stderr.read().decode()
    importing.stderr.close()
    assert (importing.wait(), "Traceback" in rest) == (REFUSED, False)
    reading, writing = os.pipe()
    os.close(reading)
    verifying = subprocess.run([*main, "verify", *office], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (verifying.returncode, b"Traceback" in verifying.stderr) == (UNSOUND, False)
