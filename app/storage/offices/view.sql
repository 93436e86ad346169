-- The derived tables. One file of them (view-<N>.db) is one published state of the office; it can be
-- deleted and rebuilt from the truth in office.db with the same digest over its ordered rows.
-- No migrations: a file of an older shape is rebuilt.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The row that counts now for each natural key of each extract; ended ones have present = 0.
CREATE TABLE standing (
    extract TEXT NOT NULL,
    key INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    present INTEGER NOT NULL,
    first_day TEXT NOT NULL,             -- the extract's own day of the first delivery with this row
    ended TEXT,                          -- the day of the first delivery without it
    PRIMARY KEY (extract, key)
) WITHOUT ROWID;
CREATE INDEX standing_record ON standing (record_id);

-- One person as one source system knows them; texts as they came, from the latest sound row.
CREATE TABLE record (
    record_id INTEGER PRIMARY KEY,
    extract TEXT NOT NULL,
    local_id TEXT NOT NULL,
    sector TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    state TEXT NOT NULL,                 -- linked, alone, review
    present INTEGER NOT NULL,            -- stands in the latest delivery of its snapshot
    row_id INTEGER NOT NULL,             -- the row whose words are shown
    name TEXT NOT NULL, kana TEXT NOT NULL, birth TEXT NOT NULL, sex TEXT NOT NULL,
    postal TEXT NOT NULL, address TEXT NOT NULL, phone TEXT NOT NULL, guardian TEXT NOT NULL,
    register_number TEXT NOT NULL, household TEXT NOT NULL, relation TEXT NOT NULL,
    facility TEXT NOT NULL, grade TEXT NOT NULL, school_class TEXT NOT NULL,
    protected INTEGER, protected_until TEXT NOT NULL,
    damaged INTEGER NOT NULL
);
CREATE INDEX record_person ON record (person_id, extract); -- covers which rosters know somebody
CREATE INDEX record_local ON record (local_id);

-- Every spelling that a record was seen under, used for matching and searching.
CREATE TABLE spelling (
    record_id INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    name TEXT NOT NULL, kana TEXT NOT NULL, birth TEXT NOT NULL, sex TEXT NOT NULL,
    postal TEXT NOT NULL, address TEXT NOT NULL, phone TEXT NOT NULL, guardian TEXT NOT NULL,
    register_number TEXT NOT NULL, household TEXT NOT NULL, relation TEXT NOT NULL,
    facility TEXT NOT NULL, grade TEXT NOT NULL, school_class TEXT NOT NULL,
    PRIMARY KEY (record_id, row_id)
) WITHOUT ROWID;

-- Every row that says of its record that it is protected.
CREATE TABLE protecting (record_id INTEGER NOT NULL, row_id INTEGER NOT NULL, PRIMARY KEY (record_id, row_id)) WITHOUT ROWID;

-- The records of protected persons: where they are stands in no table here (app.services.deriving.shielding).
-- renamed: its name here is the one known before, the surname since is hidden (app.services.deriving.surnames).
-- keyed: others are found by what is left of it.
CREATE TABLE shielded (
    record_id INTEGER PRIMARY KEY,
    renamed INTEGER NOT NULL DEFAULT 0,
    keyed INTEGER NOT NULL DEFAULT 0
);

-- Protected persons with a surname that is hidden: what is shown in its place, and which surnames may be shown,
-- own ones and those of guardians (JSON, normal forms).
CREATE TABLE surname (
    person_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL, kana TEXT NOT NULL,
    own TEXT NOT NULL,
    guardians TEXT NOT NULL
);

-- By which blocking keys a record is found: different 32-bit numbers, little endian, rising.
CREATE TABLE block (record_id INTEGER PRIMARY KEY, keys BLOB NOT NULL);

-- In which households a record stands: by home and guardian, phone, or household number.
CREATE TABLE kin (record_id INTEGER NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (record_id, key)) WITHOUT ROWID;
CREATE INDEX kin_by_key ON kin (key);

CREATE TABLE person (
    person_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL, kana TEXT NOT NULL,
    birth TEXT NOT NULL,                 -- ISO, possibly partial
    born TEXT,                           -- the earliest day that it can be; NULL where the year is unknown
    sex TEXT NOT NULL,
    last_child_day TEXT,                 -- by the latest day that it can be: nobody ceases to be a child too early
    dead INTEGER NOT NULL, moved_out INTEGER NOT NULL,
    protected INTEGER NOT NULL, protected_until TEXT NOT NULL,
    household TEXT NOT NULL, facility TEXT NOT NULL, grade TEXT NOT NULL,
    school_class TEXT NOT NULL,
    has_register INTEGER NOT NULL,
    uncertain INTEGER NOT NULL           -- open reviews that touch this person
);
CREATE INDEX person_child ON person (last_child_day);
CREATE INDEX person_household ON person (household);
CREATE INDEX person_protected ON person (person_id) WHERE protected = 1;

