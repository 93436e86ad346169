-- Why each data item may be used, and whether it is (the last word of the office on each).
CREATE TABLE purpose (
    extract TEXT NOT NULL,
    item TEXT NOT NULL,                  -- the column's name in the profile; '' for the whole extract
    used INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,                 -- app.domain.purposes.BASES
    words TEXT NOT NULL,                 -- which law, what grounds; free
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (extract, item)
) WITHOUT ROWID;

-- What families said about an item: every word, the newest of one person on one item counts.
CREATE TABLE stance (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,          -- whose it is now
    said_of INTEGER NOT NULL,            -- the person as the page named it then
    extract TEXT NOT NULL,
    item TEXT NOT NULL,
    stance TEXT NOT NULL,                -- app.domain.purposes.STANCES
    day TEXT NOT NULL,                   -- when they said it
    words TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX stance_person ON stance (person_id);
