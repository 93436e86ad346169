"""The schema that stands beside the migrations is the one they add up to."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2

from app.storage import migrations
from app.storage.offices.office import Office


def test_schema_sql_is_up_to_date() -> None:
    connection = dbapi2.connect(":memory:", isolation_level=None)
    assert migrations.bring_up(connection) == 0
    text = migrations.schema_text(connection)
    assert migrations.SCHEMA_FILE.read_text(encoding="utf-8") == text, "run: python -m app.storage.migrations"
    assert migrations.bring_up(connection) == migrations.newest()
    connection.close()


def test_an_office_has_this_schema(office: Office) -> None:
    text = migrations.schema_text(office.writer)
    assert text == migrations.SCHEMA_FILE.read_text(encoding="utf-8")


def test_derived_tables_are_no_part_of_the_truth(folder: Path) -> None:
    truth, derived = migrations.SCHEMA_FILE, migrations.SCHEMA_FILE.parent / "offices" / "view.sql"
    for table in ("person", "fact", "finding", "priority"):
        assert f"CREATE TABLE {table} " not in truth.read_text(encoding="utf-8")
        assert f"CREATE TABLE {table} " in derived.read_text(encoding="utf-8")
    assert (folder / "view-1.db").exists()
