-- A name belongs to one active member; whoever left keeps theirs in what they did, and it is free again.
CREATE TABLE member_new (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,                 -- JSON list
    sign BLOB NOT NULL,                  -- Ed25519 public key
    box BLOB NOT NULL,                   -- X25519 public key
    active INTEGER NOT NULL,
    entry BLOB NOT NULL
) WITHOUT ROWID;
INSERT INTO member_new SELECT id, name, roles, sign, box, active, entry FROM member;
DROP TABLE member;
ALTER TABLE member_new RENAME TO member;
CREATE UNIQUE INDEX member_name ON member (name) WHERE active;
