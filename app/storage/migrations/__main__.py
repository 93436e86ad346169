"""``python -m app.storage.migrations`` writes ``app/storage/schema.sql`` from the steps."""

from __future__ import annotations

from sqlcipher3 import dbapi2

from app.storage.migrations import SCHEMA_FILE, bring_up, schema_text

connection = dbapi2.connect(":memory:", isolation_level=None)
bring_up(connection)
SCHEMA_FILE.write_text(schema_text(connection), encoding="utf-8")
connection.close()