-- Dated things that records say; person 0 holds what waits for its roster.
CREATE TABLE fact (
    person_id INTEGER NOT NULL,
    start TEXT NOT NULL,
    fact_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    "end" TEXT,
    row_id INTEGER NOT NULL,
    n1 REAL, n2 REAL, n3 REAL, n4 REAL, n5 REAL, n6 REAL, n7 REAL,
    w1 TEXT, w2 TEXT, w3 TEXT, w4 TEXT, w5 TEXT,
    PRIMARY KEY (person_id, start, fact_id)
) WITHOUT ROWID;
CREATE INDEX fact_kind ON fact (kind, person_id, start);
CREATE INDEX fact_record ON fact (record_id);

CREATE TABLE household (
    household TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (household, person_id)
) WITHOUT ROWID;
CREATE INDEX household_person ON household (person_id);

-- Which days an extract's deliveries speak about.
CREATE TABLE coverage (
    extract TEXT NOT NULL,
    sector TEXT NOT NULL,
    roster TEXT NOT NULL,                -- the person-bearing extract whose records it speaks about
    start TEXT NOT NULL,
    "end" TEXT NOT NULL,
    as_of TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    PRIMARY KEY (extract, start, batch_id)
) WITHOUT ROWID;

-- What may not be used: a column of an extract ('' is the whole extract), for everybody (person 0) or
-- for one person whose family objected. Nothing of it stands in any other table here.
CREATE TABLE withheld (
    person_id INTEGER NOT NULL,
    extract TEXT NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (person_id, extract, item)
) WITHOUT ROWID;

-- What facts do not say for that reason; attribute '' is their days.
CREATE TABLE silent (
    person_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    attribute TEXT NOT NULL,
    PRIMARY KEY (person_id, kind, attribute)
) WITHOUT ROWID;

-- Pairs of groups that a person has to rule on.
CREATE TABLE review (
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    weight REAL NOT NULL,
    why TEXT NOT NULL,                   -- JSON: reason key and evidence by field
    person_a INTEGER NOT NULL,
    person_b INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;

CREATE TABLE finding (
    person_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    sector TEXT NOT NULL,
    answer TEXT NOT NULL,                -- holds, cannot_tell
    points INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    first TEXT, last TEXT,
    value REAL,
    count INTEGER,
    facts TEXT NOT NULL,                 -- JSON list of fact ids, at most 50
    step INTEGER NOT NULL DEFAULT 0,     -- which step of the criterion was reached, from 1
    share REAL,                          -- share of children of the same age who show as much
    fresh INTEGER NOT NULL DEFAULT 0,    -- something of it lies in the last three months
    rise INTEGER NOT NULL DEFAULT 0,     -- it got more: against the three months before, or by its own measure
    PRIMARY KEY (person_id, criterion)
) WITHOUT ROWID;

CREATE TABLE priority (
    person_id INTEGER PRIMARY KEY,
    rank BLOB NOT NULL,                  -- orders the list: app.domain.weighing.place_key; no two are the same
    level TEXT NOT NULL,
    points INTEGER NOT NULL,
    p_register INTEGER NOT NULL, p_education INTEGER NOT NULL, p_childcare INTEGER NOT NULL,
    p_welfare INTEGER NOT NULL, p_medical INTEGER NOT NULL,
    s_register TEXT NOT NULL, s_education TEXT NOT NULL, s_childcare TEXT NOT NULL,
    s_welfare TEXT NOT NULL, s_medical TEXT NOT NULL,
    breadth INTEGER NOT NULL,
    already_supported INTEGER NOT NULL,
    has_unknown INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    weight REAL NOT NULL DEFAULT 0       -- the points before rounding: orders equal points
);
CREATE INDEX priority_rank ON priority (rank);

-- How many children of one age show a criterion's step: what the points were weighed with.
CREATE TABLE rarity (
    criterion TEXT NOT NULL,
    band INTEGER NOT NULL,               -- app.domain.weighing.BANDS
    step INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    told INTEGER NOT NULL,
    share REAL NOT NULL,
    PRIMARY KEY (criterion, band, step)
) WITHOUT ROWID;

-- Names as single normalised characters with spaces between, so that a phrase finds any length.
CREATE VIRTUAL TABLE search USING fts5 (text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");

-- What the list asks of every child, as columns of numbers (app.storage.priorities.roll), and who changed since it was laid.
CREATE TABLE roll (name TEXT PRIMARY KEY, cells BLOB NOT NULL);
CREATE TABLE roll_touched (place INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL);
