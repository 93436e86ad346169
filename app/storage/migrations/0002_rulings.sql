-- A ruling may speak of several pairs (a record taken out of a person is parted from all of its others),
-- may take the place of earlier ones, and carries what people did along with the person who goes.

CREATE TABLE ruling_of_pairs (
    entry BLOB NOT NULL,
    a INTEGER NOT NULL,                  -- record ids, a < b
    b INTEGER NOT NULL,
    same INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    reason TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (entry, a, b)
) WITHOUT ROWID;
INSERT INTO ruling_of_pairs SELECT entry, a, b, same, author, recorded, reason, withdrawn FROM ruling;
DROP TABLE ruling;
ALTER TABLE ruling_of_pairs RENAME TO ruling;
CREATE INDEX ruling_pair ON ruling (a, b);

-- Decisions and contacts that moved to another person because a ruling joined the two.
CREATE TABLE carried (
    entry BLOB NOT NULL,                 -- the ruling's
    act BLOB NOT NULL,                   -- the decision's or contact's
    person_id INTEGER NOT NULL,          -- whose it was before
    PRIMARY KEY (entry, act)
) WITHOUT ROWID;

-- Somebody was asked about a pair of records; open until the pair is ruled on.
CREATE TABLE question (
    entry BLOB PRIMARY KEY,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    whom TEXT NOT NULL,
    words TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX question_pair ON question (a, b);

-- The pairs of a record are looked up from both ends when a ruling regroups what hangs on it.
CREATE INDEX edge_b ON edge (b, a);
