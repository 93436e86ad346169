-- Protection set by hand, beside what the sources say; ``lifted`` is the entry that ended it.
CREATE TABLE protection (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    lifted BLOB
) WITHOUT ROWID;
CREATE INDEX protection_person ON protection (person_id);

-- A lead asks that a protection be lifted and names each that was seen; a second lead does it (``done``).
CREATE TABLE lifting (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    seen TEXT NOT NULL,                  -- JSON list: "row:<code>" or "entry:<id>"
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    done BLOB
) WITHOUT ROWID;
CREATE INDEX lifting_person ON lifting (person_id);

-- Rows whose word "protected" counts no more. The same words in another row count again.
CREATE TABLE lifted_row (row_id INTEGER PRIMARY KEY, entry BLOB NOT NULL);

-- A worker asks to see; ``answer`` is the entry that granted or refused it.
CREATE TABLE opening_wish (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    answer BLOB,
    granted INTEGER,
    words TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- Who may see what of a child, until when: ``what`` is "whereabouts" or a sector.
CREATE TABLE opening (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    member TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    begun TEXT NOT NULL,
    until TEXT NOT NULL,
    closed TEXT
) WITHOUT ROWID;
CREATE INDEX opening_member ON opening (member, person_id);

-- The key that seals the whereabouts in the rows of a protected person's record, wrapped for the leads.
CREATE TABLE record_key (
    record_id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    wrapped BLOB NOT NULL
);
